"""Trends and alarms, as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import (
    BIGGEST_ID,
    Asked,
    EstimateOut,
    PlaceOut,
    VerbatimOut,
)
from moksori.understand.reads.alarms import (
    AlarmLine,
    alarm_line,
    alarm_list,
    alarm_page,
    alarm_row,
)
from moksori.understand.reads.trends import MOST, Panel, trends
from moksori.understand.writes.alarms import mark_alarm

router = Router(tags=["understand"])


class AskedTrends(Asked):
    """`by` is "product" or "region", or left out; `theme` asks for one theme alone."""

    by: str = Query("", pattern="^(product|region)?$")  # type: ignore[type-arg]
    theme: int | None = Query(None, ge=1, le=BIGGEST_ID)  # type: ignore[type-arg]


class TrendWeekOut(Schema):
    """Shares of feedback; null where too little was heard or is known."""

    monday: date
    seen: int | None
    total: int
    share: float | None
    expected: float | None
    low: float | None
    high: float | None


class ShiftOut(Schema):
    since: date
    before: float
    after: float


class TrendSeriesOut(Schema):
    """`chance`: how often luck is as surprising; `direction` 1 more, −1 less."""

    theme: int
    name: str
    dimension: str
    value: int | None
    where: str
    weeks: list[TrendWeekOut]
    shifts: list[ShiftOut]
    recent: EstimateOut | None
    expected: float | None
    chance: float | None
    direction: int
    method: str
    assumed: str

    @classmethod
    def of(cls, panel: Panel) -> TrendSeriesOut:
        return cls(
            theme=panel.key.theme,
            name=panel.name,
            dimension=panel.key.dimension,
            value=panel.key.value,
            where=panel.where,
            weeks=[
                TrendWeekOut(
                    monday=week.monday,
                    seen=week.seen if week.share is not None else None,
                    total=week.total,
                    share=week.share,
                    expected=week.expected,
                    low=week.low,
                    high=week.high,
                )
                for week in panel.weeks
            ],
            shifts=[
                ShiftOut(since=one.since, before=one.before, after=one.after)
                for one in panel.shifts
            ],
            recent=EstimateOut.of(panel.recent) if panel.recent else None,
            expected=panel.expected,
            chance=panel.chance,
            direction=panel.direction,
            method=panel.method,
            assumed=panel.assumed,
        )


class TrendsOut(Schema):
    """`of` series there are; `whole_weeks` of history."""

    place: PlaceOut | None
    of: int
    whole_weeks: int
    series: list[TrendSeriesOut]


class TrendAlarmOut(Schema):
    """`share` of the weeks since `first_week`; `chance` and LORD++ `level` when raised.

    `history` has a row a week: seen, total, expected, low, high (counts).
    """

    id: int
    theme: int
    name: str
    dimension: str
    value: int | None
    where: str
    direction: int
    state: str
    reason: str
    first_week: date
    last_week: date
    ended_on: date | None
    share: EstimateOut | None
    expected: float | None
    chance: float
    level: float
    method: str
    assumed: str
    history: list[dict[str, Any]]

    @classmethod
    def of(cls, line: AlarmLine) -> TrendAlarmOut:
        row = line.row
        names = (
            "dimension",
            "value",
            "direction",
            "state",
            "reason",
            "first_week",
            "last_week",
            "ended_on",
            "chance",
            "level",
            "method",
            "assumed",
            "history",
        )
        return cls(
            id=row.pk,
            theme=row.theme_id,
            name=line.name,
            where=line.where,
            share=EstimateOut.of(line.share) if line.share else None,
            expected=line.expected,
            **{name: getattr(row, name) for name in names},
        )


class TrendAlarmListOut(Schema):
    unit: int
    state: str
    judged_until: date | None
    series: int
    alarms: list[TrendAlarmOut]


class TrendPartOut(Schema):
    dimension: str
    label: str
    seen: int
    expected: float
    share: float
    is_new: bool


class AlarmPageOut(TrendAlarmOut):
    behind: list[TrendPartOut]
    typical: list[VerbatimOut]


class TrendMarkIn(Schema):
    """`state` is open, seen or closed; closing needs a `reason`."""

    state: str
    reason: str = ""


@router.get("/trends", response=TrendsOut)
def trend_list(request: HttpRequest, asked: Query[AskedTrends]) -> TrendsOut:
    """Series of complaints beside what was expected, the most surprising first."""
    found = trends(
        by=member_of(request),
        filters=asked.filters,
        dimension=asked.by,
        theme=asked.theme,
        limit=MOST,
    )
    if found is None:
        return TrendsOut(place=None, of=0, whole_weeks=0, series=[])
    return TrendsOut(
        place=PlaceOut.of(found.place),
        of=found.series,
        whole_weeks=found.weeks,
        series=[TrendSeriesOut.of(panel) for panel in found.panels],
    )


@router.get("/alarms", response=TrendAlarmListOut)
def alarms(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=BIGGEST_ID),  # type: ignore[type-arg]
    state: str = "open",
) -> TrendAlarmListOut:
    """Alarms of the caller's affiliate (or of `unit`), those that run on first."""
    found = alarm_list(by=member_of(request), unit=unit, state=state)
    return TrendAlarmListOut(
        unit=found.unit.pk,
        state=found.state,
        judged_until=found.watch.judged_until if found.watch else None,
        series=found.watch.series if found.watch else 0,
        alarms=[TrendAlarmOut.of(line) for line in found.lines],
    )


@router.get("/alarms/{int:alarm_id}", response=AlarmPageOut)
def alarm(request: HttpRequest, alarm_id: int) -> AlarmPageOut:
    """One alarm: why it was raised, and what is behind it."""
    page = alarm_page(alarm_id, by=member_of(request))
    return AlarmPageOut(
        **TrendAlarmOut.of(page.line).dict(),
        behind=[TrendPartOut.from_orm(part) for part in page.parts],
        typical=[VerbatimOut.from_orm(words) for words in page.typical],
    )


@router.post("/alarms/{int:alarm_id}/mark", response=TrendAlarmOut)
def mark(request: HttpRequest, alarm_id: int, asked: TrendMarkIn) -> TrendAlarmOut:
    """Say that it was seen, is closed (and why), or is open again."""
    member = member_of(request)
    row = alarm_row(alarm_id, by=member)
    mark_alarm(row, state=asked.state, reason=asked.reason, by=member)
    return TrendAlarmOut.of(alarm_line(alarm_id, by=member))
