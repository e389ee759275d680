"""Alarms are few, grow instead of multiplying, and stay within what one may see."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from django.test import Client

from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.people.models import Unit
from moksori.base.testing.makers import Team
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.publisher import Change
from moksori.base.warehouse.tables import MENTIONS
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Alarm, AlarmWatch, Theme
from moksori.understand.reads.alarms import alarm_list, alarm_page, alarm_row
from moksori.understand.reads.trends import trends
from moksori.understand.tests.makers import DAY, make_theme
from moksori.understand.writes.alarms import judge_weeks, mark_alarm

LAST = DAY.date() - timedelta(days=1)  # a Sunday
WEEKS = 80
A_WEEK = 300
THEMES = 6


def heard(unit: Unit, changes: dict[int, tuple[int, float]], *, weeks: int = WEEKS):
    """Six themes at 5 % of 300 a week; from `changes[theme]` on `times` as often."""
    themes = [make_theme(unit, f"주제 {n}", name_en=f"Theme {n}") for n in range(6)]
    draw = np.random.default_rng(3)
    days, said = [], []
    for week in range(weeks):
        day = LAST - timedelta(weeks=weeks - 1 - week)
        rates = np.full(THEMES, 0.05)
        for theme, (since, times) in changes.items():
            if weeks - week <= since:
                rates[theme] *= times
        picked = draw.choice(THEMES + 1, size=A_WEEK, p=[*rates, 1 - rates.sum()])
        days += [day] * A_WEEK
        said += [themes[n].pk if n < THEMES else None for n in picked]
    publish(unit, days, said)
    make_feedback("마지막", unit=unit, occurred_at=DAY - timedelta(days=1))
    return themes


def publish(unit: Unit, days: list[date], said: list[int | None]) -> None:
    n = len(days)
    ids = np.arange(1, n + 1)
    columns = {
        "mention": ids * 10,
        "feedback": ids,
        "day": days,
        "unit": [unit.pk] * n,
        "channel": ["web"] * n,
        "language": ["ko"] * n,
        "theme": said,
        "kind": ["complaint" if theme else "other" for theme in said],
        "sentiment": [-0.6 if theme else 0.2 for theme in said],
        "is_negative": [theme is not None for theme in said],
    }
    table = pa.table(
        {
            field.name: pa.array(columns.get(field.name, [None] * n), field.type)
            for field in MENTIONS.given
        },
        schema=MENTIONS.given,
    )
    warehouse().publish({"mentions": Change(add=table)})


def test_a_doubling_is_one_alarm_that_grows_however_often_it_is_judged(
    team: Team,
) -> None:
    themes = heard(team.ours, {0: (6, 2.2)})

    assert judge_weeks(team.ours.pk) == 1
    assert judge_weeks(team.ours.pk) == 0

    (alarm,) = Alarm.objects.all()
    assert alarm.theme == themes[0]
    assert alarm.direction == 1
    assert alarm.is_running
    assert len(alarm.history) >= 4
    assert [entry["week"] for entry in alarm.history] == sorted(
        {entry["week"] for entry in alarm.history}
    )
    assert AlarmWatch.objects.get().judged_until == date(2026, 2, 23)


def test_quiet_weeks_raise_nothing(team: Team) -> None:
    heard(team.ours, {})
    assert judge_weeks(team.ours.pk) == 0
    assert AlarmWatch.objects.get().state["tested"] == THEMES * 8


def test_an_improvement_is_news_too(team: Team) -> None:
    heard(team.ours, {1: (8, 0.1)})
    judge_weeks(team.ours.pk)
    (alarm,) = Alarm.objects.all()
    assert alarm.direction == -1


def test_weeks_that_were_missed_are_judged_in_order_later(team: Team) -> None:
    heard(team.ours, {0: (6, 2.5)})
    judge_weeks(team.ours.pk)
    once = Alarm.objects.values("theme", "first_week", "history").get()
    Alarm.objects.all().delete()
    kept = AlarmWatch.objects.get()
    kept.judged_until, kept.state = date(2025, 12, 29), {}
    kept.save()

    judge_weeks(team.ours.pk)

    assert Alarm.objects.values("theme", "first_week", "history").get() == once


def test_what_is_over_ends_by_itself(team: Team) -> None:
    heard(team.ours, {0: (8, 3.0)})
    judge_weeks(team.ours.pk)
    alarm = Alarm.objects.get()
    quiet = {**alarm.history[-1], "seen": int(alarm.history[-1]["expected"])}
    alarm.history = [*alarm.history[:-2], quiet, quiet]
    alarm.save()
    days = [LAST + timedelta(weeks=1)] * A_WEEK
    theme = Theme.objects.earliest("pk").pk
    publish(team.ours, days, [theme] * 15 + [None] * (A_WEEK - 15))
    make_feedback("더", unit=team.ours, occurred_at=DAY + timedelta(days=6))

    judge_weeks(team.ours.pk)

    alarm.refresh_from_db()
    assert not alarm.is_running


def test_no_feedback_and_short_histories_are_no_error(team: Team) -> None:
    assert judge_weeks(team.ours.pk) == 0
    heard(team.ours, {}, weeks=6)
    assert judge_weeks(team.ours.pk) == 0
    found = trends(by=team.ada)
    assert found is not None
    assert found.is_too_short


def test_closing_needs_a_reason_and_the_right_to(team: Team) -> None:
    heard(team.ours, {0: (6, 2.5)})
    judge_weeks(team.ours.pk)
    alarm = Alarm.objects.get()
    with pytest.raises(UserError, match="짧게"):
        mark_alarm(alarm, state="closed", by=team.ada)
    mark_alarm(alarm, state="closed", reason="Known campaign", by=team.ada)
    assert alarm_list(by=team.ada, state="closed").lines[0].row.reason
    with pytest.raises(NotAllowed):
        mark_alarm(alarm, state="open", by=team.vic)


def test_an_outsider_finds_nothing(team: Team) -> None:
    heard(team.ours, {0: (6, 2.5)})
    judge_weeks(team.ours.pk)
    alarm = Alarm.objects.get()
    with pytest.raises(NotFound):
        alarm_row(alarm.pk, by=team.eve)


def test_the_page_says_why_and_what_was_expected(team: Team, client: Client) -> None:
    heard(team.ours, {0: (6, 2.5)})
    judge_weeks(team.ours.pk)
    page = alarm_page(Alarm.objects.get().pk, by=team.ada)
    assert page.line.share is not None
    assert page.line.expected == pytest.approx(0.05, abs=0.015)
    assert page.line.share.low > page.line.expected
    client.force_login(team.ada)
    shown = client.get("/understand/trends/")
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "nan" not in text.lower().replace("nano", "")
    assert text.count("<svg") >= THEMES
    assert client.get(f"/understand/trends/alarms/{page.line.id}/").status_code == 200
    assert client.get("/understand/trends/?by=region&show=all").status_code == 200


def test_series_come_with_expectation_and_the_most_surprising_first(
    team: Team,
) -> None:
    themes = heard(team.ours, {2: (4, 2.5)})
    found = trends(by=team.ada)
    assert found is not None
    first = found.panels[0]
    assert first.key.theme == themes[2].pk
    assert first.direction == 1
    assert first.is_surprising
    assert [shift.since for shift in first.shifts] == [date(2026, 2, 2)]
    assert first.recent is not None
    assert first.expected is not None
    assert first.recent.low > first.expected
