"""What lies with one member, and what of it is for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone

from moksori.act.models import Action, Case
from moksori.act.reads.actions import ActionLine, action_line
from moksori.act.reads.cases import CaseLine, case_line
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability

MOST = 100
FOR_TODAY = 3


@dataclass(frozen=True, slots=True)
class MyWork:
    """Mine, due first. `today` are the three that should come first."""

    cases: list[CaseLine]
    actions: list[ActionLine]
    free_cases: int  # cases without an owner that this member could take
    free_actions: int

    @property
    def late(self) -> int:
        """How many are past their deadline."""
        return sum(1 for line in self._open if line.days_late)

    @property
    def today(self) -> list[CaseLine | ActionLine]:
        dated = [line for line in self._open if line.due is not None]
        return sorted(dated, key=_deadline)[:FOR_TODAY]

    @property
    def is_short(self) -> bool:
        """Whether the lists say by themselves what comes first."""
        return len(self.cases) + len(self.actions) <= FOR_TODAY

    @property
    def _open(self) -> list[CaseLine | ActionLine]:
        """What still waits for its owner; answered cases only wait to be closed."""
        waiting = [line for line in self.cases if line.status != Case.Status.ANSWERED]
        return [*waiting, *self.actions]


def my_work(*, by: Member) -> MyWork:
    """Open cases and running actions of this member."""
    today = timezone.localdate()
    cases = _open_cases(by).filter(owner=by).order_by("due", "id")[:MOST]
    actions = _running_actions(by).filter(owner=by)
    by_deadline = actions.order_by(models.F("due").asc(nulls_last=True), "id")[:MOST]
    return MyWork(
        cases=[case_line(case, today) for case in cases],
        actions=[action_line(action, today) for action in by_deadline],
        free_cases=_open_cases(by, Ability.ACT).filter(owner=None).count(),
        free_actions=_running_actions(by, Ability.ACT).filter(owner=None).count(),
    )


def _deadline(line: CaseLine | ActionLine) -> tuple[date, int]:
    return (line.due or date.max, line.id)


def _open_cases(by: Member, ability: Ability = Ability.READ) -> models.QuerySet[Case]:
    rows: models.QuerySet[Case] = Case.objects.visible_to(by, ability)
    open_ones = rows.exclude(status=Case.Status.CLOSED)
    return open_ones.select_related("feedback", "owner", "unit")


def _running_actions(
    by: Member, ability: Ability = Ability.READ
) -> models.QuerySet[Action]:
    rows: models.QuerySet[Action] = Action.objects.visible_to(by, ability)
    running = rows.filter(status__in=[Action.Status.PLANNED, Action.Status.ACTING])
    return running.select_related("pain_point__theme", "owner", "unit")
