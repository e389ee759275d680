"""What a sheet says of itself on its first page: whether anybody knows who it was."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from moksori.base.web.text import with_particles
from moksori.collect.questionnaires.definition import Questionnaire, Type

_INTERFACE = frozenset({"ko", "en"})
_TELLING = frozenset({Type.EMAIL, Type.PHONE})


def note_of(q: Questionnaire, language: str, name: str = "") -> str:
    """For a personal sheet its name; without one, that nobody can see who answered.

    Where the questionnaire asks for an address, that is not so for who gives it.
    """
    spoken = language.partition("-")[0]
    with override(spoken if spoken in _INTERFACE else "en"):
        if name:
            text = _(
                "This sheet is for {name}. We will see that the answers are yours."
            )
            return with_particles(text.format(name=name))
        nobody = _("No name stands on this sheet. Nobody can see who filled it in.")
        if any(one.type in _TELLING for one in q.questions()):
            return (
                f"{nobody} {_('Only who writes down an address can be known by it.')}"
            )
        return nobody
