"""The JSON door of the step account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from moksori.account import writes
from moksori.account.models import Effect
from moksori.account.reads import effects as reads
from moksori.account.reads.panel import large_enough
from moksori.account.reads.watches import (
    WatchLine,
    watch_line,
    watch_row,
    watches,
)
from moksori.account.reads.words import told
from moksori.act.reads.actions import action_row
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of

router = Router(tags=["account"])


class EffectEstimateOut(Schema):
    """`value`, `low`, `high` are differences: of shares, −0.02 is two points fewer."""

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str
    assumed: tuple[str, ...]


class EffectOut(Schema):
    id: int
    action_id: int
    title: str
    pain_point_id: int
    pain_point_name: str
    verdict: str
    headline: str
    measure: str = Field(description="share: of feedback; score: its mean, 0–10")
    affiliate_name: str = Field(description="the numbers are of all of it")
    estimate: EffectEstimateOut | None
    expected_share: float = Field(
        description="what was expected beforehand, in the unit of the estimate"
    )
    start_on: date
    computed_at: datetime


class EffectList(Schema):
    total: int
    page: int
    pages: int
    effects: list[EffectOut]


class ToldOut(Schema):
    changed: str
    compared: str
    sure: str
    expectation: str
    otherwise: tuple[str, ...]
    when: str


class EffectDetail(EffectOut):
    reason: str
    told: ToldOut
    share_before: float | None
    share_after: float | None
    share_expected: float | None
    placebo: dict[str, Any]
    weeks_before: int
    weeks_after: int
    controls: int
    touched: int
    chosen: dict[str, Any] = Field(
        description="method, among (theme, region, product), treated, refused"
    )
    outlook: dict[str, Any] = Field(
        description="weeks until the expected change would show in 80 %"
    )
    expected_at: datetime
    series: dict[str, Any]


@router.get("/effects", response=EffectList)
def effect_list(
    request: HttpRequest, verdict: str = "", page: int = 1
) -> dict[str, Any]:
    """The newest effect of each action."""
    found = reads.effect_lines(by=member_of(request), verdict=verdict, page=page)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "effects": list(found.object_list),
    }


@router.get("/effects/{int:effect_id}", response=EffectDetail)
def effect(request: HttpRequest, effect_id: int) -> dict[str, Any]:
    return _detail(reads.effect_row(effect_id, by=member_of(request)))


@router.post("/effects/{int:effect_id}/follow", response=dict[str, str])
def follow(request: HttpRequest, effect_id: int) -> dict[str, str]:
    """Move the pain point as the effect suggests."""
    member = member_of(request)
    row = reads.effect_row(effect_id, by=member)
    return {"state": writes.follow_suggestion(row, by=member).state}


@router.post("/actions/{int:action_id}/measure", response=EffectDetail)
def measure(request: HttpRequest, action_id: int) -> dict[str, Any]:
    """Measure now; without news, the effect that is known already."""
    member: Member = member_of(request)
    return _detail(writes.measure(action_row(action_id, by=member), by=member))


def _detail(row: Effect) -> dict[str, Any]:
    return {
        **EffectOut.from_orm(reads.effect_line(row)).dict(),
        "reason": row.reason,
        "told": told(row),
        "share_before": row.share_before if row.has_enough else None,
        "share_after": row.share_after if row.has_enough else None,
        "share_expected": row.share_expected if row.has_enough else None,
        "placebo": row.placebo if row.has_enough else {},
        "weeks_before": row.weeks_before,
        "weeks_after": row.weeks_after,
        "controls": row.controls,
        "touched": row.touched,
        "chosen": row.chosen,
        "outlook": row.outlook,
        "expected_at": row.action.expected_at,
        "series": large_enough(row.series),
    }


class EffectShareOut(Schema):
    """A share of feedback with its interval."""

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str


class WatchOut(Schema):
    """A watch: `now` is the sum of evidence, which signals beyond `limit`.

    `weeks` has rows of Monday, hurt, heard, sum; `rate` is how many watches would
    signal although nothing came back.
    """

    id: int
    pain_point: int
    name: str
    state: str
    days: int
    resolved_on: date
    usual: EffectShareOut | None
    recent: EffectShareOut | None
    returned: float | None = Field(description="the share worth knowing")
    now: float
    limit: float | None
    rate: float
    weeks: list[tuple[date, int, int, float]]
    since_on: date | None
    returned_at: datetime | None
    actions: list[int]
    method: str

    @classmethod
    def of(cls, line: WatchLine) -> WatchOut:
        row = line.row
        return cls(
            id=row.pk,
            pain_point=line.pain_point,
            name=line.name,
            state=row.state,
            days=row.days,
            resolved_on=row.resolved_on,
            usual=EffectShareOut.from_orm(line.usual) if line.usual else None,
            recent=EffectShareOut.from_orm(line.recent) if line.recent else None,
            returned=line.returned,
            now=line.now,
            limit=line.limit,
            rate=line.rate,
            weeks=row.weeks,
            since_on=row.since_on,
            returned_at=row.returned_at,
            actions=row.actions,
            method=line.method,
        )


class WatchListOut(Schema):
    running: list[WatchOut]
    returned: list[WatchOut]


class DaysIn(Schema):
    days: int = Field(ge=14, le=730)


@router.get("/recurrences", response=WatchListOut)
def recurrences(request: HttpRequest) -> WatchListOut:
    """What is watched after it was resolved, and what came back."""
    found = watches(by=member_of(request))
    return WatchListOut(
        running=[WatchOut.of(line) for line in found.running],
        returned=[WatchOut.of(line) for line in found.returned],
    )


@router.post("/recurrences/{int:watch_id}/days", response=WatchOut)
def set_days(request: HttpRequest, watch_id: int, asked: DaysIn) -> WatchOut:
    """How long it is watched closely."""
    member = member_of(request)
    writes.set_watch_days(watch_row(watch_id, by=member), asked.days, by=member)
    return WatchOut.of(watch_line(watch_id, by=member))
