"""Invented counts to measure in: themes, weeks, and what an action changes."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from django.utils import timezone

from moksori.act.models import Action
from moksori.act.tests.makers import a_plan
from moksori.act.writes.actions import plan_action, start_action
from moksori.base.people.models import Member, Unit
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.publisher import Change
from moksori.base.warehouse.tables import MENTIONS
from moksori.understand.models import PainPoint, Theme

MONDAY = date(2024, 1, 1)
START = MONDAY + timedelta(weeks=40)
THEMES = 16
A_WEEK = 250  # feedbacks


def make_world(
    unit: Unit,
    *,
    weeks: int = 56,
    fall: float = 1.0,
    shared_fall: float = 1.0,
    seed: int = 7,
) -> PainPoint:
    """A published world in which theme 0 falls to `fall` of its rate from START on.

    `shared_fall` is what all the other themes fall to. Answers with its pain point.
    """
    draw = np.random.default_rng(seed)
    themes = [_theme(unit, f"주제 {n}") for n in range(THEMES)]
    rates = np.linspace(0.06, 0.015, THEMES)
    after = np.array([fall, *([shared_fall] * (THEMES - 1))])
    days, said = [], []
    for week in range(weeks):
        day = MONDAY + timedelta(weeks=week)
        now = rates * np.where(day >= START, after, 1.0)
        # What makes weeks differ, and resemble the one before, for all alike.
        now *= 1 + 0.15 * np.sin(week / 5)
        chances = [*now, 1 - now.sum()]
        picked = draw.choice(THEMES + 1, size=A_WEEK, p=chances)
        days += [day] * A_WEEK
        said += [themes[n].pk if n < THEMES else None for n in picked]
    _publish(unit, days, said)
    return PainPoint.objects.create(
        unit=unit, theme=themes[0], detected_at=timezone.now()
    )


def make_started(
    pain_point: PainPoint, member: Member, *, start_on: date = START
) -> Action:
    plan = a_plan(start_on=start_on, expected_change=-2.0, due=None)
    action = plan_action(pain_point, plan, by=member)
    return start_action(action, by=member)


def _theme(unit: Unit, name: str) -> Theme:
    return Theme.objects.create(
        unit=unit, name_ko=name, name_en=name, center=b"", born_at=timezone.now()
    )


def _publish(unit: Unit, days: list[date], said: list[int | None]) -> None:
    """One mention a feedback: a complaint about the theme, or something else."""
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
