"""What lies with one member, and what of it is for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils import timezone

from moksori.act.models import Action, Case
from moksori.act.reads.actions import ActionLine, action_line
from moksori.act.reads.cases import CaseLine, case_line
from moksori.act.reads.promises import PromiseLine, my_promises
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.reads.visits import HandoverLine, handovers_for

MOST = 100
FOR_TODAY = 3
Line = CaseLine | ActionLine | PromiseLine


@dataclass(frozen=True, slots=True)
class MyWork:
    """Mine, due first. `today` are the three that should come first."""

    cases: list[CaseLine]
    actions: list[ActionLine]
    promises: list[PromiseLine]
    handovers: list[HandoverLine]  # orders and reports from visits, without a day
    free_cases: int  # cases without an owner that this member could take
    free_actions: int

    @property
    def late(self) -> int:
        """How many are past their deadline."""
        return sum(1 for line in self._open if line.days_late)

    @property
    def today(self) -> list[Line]:
        dated = [line for line in self._open if line.due is not None]
        return sorted(dated, key=_deadline)[:FOR_TODAY]

    @property
    def is_short(self) -> bool:
        """Whether the lists say by themselves what comes first."""
        count = len(self.cases) + len(self.actions) + len(self.promises)
        return count <= FOR_TODAY

    @property
    def _open(self) -> list[Line]:
        """What still waits for its owner; answered cases only wait to be closed."""
        waiting = [line for line in self.cases if line.status != Case.Status.ANSWERED]
        return [*waiting, *self.actions, *self.promises]


def my_work(*, by: Member) -> MyWork:
    """Open cases, running actions and open promises of this member."""
    today = timezone.localdate()
    cases = _open_cases(by).filter(owner=by).order_by("due", "id")[:MOST]
    actions = _running_actions(by).filter(owner=by)
    by_deadline = actions.order_by(models.F("due").asc(nulls_last=True), "id")[:MOST]
    return MyWork(
        cases=[case_line(case, today) for case in cases],
        actions=[action_line(action, today) for action in by_deadline],
        promises=my_promises(by=by),
        handovers=handovers_for(by=by),
        free_cases=_open_cases(by, Ability.ACT).filter(owner=None).count(),
        free_actions=_running_actions(by, Ability.ACT).filter(owner=None).count(),
    )


def _deadline(line: Line) -> tuple[date, int]:
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
