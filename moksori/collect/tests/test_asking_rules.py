"""The rules of asking hold for every history, moment and zone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.collect.asking.rules import (
    Decision,
    History,
    Past,
    Reason,
    Rules,
    Wish,
    awake,
    decide,
    is_quiet,
    sampled,
)

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # 12:00 in Seoul, a Wednesday
ANY_TIME = Rules(quiet_from=time(0), quiet_until=time(0))
WISH = Wish(survey=1, channel="email", topic="service", again_after_days=90)


def decided(
    history: History = History(),  # noqa: B008 - frozen
    wish: Wish = WISH,
    rules: Rules = ANY_TIME,
    at: datetime = NOON,
) -> Decision:
    return decide(history, wish, rules, at=at, zone=SEOUL)


def ago(days: float, *, survey: int = 2, reminder: int = 0) -> Past:
    return Past(NOON - timedelta(days=days), survey, reminder)


def test_who_was_never_asked_may_be_asked() -> None:
    assert decided() == Decision(None, NOON)


@pytest.mark.parametrize(
    ("history", "reason", "in_days"),
    [
        (History(asked=(ago(29),)), Reason.RECENTLY_ASKED, 1),
        (History(asked=(ago(80, survey=1),)), Reason.ASKED_THIS, 10),
        (History(answered=(ago(10),)), Reason.RECENTLY_ANSWERED, 20),
        (
            History(asked=tuple(ago(days) for days in (300, 200, 100, 50))),
            Reason.OFTEN_ASKED,
            65,
        ),
        (History(asked=(ago(40), ago(3, reminder=1))), Reason.RECENTLY_ASKED, 27),
    ],
)
def test_a_clock_says_why_and_until_when(
    history: History, reason: Reason, in_days: int
) -> None:
    assert decided(history) == Decision(reason, NOON + timedelta(days=in_days))


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (History(has_address=False), Reason.NO_ADDRESS),
        (History(is_reachable=False), Reason.UNREACHABLE),
        (History(has_open_complaint=True), Reason.OPEN_COMPLAINT),
        (History(opted_out=frozenset({("", "")})), Reason.OPTED_OUT),
        (History(opted_out=frozenset({("email", "")})), Reason.OPTED_OUT),
        (History(opted_out=frozenset({("", "service")})), Reason.OPTED_OUT),
        (History(opted_out=frozenset({("email", "service")})), Reason.OPTED_OUT),
    ],
)
def test_waiting_does_not_help(history: History, reason: Reason) -> None:
    assert decided(history) == Decision(reason)


@pytest.mark.parametrize("said", [("sms", ""), ("", "other"), ("sms", "service")])
def test_who_said_no_elsewhere_may_be_asked_here(said: tuple[str, str]) -> None:
    assert decided(History(opted_out=frozenset({said}))).may_be_asked


def test_a_survey_without_a_clock_asks_once_in_a_life() -> None:
    once = replace(WISH, again_after_days=None)
    assert decided(History(asked=(ago(3000, survey=1),)), once) == Decision(
        Reason.ASKED_THIS
    )


def test_a_reminder_needs_no_gap_but_everything_else() -> None:
    first = ago(3, survey=1)
    reminder = replace(WISH, reminder=1)
    assert decided(History(asked=(first,)), reminder).may_be_asked
    answered = History(asked=(first,), answered=(ago(1, survey=1),))
    assert decided(answered, reminder).reason == Reason.ANSWERED
    earlier = History(asked=(first,), answered=(ago(99, survey=1),))
    assert decided(earlier, reminder).may_be_asked
    complaint = History(asked=(first,), has_open_complaint=True)
    assert decided(complaint, reminder).reason == Reason.OPEN_COMPLAINT
    assert decided(wish=replace(WISH, reminder=3)).reason == Reason.REMINDED


def test_the_more_important_one_goes_first() -> None:
    history = History(ahead=NOON + timedelta(days=2))
    assert decided(history) == Decision(Reason.OUTRANKED, NOON + timedelta(days=2))
    assert decided(History(ahead=NOON + timedelta(days=31))).may_be_asked


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-18T20:59", "2026-11-18T20:59"),
        ("2026-11-18T21:00", "2026-11-19T08:00"),
        ("2026-11-19T00:30", "2026-11-19T08:00"),
        ("2026-11-19T07:59", "2026-11-19T08:00"),
        ("2026-11-19T08:00", "2026-11-19T08:00"),
        ("2026-11-20T22:00", "2026-11-23T08:00"),  # Friday night
        ("2026-11-21T12:00", "2026-11-23T08:00"),
    ],
)
def test_nobody_is_woken(at: str, expected: str) -> None:
    rules = Rules(quiet_weekends=True)
    moment = datetime.fromisoformat(at).replace(tzinfo=SEOUL)
    assert awake(moment, rules, SEOUL) == datetime.fromisoformat(expected).replace(
        tzinfo=SEOUL
    )


def test_a_night_is_counted_where_the_person_lives() -> None:
    assert not is_quiet(NOON, Rules(), SEOUL)
    assert is_quiet(NOON, Rules(), ZoneInfo("America/New_York"))  # 22:00


moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Asia/Seoul",
            "America/New_York",
            "Europe/Berlin",
            "Australia/Lord_Howe",
            "America/Santiago",
            "Pacific/Apia",
        )
    ]
)
pasts = st.builds(
    Past,
    moments,
    survey=st.integers(1, 3),
    reminder=st.sampled_from([0, 0, 0, 1, 2]),
)
histories = st.builds(
    History,
    asked=st.lists(pasts, max_size=8).map(tuple),
    answered=st.lists(pasts, max_size=4).map(tuple),
)
all_rules = st.builds(
    Rules,
    gap_days=st.integers(0, 120),
    most_per_year=st.integers(0, 6),
    rest_days=st.integers(0, 120),
    quiet_from=st.times(),
    quiet_until=st.times(),
    quiet_weekends=st.booleans(),
)


@settings(max_examples=250, deadline=None)
@given(histories, all_rules, moments, zones)
def test_the_earliest_moment_is_one_and_nothing_before_it_is(
    history: History, rules: Rules, at: datetime, zone: ZoneInfo
) -> None:
    known = replace(
        history,
        asked=tuple(one for one in history.asked if one.at <= at),
        answered=tuple(one for one in history.answered if one.at <= at),
    )
    found = decide(known, WISH, rules, at=at, zone=zone)
    assert found.earliest is not None
    assert found.earliest >= at
    assert decide(known, WISH, rules, at=found.earliest, zone=zone).may_be_asked
    if not found.may_be_asked:
        for part in (0, 0.3, 0.9):
            between = at + (found.earliest - at) * part
            assert not decide(known, WISH, rules, at=between, zone=zone).may_be_asked


@settings(max_examples=100, deadline=None)
@given(
    all_rules,
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3)), max_size=60),
    zones,
)
def test_however_often_somebody_tries_the_rules_hold(
    rules: Rules, tries: list[tuple[int, int]], zone: ZoneInfo
) -> None:
    """Everybody asks whenever they are allowed; then the log is looked at."""
    asked: tuple[Past, ...] = ()
    for hours, survey in sorted(tries):
        at = NOON + timedelta(hours=hours)
        wish = replace(WISH, survey=survey)
        if decide(History(asked=asked), wish, rules, at=at, zone=zone).may_be_asked:
            asked += (Past(at, survey),)
    for one, other in itertools.pairwise(asked):
        assert other.at - one.at >= timedelta(days=rules.gap_days)
    for one in asked:
        assert not is_quiet(one.at, rules, zone)
        year = [p for p in asked if one.at <= p.at < one.at + timedelta(days=365)]
        assert not rules.most_per_year or len(year) <= rules.most_per_year
        same = [p.at for p in asked if p.survey == one.survey and p.at > one.at]
        assert all(at - one.at >= timedelta(days=90) for at in same)


def test_a_sample_is_as_large_as_wanted_and_always_the_same() -> None:
    people = [f"person {n}" for n in range(20_000)]
    chosen = [p for p in people if sampled(7, p, 0.2)]
    assert 0.19 < len(chosen) / len(people) < 0.21
    assert chosen == [p for p in people if sampled(7, p, 0.2)]
    assert set(chosen) <= {p for p in people if sampled(7, p, 0.4)}
    assert not any(sampled(7, p, 0) for p in people)
    assert all(sampled(7, p, 1) for p in people)
