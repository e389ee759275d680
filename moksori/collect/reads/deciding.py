"""Who is to be asked and who is not, by the rules: for queueing, and to look ahead.

Both go the same way, so that what is said before sending is what sending does; looking
ahead stores and locks nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from moksori.collect.asking.rules import (
    Decision,
    Reason,
    Rules,
    Wish,
    decide,
    sampled,
)
from moksori.collect.asking.words import why
from moksori.collect.models import Approach, Contact, Invitation, Survey
from moksori.collect.reads.histories import (
    Histories,
    address_id,
    histories,
    zone_of,
)

State = Invitation.State
UNDERWAY = (State.WAITING, State.CLAIMED, State.SENDING)
SHOWN = 20
EXAMPLES = 5
AT_ONCE = 1_000
# Whether these still hold is seen when it is sent; to wait for them costs nothing.
_SEEN_LATER = frozenset({Reason.OUTRANKED, Reason.QUIET_HOURS})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be asked of whom, by what, and from when on."""

    survey: Survey
    approach: Approach
    rules: Rules
    way: str
    not_before: datetime | None = None

    @property
    def at(self) -> datetime:
        now = timezone.now()
        return max(now, self.not_before or now)


@dataclass(slots=True)
class LeftOut:
    """One reason, how many people it holds for, and the first of them."""

    reason: str
    label: str
    count: int = 0
    people: list[Contact] = field(default_factory=list)


@dataclass(slots=True)
class Ahead:
    """What sending would do now. `later` of those asked wait for an hour or a clock."""

    people: int = 0
    asked: int = 0
    later: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    first: list[Contact] = field(default_factory=list)
    by_language: Counter[str] = field(default_factory=Counter)  # of those asked
    sample: dict[str, Contact] = field(default_factory=dict)  # one by language
    reasons: dict[str, LeftOut] = field(default_factory=dict)

    @property
    def left_out(self) -> list[LeftOut]:
        return sorted(self.reasons.values(), key=lambda one: -one.count)

    @property
    def skipped(self) -> int:
        return self.people - self.asked


def ahead(plan: Plan, contacts: Sequence[Contact]) -> Ahead:
    """How many would be asked, and how many not for which reason; nothing is stored."""
    found = Ahead(people=len(contacts))
    queued: set[int] = set()
    now = timezone.now()
    for start in range(0, len(contacts), AT_ONCE):
        part = contacts[start : start + AT_ONCE]
        for contact, address, decision in decisions(plan, part, queued):
            if address is None or decision.reason is not None:
                _leave_out(found, contact, decision)
            else:
                _ask(found, contact, decision.earliest or now, now)
    return found


def decisions(
    plan: Plan, contacts: Sequence[Contact], queued: set[int]
) -> Iterator[tuple[Contact, int | None, Decision]]:
    """Each contact with the address and the decision; `queued` grows by those asked."""
    known = histories(contacts)
    queued.update(
        Invitation.objects.filter(
            survey=plan.survey,
            reminder=0,
            state__in=UNDERWAY,
            address__in=list(known.addresses),
        ).values_list("address_id", flat=True)
    )
    for contact in contacts:
        address = address_id(contact, plan.way)
        if address in queued:
            yield contact, address, Decision(Reason.ALREADY_QUEUED)
            continue
        found = _decided(plan, contact, known)
        if address is not None and found.reason is None:
            queued.add(address)
        yield contact, address, found


def _decided(plan: Plan, contact: Contact, known: Histories) -> Decision:
    """May they be asked before it expires? `earliest` is when it is to be sent."""
    survey, approach, at = plan.survey, plan.approach, plan.at
    wish = Wish(survey.pk, plan.way, approach.topic, approach.again_after_days)
    history = known.of(contact, plan.way, priority=approach.priority)
    found = decide(history, wish, plan.rules, at=at, zone=zone_of(contact))
    if found.earliest is None:
        return found
    share = approach.sample_percent / 100
    # By person, not by contact: two units draw the same people.
    if not sampled(survey.pk, str(address_id(contact, plan.way)), share):
        return Decision(Reason.NOT_SAMPLED)
    is_in_time = found.earliest < at + timedelta(days=approach.valid_days)
    if is_in_time or found.reason in _SEEN_LATER:
        return Decision(None, found.earliest)
    return found


def _ask(found: Ahead, contact: Contact, at: datetime, now: datetime) -> None:
    found.asked += 1
    found.later += at > now + timedelta(minutes=1)
    found.first_at = min(found.first_at or at, at)
    found.last_at = max(found.last_at or at, at)
    found.by_language[contact.language] += 1
    found.sample.setdefault(contact.language, contact)
    if len(found.first) < SHOWN:
        found.first.append(contact)


def _leave_out(found: Ahead, contact: Contact, decision: Decision) -> None:
    reason = decision.reason or Reason.EXPIRED
    line = found.reasons.setdefault(reason, LeftOut(reason, why(reason)))
    line.count += 1
    if len(line.people) < EXAMPLES:
        line.people.append(contact)
