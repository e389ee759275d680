"""Changes of a questionnaire in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.utils.translation import pgettext_lazy as _p

from moksori.collect.questionnaires.building.labels import TYPES, Label, numbers
from moksori.collect.questionnaires.changes import Change, Of, What
from moksori.collect.questionnaires.definition import Questionnaire, Type

FIELDS: Mapping[str, Label] = {
    "title": _p("field", "Heading"),
    "intro": _p("field", "Introduction"),
    "thanks": _p("field", "Thanks"),
    "closed": _p("field", "Words when it is closed"),
    "text": _p("field", "Words"),
    "help": _p("field", "Help"),
    "unit": _p("field", "Unit"),
    "low_words": _p("field", "Low end"),
    "high_words": _p("field", "High end"),
    "languages": _p("field", "Languages"),
    "is_random": _p("field", "Random order"),
    "random": _p("field", "Random order"),
    "may_go_back": _p("field", "Going back"),
    "may_resume": _p("field", "Going on later"),
    "opens_at": _p("field", "Opens"),
    "closes_at": _p("field", "Closes"),
    "quotas": _p("field", "Quotas"),
    "variants": _p("field", "Variants"),
    "code": _p("field", "Name in files"),
    "is_required": _p("field", "Must be answered"),
    "may_not_apply": _p("field", "“Does not apply”"),
    "may_prefer_not": _p("field", "“Would rather not say”"),
    "least": _p("field", "At least"),
    "most": _p("field", "At most"),
    "total": _p("field", "Points"),
    "purpose": _p("field", "Purpose"),
    "default": _p("field", "Value"),
}
_SENTENCES = {
    What.ADDED: gettext_noop("New: {after}"),
    What.REMOVED: gettext_noop("Gone: {before}"),
    What.MOVED: gettext_noop("Stands elsewhere"),
    What.RETYPED: gettext_noop("Asked in another way: {before} → {after}"),
    What.RESCALED: gettext_noop("Another scale: {before} → {after}"),
    What.RULED: gettext_noop("Other rules"),
    What.SET: gettext_noop("{field}: {before} → {after}"),
    What.REWORDED: gettext_noop("{field}: “{before}” → “{after}”"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    where: str
    text: str
    language: str
    breaks: bool
    is_same: bool = False


def said(
    found: Iterable[Change],
    whole: Questionnaire,
    language: str,
    before: Questionnaire | None = None,
) -> list[Sentence]:
    """Each change with where it is; what is gone is named as it was before."""
    now = numbers(whole)
    then = numbers(before) if before else {}
    return [
        Sentence(
            where=_where(change, whole, now, then),
            text=_sentence(change),
            language=change.language if len(whole.languages) > 1 else "",
            breaks=change.breaks,
            is_same=change.is_same,
        )
        for change in found
    ]


def _where(
    change: Change,
    whole: Questionnaire,
    now: Mapping[str, str],
    then: Mapping[str, str],
) -> str:
    if change.of == Of.WHOLE:
        return ""
    if change.of == Of.PAGE:
        ids = [page.id for page in whole.pages]
        known = change.id in ids
        return _("Page {n}").format(n=ids.index(change.id) + 1) if known else change.id
    id = change.question or change.id
    number = now.get(id) or then.get(id, "")
    where = _("Q{n}").format(n=number) if number else id
    kind = {Of.OPTION: _("answer"), Of.ROW: _("row")}.get(change.of, "")
    return f"{where}, {kind}" if kind else where


def _sentence(change: Change) -> str:
    before, after = change.before, change.after
    if change.what == What.RETYPED:
        before, after = (str(TYPES[Type(one)]) for one in (before, after))
    if change.what == What.SET:
        before, after = (_yes(one) for one in (before, after))
    field = str(FIELDS.get(change.field, change.field))
    return _(_SENTENCES[change.what]).format(
        field=field, before=before or "–", after=after or "–"
    )


def _yes(value: str) -> str:
    return {"True": _("yes"), "": _("no")}.get(value, value)
