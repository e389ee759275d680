"""Customers by how likely they are to leave, how far to trust that, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moksori.act.models import Health, HealthScore
from moksori.act.reads.health_words import Part, parts_of
from moksori.act.reads.pages import page_of
from moksori.act.reads.whole import reads_all_of
from moksori.analysis.customers.churn import ASSUMED, METHOD
from moksori.analysis.estimate import Estimate
from moksori.base.errors import NotFound
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.storable import LARGEST_ID
from moksori.collect.tables.messages import Message
from moksori.understand.models import affiliates_of
from moksori.understand.reads.places import home_affiliate

MINIMUM = 5  # customers of a group
LIKELY = 0.25


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One customer. `name` is theirs only for who deals with customers."""

    kind: str
    id: int
    name: str
    segment: str
    chance: Estimate
    parts: tuple[Part, ...]
    revenue: float | None
    currency: str
    since: date | None

    @property
    def why(self) -> list[Part]:
        """The two things that raise the chance most."""
        return [part for part in self.parts if part.raises][:2]


@dataclass(frozen=True, slots=True)
class Money:
    """Yearly revenue of those here, and how much of it is expected to leave."""

    currency: str
    total: float
    expected: float
    of: int


@dataclass(frozen=True, slots=True)
class HealthPage:
    """The list and what it rests on.

    `told` is what the reading says of itself; empty for who reads only a part of the
    affiliate (`is_whole` False), since it speaks of all of it. `problem` says what is
    missing, "" if nothing is.
    """

    unit: Unit
    units: tuple[Unit, ...]
    kind: str
    kinds: tuple[str, ...]
    is_whole: bool
    health: Health | None
    lines: Page[Any] | None
    n: int
    likely: int
    expected: Estimate | None
    money: tuple[Money, ...]
    told: Mapping[str, Any]
    problem: str

    @property
    def until(self) -> date | None:
        if self.health is None:
            return None
        return self.health.day + timedelta(days=self.health.horizon)

    @property
    def made_at(self) -> datetime | None:
        return self.health.made_at if self.health else None


def health_page(
    *, by: Member, unit: int | None = None, kind: str = "", page: object = None
) -> HealthPage:
    """The customers of an affiliate that the member reads, most likely to leave first.

    NotFound for a unit outside, or for who reads nothing.
    """
    by.must(Ability.READ)
    seen = Unit.objects.filter(pk__in=affiliates_of(by.scope()))
    readings = Health.objects.filter(unit__in=seen).select_related("unit")
    home = _home(by, unit, readings)
    there = {one.kind: one for one in readings if one.unit_id == home.pk}
    chosen = kind if kind in there else _usual(there)
    health = there.get(chosen)
    others = tuple(seen.filter(pk__in=[one.unit_id for one in readings]))
    is_whole = reads_all_of(home, by=by)
    scores = _scores(health, by=by)
    expected, likely = _expected(scores)
    return HealthPage(
        unit=home,
        units=others,
        kind=chosen,
        kinds=tuple(there),
        is_whole=is_whole,
        health=health,
        lines=page_of(scores, lambda row: _line(row, by=by), number=page),
        n=scores.count(),
        likely=likely,
        expected=expected,
        money=_money(scores),
        told=health.told if health and is_whole else {},
        problem=_problem(health),
    )


def health_line(
    kind: str, customer_id: int, *, by: Member
) -> tuple[HealthLine, Health]:
    """One customer; NotFound for an outsider, or where there is no reading."""
    if customer_id > LARGEST_ID:
        raise NotFound
    rows = HealthScore.objects.visible_to(by).filter(**{f"{kind}_id": customer_id})
    row = rows.select_related(kind, "health").first()
    if row is None:
        raise NotFound
    return _line(row, by=by), row.health


def chance_of(row: HealthScore, n: int) -> Estimate:
    return Estimate(row.chance, row.low, row.high, n, METHOD, assumed=ASSUMED)


def _home(by: Member, unit: int | None, readings: QuerySet[Health]) -> Unit:
    found = home_affiliate(by=by, unit=unit)
    known = [one.unit for one in readings]
    if unit is None and known and found not in known:
        return known[0]
    return found


def _usual(there: Mapping[str, Health]) -> str:
    if Health.Kind.ACCOUNT in there:
        return Health.Kind.ACCOUNT
    return next(iter(there), Health.Kind.ACCOUNT)


def _scores(health: Health | None, *, by: Member) -> QuerySet[HealthScore]:
    if health is None:
        return HealthScore.objects.none()
    rows = HealthScore.objects.visible_to(by).filter(health=health)
    return rows.select_related("account", "customer", "health").order_by(
        "-chance", "pk"
    )


def _line(row: HealthScore, *, by: Member) -> HealthLine:
    kind = Health.Kind.ACCOUNT if row.account_id else Health.Kind.CUSTOMER
    whose = row.account or row.customer
    assert whose is not None  # noqa: S101 – one of both, by construction
    is_company = row.account_id is not None
    # A company may be named to whoever reads; a person to who gets back to them.
    may_name = is_company or by.may(Ability.ACT, row)
    hidden = _("Customer %(n)s") % {"n": whose.pk}
    rests = int(row.health.told.get("rows", 0))
    return HealthLine(
        kind=kind,
        id=whose.pk,
        name=str(whose) if may_name else hidden,
        segment=whose.segment,
        chance=chance_of(row, rests),
        parts=tuple(parts_of(row.parts)),
        revenue=None if whose.annual_revenue is None else float(whose.annual_revenue),
        currency=whose.currency,
        since=whose.since,
    )


def _expected(scores: QuerySet[HealthScore]) -> tuple[Estimate | None, int]:
    """How many are expected to leave, as the sum of their chances."""
    chances = list(scores.values_list("chance", flat=True))
    if len(chances) < MINIMUM:
        return None, 0
    total = sum(chances)
    margin = 1.96 * sqrt(sum(p * (1 - p) for p in chances))
    return (
        Estimate(
            value=total,
            low=max(total - margin, 0.0),
            high=min(total + margin, float(len(chances))),
            n=len(chances),
            method="Sum of the probabilities, normal interval",
            assumed=("Each customer counts once and leaves or stays by themselves.",),
        ),
        sum(p >= LIKELY for p in chances),
    )


def _money(scores: QuerySet[HealthScore]) -> tuple[Money, ...]:
    rows = scores.values_list(
        "chance",
        "account__annual_revenue",
        "account__currency",
        "customer__annual_revenue",
        "customer__currency",
    )
    found: dict[str, list[tuple[float, float]]] = {}
    for chance, firm, firm_in, person, person_in in rows:
        for revenue, currency in ((firm, firm_in), (person, person_in)):
            if revenue is not None:
                paid = found.setdefault(currency or "", [])
                paid.append((chance, float(revenue)))
    return tuple(
        Money(
            currency,
            sum(revenue for _chance, revenue in rows),
            sum(chance * revenue for chance, revenue in rows),
            len(rows),
        )
        for currency, rows in sorted(found.items())
        if len(rows) >= MINIMUM
    )


def _problem(health: Health | None) -> str:
    if health is None or not health.problem:
        return ""
    return str(Message(health.problem["template"], health.problem["facts"]))
