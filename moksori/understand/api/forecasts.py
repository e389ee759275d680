"""The JSON door of forecasts."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema

from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import EstimateOut
from moksori.understand.reads.outlooks import OutlookLine, outlook_page

router = Router(tags=["understand"])


class ForecastAheadOut(Schema):
    """What is expected in the period that begins on `day`."""

    day: date
    expected: EstimateOut


class ForecastSeriesOut(Schema):
    """One series. `mase` below 1 errs less than the value of a season ago."""

    id: int
    level: str
    region: str
    product: str
    is_rest: bool
    method: str
    n: int
    mase: float | None
    errors: int
    coverage: EstimateOut | None
    signals_used: list[str]
    ahead: list[ForecastAheadOut]
    problem: str

    @classmethod
    def of(cls, line: OutlookLine) -> ForecastSeriesOut:
        return cls(
            id=line.id,
            level=line.level,
            region=line.region,
            product=line.product,
            is_rest=line.is_rest,
            method=line.method,
            n=line.n,
            mase=line.mase,
            errors=line.errors,
            coverage=EstimateOut.of(line.coverage) if line.coverage else None,
            signals_used=[one.name for one in line.signals if one.is_used],
            ahead=[
                ForecastAheadOut(day=day, expected=EstimateOut.of(one))
                for day, one in zip(line.ahead, line.points, strict=True)
            ],
            problem=line.problem,
        )


class ForecastsOut(Schema):
    unit: int
    of: str
    subjects: list[str]
    made_at: datetime | None
    series: list[ForecastSeriesOut]


@router.get("/forecasts", response=ForecastsOut)
def forecasts(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=2**31),  # type: ignore[type-arg]
    of: str = "",
) -> ForecastsOut:
    """Feedback volume, or an imported series (`of` is one of `subjects`), ahead."""
    found = outlook_page(by=member_of(request), unit=unit, subject=of)
    return ForecastsOut(
        unit=found.unit.pk,
        of=found.subject.key if found.subject else "",
        subjects=[one.key for one in found.subjects],
        made_at=found.made_at,
        series=[ForecastSeriesOut.of(line) for line in found.lines],
    )
