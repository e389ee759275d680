"""Where an action applies, and from when in each place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from moksori.act.models import Action, Place
from moksori.base.customers.models import Product, Region
from moksori.base.errors import UserError
from moksori.understand.models import PainPoint
from moksori.understand.reads.window import unit_ids_of

REGION, PRODUCT = "region", "product"
KINDS = (REGION, PRODUCT)


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A region or a product; `start_on` where it begins later than the action."""

    kind: str
    id: int
    start_on: date | None = None


def places_of(action: Action) -> tuple[Where, ...]:
    """Where it applies, in a fixed order; empty: everywhere."""
    found = (
        Where(REGION, place.region_id, place.start_on)
        if place.region_id
        else Where(PRODUCT, place.product_id or 0, place.start_on)
        for place in action.places.all()
    )
    return tuple(sorted(found, key=lambda where: (where.kind, where.id)))


def checked_places(
    places: Iterable[Where], pain_point: PainPoint, start_on: date
) -> tuple[Where, ...]:
    """The places as they are kept; UserError for any that cannot be.

    All are of one kind, of the pain point's affiliate, and not all there are: then
    nothing untouched would be left, and the action applies everywhere.
    """
    given = sorted(places, key=lambda where: (where.kind, where.id))
    kinds = {where.kind for where in given}
    if not given:
        return ()
    if len(kinds) > 1 or not kinds <= set(KINDS):
        raise UserError(
            _("Choose regions or products, not both: they are compared among alike."),
            field="products",
        )
    kind = kinds.pop()
    _must_exist(kind, {where.id for where in given}, pain_point)
    if len({where.id for where in given}) < len(given):
        raise UserError(_("Name each place once."), field=f"{kind}s")
    if any(where.start_on and where.start_on < start_on for where in given):
        raise UserError(
            _("A place cannot begin before the action. Move the action’s day instead."),
            field="later",
        )
    return tuple(
        Where(kind, where.id, where.start_on if where.start_on != start_on else None)
        for where in given
    )


def _must_exist(kind: str, ids: set[int], pain_point: PainPoint) -> None:
    units = unit_ids_of(pain_point.unit_id)
    if kind == REGION:
        known = Region.objects.filter(pk__in=ids, units__in=units).distinct().count()
    else:
        known = Product.objects.filter(pk__in=ids, unit_id__in=units).count()
    if known < len(ids):
        raise UserError(_("Choose places from the list."), field=f"{kind}s")


def keep_places(action: Action, places: tuple[Where, ...]) -> None:
    """Replace where the action applies. The caller holds transaction and audit."""
    action.places.all().delete()
    Place.objects.bulk_create(
        Place(
            action=action,
            region_id=where.id if where.kind == REGION else None,
            product_id=where.id if where.kind == PRODUCT else None,
            start_on=where.start_on,
        )
        for where in places
    )
    # A list that was read before must not be answered again.
    getattr(action, "_prefetched_objects_cache", {}).pop("places", None)
