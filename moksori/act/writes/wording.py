"""Write down words to answer with, and macros: steps that one button does."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.casework import wording
from moksori.act.models import Case, Macro, ReplyTemplate
from moksori.act.reads.addressees import LANGUAGES
from moksori.act.reads.hands import Hands, Wanted
from moksori.act.writes.cases import (
    assign_case,
    checked_text,
    close_case,
    must_be_open,
    wait_with_case,
)
from moksori.act.writes.comments import comment_on
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.understand.models import Mention

MOST = 300  # templates, or macros, of one unit


@dataclass(frozen=True, slots=True)
class MacroDraft:
    """A macro as somebody wrote it; see `models.Macro`."""

    name: str
    owner: str = ""
    then: str = ""
    note: str = ""
    template: ReplyTemplate | None = None


@transaction.atomic
def write_template(
    unit: Unit, name: str, texts: dict[str, dict[str, str]], *, by: Member
) -> ReplyTemplate:
    """`texts` maps "ko" and "en" to {"subject", "text"}; one language is enough."""
    row = ReplyTemplate(unit=unit)
    by.must(Ability.ASSIGN, row)
    _must_be_few(ReplyTemplate.objects.filter(unit=unit).count())
    return _template(row, name, texts, "write_reply_template", by=by)


@transaction.atomic
def change_template(
    template: ReplyTemplate, name: str, texts: dict[str, dict[str, str]], *, by: Member
) -> ReplyTemplate:
    row = ReplyTemplate.objects.select_for_update().get(pk=template.pk)
    by.must(Ability.ASSIGN, row)
    return _template(row, name, texts, "change_reply_template", by=by)


@transaction.atomic
def delete_template(template: ReplyTemplate, *, by: Member) -> None:
    """Letters that began with it stay as they are; macros go on without it."""
    by.must(Ability.ASSIGN, template)
    audit.record("delete_reply_template", template, by=by, name=template.name)
    template.delete()


@transaction.atomic
def write_macro(unit: Unit, draft: MacroDraft, *, by: Member) -> Macro:
    row = Macro(unit=unit)
    by.must(Ability.ASSIGN, row)
    _must_be_few(Macro.objects.filter(unit=unit).count())
    return _macro(row, draft, "write_macro", by=by)


@transaction.atomic
def change_macro(macro: Macro, draft: MacroDraft, *, by: Member) -> Macro:
    row = Macro.objects.select_for_update().get(pk=macro.pk)
    by.must(Ability.ASSIGN, row)
    return _macro(row, draft, "change_macro", by=by)


@transaction.atomic
def delete_macro(macro: Macro, *, by: Member) -> None:
    by.must(Ability.ASSIGN, macro)
    audit.record("delete_macro", macro, by=by, name=macro.name)
    macro.delete()


@transaction.atomic
def run_macro(macro: Macro, case: Case, *, by: Member) -> Case:
    """All of its steps, or none. Its words are only proposed; a person sends them."""
    case = must_be_open(case, by=by)
    if macro.unit_id not in case.unit.ancestor_ids():
        raise Conflict(_("This button belongs to another unit."))
    if macro.owner == Macro.Owner.ME:
        assign_case(case, by, by=by)
    elif macro.owner == Macro.Owner.REMIT:
        assign_case(case, _who_has_time(case), by=by)
    if macro.then == Macro.Then.CLOSE:
        close_case(case, macro.note, by=by)
    elif macro.note:
        comment_on(case, macro.note, by=by)
    if macro.then == Macro.Then.WAIT:
        wait_with_case(case, by=by)
    audit.record("run_macro", case, by=by, macro=macro.pk, name=macro.name)
    case.refresh_from_db()
    return case


def _who_has_time(case: Case) -> Member:
    feedback = case.feedback
    themes = frozenset(
        Mention.objects.filter(feedback=feedback, theme__isnull=False).values_list(
            "theme", flat=True
        )
        if feedback
        else ()
    )
    product = feedback.product_id if feedback else None
    wanted = Wanted(case.unit.path, case.region_id, product, themes)
    fit = Hands.of_today().choose(wanted, now=timezone.now())
    if fit is None:
        raise Conflict(_("Nobody who could take this case is here today."))
    return Member.objects.get(pk=fit.member)


def _template(
    row: ReplyTemplate,
    name: str,
    texts: dict[str, dict[str, str]],
    verb: str,
    *,
    by: Member,
) -> ReplyTemplate:
    row.name = _name(name)
    row.texts = _texts(texts)
    _save(row, _("This unit has a template of this name already. Choose another name."))
    audit.record(verb, row, by=by, name=row.name)
    return row


def _texts(given: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    found = {}
    for language in LANGUAGES:
        told = given.get(language, {})
        subject = one_line(told.get("subject", ""), field=f"subject_{language}")[:300]
        text = checked_text(told.get("text", ""), field=f"text_{language}")
        for said, name in ((subject, "subject"), (text, "text")):
            _must_know(said, f"{name}_{language}")
        if subject and not text:
            raise UserError(
                _("There is a subject, but nothing to read under it."),
                field=f"text_{language}",
            )
        if text:
            found[language] = {"subject": subject, "text": text}
    if not found:
        raise UserError(
            _("Write the words in Korean, in English, or in both."), field="text_ko"
        )
    return found


def _must_know(text: str, field: str) -> None:
    unknown = wording.unknown_places(text)
    if unknown:
        raise UserError(
            _("Nothing is known to stand at %(places)s. There are: %(known)s.")
            % {
                "places": ", ".join(unknown[:3]),
                "known": wording.shown_places(field[-2:]),
            },
            field=field,
        )


def _macro(row: Macro, draft: MacroDraft, verb: str, *, by: Member) -> Macro:
    row.name = _name(draft.name)
    row.note = checked_text(draft.note, field="note")
    row.owner, row.then, row.template = draft.owner, draft.then, draft.template
    if draft.then == Macro.Then.CLOSE and not row.note:
        raise UserError(
            _("Say in a few words why this case can be closed."), field="note"
        )
    if draft.then == Macro.Then.CLOSE and draft.template:
        raise UserError(
            _("A closed case is not answered any more. Leave out one of the two."),
            field="template",
        )
    does_something = draft.owner or draft.then or row.note or draft.template
    if not does_something:
        raise UserError(_("Choose at least one step."), field="owner")
    template = draft.template
    if template and template.unit_id not in row.unit.ancestor_ids():
        raise UserError(
            _("These words belong to another unit. Choose others."), field="template"
        )
    _save(row, _("This unit has a macro of this name already. Choose another name."))
    audit.record(verb, row, by=by, name=row.name)
    return row


def _name(given: str) -> str:
    name = one_line(given, field="name")
    if not name:
        raise UserError(_("Give it a name."), field="name")
    return name[:120]


def _save(row: ReplyTemplate | Macro, taken: str) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise UserError(taken, field="name") from None


def _must_be_few(count: int) -> None:
    if count >= MOST:
        raise Conflict(
            _("This unit has %(most)s of these already. Delete some first.")
            % {"most": MOST}
        )
