"""Forecasts as a member reads them: what is expected, and how wrong it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from moksori.analysis.estimate import Estimate
from moksori.analysis.forecasts.choose import NAMES
from moksori.base.customers.models import Every, Outlook
from moksori.base.errors import NotFound
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.tables.messages import Message
from moksori.understand.models import affiliates_of
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.window import unit_ids_of

ASSUMED = ("What drove the numbers so far goes on.",)
ADDED = "Parts and wholes reconciled so that they add up."


@dataclass(frozen=True, slots=True)
class SignalLine:
    """Whether something customers said would have helped, and how much."""

    name: str
    is_used: bool
    n: int
    without: float | None
    with_it: float | None


@dataclass(frozen=True, slots=True)
class OutlookLine:
    """One series: what is expected period by period, and the error of the past.

    `mase` below 1 errs less than the seasonal naive did within the history. `days`
    and `values` are the history, `ahead` the first days of the periods to come.
    """

    id: int
    level: str
    region: str
    product: str
    is_rest: bool
    days: tuple[date, ...]
    values: tuple[float | None, ...]
    ahead: tuple[date, ...]
    points: tuple[Estimate, ...]
    method: str
    season: int
    n: int
    gaps: int
    mase: float | None
    origins: int
    errors: int
    coverage: Estimate | None
    tried: tuple[tuple[str, float | None], ...]
    signals: tuple[SignalLine, ...]
    adds_up: bool
    problem: str

    @property
    def next(self) -> Estimate | None:
        return self.points[0] if self.points else None

    @property
    def depth(self) -> int:
        return {"all": 0, "region": 1, "product": 1}.get(self.level, 2)


@dataclass(frozen=True, slots=True)
class Subject:
    """What may be looked at: feedback, or an imported series by its name."""

    key: str
    source: str
    name: str
    every: str


@dataclass(frozen=True, slots=True)
class OutlookPage:
    """The forecasts of one subject; `line` is the one drawn, None where none is."""

    unit: Unit
    units: tuple[Unit, ...]
    subject: Subject | None
    subjects: tuple[Subject, ...]
    line: OutlookLine | None
    lines: tuple[OutlookLine, ...]
    made_at: datetime | None


def outlook_page(
    *, by: Member, unit: int | None = None, subject: str = "", node: int | None = None
) -> OutlookPage:
    """Forecasts within an affiliate, of what the member reads; NotFound outside."""
    by.must(Ability.READ)
    home = home_affiliate(by=by, unit=unit)
    seen = Unit.objects.filter(pk__in=affiliates_of(by.scope()))
    rows = _seen(by, home)
    subjects = _subjects(rows)
    chosen = next((one for one in subjects if one.key == subject), None) or (
        subjects[0] if subjects else None
    )
    lines: tuple[OutlookLine, ...] = ()
    if chosen is not None:
        mine = rows.filter(source=chosen.source, name=chosen.name, every=chosen.every)
        lines = tuple(_ordered([_line(row) for row in mine]))
    line = next((one for one in lines if one.id == node), None)
    if node is not None and line is None:
        raise NotFound
    return OutlookPage(
        unit=home,
        units=tuple(seen),
        subject=chosen,
        subjects=subjects,
        line=line or (lines[0] if lines else None),
        lines=lines,
        made_at=max((row.made_at for row in rows), default=None),
    )


def _seen(by: Member, home: Unit) -> QuerySet[Outlook]:
    rows = Outlook.objects.visible_to(by).filter(unit_id__in=unit_ids_of(home.pk))
    return rows.select_related("region", "product")


def _subjects(rows: QuerySet[Outlook]) -> tuple[Subject, ...]:
    found = {
        (row.source, row.name, row.every): Subject(
            f"{row.source}:{row.every}:{row.name}", row.source, row.name, row.every
        )
        for row in rows
    }
    return tuple(
        found[key] for key in sorted(found, key=lambda k: (k[0] != "feedback", k))
    )


def _ordered(lines: Sequence[OutlookLine]) -> list[OutlookLine]:
    """The whole first, then by dimension, largest first, what is not named last."""

    def rank(line: OutlookLine) -> tuple[int, str, bool, float, str]:
        value = line.next.value if line.next else 0.0
        kind = {"all": 0, "region": 1, "product": 2}.get(line.level, 3)
        return (
            kind,
            line.region if kind == 3 else "",
            line.is_rest,
            -value,
            line.product,
        )

    return sorted(lines, key=rank)


def _line(row: Outlook) -> OutlookLine:
    told = row.told
    days = tuple(date.fromisoformat(one) for one in told.get("days", []))
    method = NAMES.get(told.get("method", ""), told.get("method", ""))
    assumed = (*ASSUMED, ADDED) if told.get("adds_up") else ASSUMED
    points = tuple(
        Estimate(value, low, high, told["n"], method, assumed=assumed)
        for value, low, high in told.get("points", [])
    )
    return OutlookLine(
        id=row.pk,
        level=row.level,
        region=row.region.name if row.region else "",
        product=row.product.name if row.product else "",
        is_rest="other" in row.key.split("/")[2:4],
        days=days,
        values=tuple(told.get("values", [])),
        ahead=tuple(_after(days[-1], len(points), row.every)) if days else (),
        points=points,
        method=told.get("method", ""),
        season=told.get("season", 1),
        n=told.get("n", 0),
        gaps=told.get("gaps", 0),
        mase=told.get("mase"),
        origins=told.get("origins", 0),
        errors=told.get("errors", 0),
        coverage=_coverage(told.get("coverage")),
        tried=tuple((name, value) for name, value in told.get("tried", [])),
        signals=tuple(SignalLine(*one[:5]) for one in told.get("signals", [])),
        adds_up=bool(told.get("adds_up")),
        problem=str(Message(row.problem["template"], row.problem["facts"]))
        if row.problem
        else "",
    )


def _coverage(given: Any) -> Estimate | None:
    if not given:
        return None
    value, low, high, n = given
    return Estimate(value, low, high, n, "Wilson score interval")


def _after(last: date, count: int, every: str) -> list[date]:
    found = []
    for _step in range(count):
        if every == Every.WEEK:
            last = last + timedelta(weeks=1)
        else:
            last = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append(last)
    return found
