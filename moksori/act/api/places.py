"""Where an action applies, as programs say it and read it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ninja import Schema

from moksori.act.writes.places import Where


class ActionPlaceOut(Schema):
    kind: str
    id: int
    name: str
    start_on: date


class PlaceIn(Schema):
    """A region or a product; `start_on` where it begins later than the action."""

    kind: Literal["region", "product"]
    id: int
    start_on: date | None = None


def where(given: list[PlaceIn]) -> tuple[Where, ...]:
    return tuple(Where(place.kind, place.id, place.start_on) for place in given)
