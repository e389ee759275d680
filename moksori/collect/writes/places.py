"""Names in records become products, regions, customers and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from moksori.base.customers.models import Account, Customer, Product, Region
from moksori.base.people.models import Unit
from moksori.collect.records import Prepared

MOST_REMEMBERED = 50_000


class Places:
    """Finds or adds what records name, in the unit of their source.

    Regions are shared by all units; that this unit has them is noted.

    A product or customer of a unit above is used before a new one is made. What is
    added belongs to the transaction around; after a rollback use a new `Places`.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._above = [*reversed(unit.ancestor_ids())]
        self._known: dict[type[models.Model], dict[str, int]] = {}

    def of(self, records: Sequence[Prepared]) -> list[tuple[int | None, ...]]:
        """For each record the ids of product, region, customer and account."""
        products = self._ids(Product, (r.product for r in records))
        regions = self._ids(Region, (r.region for r in records))
        customers = self._ids(Customer, (r.customer for r in records))
        accounts = self._ids(Account, (r.account for r in records))
        return [
            (
                products.get(_cut(Product, r.product)),
                regions.get(_cut(Region, r.region)),
                customers.get(_cut(Customer, r.customer)),
                accounts.get(_cut(Account, r.account)),
            )
            for r in records
        ]

    def named(self, model: type[models.Model], names: Iterable[str]) -> dict[str, int]:
        """The ids of these names, added where there are none."""
        wanted = [name for name in names if name]
        known = self._ids(model, wanted)
        return {name: known[_cut(model, name)] for name in wanted}

    def _ids(self, model: type[models.Model], names: Iterable[str]) -> dict[str, int]:
        wanted = {_cut(model, name) for name in names if name}
        known = self._known.setdefault(model, {})
        missing = wanted - known.keys()
        if not missing:
            return known
        if len(known) > MOST_REMEMBERED:
            # Customers may be as many as rows; memory stays constant.
            known.clear()
            missing = wanted
        known.update(self._found(model, missing))
        known.update(self._made(model, missing - known.keys()))
        if model is Region:
            self._note_ours(known[name] for name in sorted(missing))
        return known

    def _note_ours(self, regions: Iterable[int]) -> None:
        through = Region.units.through
        through._default_manager.bulk_create(
            [through(region_id=region, unit_id=self.unit.pk) for region in regions],
            ignore_conflicts=True,
        )

    def _found(self, model: type[models.Model], names: set[str]) -> dict[str, int]:
        column = _column(model)
        rows: Any = model._default_manager.filter(**{f"{column}__in": names})
        if model is Region:
            return dict(rows.values_list(column, "id"))
        near = rows.filter(unit_id__in=self._above).values_list(column, "id", "unit_id")
        # The nearest unit comes last and wins.
        ordered = sorted(near, key=lambda row: -self._above.index(row[2]))
        return {name: id for name, id, _unit in ordered}

    def _made(self, model: type[models.Model], names: set[str]) -> dict[str, int]:
        if not names:
            return {}
        column = _column(model)
        own = {} if model is Region else {"unit": self.unit}
        model._default_manager.bulk_create(
            [model(**{column: name}, **own) for name in sorted(names)],
            # Another import may add the same name at this moment.
            ignore_conflicts=True,
        )
        return self._found(model, names)


def _column(model: type[models.Model]) -> str:
    return "external_id" if model is Customer else "name"


def _cut(model: type[models.Model], name: str) -> str:
    return name[: 80 if model is Region else 200]
