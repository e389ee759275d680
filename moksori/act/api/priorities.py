"""Priorities as JSON: the order, and what people say of effort and impact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from moksori.act.reads.priorities import PriorityLine, Stake, priority_list
from moksori.act.writes.appraisals import Expected, appraise_pain_point
from moksori.analysis.estimate import Estimate
from moksori.analysis.priority import Range
from moksori.base.people.requests import member_of
from moksori.understand.reads.pains import pain_point_row
from moksori.understand.reads.places import PERIODS
from moksori.understand.reads.window import Filters

router = Router(tags=["act"])
BIGGEST_ID = 2**53


class RangeOut(Schema):
    low: float
    high: float

    @classmethod
    def of(cls, one: Range) -> RangeOut:
        return cls(low=one.low, high=one.high)


class StakeOut(Schema):
    """Yearly money of the accounts that complain; null: not known."""

    accounts: int
    known: int
    currency: str
    revenue: Decimal | None
    margin: Decimal | None
    cost_to_serve: Decimal | None

    @classmethod
    def of(cls, one: Stake) -> StakeOut:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class PriorityOut(Schema):
    """`rank` holds its 90 % interval, `first` how often it is the best of all.

    `effort` in person-days, `impact` the share of complaints gone; where `has_effort`
    or `has_impact` is false they are assumed.
    """

    pain_point: int
    name: str
    rank: Estimate
    value: Estimate
    first: float
    reach: Estimate
    severity: Estimate
    effort: RangeOut
    impact: RangeOut
    has_effort: bool
    has_impact: bool
    action: int | None
    stake: StakeOut | None

    @classmethod
    def of(cls, line: PriorityLine) -> PriorityOut:
        return cls(
            pain_point=line.id,
            name=line.name,
            rank=line.place,
            value=line.value,
            first=line.first,
            reach=line.reach,
            severity=line.severity,
            effort=RangeOut.of(line.effort),
            impact=RangeOut.of(line.impact),
            has_effort=line.has_effort,
            has_impact=line.has_impact,
            action=line.action.pk if line.action else None,
            stake=StakeOut.of(line.stake) if line.stake else None,
        )


class PrioritiesOut(Schema):
    unit: int | None
    newest: date | None
    total: int
    appraised: int
    priorities: list[PriorityOut]


class AppraisalIn(Schema):
    """Person-days from low to high; shares of complaints gone, 0 to 1."""

    effort_low: float
    effort_high: float
    impact_low: float
    impact_high: float


class AppraisalOut(AppraisalIn):
    pain_point: int


@router.get("/priorities", response=PrioritiesOut)
def priorities(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=BIGGEST_ID),  # type: ignore[type-arg]
    period: str = Query("", pattern=f"^({'|'.join(PERIODS)})?$"),  # type: ignore[type-arg]
) -> PrioritiesOut:
    """Pain points of the caller's affiliate (or of `unit`) by value per effort."""
    found = priority_list(
        by=member_of(request), filters=Filters(unit=unit), period=period
    )
    if found is None:
        return PrioritiesOut(
            unit=None, newest=None, total=0, appraised=0, priorities=[]
        )
    return PrioritiesOut(
        unit=found.place.unit.pk,
        newest=found.place.newest,
        total=found.place.total,
        appraised=found.appraised,
        priorities=[PriorityOut.of(line) for line in found.lines],
    )


@router.put("/priorities/{int:pain_point_id}", response=AppraisalOut)
def appraise(
    request: HttpRequest, pain_point_id: int, asked: AppraisalIn
) -> AppraisalOut:
    """Say what working on a pain point takes and gives."""
    member = member_of(request)
    row = pain_point_row(pain_point_id, by=member)
    told = asked.dict()
    appraise_pain_point(row, Expected(**told), by=member)
    return AppraisalOut(pain_point=row.pk, **told)
