"""What is watched after it was resolved, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.account.models import Watch
from moksori.act.models import Action, Case
from moksori.act.reads.whole import FEWEST, facts_of
from moksori.analysis.alarms.recurrence import METHOD
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.collect.models import Feedback
from moksori.understand.models import PainPoint
from moksori.understand.reads.places import newest_of
from moksori.understand.reads.window import unit_ids_of

WEEK = timedelta(weeks=1)
LONGEST_BASE = 26
USUAL_BASE = 8
SHORTEST_BASE = 4
FEWEST_IN_A_WEEK = 5
SHOWN_RETURNS = 12
State = Watch.State


@dataclass(frozen=True, slots=True)
class Heard:
    """Weeks of a pain point over its whole affiliate: hurt, and heard at all."""

    weeks: tuple[date, ...]
    cases: NDArray[Any]
    totals: NDArray[Any]


@dataclass(frozen=True, slots=True)
class WatchLine:
    """One watch as a page shows it.

    `filled` is how much of the way to the limit the sum has gone (1: passed it; None:
    too little was heard to watch). `usual` is the share when it was resolved, with its
    interval; `recent` that of the weeks since it grew, or of the last four.
    """

    row: Watch
    name: str
    owner: str
    usual: Estimate | None
    returned: float | None
    limit: float | None
    now: float
    filled: float | None
    recent: Estimate | None
    cases: int

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def pain_point(self) -> int:
        return self.row.pain_point_id

    @property
    def state_name(self) -> str:
        return str(self.row.get_state_display())

    @property
    def until(self) -> date:
        """The day on which the close watch ends."""
        return self.row.resolved_on + timedelta(days=self.row.days)

    @property
    def sums(self) -> tuple[float, ...]:
        return tuple(float(week[3]) for week in self.row.weeks)

    @property
    def rate(self) -> float:
        return float(self.row.plan.get("rate", 0.05))

    @property
    def method(self) -> str:
        return METHOD


@dataclass(frozen=True, slots=True)
class Watches:
    """What runs, and what came back lately."""

    running: list[WatchLine]
    returned: list[WatchLine]


def watches(*, by: Member) -> Watches:
    """The nearest to its limit first."""
    rows = _rows().filter(pk__in=Watch.objects.visible_to(by).values("pk"))
    running = _lines(rows.filter(state__in=[State.WATCHING, State.BEYOND]))
    running.sort(key=lambda line: (-(line.filled or 0.0), line.id))
    back = rows.filter(state=State.RETURNED).order_by("-returned_at")
    return Watches(running, _lines(back[:SHOWN_RETURNS]))


def watches_of_pain_point(pain_point_id: int, *, by: Member) -> list[WatchLine]:
    """The newest first; [] where it was never resolved."""
    seen = Watch.objects.visible_to(by).filter(pain_point_id=pain_point_id)
    rows = _rows().filter(pk__in=seen.values("pk"))
    return _lines(rows.exclude(state=State.ENDED).order_by("-id")[:1])


def watch_row(watch_id: int, *, by: Member) -> Watch:
    row: Watch = one(Watch.objects.visible_to(by), pk=watch_id)
    return row


def watch_line(watch_id: int, *, by: Member) -> WatchLine:
    row = watch_row(watch_id, by=by)
    return _lines(_rows().filter(pk=row.pk))[0]


def lines_of(ids: Iterable[int]) -> list[WatchLine]:
    """These watches, the newest first, for who was let through the gate already."""
    return _lines(_rows().filter(pk__in=list(ids)).order_by("-id"))


def base_of(pain: PainPoint, resolved_on: date) -> Heard:
    """The weeks that say what is usual once it is resolved.

    Since its newest action took effect, at least four and at most twenty-six; without
    an action the last eight before the day.
    """
    end = resolved_on - timedelta(days=resolved_on.weekday())
    acted = Action.objects.filter(
        pain_point=pain, started_at__isnull=False, start_on__lt=end
    )
    newest = acted.order_by("-start_on").values_list("start_on", flat=True).first()
    count = USUAL_BASE
    if newest is not None:
        count = min(max((end - newest).days // 7, SHORTEST_BASE), LONGEST_BASE)
    return heard(pain, [end - WEEK * back for back in range(count, 0, -1)])


def heard(pain: PainPoint, weeks: Iterable[date]) -> Heard:
    mondays = list(weeks)
    if not mondays:
        return Heard((), np.zeros(0), np.zeros(0))
    facts = facts_of(pain)
    weekly = facts.weekly(mondays, "n_negative_feedback")
    cases = weekly.get(pain.theme_id, np.zeros(len(mondays)))
    return Heard(tuple(mondays), cases, facts.weekly_totals(mondays))


def weeks_since(pain: PainPoint, started_on: date) -> list[date]:
    """Mondays of the whole weeks from there to the newest feedback."""
    newest = newest_of(Feedback.objects.all(), unit_ids_of(pain.unit_id))
    if newest is None:
        return []
    found, monday = [], started_on
    while monday + timedelta(days=6) <= newest:
        found.append(monday)
        monday += WEEK
    return found


def answered_cases(pain: PainPoint, since: date) -> list[Case]:
    """Cases of customers who spoke of it and were answered since it was acted upon."""
    rows = Case.objects.filter(
        replied_at__date__gte=since, feedback__mentions__theme=pain.theme_id
    )
    return list(rows.distinct().order_by("pk"))


def _rows() -> Any:
    return Watch.objects.select_related("pain_point__theme", "pain_point__owner")


def _lines(rows: Iterable[Watch]) -> list[WatchLine]:
    return [_line(row) for row in rows]


def _line(row: Watch) -> WatchLine:
    pain, plan = row.pain_point, row.plan
    usual = None
    if plan:
        n = float(plan["usual_n"])
        usual = wilson(min(float(plan["hits"]), n), n) if n >= FEWEST else None
    limit = float(plan["limit"]) if plan else None
    now = float(row.weeks[-1][3]) if row.weeks else 0.0
    recent = row.recent
    known = recent and recent.get("n", 0) >= FEWEST
    return WatchLine(
        row=row,
        name=pain.name,
        owner=str(pain.owner) if pain.owner else "",
        usual=usual,
        returned=float(plan["returned"]) if plan else None,
        limit=limit,
        now=now,
        filled=min(now / limit, 1.0) if limit else None,
        recent=wilson(recent["x"], recent["n"]) if known else None,
        cases=len(row.cases),
    )
