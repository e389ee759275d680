"""Pain points, cases and actions to test with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from moksori.act.models import Action, Case
from moksori.act.writes.actions import plan_action
from moksori.act.writes.cases import open_case
from moksori.act.writes.plans import Plan
from moksori.base.people.models import Member, Unit
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import PainPoint, Theme


def make_pain_point(unit: Unit, name: str = "예매") -> PainPoint:
    """A pain point of an affiliate, everywhere."""
    now = timezone.now()
    theme = Theme.objects.create(
        unit=unit, name_ko=name, name_en=f"{name} (en)", center=b"", born_at=now
    )
    return PainPoint.objects.create(unit=unit, theme=theme, detected_at=now)


def make_case(
    member: Member, unit: Unit, text: str = "줄이 길어요", **fields: Any
) -> Case:
    return open_case(make_feedback(text, unit=unit), by=member, **fields).case


def a_plan(**changes: Any) -> Plan:
    today = timezone.localdate()
    fields: dict[str, Any] = {
        "title": "예매 화면을 두 단계로",
        "start_on": today + timedelta(days=7),
        "expected_change": -2.0,
        "due": today + timedelta(days=14),
    }
    return Plan(**(fields | changes))


def make_action(
    pain_point: PainPoint, member: Member, *, owner: Member | None = None, **plan: Any
) -> Action:
    return plan_action(pain_point, a_plan(**plan), owner=owner, by=member)


def days_from_now(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
