"""Open, hand on, answer and close cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.models import Case, CaseLetter
from moksori.act.reads.office import Office
from moksori.act.writes.owners import must_hand
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import storable
from moksori.collect.models import Feedback

DAYS_TO_ANSWER = 3
LONGEST = 5_000  # letters of a reply, a reason or a comment


@dataclass(frozen=True, slots=True)
class Opened:
    """The open case of a feedback, and whether it was opened just now."""

    case: Case
    is_new: bool


def open_case(
    feedback: Feedback,
    *,
    by: Member,
    owner: Member | None = None,
    due: date | None = None,
    why: str = "",
) -> Opened:
    """The one open case of this feedback; a second attempt answers with the first.

    Without `due` there are three days. Needs ACT; another person as owner, ASSIGN.
    """
    by.must(Ability.ACT, feedback)
    case = Case(
        feedback=feedback,
        unit_id=feedback.unit_id,
        region_id=feedback.region_id,
        due=due or timezone.localdate() + timedelta(days=DAYS_TO_ANSWER),
        why=checked_text(why, field="why"),
        opened_by=by,
    )
    case.answer_by = end_of_work(case, case.due)
    if owner is not None:
        must_hand(case, owner, by=by)
        case.owner, case.owned_since = owner, case.opened_at
    try:
        with transaction.atomic():
            case.save(force_insert=True)
            audit.record("open_case", case, by=by, owner=case.owner_id, due=case.due)
    except IntegrityError:
        # Somebody opened it between our question and our answer: theirs is the case.
        first = open_case_of(feedback)
        if first is None:
            raise
        return Opened(first, is_new=False)
    return Opened(case, is_new=True)


def open_case_of(feedback: Feedback) -> Case | None:
    open_ones = Case.objects.exclude(status=Case.Status.CLOSED)
    return open_ones.filter(feedback=feedback).first()


@transaction.atomic
def assign_case(case: Case, owner: Member | None, *, by: Member) -> Case:
    """Give the case to `owner`, or to nobody."""
    case = locked(case)
    must_hand(case, owner, by=by)
    before, case.owner = case.owner_id, owner
    case.owner_why, case.owned_since = {}, timezone.now() if owner else None
    case.save(update_fields=["owner", "owner_why", "owned_since"])
    audit.record("assign_case", case, by=by, before=before, owner=case.owner_id)
    return case


@transaction.atomic
def set_case_due(case: Case, due: date, *, by: Member) -> Case:
    case = must_be_open(case, by=by)
    before, case.due = case.due, due
    case.answer_by = end_of_work(case, due)
    case.save(update_fields=["due", "answer_by"])
    audit.record("set_case_due", case, by=by, before=before, due=due)
    return case


@transaction.atomic
def wait_with_case(case: Case, *, by: Member) -> Case:
    """The next step is somebody else's: the customer's, or a colleague's."""
    case = must_be_open(case, by=by)
    return move(case, Case.Status.WAITING, "wait_with_case", by=by)


@transaction.atomic
def resume_case(case: Case, *, by: Member) -> Case:
    """The next step is ours again."""
    case = must_be_open(case, by=by)
    return move(case, Case.Status.OPEN, "resume_case", by=by)


@transaction.atomic
def reply_to_case(case: Case, text: str, *, by: Member) -> Case:
    """Record what the customer was told, and mark the case answered. Sends nothing.

    The newest note stands on the case; each is kept as it was written.
    """
    case = must_be_open(case, by=by)
    case.reply = checked_text(text, field="reply")
    if not case.reply:
        raise UserError(_("Write what the customer was told."), field="reply")
    now = note_reply(case, by=by)
    CaseLetter.objects.create(
        case=case,
        key=f"noted-{case.turn}",
        way=CaseLetter.Way.NOTED,
        state=CaseLetter.State.SENT,
        text=case.reply,
        by=by,
        at=now,
        sent_at=now,
    )
    return move(case, Case.Status.ANSWERED, "reply_to_case", by=by)


def note_reply(case: Case, *, by: Member) -> datetime:
    """That the customer was answered just now, and when; the first time is kept."""
    now = timezone.now()
    case.replied_by = by
    keep_first_reply(case, now)
    return now


def keep_first_reply(case: Case, at: datetime) -> None:
    """The answer as it stands on the case; of the first one, whether it was late."""
    case.replied_at = at
    if case.first_reply_at is None:
        case.first_reply_at = at
        case.answered_late = case.answer_by is not None and at > case.answer_by
    case.save(
        update_fields=[
            "reply", "replied_at", "replied_by", "first_reply_at", "answered_late"
        ]
    )  # fmt: skip


@transaction.atomic
def close_case(case: Case, reason: str, *, by: Member) -> Case:
    """Close it; whoever closes says why, answered or not."""
    case = must_be_open(case, by=by)
    case.reason = checked_text(reason, field="reason")
    if not case.reason:
        raise UserError(
            _("Say in a few words why this case can be closed."), field="reason"
        )
    case.closed_at = timezone.now()
    case.save(update_fields=["reason", "closed_at"])
    return move(case, Case.Status.CLOSED, "close_case", by=by)


@transaction.atomic
def reopen_case(case: Case, *, by: Member) -> Case:
    """Back to work: as answered if there is a reply, otherwise as open."""
    case = locked(case)
    by.must(Ability.ACT, case)
    if not case.is_closed:
        return case
    if case.feedback is not None and open_case_of(case.feedback) is not None:
        raise _has_another()
    case.closed_at, case.merged_into = None, None
    case.reopened += 1
    status = Case.Status.ANSWERED if case.reply else Case.Status.OPEN
    try:
        with transaction.atomic():
            case.save(update_fields=["closed_at", "merged_into", "reopened"])
            return move(case, status, "reopen_case", by=by)
    except IntegrityError:
        # Somebody opened it between our question and our answer.
        raise _has_another() from None


def _has_another() -> Conflict:
    return Conflict(
        _("This feedback has another open case already. Go on working there.")
    )


def checked_text(text: str, *, field: str) -> str:
    text = storable(text)
    if len(text) > LONGEST:
        raise UserError(
            _("This is longer than %(longest)s letters. Shorten it.")
            % {"longest": LONGEST},
            field=field,
        )
    return text


def move(case: Case, status: Case.Status, verb: str, *, by: Member) -> Case:
    before, case.status = case.status, status
    case.turn += 1
    case.save(update_fields=["status", "turn"])
    audit.record(verb, case, by=by, before=before, status=status.value)
    return case


def end_of_work(case: Case, day: date) -> datetime:
    """The end of working hours of the case's unit on that day."""
    return Office.of_all().hours(case.unit).end_of(day)


def must_be_open(case: Case, *, by: Member) -> Case:
    case = locked(case)
    by.must(Ability.ACT, case)
    if case.is_closed:
        raise Conflict(_("This case is closed. Reopen it first."))
    return case


def locked(case: Case) -> Case:
    """The row as it is now; somebody else may have changed it since it was shown."""
    return Case.objects.select_for_update(no_key=True).get(pk=case.pk)
