"""Questions about actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.core.paginator import Page
from django.db import models
from django.utils import timezone

from moksori.act.models import Action
from moksori.act.reads.owners import Person, owners_of
from moksori.act.reads.pages import page_of
from moksori.act.reads.places import PlaceLine, place_lines
from moksori.act.reads.timeline import Moment, moments
from moksori.act.reads.whole import Present, present_share
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.web import text
from moksori.understand.models import PainPoint

RUNNING = "running"


@dataclass(frozen=True, slots=True)
class ActionFilters:
    """`status`: an Action.Status, "running" or "all"; `owner`: an id, or "none"."""

    status: str = RUNNING
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One line of the list of actions. `expected_change` in percentage points."""

    id: int
    title: str
    status: str
    status_name: str
    pain_point_id: int
    pain_point_name: str
    owner_id: int | None
    owner_name: str
    start_on: date
    due: date | None
    days_late: int
    days_left: int | None
    expected_change: float
    unit_name: str
    measure: str = Action.Measure.SHARE

    kind: ClassVar[str] = "action"

    @property
    def expected_share(self) -> float:
        """The expected change as a difference of shares: −2 points is −0.02."""
        return self.expected_change / 100

    @property
    def expected_words(self) -> str:
        """The expected change with its unit."""
        if self.measure == Action.Measure.SCORE:
            return text.change(self.expected_change, 1)
        return text.points(self.expected_share)

    @property
    def is_over(self) -> bool:
        return self.status in {Action.Status.DONE, Action.Status.DROPPED}


@dataclass(frozen=True, slots=True)
class ActionPage:
    """All about one action. `was_expected_late`: written down after it took effect."""

    line: ActionLine
    what: str
    measure_name: str
    now: Present | None  # None: over, or too few complain for a share
    cost: Decimal | None
    reason: str
    planned_by: str
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    has_started: bool
    was_expected_late: bool
    moments: list[Moment]
    owners: list[Person]
    places: list[PlaceLine]
    expected_at: datetime
    may_act: bool
    may_assign: bool


def action_row(action_id: int, *, by: Member) -> Action:
    """The action itself, or NotFound."""
    return one(_rows(by), pk=action_id)


def action_lines(
    *, by: Member, filters: ActionFilters | None = None, page: object = 1
) -> Page[Any]:
    """A page of ActionLine: those without an owner first, then by deadline."""
    today = timezone.localdate()
    filters = filters or ActionFilters()
    rows = _filtered(_rows(by), filters)
    owned = models.Case(models.When(owner=None, then=0), default=1)
    ordered = rows.order_by(owned, models.F("due").asc(nulls_last=True), "id")
    return page_of(ordered, lambda action: action_line(action, today), number=page)


def actions_of_pain_point(pain_point_id: int, *, by: Member) -> list[ActionLine]:
    """Every action about it, what runs first; NotFound outside the gate."""
    pain_point = one(PainPoint.objects.visible_to(by), pk=pain_point_id)
    today = timezone.localdate()
    rows = _rows(by).filter(pain_point=pain_point).order_by("-planned_at")
    lines = [action_line(action, today) for action in rows]
    over = {Action.Status.DONE, Action.Status.DROPPED}
    return sorted(lines, key=lambda line: line.status in over)


def action_page(action_id: int, *, by: Member) -> ActionPage:
    """All about one action, or NotFound."""
    action = action_row(action_id, by=by)
    return ActionPage(
        line=action_line(action, timezone.localdate()),
        what=action.what,
        measure_name=action.get_measure_display(),
        now=None if action.is_over else present_share(action.pain_point),
        cost=action.cost,
        reason=action.reason,
        planned_by=action.planned_by.name if action.planned_by else "",
        planned_at=action.planned_at,
        started_at=action.started_at,
        ended_at=action.ended_at,
        has_started=action.has_started,
        was_expected_late=action.was_expected_late,
        moments=moments(action),
        owners=owners_of(action, by=by),
        places=place_lines(action),
        expected_at=action.expected_at,
        may_act=by.may(Ability.ACT, action),
        may_assign=by.may(Ability.ASSIGN, action),
    )


def action_line(action: Action, today: date) -> ActionLine:
    left = None if action.due is None or action.is_over else (action.due - today).days
    return ActionLine(
        id=action.pk,
        title=action.title,
        status=action.status,
        status_name=action.get_status_display(),
        pain_point_id=action.pain_point_id,
        pain_point_name=action.pain_point.name,
        owner_id=action.owner_id,
        owner_name=action.owner.name if action.owner else "",
        start_on=action.start_on,
        due=action.due,
        days_late=action.days_late(today),
        days_left=left if left is None else max(0, left),
        expected_change=action.expected_change,
        unit_name=action.unit.name,
        measure=action.measure,
    )


def _rows(by: Member) -> models.QuerySet[Action]:
    rows: models.QuerySet[Action] = Action.objects.visible_to(by)
    return rows.select_related(
        "pain_point__theme", "pain_point__unit", "owner", "unit", "planned_by"
    )


def _filtered(
    rows: models.QuerySet[Action], filters: ActionFilters
) -> models.QuerySet[Action]:
    if filters.status in Action.Status.values:
        rows = rows.filter(status=filters.status)
    elif filters.status != "all":
        rows = rows.filter(status__in=[Action.Status.PLANNED, Action.Status.ACTING])
    if filters.owner == "none":
        rows = rows.filter(owner=None)
    elif filters.owner.isdecimal():
        rows = rows.filter(owner=int(filters.owner[:18]))
    return rows
