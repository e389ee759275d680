"""What customers said after our answer comes back to the case."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from moksori.act.casework import marks
from moksori.act.models import Case, CaseLetter, CaseReturn
from moksori.act.reads.office import Office
from moksori.base.audit import writes as audit
from moksori.collect.models import Channel, Feedback

MARK = "case"  # in the metadata of a feedback that answers a letter of ours
HOURS_TO_ANSWER_AGAIN = 8  # working hours


def take_returns(ids: Sequence[int]) -> int:
    """Those of these feedbacks that answer a letter of a case, each once."""
    rows = Feedback.objects.filter(
        pk__in=ids, channel=Channel.EMAIL, metadata__has_key=MARK
    )
    known = set(
        CaseReturn.objects.filter(feedback__in=ids).values_list("feedback", flat=True)
    )
    return sum(_take(row) for row in rows if row.pk not in known)


@transaction.atomic
def _take(row: Feedback) -> bool:
    case = _answered_case(row)
    if case is None or row.pk == case.feedback_id:
        return False
    _found, is_new = CaseReturn.objects.get_or_create(
        feedback=row, defaults={"case": case}
    )
    if is_new:
        wake(case, "customer_answered", feedback=row.pk)
    return is_new


def _answered_case(row: Feedback) -> Case | None:
    """The mark must be signed: whoever brings in a file writes what they like."""
    number = marks.letter_of(row.metadata.get("letter"))
    letter = CaseLetter.objects.filter(pk=number).first() if number else None
    return living(letter.case_id) if letter else None


def wake(case: Case, verb: str, **facts: object) -> None:
    """The customer waits for us again, with a new deadline; call it with the lock."""
    before = case.status
    case.status, case.closed_at = Case.Status.OPEN, None
    case.reopened += before == Case.Status.CLOSED
    case.turn += 1
    hours = Office.of_all().hours(case.unit)
    case.answer_by = hours.after(timezone.now(), HOURS_TO_ANSWER_AGAIN)
    case.due = timezone.localdate(case.answer_by)
    case.save(
        update_fields=["status", "closed_at", "reopened", "turn", "answer_by", "due"]
    )
    audit.record(verb, case, by=None, before=before, **facts)


def living(number: int) -> Case | None:
    """The case where work goes on: the one it was merged into, or the open one."""
    rows = Case.objects.select_for_update(no_key=True)
    case = rows.filter(pk=number).first()
    while case is not None and case.merged_into_id is not None:
        case = rows.filter(pk=case.merged_into_id).first()
    if case is None or not case.is_closed or case.feedback_id is None:
        return case
    others = rows.filter(feedback=case.feedback_id).exclude(status=Case.Status.CLOSED)
    return others.first() or case
