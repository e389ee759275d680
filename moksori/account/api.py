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
from moksori.account.reads.words import told
from moksori.act.reads.actions import action_row
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of

router = Router(tags=["account"])


class EstimateOut(Schema):
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
    estimate: EstimateOut | None
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
