"""Questions about customers, their use and demand that somebody brought in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min

from moksori.base.customers.models import Account, Customer, DemandSeries, Usage
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability


@dataclass(frozen=True, slots=True)
class FigureLine:
    """What there is of one kind: how many, of whom, from when until when."""

    kind: str
    count: int
    of: int
    first: date | None
    last: date | None


def figure_lines(*, by: Member) -> list[FigureLine]:
    """What the member could have brought in, kind by kind."""
    by.must(Ability.IMPORT)
    scope = by.scope(Ability.IMPORT)
    accounts = Account.objects.filter(scope.q())
    customers = Customer.objects.filter(scope.q())
    usage = Usage.objects.filter(
        scope.q(unit="account__unit_id") | scope.q(unit="customer__unit_id")
    )
    series = DemandSeries.objects.filter(scope.q())
    span = usage.aggregate(n=Count("id"), first=Min("starts_on"), last=Max("starts_on"))
    points = series.aggregate(
        n=Count("points"), first=Min("points__starts_on"), last=Max("points__starts_on")
    )
    of = usage.values("account_id", "customer_id").distinct().count()
    return [
        FigureLine("accounts", accounts.count(), _left(accounts), *_since(accounts)),
        FigureLine(
            "customers", customers.count(), _left(customers), *_since(customers)
        ),
        FigureLine("usage", span["n"], of, span["first"], span["last"]),
        FigureLine(
            "demand", points["n"], series.count(), points["first"], points["last"]
        ),
    ]


def figure_units(*, by: Member) -> list[Unit]:
    """Units into which the member may bring figures."""
    units = by.scope(Ability.IMPORT).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))


def figure_unit(unit_id: int, *, by: Member) -> Unit:
    """One of them; NotFound for others."""
    by.must(Ability.IMPORT)
    found: Unit = one(
        Unit.objects.filter(pk__in=by.scope(Ability.IMPORT).units), pk=unit_id
    )
    return found


def _left(rows: object) -> int:
    count: int = rows.exclude(left_on=None).count()  # type: ignore[attr-defined]
    return count


def _since(rows: object) -> tuple[date | None, date | None]:
    found = rows.aggregate(  # type: ignore[attr-defined]
        first=Min("since"), last=Max("since")
    )
    return found["first"], found["last"]
