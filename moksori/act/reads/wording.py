"""Words to begin an answer with, and macros, as they may be used in a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.act.casework import wording
from moksori.act.models import Case, Macro, ReplyTemplate
from moksori.act.reads.addressees import Addressee, company
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.web import text


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """`texts` maps a language to its subject and words."""

    id: int
    name: str
    unit_id: int
    unit_name: str
    texts: dict[str, dict[str, str]]

    @property
    def languages(self) -> list[str]:
        return [code for code in ("ko", "en") if self.texts.get(code, {}).get("text")]


@dataclass(frozen=True, slots=True)
class MacroLine:
    """What one button does, in a sentence: `does`."""

    id: int
    name: str
    unit_name: str
    does: str
    closes: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A template with its places filled for one case."""

    subject: str
    text: str
    language: str


def template_row(
    template_id: int, *, by: Member, ability: Ability = Ability.ASSIGN
) -> ReplyTemplate:
    rows = ReplyTemplate.objects.visible_to(by, ability)
    return one(rows.select_related("unit"), pk=template_id)


def macro_row(macro_id: int, *, by: Member) -> Macro:
    rows = Macro.objects.visible_to(by, Ability.ASSIGN)
    return one(rows.select_related("unit", "template"), pk=macro_id)


def template_lines(*, by: Member) -> list[TemplateLine]:
    """Those of the units in which the member may hand out work."""
    rows = ReplyTemplate.objects.visible_to(by, Ability.ASSIGN).select_related("unit")
    return [template_line(row) for row in rows]


def macro_lines(*, by: Member) -> list[MacroLine]:
    rows = Macro.objects.visible_to(by, Ability.ASSIGN)
    return [macro_line(row) for row in rows.select_related("unit", "template")]


def templates_for(case: Case) -> list[TemplateLine]:
    """Of the case's unit and those above; ask for a case that may be worked on."""
    rows = ReplyTemplate.objects.filter(unit__in=case.unit.ancestor_ids())
    return [template_line(row) for row in rows.select_related("unit")]


def macros_of(case: Case) -> QuerySet[Macro]:
    """Of the case's unit and those above; ask for a case that may be worked on."""
    rows = Macro.objects.filter(unit__in=case.unit.ancestor_ids())
    return rows.select_related("unit", "template")


def macros_for(case: Case) -> list[MacroLine]:
    return [macro_line(row) for row in macros_of(case)]


def template_line(row: ReplyTemplate) -> TemplateLine:
    return TemplateLine(row.pk, row.name, row.unit_id, row.unit.name, row.texts)


def macro_line(row: Macro) -> MacroLine:
    return MacroLine(
        id=row.pk,
        name=row.name,
        unit_name=row.unit.name,
        does=_does(row),
        closes=row.then == Macro.Then.CLOSE,
    )


def units_to_lead(member: Member) -> list[Unit]:
    """Where the member may hand out work, and so say how it is done."""
    return list(Unit.objects.filter(pk__in=member.scope(Ability.ASSIGN).units))


def words_for(
    template: ReplyTemplate, case: Case, to: Addressee, language: str, *, by: Member
) -> Words:
    """In the language asked for; in the other where the template lacks it."""
    if not template.texts.get(language, {}).get("text"):
        language = next(iter(template_line(template).languages), language)
    told = template.texts.get(language, {})
    values = places_of(case, to, language, by=by)
    return Words(
        " ".join(wording.filled(told.get("subject", ""), values, language).split()),
        wording.filled(told.get("text", ""), values, language),
        language,
    )


def places_of(
    case: Case, to: Addressee, language: str, *, by: Member
) -> Mapping[str, str]:
    """What stands at each place; nobody is greeted as "" or as nothing."""
    feedback = case.feedback
    with translation.override(language):
        at = feedback.occurred_at if feedback else timezone.now()
        product = feedback.product if feedback else None
        return {
            wording.CUSTOMER: to.name or _("customer"),
            wording.MEMBER: by.name,
            wording.COMPANY: company(case.unit, language),
            wording.PRODUCT: product.name if product else _("our service"),
            wording.RECEIVED: text.day(text.local_day(at)),
            wording.NUMBER: str(case.pk),
        }


def first_subject(case: Case, to: Addressee, language: str) -> str:
    """Their own subject where they wrote one; else who answers."""
    if to.subject:
        is_answer = to.subject.lower().startswith("re:")
        return to.subject if is_answer else f"Re: {to.subject}"
    with translation.override(language):
        return _("%(company)s answers what you told us") % {
            "company": company(case.unit, language)
        }


def _does(row: Macro) -> str:
    """“Takes the case on, writes a note, begins the answer with “…”, closes it.”"""
    steps = []
    if row.owner == Macro.Owner.ME:
        steps.append(_("takes the case on"))
    elif row.owner == Macro.Owner.REMIT:
        steps.append(_("gives it to whom it concerns and who has time"))
    if row.note and row.then != Macro.Then.CLOSE:
        steps.append(_("writes a note"))
    if row.template:
        steps.append(
            _("begins the answer with “%(name)s”") % {"name": row.template.name}
        )
    if row.then == Macro.Then.WAIT:
        steps.append(_("waits for others"))
    elif row.then == Macro.Then.CLOSE:
        steps.append(_("closes the case"))
    return ", ".join(steps)
