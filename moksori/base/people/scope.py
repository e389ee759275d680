"""Scope: where a member may do something, as a filter for every kind of question."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Reach:
    """One assignment's reach: units (with everything below), and regions.

    No regions means every region, feedback without a region included.
    """

    units: frozenset[int]
    regions: frozenset[int] = frozenset()

    def covers(self, unit: int | None, region: int | None) -> bool:
        if unit not in self.units:
            return False
        return not self.regions or region in self.regions


@dataclass(frozen=True, slots=True)
class Scope:
    """Several reaches; a thing is covered when one of them covers it."""

    reaches: tuple[Reach, ...] = ()

    def __bool__(self) -> bool:
        return any(reach.units for reach in self.reaches)

    @property
    def units(self) -> frozenset[int]:
        """Every unit touched, whatever the region."""
        return frozenset().union(*(reach.units for reach in self.reaches))

    def covers(self, thing: object) -> bool:
        """Whether `thing.unit_id` (and `thing.region_id`, if it has one) lies inside.

        A thing without a region of its own (a theme, an action) is covered by its
        unit alone.
        """
        unit = getattr(thing, "unit_id", None)
        if hasattr(thing, "region_id"):
            return any(reach.covers(unit, thing.region_id) for reach in self.reaches)
        return unit in self.units

    def q(self, *, unit: str = "unit_id", region: str = "") -> Q:
        """A filter for the ORM. Name `region` where the rows carry one."""
        if not self:
            return Q(pk__in=[])
        found = Q(pk__in=[])
        for reach in self.reaches:
            rule = Q(**{f"{unit}__in": reach.units})
            if region and reach.regions:
                rule &= Q(**{f"{region}__in": reach.regions})
            found |= rule
        return found


@dataclass(frozen=True, slots=True)
class InUnit:
    """A unit seen as a thing that lies in itself: `by.must(SHARE, InUnit(unit.pk))`."""

    unit_id: int


NOTHING = Scope()
