"""What is due and overdue, unit by unit, and how well deadlines were kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import quantiles

from django.db.models import Count, Q
from django.utils import timezone

from moksori.act.models import Case, CaseRating
from moksori.act.reads.cases import is_late
from moksori.act.reads.office import Office
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member, Unit

PERIODS = (7, 28, 90)  # days
MOST_TIMED = 5_000  # answers whose working hours are counted, the newest first
FEWEST_TIMED = 5

_WAITS = Q(status__in=[Case.Status.OPEN, Case.Status.WAITING])


@dataclass(slots=True)
class BoardLine:
    """One unit, its own cases without those of units below.

    Now: `waiting` for an answer, of which `late`, `today` (due by the end of today)
    and `unowned`; `to_close` are past the hour by which they should be closed.
    In the period: of `judged` cases `kept` were answered in time. Judged is a case
    that was answered first in the period, or is overdue without an answer.
    """

    unit_id: int
    unit_name: str
    waiting: int = 0
    late: int = 0
    today: int = 0
    unowned: int = 0
    to_close: int = 0
    judged: int = 0
    kept: int = 0

    @property
    def in_time(self) -> Estimate | None:
        """The share answered in time, with Wilson's interval; None without cases."""
        return wilson(self.kept, self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class Pace:
    """Working hours from the opening to the first answer: the middle, and the half
    of all answers around it. `n` were counted; `is_whole` unless there were too many.
    """

    middle: float
    low: float
    high: float
    n: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Board:
    lines: list[BoardLine]
    whole: BoardLine
    pace: Pace | None
    solved: Estimate | None  # of the customers who said something in the period
    days: int
    since: date


def board(*, by: Member, days: int = 28, now: datetime | None = None) -> Board:
    """Within what the member may read, the most overdue unit first."""
    now = now or timezone.now()
    since = now - timedelta(days=days)
    found = _standing(by, now)
    _judge(found, by, since, now)
    names = dict(_names(found))
    for line in found.values():
        line.unit_name = names.get(line.unit_id, "")
    lines = sorted(
        found.values(),
        key=lambda line: (-line.late, -line.today, -line.waiting, line.unit_name),
    )
    return Board(
        lines=lines,
        whole=_whole(lines),
        pace=_pace(by, since),
        solved=_solved(by, since),
        days=days,
        since=timezone.localdate(since),
    )


def _standing(by: Member, now: datetime) -> dict[int, BoardLine]:
    today = timezone.localdate(now)
    late = is_late(now, today)
    rows = Case.objects.visible_to(by).exclude(status=Case.Status.CLOSED).order_by()
    counted = rows.values_list("unit_id").annotate(
        waiting=Count("pk", filter=_WAITS),
        late=Count("pk", filter=late),
        today=Count("pk", filter=_WAITS & Q(due__lte=today) & ~late),
        unowned=Count("pk", filter=_WAITS & Q(owner=None)),
        to_close=Count("pk", filter=Q(close_by__lt=now)),
    )
    return {row[0]: BoardLine(row[0], "", *row[1:]) for row in counted}


def _judge(
    found: dict[int, BoardLine], by: Member, since: datetime, now: datetime
) -> None:
    rows = Case.objects.visible_to(by).order_by()
    answered = Q(first_reply_at__gte=since, answered_late__isnull=False)
    overdue = Q(first_reply_at=None) & is_late(now, timezone.localdate(now))
    counted = rows.values_list("unit_id").annotate(
        judged=Count("pk", filter=answered | overdue),
        kept=Count("pk", filter=answered & Q(answered_late=False)),
    )
    for unit, judged, kept in counted:
        if judged:
            line = found.setdefault(unit, BoardLine(unit, ""))
            line.judged, line.kept = judged, kept


def _names(found: Iterable[int]) -> list[tuple[int, str]]:
    return [(unit.pk, unit.name) for unit in Unit.objects.filter(pk__in=list(found))]


def _whole(lines: list[BoardLine]) -> BoardLine:
    whole = BoardLine(0, "")
    names = ("waiting", "late", "today", "unowned", "to_close", "judged", "kept")
    for name in names:
        setattr(whole, name, sum(getattr(line, name) for line in lines))
    return whole


def _solved(by: Member, since: datetime) -> Estimate | None:
    rows = CaseRating.objects.visible_to(by).filter(at__gte=since)
    told = rows.aggregate(n=Count("pk"), good=Count("pk", filter=Q(is_solved=True)))
    return wilson(told["good"], told["n"]) if told["n"] else None


def _pace(by: Member, since: datetime) -> Pace | None:
    rows = Case.objects.visible_to(by).filter(first_reply_at__gte=since)
    newest = rows.order_by("-first_reply_at").values_list(
        "unit__path", "opened_at", "first_reply_at"
    )
    taken = list(newest[: MOST_TIMED + 1])
    if len(taken) < FEWEST_TIMED:
        return None
    office = Office.of_all()
    by_path: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for path, opened, answered in taken[:MOST_TIMED]:
        if answered is not None:
            by_path[path].append((opened, answered))
    hours = []
    for path, spans in by_path.items():
        working = office.hours_at(path)
        hours += [working.between(start, end) for start, end in spans]
    low, middle, high = quantiles(hours, n=4, method="inclusive")
    return Pace(middle, low, high, len(hours), len(taken) <= MOST_TIMED)
