"""Customers, their use and demand taken in: each once, however often it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from moksori.base.audit import writes as audit
from moksori.base.customers.models import (
    Account,
    Customer,
    DemandPoint,
    DemandSeries,
    Product,
    Region,
    Usage,
)
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.collect.tables.figures import MONEY, Figures, Given, Refused
from moksori.collect.tables.messages import Message
from moksori.collect.writes.places import Places

_KEPT = ("segment", "since", "left_on", "currency", "name", *MONEY)
_CHUNK = 500
Numbered = list[tuple[int, Given]]


@dataclass(slots=True)
class Taken:
    """What became of the rows of one table."""

    kind: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.added + self.changed + self.unchanged + len(self.refused)


@transaction.atomic
def take_figures(figures: Figures, *, unit: Unit, by: Member | None) -> Taken:
    """Store the rows of the table in the unit; the same table again changes nothing.

    A blank cell leaves what was known. Refused rows are told, the others are kept.
    """
    if by is not None:
        by.must(Ability.IMPORT, InUnit(unit.pk))
    taken = Taken(figures.kind, refused=[*figures.refused])
    rows = _once(figures, taken)
    {
        "accounts": _take_accounts,
        "customers": _take_customers,
        "usage": _take_usage,
        "demand": _take_demand,
    }[figures.kind](rows, unit, taken)
    audit.record(
        "take_figures",
        unit,
        by=by,
        kind=figures.kind,
        added=taken.added,
        changed=taken.changed,
        refused=len(taken.refused),
    )
    taken.refused.sort(key=lambda one: one.number)
    return taken


def _once(figures: Figures, taken: Taken) -> Numbered:
    """Rows without those that say of the same thing something else than before."""
    seen: dict[tuple[Any, ...], int] = {}
    kept = []
    for number, given in figures.given:
        key = _key(figures.kind, given)
        if key in seen:
            message = Message(
                _("Row {row} of the same file speaks of the same thing already."),
                {"row": seen[key]},
            )
            taken.refused.append(Refused(number, "", message))
            continue
        seen[key] = number
        kept.append((number, given))
    return kept


def _key(kind: str, given: Given) -> tuple[Any, ...]:
    if kind == "accounts":
        return (given["account"],)
    if kind == "customers":
        return (given["customer"],)
    which: tuple[str, ...] = ("customer",) if "customer" in given else ("account",)
    if kind == "demand":
        which = ("region", "product")
    parts = (*which, "measure", "every", "date")
    return (which, *(given.get(part) for part in parts))


def _take_accounts(rows: Numbered, unit: Unit, taken: Taken) -> None:
    names = {given["account"] for _n, given in rows}
    known = _in_unit(Account, "name", names, unit)
    places = Places(unit)
    regions = places.named(Region, _all(rows, "region"))
    fresh: list[Any] = []
    changed: list[Any] = []
    for _number, given in rows:
        row = known.get(given["account"]) or Account(unit=unit, name=given["account"])
        values = _values(given, regions)
        values.pop("name", None)
        _sort_in(row, values, taken, fresh, changed)
    _save(Account, fresh, changed)


def _take_customers(rows: Numbered, unit: Unit, taken: Taken) -> None:
    known = _in_unit(
        Customer, "external_id", {given["customer"] for _n, given in rows}, unit
    )
    places = Places(unit)
    regions = places.named(Region, _all(rows, "region"))
    accounts = places.named(Account, _all(rows, "account"))
    fresh: list[Any] = []
    changed: list[Any] = []
    for _number, given in rows:
        id_ = given["customer"]
        row = known.get(id_) or Customer(unit=unit, external_id=id_)
        values = _values(given, regions)
        if "account" in given:
            values["account_id"] = accounts[given["account"]]
        _sort_in(row, values, taken, fresh, changed)
    _save(Customer, fresh, changed)


def _take_usage(rows: Numbered, unit: Unit, taken: Taken) -> None:
    accounts = _in_unit(Account, "name", _all(rows, "account"), unit)
    customers = _in_unit(Customer, "external_id", _all(rows, "customer"), unit)
    found: dict[tuple[Any, ...], tuple[int, Given]] = {}
    for number, given in rows:
        whose = (
            customers.get(given["customer"])
            if "customer" in given
            else accounts.get(given["account"])
        )
        if whose is None:
            message = Message(
                _("There is no customer “{name}” here. Bring the customers first."),
                {"name": str(given.get("customer") or given.get("account"))[:40]},
            )
            taken.refused.append(Refused(number, "", message))
            continue
        owner = "customer_id" if isinstance(whose, Customer) else "account_id"
        key = (owner, whose.pk, given.get("measure", "")[:60], given["every"])
        found[*key, given["date"]] = (number, given)
    for owner in ("account_id", "customer_id"):
        _merge_usage(owner, {k: v for k, v in found.items() if k[0] == owner}, taken)


def _merge_usage(
    owner: str, found: Mapping[tuple[Any, ...], tuple[int, Given]], taken: Taken
) -> None:
    whose = sorted({key[1] for key in found})
    known = {}
    for start in range(0, len(whose), _CHUNK):
        part = {f"{owner}__in": whose[start : start + _CHUNK]}
        for row in Usage.objects.filter(**part):
            id_ = getattr(row, owner)
            known[owner, id_, row.measure, row.every, row.starts_on] = row
    fresh: list[Any] = []
    changed: list[Any] = []
    for key, (_number, given) in found.items():
        _owner, id_, measure, every, day = key
        row = known.get(key) or Usage(
            **{owner: id_}, measure=measure, every=every, starts_on=day
        )
        _sort_in(row, {"value": given["value"]}, taken, fresh, changed)
    _save(Usage, fresh, changed, fields=("value",))


def _take_demand(rows: Numbered, unit: Unit, taken: Taken) -> None:
    places = Places(unit)
    regions = places.named(Region, _all(rows, "region"))
    products = places.named(Product, _all(rows, "product"))
    by_series: dict[tuple[Any, ...], dict[date, float]] = {}
    for _number, given in rows:
        key = (
            regions.get(given.get("region", "")),
            products.get(given.get("product", "")),
            given.get("measure", "")[:80],
            given["every"],
        )
        by_series.setdefault(key, {})[given["date"]] = given["value"]
    for key, values in by_series.items():
        _merge_points(_series(unit, key), values, taken)


def _series(unit: Unit, key: tuple[Any, ...]) -> DemandSeries:
    region, product, name, every = key
    found, _is_new = DemandSeries.objects.get_or_create(
        unit=unit,
        key=f"{region or 0}/{product or 0}/{every}/{name}",
        defaults={
            "region_id": region,
            "product_id": product,
            "name": name,
            "every": every,
        },
    )
    return found


def _merge_points(
    series: DemandSeries, values: Mapping[date, float], taken: Taken
) -> None:
    known = {row.starts_on: row for row in series.points.all()}
    fresh: list[Any] = []
    changed: list[Any] = []
    for day, value in values.items():
        row = known.get(day) or DemandPoint(series=series, starts_on=day)
        _sort_in(row, {"value": value}, taken, fresh, changed)
    _save(DemandPoint, fresh, changed, fields=("value",))


def _values(given: Given, regions: Mapping[str, int]) -> dict[str, Any]:
    values = {role: given[role] for role in _KEPT if role in given}
    for role in MONEY:
        if role in values:
            values[role] = _money(values[role])
    if "margin_share" in given and "annual_margin" not in given:
        margin = given["margin_share"] * given["annual_revenue"]
        values["annual_margin"] = _money(margin)
    if "region" in given:
        values["region_id"] = regions[given["region"]]
    return values


def _money(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _sort_in(
    row: Any, values: Mapping[str, Any], taken: Taken, fresh: Any, changed: Any
) -> None:
    is_new = row.pk is None
    differs = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differs:
        setattr(row, name, values[name])
    if is_new:
        fresh.append(row)
        taken.added += 1
    elif differs:
        changed.append(row)
        taken.changed += 1
    else:
        taken.unchanged += 1


def _save(
    model: Any, fresh: Any, changed: Any, *, fields: tuple[str, ...] = ()
) -> None:
    model._default_manager.bulk_create(fresh, batch_size=_CHUNK)
    if changed:
        names = fields or tuple(
            name
            for name in (*_KEPT, "region", "account")
            if any(one.name == name for one in model._meta.concrete_fields)
            and not (model is Account and name == "name")
        )
        model._default_manager.bulk_update(changed, names, batch_size=_CHUNK)


def _all(rows: Numbered, role: str) -> set[str]:
    return {given[role] for _n, given in rows if given.get(role)}


def _in_unit(
    model: Any, column: str, names: Iterable[str], unit: Unit
) -> dict[str, Any]:
    """Rows by name: the unit's own, else the only one that a unit below has."""
    wanted = sorted(names)
    found: dict[str, list[Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = model._default_manager.filter(
            unit__path__startswith=unit.path,
            **{f"{column}__in": wanted[start : start + _CHUNK]},
        )
        for row in rows:
            found.setdefault(getattr(row, column), []).append(row)
    chosen = {}
    for name, rows in found.items():
        own = [row for row in rows if row.unit_id == unit.pk]
        if own or len(rows) == 1:
            chosen[name] = own[0] if own else rows[0]
    return chosen
