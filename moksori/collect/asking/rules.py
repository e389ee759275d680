"""Whether somebody may be asked now; if not, why, and from when on.

Everything comes in as an argument: what happened to this person so far, what is
wanted, the rules of the company, the moment and the person's time zone. What is decided
when an invitation is queued is decided again, by the same function, when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from zoneinfo import ZoneInfo

YEAR = timedelta(days=365)
MOST_REMINDERS = 2
LOOK_AGAIN = timedelta(minutes=1)
_SATURDAY = 5


class Reason(StrEnum):
    """Why somebody is not asked. `words.py` says each to people."""

    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"  # what was sent there came back
    OPEN_COMPLAINT = "open_complaint"
    ANSWERED = "answered"  # no reminder for who has answered
    REMINDED = "reminded"  # often enough
    ASKED_THIS = "asked_this"  # the survey's own clock
    OFTEN_ASKED = "often_asked"  # within a year
    RECENTLY_ANSWERED = "recently_answered"
    RECENTLY_ASKED = "recently_asked"
    OUTRANKED = "outranked"  # a more important one waits for the same person
    QUIET_HOURS = "quiet_hours"
    # Not about the person's past; noted where the invitation is queued or sent.
    NOT_SAMPLED = "not_sampled"
    ALREADY_QUEUED = "already_queued"
    EXPIRED = "expired"
    CLOSED = "closed"
    NO_ROUTE = "no_route"  # nothing is set up that sends by this channel


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for everybody in the company, whoever asks.

    Equal ends mean no quiet hours; a number of 0 switches that rule off.
    """

    gap_days: int = 30
    most_per_year: int = 4
    rest_days: int = 30  # after an answer
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    quiet_weekends: bool = False
    spares_complaints: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to ask.

    `again_after_days`: the survey's own clock; None asks each person once and no more.
    """

    survey: int
    channel: str
    topic: str = ""
    again_after_days: int | None = None
    reminder: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """One moment in which this person was asked, or answered."""

    at: datetime
    survey: int
    reminder: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one person, in the whole company.

    `opted_out` holds (channel, topic); "" stands for every one. `ahead` is when a more
    important invitation that waits for the same person is due.
    """

    asked: tuple[Past, ...] = ()
    answered: tuple[Past, ...] = ()
    opted_out: frozenset[tuple[str, str]] = frozenset()
    has_address: bool = True
    is_reachable: bool = True
    has_open_complaint: bool = False
    ahead: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`earliest` is when nothing known forbids it any more; None: not by waiting."""

    reason: Reason | None = None
    earliest: datetime | None = None

    @property
    def may_be_asked(self) -> bool:
        return self.reason is None


def decide(
    history: History, wish: Wish, rules: Rules, *, at: datetime, zone: ZoneInfo
) -> Decision:
    """Whether this wish may be fulfilled at this moment."""
    if never := _never(history, wish, rules):
        return Decision(never)
    until, reason = max(
        _clocks(history, wish, rules), default=(at, None), key=lambda one: one[0]
    )
    if until > at:
        return Decision(reason, awake(until, rules, zone))
    if not wish.reminder and history.ahead is not None and rules.gap_days:
        due = max(history.ahead, at + LOOK_AGAIN)
        if due < at + timedelta(days=rules.gap_days):
            return Decision(Reason.OUTRANKED, awake(due, rules, zone))
    if (morning := awake(at, rules, zone)) > at:
        return Decision(Reason.QUIET_HOURS, morning)
    return Decision(None, at)


def opted_out(history: History, wish: Wish) -> bool:
    """Whether this person said no to the channel, the topic, or everything."""
    return any(
        channel in {"", wish.channel} and topic in {"", wish.topic}
        for channel, topic in history.opted_out
    )


def is_quiet(at: datetime, rules: Rules, zone: ZoneInfo) -> bool:
    """Whether it is night (or a weekend to be left alone) where the person lives."""
    here = at.astimezone(zone)
    if rules.quiet_weekends and here.weekday() >= _SATURDAY:
        return True
    start, end, now = rules.quiet_from, rules.quiet_until, here.time()
    if start <= end:
        return start <= now < end
    return now >= start or now < end


def awake(at: datetime, rules: Rules, zone: ZoneInfo) -> datetime:
    """This moment, or the next at which it is not quiet."""
    # Each step reaches a later end of the night or midnight: 2 a day, 3 days at most.
    for _step in range(8):
        if not is_quiet(at, rules, zone):
            break
        at = _next_edge(at, rules, zone)
    return at


def sampled(survey: int, person: str, share: float) -> bool:
    """Whether this person is in the sample: the same each time it is asked."""
    if share >= 1:
        return True
    digest = blake2b(f"{survey}\x1f{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64


def _never(history: History, wish: Wish, rules: Rules) -> Reason | None:
    """What no waiting will change."""
    found = (
        (not history.has_address, Reason.NO_ADDRESS),
        (opted_out(history, wish), Reason.OPTED_OUT),
        (not history.is_reachable, Reason.UNREACHABLE),
        (
            rules.spares_complaints and history.has_open_complaint,
            Reason.OPEN_COMPLAINT,
        ),
        (bool(wish.reminder) and _has_answered(history, wish), Reason.ANSWERED),
        (wish.reminder > MOST_REMINDERS, Reason.REMINDED),
        (_once(history, wish), Reason.ASKED_THIS),
    )
    return next((reason for holds, reason in found if holds), None)


def _once(history: History, wish: Wish) -> bool:
    is_again = any(one.survey == wish.survey for one in history.asked)
    return is_again and not wish.reminder and wish.again_after_days is None


def _has_answered(history: History, wish: Wish) -> bool:
    """Since they were asked: an answer of an earlier round says nothing."""
    first = max(
        (p.at for p in history.asked if p.survey == wish.survey and not p.reminder),
        default=None,
    )
    return any(
        one.survey == wish.survey and (first is None or one.at >= first)
        for one in history.answered
    )


def _clocks(
    history: History, wish: Wish, rules: Rules
) -> list[tuple[datetime, Reason]]:
    """Until when each clock forbids it. Of equal ends the first says why."""
    if wish.reminder:
        return []  # belongs to an invitation that the clocks allowed
    firsts = [one.at for one in history.asked if not one.reminder]
    of_survey = [
        one.at
        for one in history.asked
        if one.survey == wish.survey and not one.reminder
    ]
    return [
        *_after(of_survey, wish.again_after_days or 0, Reason.ASKED_THIS),
        *_yearly(firsts, rules.most_per_year),
        *_after(
            [one.at for one in history.answered],
            rules.rest_days,
            Reason.RECENTLY_ANSWERED,
        ),
        # A reminder, too, took the person's time.
        *_after(
            [one.at for one in history.asked], rules.gap_days, Reason.RECENTLY_ASKED
        ),
    ]


def _after(
    moments: Iterable[datetime], days: int, reason: Reason
) -> list[tuple[datetime, Reason]]:
    last = max(moments, default=None)
    return [(last + timedelta(days=days), reason)] if last and days else []


def _yearly(firsts: list[datetime], most: int) -> list[tuple[datetime, Reason]]:
    """Free again when the oldest of the last `most` is a year old."""
    if not most or len(firsts) < most:
        return []
    return [(sorted(firsts)[-most] + YEAR, Reason.OFTEN_ASKED)]


def _next_edge(at: datetime, rules: Rules, zone: ZoneInfo) -> datetime:
    """The next end of the quiet hours or midnight, whichever comes first."""
    here = at.astimezone(zone)
    edges = [
        datetime.combine(here.date() + timedelta(days=day), moment, zone)
        for day in (0, 1)
        for moment in {rules.quiet_until, time(0)}
    ]
    # Compared in UTC: on the day a clock is put back, wall times come twice.
    later = [
        edge.astimezone(UTC)
        for edge in edges
        if edge.astimezone(UTC) > at.astimezone(UTC)
    ]
    return min(later)
