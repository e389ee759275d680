"""Questions about where actions apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from moksori.act.models import Action
from moksori.base.customers.models import Product
from moksori.base.customers.reads import regions_within
from moksori.base.people.models import Member
from moksori.understand.models import PainPoint
from moksori.understand.reads.window import unit_ids_of


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place; `start_on` is its own day, or the action's."""

    kind: str
    id: int
    name: str
    start_on: date
    is_later: bool


@dataclass(frozen=True, slots=True)
class PlaceChoices:
    """What an action on a pain point may be limited to, by id and name."""

    regions: list[tuple[int, str]]
    products: list[tuple[int, str]]


def place_lines(action: Action) -> list[PlaceLine]:
    """Where it applies, those that begin first on top; empty: everywhere."""
    rows = action.places.select_related("region", "product")
    lines = [
        PlaceLine(
            "region" if place.region_id else "product",
            place.region_id or place.product_id or 0,
            str(place),
            place.start_on or action.start_on,
            place.start_on is not None,
        )
        for place in rows
    ]
    return sorted(lines, key=lambda line: (line.start_on, line.name))


def place_choices(pain_point: PainPoint, *, by: Member) -> PlaceChoices:
    """Regions and products of the affiliate that the member may read."""
    units = unit_ids_of(pain_point.unit_id)
    regions = regions_within(by.scope()).filter(units__in=units).distinct()
    products = Product.objects.filter(unit_id__in=units & by.scope().units)
    return PlaceChoices(
        list(regions.values_list("pk", "name")),
        list(products.values_list("pk", "name")),
    )
