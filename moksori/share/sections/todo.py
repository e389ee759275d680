"""The section with the one thing to do, fitting to what the reader may do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.base.people.roles import Ability
from moksori.share.sections import Asked, changes, findings
from moksori.share.sections.blocks import Part, Todo
from moksori.share.sections.changes import reach_words
from moksori.understand.models import PainPoint, affiliates_of
from moksori.understand.reads.pains import PainLine

KEY = "todo"
MOST_LOOKED_AT = 5
_UNPLANNED = {
    PainPoint.State.DETECTED,
    PainPoint.State.TRIAGED,
    PainPoint.State.REOPENED,
}


def compose(asked: Asked) -> Part | None:
    """From the gravest change, else from what hurts most; None where nothing does."""
    if not findings.heard(asked) and asked.remit.things:
        return Part(KEY, _("If you do one thing"), (_widen(),))
    order = [pain for pain, change in changes.changes(asked) if change.order < 3]
    order += [pain for pain in findings.pains(asked) if pain not in order]
    if not order:
        return None
    return Part(KEY, _("If you do one thing"), (_todo(asked, order),))


def _todo(asked: Asked, pains: list[PainLine]) -> Todo:
    mine = [pain for pain in pains if pain.owner == asked.member.pk]
    for pain in mine:
        if pain.state in _UNPLANNED:
            return _plan(asked, pain)
    triaged = affiliates_of(asked.member.scope(Ability.TRIAGE))
    for pain in pains[:MOST_LOOKED_AT]:
        if pain.owner is None and pain.unit in triaged:
            return _find_owner(asked, pain)
    if asked.member.may(Ability.ACT) and not triaged:
        return _ask_customers(asked, pains[0])
    return _read(asked, pains[0])


def _plan(asked: Asked, pain: PainLine) -> Todo:
    query = f"pain_point={pain.id}"
    title = _("Plan what will relieve “%(pain)s”") % {"pain": pain.name}
    return Todo(
        title=title,
        note=_("It is yours, and has no plan yet. %(reach)s.")
        % {"reach": reach_words(asked, pain)},
        path=findings.path("act:action_new", query=query) or _evidence(pain),
        path_label=_("Write the plan"),
        can_be_done=True,
    )


def _find_owner(asked: Asked, pain: PainLine) -> Todo:
    return Todo(
        title=_("Find somebody for “%(pain)s”") % {"pain": pain.name},
        note=_("Nobody looks after it yet. %(reach)s.")
        % {"reach": reach_words(asked, pain)},
        path=_evidence(pain),
        path_label=_("See the evidence"),
        can_be_done=True,
    )


def _ask_customers(asked: Asked, pain: PainLine) -> Todo:
    return Todo(
        title=_("Ask the customers you meet about “%(pain)s”") % {"pain": pain.name},
        note=_("It is what hurts your customers most now. %(reach)s.")
        % {"reach": reach_words(asked, pain)},
        path=_evidence(pain),
        path_label=_("See the evidence"),
        can_be_done=True,
    )


def _widen() -> Todo:
    """Nothing fits the remit: without a word about it the reader would wait forever."""
    return Todo(
        title=_("Widen what you care for"),
        note=_("Choose other units, products or themes, and the next edition fits."),
        path=findings.path("share:remit"),
        path_label=_("Change what I care for"),
    )


def _read(asked: Asked, pain: PainLine) -> Todo:
    return Todo(
        title=_("Read what customers say about “%(pain)s”") % {"pain": pain.name},
        note=f"{reach_words(asked, pain)}.",
        path=_evidence(pain),
        path_label=_("See the evidence"),
        can_be_done=True,
    )


def _evidence(pain: PainLine) -> str:
    return findings.path("understand:pain_point", pain.id)
