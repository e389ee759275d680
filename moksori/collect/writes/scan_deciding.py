"""What people say about a field or a sheet; it goes before whatever was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import (
    Filled,
    PaperAnswer,
    ReviewItem,
    SampledAnswer,
    Sheet,
)
from moksori.collect.paper.answers import fitted_text
from moksori.collect.paper.layout import Field, Kind
from moksori.collect.questionnaires.values import Unfit
from moksori.collect.writes.review import decide
from moksori.collect.writes.scan_reading import use_cut_pages
from moksori.collect.writes.scan_settling import FIELD, settle

Outcome = PaperAnswer.Outcome


@dataclass(frozen=True, slots=True)
class Given:
    """A person's answer: boxes or words; `outcome` may say that there is none."""

    codes: Sequence[str] = ()
    text: str = ""
    outcome: str = Outcome.VALUE


def locked_sheet(sheet_id: int) -> Sheet:
    rows = Sheet.objects.select_for_update(of=("self",))
    found = (
        rows.filter(pk=sheet_id)
        .select_related("form__survey", "form__version", "printing")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def hold(item: ReviewItem) -> None:
    """Lock the sheet of a question before the question itself.

    Pages that come in take down questions while they hold their sheet; whoever locked
    the other way round would wait for them, and they for him.
    """
    if item.about_kind == "sheet":
        rows = Sheet.objects.select_for_update(of=("self",))
        rows.filter(pk=int(item.about_id)).first()


def field_of(sheet: Sheet, field_id: str) -> Field:
    for field in sheet.form.placed.fields:
        if field.id == field_id:
            return field
    raise NotFound


@transaction.atomic
def answer_field(item: ReviewItem, given: Given, *, by: Member) -> ReviewItem:
    """Decide one field. Raises UserError where the answer does not fit its field."""
    by.must(Ability.IMPORT, item)
    if item.kind != FIELD:
        raise NotFound
    sheet = locked_sheet(item.evidence.get("sheet", 0))
    field = field_of(sheet, item.evidence["field"])
    keep(sheet, field, given, by=by)
    return decide(item, given.outcome, by=by)


def keep(sheet: Sheet, field: Field, given: Given, *, by: Member) -> PaperAnswer:
    """Store what a person says; the former answer to the same field gives way."""
    codes, text = checked(sheet, field, given)
    answer, _is_new = PaperAnswer.objects.update_or_create(
        sheet=sheet,
        field=field.id,
        defaults={
            "outcome": given.outcome,
            "codes": list(codes),
            "text": text,
            "member": by,
        },
    )
    return answer


def checked(sheet: Sheet, field: Field, given: Given) -> tuple[tuple[str, ...], str]:
    """Codes and words as they may be stored, or a UserError that says what to do."""
    if given.outcome not in Outcome.values:
        raise UserError(_("This cannot be decided so."), field="outcome")
    if given.outcome != Outcome.VALUE:
        return (), ""
    if field.kind == Kind.TEXT and (given.text.strip() or not given.codes):
        return (), _text(sheet, field, given.text)
    printed = [box.code for box in field.boxes]
    codes = tuple(code for code in printed if code in set(given.codes))
    if len(set(given.codes)) != len(codes):
        raise UserError(_("There is no such box in this field."), field="codes")
    if not codes:
        raise UserError(
            _("Choose what is marked, or say that nothing was answered."), field="codes"
        )
    if field.kind != Kind.MANY and len(codes) > 1:
        raise UserError(_("Choose one of them."), field="codes")
    return codes, ""


def _text(sheet: Sheet, field: Field, text: str) -> str:
    if not text.strip():
        raise UserError(
            _("Type what is written, or say that nothing was answered."), field="text"
        )
    question = sheet.form.version.questionnaire.question(field.question)
    if question is None:
        raise NotFound
    try:
        return fitted_text(question, text)
    except Unfit as unfit:
        raise UserError(str(unfit.problem), field="text") from None


def apply_answer(item: ReviewItem) -> None:
    """After a field was decided: the sheet goes as far as it can."""
    sheet = locked_sheet(item.evidence.get("sheet", 0))
    if not _is_kept(sheet, item):
        raise UserError(_("Say which boxes are marked, or what is written."))
    filled = Filled.objects.get(sheet=sheet)
    judge_sample(item, sheet)
    waiting = ReviewItem.objects.filter(
        kind=FIELD, about_kind="sheet", about_id=str(sheet.pk),
        state=ReviewItem.State.OPEN,
    ).count()  # fmt: skip
    if waiting and filled.state == Filled.State.ASKED:
        filled.open = waiting
        filled.save(update_fields=["open", "changed_at"])
    else:
        settle(sheet, filled)


def _is_kept(sheet: Sheet, item: ReviewItem) -> bool:
    return PaperAnswer.objects.filter(
        sheet=sheet, field=item.evidence["field"], outcome=item.decision
    ).exists()


def put_nothing(item: ReviewItem, outcome: str, *, by: Member) -> None:
    """Decided without an answer: by the queue's own door, too."""
    sheet = locked_sheet(item.evidence.get("sheet", 0))
    keep(sheet, field_of(sheet, item.evidence["field"]), Given(outcome=outcome), by=by)
    apply_answer(item)


def forget_answer(item: ReviewItem) -> None:
    """Taken back: the field waits again. A response that was taken stays until then."""
    sheet = locked_sheet(item.evidence.get("sheet", 0))
    filled = Filled.objects.get(sheet=sheet)
    if filled.state == Filled.State.ERASED:
        raise Conflict(_("This sheet was erased."))
    PaperAnswer.objects.filter(sheet=sheet, field=item.evidence["field"]).delete()
    SampledAnswer.objects.filter(pk=item.evidence.get("sample", 0)).update(
        is_wrong=None
    )
    filled.open += 1
    filled.state = Filled.State.ASKED
    filled.save()


def judge_sample(item: ReviewItem, sheet: Sheet) -> None:
    """Where two typed differently, this decision says who was right."""
    sample = SampledAnswer.objects.filter(pk=item.evidence.get("sample", 0)).first()
    if sample is None:
        return
    answer = PaperAnswer.objects.get(sheet=sheet, field=sample.field)
    said = sorted(answer.codes) if answer.outcome == Outcome.VALUE else []
    sample.is_wrong = said != sorted(sample.read.get("codes", []))
    sample.save(update_fields=["is_wrong"])


@transaction.atomic
def finish_as_it_is(filled: Filled, *, by: Member) -> Filled:
    """Take a sheet although pages are missing; they may still come later."""
    by.must(Ability.IMPORT, filled)
    sheet = locked_sheet(filled.sheet_id)
    filled = Filled.objects.get(sheet=sheet)
    if filled.state != Filled.State.MISSING:
        raise Conflict(_("No page of this sheet is missing any more."))
    use_cut_pages(sheet)
    filled.is_as_is = True
    audit.record("finish_sheet", sheet, by=by)
    return settle(sheet, filled)
