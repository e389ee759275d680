"""When units work and who is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise

from moksori.act.casework.hours import USUAL, Hours, hours_from, shown_time
from moksori.act.models import Absence, OfficeHours
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability


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


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """When a unit works; `source` is the unit whose hours hold, "" for the usual."""

    unit_id: int
    unit_name: str
    depth: int
    hours: Hours
    source: str
    is_own: bool


def office_lines(*, by: Member) -> list[OfficeLine]:
    """Units in which the member may hand out work, from the top."""
    office = Office.of_all()
    units = Unit.objects.filter(pk__in=by.scope(Ability.ASSIGN).units)
    names = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=office.own)}
    return [office_line(unit, office, names) for unit in units]


def office_line(unit: Unit, office: Office, names: dict[int, str]) -> OfficeLine:
    above = (pk for pk in reversed(unit.ancestor_ids()) if pk in office.own)
    source = next(above, None)
    return OfficeLine(
        unit.pk,
        unit.name,
        unit.depth,
        office.hours(unit),
        names.get(source, "") if source is not None else "",
        source == unit.pk,
    )


def office_unit(unit_id: int, *, by: Member) -> Unit:
    return one(Unit.objects.filter(pk__in=by.scope(Ability.ASSIGN).units), pk=unit_id)


def week_in_words(hours: Hours, names: Sequence[str | Promise]) -> list[str]:
    """“Monday–Friday 09:00–18:00”: days in a row with the same hours together."""
    told: list[str] = []
    day = 0
    while day < len(names):
        span = hours.week.get(day)
        last = day
        while last + 1 < len(names) and hours.week.get(last + 1) == span:
            last += 1
        if span is not None:
            days = str(names[day]) if day == last else f"{names[day]}–{names[last]}"
            told.append(f"{days} {shown_time(span[0])}–{shown_time(span[1])}")
        day = last + 1
    return told
