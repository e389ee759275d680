"""When units work and who is away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from moksori.act.casework.hours import USUAL, Hours, hours_from
from moksori.act.models import Absence, OfficeHours
from moksori.base.people.models import Unit


@dataclass(slots=True)
class Office:
    """The hours of every unit, read once: its own, or the nearest above, or usual."""

    own: dict[int, Hours] = field(default_factory=dict)

    @classmethod
    def of_all(cls) -> Office:
        rows = OfficeHours.objects.values_list("unit_id", "week", "holidays")
        return cls({unit: hours_from(week, days) for unit, week, days in rows})

    def hours(self, unit: Unit) -> Hours:
        return self.hours_at(unit.path)

    def hours_at(self, path: str) -> Hours:
        """By a unit's path ("1/4/9/")."""
        ids = [int(part) for part in path.split("/") if part]
        found = (self.own[pk] for pk in reversed(ids) if pk in self.own)
        return next(found, USUAL)


def away_on(day: date | None = None) -> frozenset[int]:
    """Members who are away on this day (today)."""
    day = day or timezone.localdate()
    rows = Absence.objects.filter(starts_on__lte=day, ends_on__gte=day)
    return frozenset(rows.values_list("member_id", flat=True))
