"""Who hears of a case that is late: its unit's leaders, then those above."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from moksori.base.people.models import Assignment
from moksori.base.people.roles import Role

LEADING = (Role.LEADER, Role.EXECUTIVE)


@dataclass(frozen=True, slots=True)
class Leader:
    member: int
    regions: frozenset[int]


@dataclass(frozen=True, slots=True)
class Leaders:
    """Leaders and executives of every unit, read once."""

    by_unit: dict[int, list[Leader]]

    @classmethod
    def of_all(cls) -> Leaders:
        found: dict[int, list[Leader]] = defaultdict(list)
        held = Assignment.objects.filter(role__in=LEADING, member__is_active=True)
        for one in held.prefetch_related("regions").order_by("member_id"):
            regions = frozenset(region.pk for region in one.regions.all())
            found[one.unit_id].append(Leader(one.member_id, regions))
        return cls(dict(found))

    def above(self, path: str, region_id: int | None) -> list[tuple[int, ...]]:
        """For each step up the tree the members who hear of it; nobody twice."""
        steps: list[tuple[int, ...]] = []
        told: set[int] = set()
        for unit in reversed([int(part) for part in path.split("/") if part]):
            here = tuple(
                one.member
                for one in self.by_unit.get(unit, ())
                if one.member not in told
                and (not one.regions or region_id is None or region_id in one.regions)
            )
            if here:
                steps.append(here)
                told |= set(here)
        return steps
