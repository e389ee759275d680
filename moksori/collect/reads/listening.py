"""Who listens to customers in person: time with them, and how long ago."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone

from moksori.base.people.models import Assignment, Member, Unit
from moksori.base.people.roles import Ability, Role
from moksori.collect.models import Visit

# Who is expected to meet customers: those who serve them, make what they use, and lead.
# Analysts, HR and administrators work with what others brought back.
EXPECTED = (Role.FRONTLINE, Role.PRODUCT_OWNER, Role.LEADER, Role.EXECUTIVE)
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter; `until` is the first day after it, or after today."""

    year: int
    number: int
    since: date
    until: date
    is_over: bool

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listener:
    """One member. `days` since the last meeting, counted at the end of the period;
    None: none is known."""

    id: int
    name: str
    title: str
    unit_id: int
    unit: str
    visits: int
    minutes: int
    customers: int
    last: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class UnitListens:
    """`n` members of a unit (and of those below), of whom `met` met a customer.

    `days` is the median of the days since the last meeting, of those who have one.
    """

    id: int
    name: str
    depth: int
    n: int
    met: int
    minutes: int
    days: int | None

    @property
    def percent(self) -> int:
        return round(100 * self.met / self.n) if self.n else 0

    @property
    def minutes_each(self) -> int:
        return round(self.minutes / self.n) if self.n else 0


@dataclass(frozen=True, slots=True)
class Listening:
    """Everybody within the gate is counted: a census, so nothing has an interval."""

    quarter: Quarter
    units: tuple[UnitListens, ...]
    members: tuple[Listener, ...]

    @property
    def n(self) -> int:
        return len(self.members)

    @property
    def met(self) -> int:
        return sum(1 for one in self.members if one.visits)

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.members)

    @property
    def nobody(self) -> tuple[Listener, ...]:
        """Those who met no customer, the longest ago first."""
        silent = (one for one in self.members if not one.visits)
        return tuple(sorted(silent, key=lambda one: (one.last or date.min, one.name)))


def quarter_of(key: str, today: date) -> Quarter:
    """“2026-4”; the present one for anything else."""
    year, _dash, number = key.partition("-")
    if not (year.isdecimal() and len(year) == 4 and number in {"1", "2", "3", "4"}):
        year, number = str(today.year), str((today.month + 2) // 3)
    first = date(max(2000, int(year)), 3 * int(number) - 2, 1)
    after = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    is_over = after <= today
    until = after if is_over else max(first, today) + timedelta(days=1)
    return Quarter(first.year, int(number), first, until, is_over)


def listening(*, by: Member, quarter: Quarter, role: str = "") -> Listening:
    """Members of the units where this member may see reach (SHARE), by name.

    A meeting counts for who wrote it down and for everybody who came along. Only
    members who hold a role of `EXPECTED` somewhere; with `role` those who hold that
    one, and with `EVERYBODY` all.
    """
    members = _members(by, role)
    met = _meetings([one.pk for one in members], quarter)
    found = tuple(_listener(one, met.get(one.pk), quarter) for one in members)
    scope = by.scope(Ability.SHARE).units
    units = Unit.objects.filter(pk__in=scope).order_by("path")
    return Listening(quarter, tuple(_units(units, members, found)), found)


@dataclass(slots=True)
class _Met:
    visits: int = 0
    minutes: int = 0
    last: datetime | None = None
    customers: set[str] | None = None


def _members(by: Member, role: str) -> list[Member]:
    units = by.scope(Ability.SHARE).units
    rows = Member.objects.filter(unit__in=units, is_active=True).select_related("unit")
    if role != EVERYBODY:
        roles = [role] if role in Role.values else EXPECTED
        held = Assignment.objects.filter(role__in=roles).values("member")
        rows = rows.filter(pk__in=held)
    return list(rows.order_by("name", "pk"))


def _meetings(members: Iterable[int], quarter: Quarter) -> dict[int, _Met]:
    """By member, what lies in the quarter; `last` counts all before its end."""
    wanted = set(members)
    end = timezone.make_aware(datetime.combine(quarter.until, time()))
    start = timezone.make_aware(datetime.combine(quarter.since, time()))
    rows: QuerySet[Visit] = Visit.objects.filter(started_at__lt=end)
    columns = ("pk", "author_id", "account_id", "whom", "started_at", "minutes")
    through = Visit.companions.through._default_manager.filter(member_id__in=wanted)
    along: dict[int, list[int]] = {}
    for visit_id, member_id in through.values_list("visit_id", "member_id"):
        along.setdefault(visit_id, []).append(member_id)
    found: dict[int, _Met] = {}
    for pk, author, account, whom, at, minutes in rows.values_list(*columns):
        for member in {author, *along.get(pk, ())} & wanted:
            one = found.setdefault(member, _Met(customers=set()))
            one.last = max(one.last or at, at)
            if at < start:
                continue
            one.visits, one.minutes = one.visits + 1, one.minutes + minutes
            if one.customers is not None:
                one.customers.add(str(account or whom))
    return found


def _listener(member: Member, met: _Met | None, quarter: Quarter) -> Listener:
    last = timezone.localdate(met.last) if met and met.last else None
    return Listener(
        id=member.pk,
        name=member.name,
        title=member.title,
        unit_id=member.unit_id or 0,
        unit=member.unit.name if member.unit else "",
        visits=met.visits if met else 0,
        minutes=met.minutes if met else 0,
        customers=len(met.customers or ()) if met else 0,
        last=last,
        days=(quarter.last_day - last).days if last else None,
    )


def _units(
    units: Iterable[Unit], members: list[Member], found: tuple[Listener, ...]
) -> Iterable[UnitListens]:
    """Each unit with everything below it; those without members are left out."""
    paths = {one.pk: one.unit.path for one in members if one.unit}
    for unit in units:
        inside = [one for one in found if paths.get(one.id, "").startswith(unit.path)]
        days = [one.days for one in inside if one.days is not None]
        if inside:
            yield UnitListens(
                id=unit.pk,
                name=unit.name,
                depth=unit.depth,
                n=len(inside),
                met=sum(1 for one in inside if one.visits),
                minutes=sum(one.minutes for one in inside),
                days=round(median(days)) if days else None,
            )
