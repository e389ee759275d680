"""The JSON door of customer health."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema

from moksori.act.reads import health as reads
from moksori.act.reads.health import HealthLine
from moksori.analysis.estimate import Estimate
from moksori.base.people.requests import member_of

router = Router(tags=["act"])


class ChanceOut(Schema):
    """A number with its interval at `level`; `n` is what it rests on."""

    value: float
    low: float
    high: float
    n: int
    method: str
    level: float

    @classmethod
    def of(cls, one: Estimate) -> ChanceOut:
        return cls(
            value=one.value,
            low=one.low,
            high=one.high,
            n=one.n,
            method=one.method,
            level=one.level,
        )


class HealthPartOut(Schema):
    """What is known, and the factor by which it moves the odds to leave."""

    name: str
    words: str
    odds_times: float


class CustomerOut(Schema):
    """One customer; the name of a person only for who gets back to them."""

    kind: str
    id: int
    name: str
    segment: str
    since: date | None
    revenue: float | None
    currency: str
    chance: ChanceOut
    parts: list[HealthPartOut]

    @classmethod
    def of(cls, line: HealthLine) -> CustomerOut:
        return cls(
            kind=line.kind,
            id=line.id,
            name=line.name,
            segment=line.segment,
            since=line.since,
            revenue=line.revenue,
            currency=line.currency,
            chance=ChanceOut.of(line.chance),
            parts=[
                HealthPartOut(name=one.name, words=one.words, odds_times=one.times)
                for one in line.parts
            ],
        )


class HealthOut(Schema):
    """Customers, most likely to leave within `horizon` days first.

    `state`: calibrated, recalibrated, unclear or too few to check; "" for who reads
    only a part of the unit. `problem` says what is missing where there is no reading.
    """

    unit: int
    kind: str
    n: int
    pages: int
    horizon: int | None
    made_at: datetime | None
    expected: ChanceOut | None
    state: str
    problem: str
    customers: list[CustomerOut]


@router.get("/health", response=HealthOut)
def health(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=2**31),  # type: ignore[type-arg]
    kind: str = "",
    page: int = Query(1, ge=1, le=100_000),  # type: ignore[type-arg]
) -> HealthOut:
    """Who may leave, thirty at a time."""
    found = reads.health_page(by=member_of(request), unit=unit, kind=kind, page=page)
    lines = found.lines
    return HealthOut(
        unit=found.unit.pk,
        kind=found.kind,
        n=found.n,
        pages=lines.paginator.num_pages if lines else 0,
        horizon=found.health.horizon if found.health else None,
        made_at=found.made_at,
        expected=ChanceOut.of(found.expected) if found.expected else None,
        state=str(found.told.get("state", "")),
        problem=found.problem,
        customers=[CustomerOut.of(line) for line in lines] if lines else [],
    )


@router.get("/health/accounts/{int:account_id}", response=CustomerOut)
def account(request: HttpRequest, account_id: int) -> CustomerOut:
    """One client company, and what goes with the chance."""
    line, _health = reads.health_line("account", account_id, by=member_of(request))
    return CustomerOut.of(line)


@router.get("/health/customers/{int:customer_id}", response=CustomerOut)
def customer(request: HttpRequest, customer_id: int) -> CustomerOut:
    """One person, and what goes with the chance."""
    line, _health = reads.health_line("customer", customer_id, by=member_of(request))
    return CustomerOut.of(line)
