"""Which feedback a question is about: a span of days and a few conditions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q

from moksori.base.people.models import Unit
from moksori.base.people.scope import Scope
from moksori.base.warehouse.conditions import Between, Condition, Equals, In


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `since` to `until`, both included."""

    since: date
    until: date

    @classmethod
    def last(cls, days: int, until: date) -> Self:
        return cls(until - timedelta(days=days - 1), until)

    @classmethod
    def weeks(cls, count: int, until: date) -> Self:
        """Whole weeks, Monday to Sunday, the last one holding `until`.

        Numbers by whole weeks come from rollups, at a tenth of the price.
        """
        sunday = until + timedelta(days=6 - until.weekday())
        return cls.last(7 * count, sunday)

    @classmethod
    def everything(cls, until: date) -> Self:
        return cls(date.min, until)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def is_open(self) -> bool:
        return self.since == date.min

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return () if self.is_open else (Between("day", self.since, self.until),)


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on feedback; None means any. A unit includes everything below it."""

    unit: int | None = None
    product: int | None = None
    region: int | None = None
    channel: str | None = None
    language: str | None = None
    age_band: str | None = None
    tier: str | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """For the warehouse."""
        found: list[Condition] = [
            Equals(name, value) for name, value in self.attributes.items()
        ]
        if self.unit is not None:
            found.append(In("unit", tuple(sorted(unit_ids_below(self.unit)))))
        return tuple(found)

    @property
    def attributes(self) -> dict[str, int | str]:
        """What is asked for, the unit aside."""
        names = ("product", "region", "channel", "language", "age_band", "tier")
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}

    def q(self, prefix: str = "") -> Q:
        """For the ORM: `prefix` leads to the feedback, "feedback__" for instance."""
        columns = {
            "product": "product_id",
            "region": "region_id",
            "age_band": "attributes__age_band",
            "tier": "attributes__tier",
        }
        found: dict[str, Any] = {
            f"{prefix}{columns.get(name, name)}": value
            for name, value in self.attributes.items()
        }
        if self.unit is not None:
            found[f"{prefix}unit_id__in"] = unit_ids_below(self.unit)
        return Q(**found)

    def also(self, **changes: Any) -> Filters:
        return replace(self, **changes)

    def as_query(self) -> str:
        """The same as the query part of an address."""
        given = {"unit": self.unit, **self.attributes}
        return urlencode({k: v for k, v in given.items() if v is not None})


def unit_ids_of(affiliate: int) -> frozenset[int]:
    """The units whose feedback shares the affiliate's themes.

    The unit and everything below it; of the root, the root alone: what lies below it
    belongs to affiliates of their own.
    """
    is_root = Unit.objects.filter(pk=affiliate, parent=None).exists()
    return frozenset({affiliate}) if is_root else unit_ids_below(affiliate)


def unit_ids_below(unit_id: int) -> frozenset[int]:
    """The unit and everything below it; empty for a unit that does not exist."""
    path = Unit.objects.filter(pk=unit_id).values_list("path", flat=True).first()
    if path is None:
        return frozenset()
    below = Unit.objects.filter(path__startswith=path)
    return frozenset(below.values_list("pk", flat=True))


def sees_all(scope: Scope, affiliate: int) -> bool:
    """Whether a scope holds every feedback of an affiliate."""
    units = unit_ids_of(affiliate)
    return any(units <= reach.units and not reach.regions for reach in scope.reaches)
