"""Invitations that are due leave the house: decided again, claimed, handed over once.

Claiming is committed before anything is sent and counts as asked, so two senders that
work at once never ask one person twice. Each message is SENDING, committed, before the
carrier hears a word: a sender that dies leaves at most one message unsure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from moksori.collect.asking.rules import Decision, Reason, Rules, decide
from moksori.collect.models import Address, Approach, Invitation, Skip, Survey
from moksori.collect.reads.histories import Histories, histories, zone_of
from moksori.collect.senders.sender import Fate, Line, Outcome
from moksori.collect.writes.addresses import lock_addresses
from moksori.collect.writes.contact_rules import current
from moksori.collect.writes.handing import Writer, line_of, reference_of
from moksori.collect.writes.invitations import wish_of

State = Invitation.State
AT_ONCE = 50
STALE_AFTER = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=m) for m in (2, 10, 60, 240))
WHILE_DOWN = timedelta(minutes=3)
WITHOUT_ROUTE = timedelta(hours=1)


def is_any_due() -> bool:
    """A cheap question for the schedule."""
    due = Invitation.objects.filter(state=State.WAITING, not_before__lte=timezone.now())
    return due.exists()


def send_due(*, most: int = 1_000) -> Counter[str]:
    """Send what is due, at most so many; what became of them by state."""
    told: Counter[str] = Counter()
    while told.total() < most:
        claimed, looked_at = claim(min(AT_ONCE, most))
        for way in dict.fromkeys(one.way for one in claimed):
            told += _send([one for one in claimed if one.way == way], way)
        told["skipped_or_later"] += looked_at - len(claimed)
        if not looked_at:
            break
    return told


def claim(size: int) -> tuple[list[Invitation], int]:
    """The next invitations that may be sent, now ours; and how many were looked at.

    The others are skipped, or wait on, with the reason.
    """
    now = timezone.now()
    due = Invitation.objects.filter(state=State.WAITING, not_before__lte=now)
    columns = (
        "pk", "address_id", "contact__mail_address_id", "contact__phone_address_id"
    )  # fmt: skip
    looked_at = list(
        due.order_by("-priority", "not_before", "id").values_list(*columns)[:size]
    )
    addresses = {pk for _pk, *found in looked_at for pk in found if pk is not None}
    with transaction.atomic():
        # Addresses first, here as everywhere: two who lock never wait for each other.
        lock_addresses(addresses)
        mine = _still_waiting([pk for pk, *_addresses in looked_at])
        claimed = _claimed(mine, now)
    return claimed, len(looked_at)


def _still_waiting(numbers: list[int]) -> list[Invitation]:
    """Read again under the lock: somebody may have been faster."""
    rows = Invitation.objects.filter(pk__in=numbers, state=State.WAITING)
    return list(
        rows.select_for_update(of=("self",))
        .order_by("-priority", "not_before", "id")
        .select_related("survey__version", "survey__unit", "contact", "address")
        .defer("survey__draft")
    )


def _claimed(mine: list[Invitation], now: datetime) -> list[Invitation]:
    people = [one.contact for one in mine if one.contact is not None]
    known, rules = histories(people), current().rules
    approaches = _approaches(mine)
    open_ways = {way for way in {one.way for one in mine} if line_of(way) is not None}
    claimed = []
    for one in mine:
        decision = (
            _decided(one, approaches[one.survey_id], known, rules, now)
            if one.way in open_ways
            else Decision(Reason.NO_ROUTE, now + WITHOUT_ROUTE)
        )
        _note_decision(one, decision, now)
        known.note(one)
        if one.state == State.CLAIMED:
            claimed.append(one)
    return claimed


def settle_stale() -> tuple[int, int]:
    """Where a sender died: what it had not begun waits again, the one it had is unsure.

    Both numbers are told.
    """
    old = timezone.now() - STALE_AFTER
    unsure = Invitation.objects.filter(state=State.SENDING, asked_at__lt=old).update(
        state=State.UNSURE, error="The sender stopped while the carrier had it."
    )
    again = Invitation.objects.filter(state=State.CLAIMED, asked_at__lt=old).update(
        state=State.WAITING, asked_at=None
    )
    return again, unsure


@transaction.atomic
def remind() -> int:
    """Queue a reminder for whom time has come and who has not answered."""
    now = timezone.now()
    made = []
    for approach in Approach.objects.filter(
        reminders__gt=0, survey__status=Survey.Status.OPEN
    ):
        for number in range(1, approach.reminders + 1):
            made += _reminders(approach, number, now)
    Invitation.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _reminders(approach: Approach, number: int, now: datetime) -> list[Invitation]:
    asked_before = now - timedelta(days=approach.reminder_days * number)
    firsts = Invitation.objects.filter(
        survey_id=approach.survey_id,
        reminder=0,
        state__in=(State.SENT, State.UNSURE),
        sent_at__lte=asked_before,
        expires_at__gt=now,
        contact__isnull=False,
        response__finished_at=None,
    )
    # One after the other, each its days after the one before.
    later = Invitation.objects.filter(first__in=firsts)
    has = set(later.filter(reminder=number).values_list("first_id", flat=True))
    before = dict(later.filter(reminder=number - 1).values_list("first_id", "sent_at"))
    wait = timedelta(days=approach.reminder_days)
    found = []
    for first in firsts.exclude(pk__in=has):
        sent = before.get(first.pk) if number > 1 else first.sent_at
        if sent is not None and sent + wait <= now:
            found.append(_reminder(first, number, now))
    return found


def _reminder(first: Invitation, number: int, now: datetime) -> Invitation:
    return Invitation(
        first=first,
        reminder=number,
        survey_id=first.survey_id,
        contact_id=first.contact_id,
        address_id=first.address_id,
        way=first.way,
        topic=first.topic,
        priority=first.priority,
        about=first.about,
        not_before=now,
        expires_at=first.expires_at,
        invited_by_id=first.invited_by_id,
    )


def _approaches(found: Iterable[Invitation]) -> dict[int, Approach]:
    surveys = {one.survey_id: one.survey for one in found}
    known = {row.survey_id: row for row in Approach.objects.filter(survey__in=surveys)}
    return {
        pk: known.get(pk) or Approach(survey=survey) for pk, survey in surveys.items()
    }


def _decided(
    one: Invitation, approach: Approach, known: Histories, rules: Rules, now: datetime
) -> Decision:
    if one.contact is None:
        return Decision(Reason.NO_ADDRESS)
    if one.survey.status != Survey.Status.OPEN or one.survey.version is None:
        return Decision(Reason.CLOSED)
    if one.expires_at <= now:
        return Decision(Reason(one.waits_for or Reason.EXPIRED))
    history = known.of(one.contact, one.way, priority=one.priority, but=one.pk)
    wish = wish_of(one, approach)
    return decide(history, wish, rules, at=now, zone=zone_of(one.contact))


def _note_decision(one: Invitation, found: Decision, now: datetime) -> None:
    """Claimed; or waiting on; or skipped for good."""
    if found.reason is None:
        one.state, one.asked_at, one.waits_for = State.CLAIMED, now, ""
        one.save(update_fields=["state", "asked_at", "waits_for"])
        return
    can_wait = found.earliest is not None and found.earliest < one.expires_at
    is_news = one.waits_for != found.reason or not can_wait
    one.waits_for = found.reason
    if can_wait and found.earliest is not None:
        one.not_before = found.earliest
    else:
        one.state = State.SKIPPED
    one.save(update_fields=["state", "waits_for", "not_before"])
    if is_news:
        Skip.objects.create(
            survey_id=one.survey_id,
            contact_id=one.contact_id,
            invitation=one,
            way=one.way,
            reason=found.reason,
            reminder=one.reminder,
            was_queued=True,
            is_final=not can_wait,
            earliest=found.earliest,
            at=now,
        )


def _send(claimed: list[Invitation], way: str) -> Counter[str]:
    told: Counter[str] = Counter()
    route = line_of(way)
    if route is None:
        return told
    writer = Writer()
    with route as line:
        before: tuple[Invitation, Outcome] | None = None
        for place, one in enumerate(claimed):
            # One commit ends the message before and begins this one.
            if not _begun(one, before):
                before = None
                continue
            outcome = _handed_over(line, writer, one)
            before = (one, outcome)
            told[outcome.fate] += 1
            if outcome.fate == Fate.DOWN:
                told[Fate.DOWN] += _release(claimed[place + 1 :])
                break
        if before is not None:
            with transaction.atomic():
                _note_outcome(*before)
    return told


@transaction.atomic
def _begun(one: Invitation, before: tuple[Invitation, Outcome] | None) -> bool:
    """Whether it is still ours: somebody may have opted out since it was claimed."""
    if before is not None:
        _note_outcome(*before)
    return bool(
        Invitation.objects.filter(
            pk=one.pk, state=State.CLAIMED, asked_at=one.asked_at
        ).update(state=State.SENDING)
    )


def _handed_over(line: Line, writer: Writer, one: Invitation) -> Outcome:
    try:
        message = writer.message(one)
    except Exception as error:  # noqa: BLE001 - one letter must not stop the others
        return Outcome(Fate.FAILED, f"{type(error).__name__}: {error}"[:300])
    return line.hand_over(message)


def _release(rest: list[Invitation]) -> int:
    """Nobody is there to take them: they wait, and have not been asked."""
    later = timezone.now() + WHILE_DOWN
    return Invitation.objects.filter(
        pk__in=[one.pk for one in rest], state=State.CLAIMED
    ).update(state=State.WAITING, asked_at=None, not_before=later)


def _note_outcome(one: Invitation, outcome: Outcome) -> None:
    now = timezone.now()
    values: dict[str, object] = {"error": outcome.error[:500]}
    if outcome.fate == Fate.SENT:
        values |= {"state": State.SENT, "sent_at": now}
        values["message_id"] = outcome.carrier_id or reference_of(one)
    elif outcome.fate == Fate.UNSURE:
        values |= {"state": State.UNSURE, "sent_at": now}
    elif outcome.fate == Fate.DOWN:
        values |= {"state": State.WAITING, "asked_at": None,
                   "not_before": now + WHILE_DOWN}  # fmt: skip
    elif outcome.fate == Fate.LATER and one.attempts < len(WAITS):
        values |= {"state": State.WAITING, "asked_at": None,
                   "attempts": one.attempts + 1,
                   "not_before": now + WAITS[one.attempts]}  # fmt: skip
    elif outcome.fate == Fate.REFUSED:
        values |= {"state": State.BOUNCED, "asked_at": None}
        Address.objects.filter(pk=one.address_id).update(is_dead=True, died_at=now)
    else:
        values |= {"state": State.FAILED, "asked_at": None}
    Invitation.objects.filter(pk=one.pk, state=State.SENDING).update(**values)
