"""Questions about reach: who was told, opened, read, was helped; who heard nothing.

Nobody's reading shows: units with fewer than five members are counted together with
the unit above, and what still is too small is left out of every sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils import timezone

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.share.models import Mail, Reach, Remit, Subscription
from moksori.share.reads.remits import readers

FEWEST = 5
PERIODS = (28, 84)
LATER = "nothing_new"
Kind = Reach.Kind


@dataclass(frozen=True, slots=True)
class ReachLine:
    """One unit (with the small ones below it), or all of them.

    `members` are people; the shares are people, too: `with_remit` (today) and
    `delivered` of all members; `opened`, `read` and `useful` of those delivered to.
    None where nobody is counted, or so few that one could tell who read.
    """

    unit: int | None
    name: str
    depth: int
    with_small: int
    members: int
    with_remit: Estimate | None
    delivered: Estimate | None
    opened: Estimate | None
    read: Estimate | None
    useful: Estimate | None

    @property
    def hidden(self) -> int:
        """Those delivered to whose reading is not told, as they are too few."""
        told = self.opened.n if self.opened else 0
        got = self.delivered.value * self.delivered.n if self.delivered else 0
        return round(got) - told


@dataclass(frozen=True, slots=True)
class Blind:
    """A unit's members who got nothing: names, and how many could be started."""

    unit: int
    name: str
    members: int
    unreached: tuple[Unreached, ...]

    @property
    def startable(self) -> int:
        return sum(person.why == "no_remit" for person in self.unreached)


@dataclass(frozen=True, slots=True)
class Unreached:
    """`why`: no_remit, may_not_read, paused, not_sent or nothing_new."""

    member: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ReachPage:
    """Reach from `since` to `until` (days), in the units where one may see it.

    `left_out` members work in units too small to count; they are in no sum, but among
    the `members` of whom so many are `unreached`.
    """

    since: date
    until: date
    days: int
    total: ReachLine
    lines: tuple[ReachLine, ...]
    left_out: int
    blind: tuple[Blind, ...]

    @property
    def members(self) -> int:
        return self.total.members + self.left_out

    @property
    def unreached(self) -> int:
        return sum(len(unit.unreached) for unit in self.blind)


@dataclass(slots=True)
class _Person:
    id: int
    name: str
    unit: int
    kinds: set[str] = field(default_factory=set)
    has_remit: bool = False


def reach_page(*, by: Member, days: int = PERIODS[0]) -> ReachPage:
    """Who heard from customers in the last `days` days, unit by unit."""
    by.must(Ability.SHARE)
    days = days if days in PERIODS else PERIODS[0]
    until = timezone.localdate()
    since = until - timedelta(days=days - 1)
    seen = by.scope(Ability.SHARE).units
    units = list(Unit.objects.filter(pk__in=seen).order_by("path"))
    people = _people(seen, since)
    groups, left_out = _grouped(units, people)
    lines = tuple(_line(unit, *groups[unit.pk]) for unit in units if unit.pk in groups)
    return ReachPage(
        since=since,
        until=until,
        days=days,
        total=_total(list(groups.values())),
        lines=lines,
        left_out=left_out,
        blind=_blind(units, people, since),
    )


def unit_of_reach(unit_id: int, *, by: Member) -> Unit:
    """A unit that one may read of, or whose reach one may see; else NotFound."""
    seen = by.scope(Ability.READ).units | by.scope(Ability.SHARE).units
    return one(Unit.objects.filter(pk__in=seen), pk=unit_id)


def _people(unit_ids: frozenset[int], since: date) -> list[_Person]:
    rows = Member.objects.filter(unit__in=unit_ids, is_active=True).order_by("name")
    people = {m.pk: _Person(m.pk, m.name, m.unit_id or 0) for m in rows}
    for pk in Remit.objects.filter(member__in=people).values_list("member", flat=True):
        people[pk].has_remit = True
    for pk, kinds in _delivered(frozenset(people), since):
        people[pk].kinds |= kinds
    return list(people.values())


def _delivered(members: frozenset[int], since: date) -> Iterator[tuple[int, set[str]]]:
    """What became of each edition that was delivered, with its reader.

    One that its reader had made by hand was sent to nobody: reading it is no reach.
    """
    marks = Reach.objects.filter(
        edition__member__in=members, edition__composed_at__date__gte=since
    )
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for pk, edition, kind in marks.values_list("edition__member", "edition_id", "kind"):
        found[pk, edition].add(kind)
    for (pk, _edition), kinds in found.items():
        if Kind.DELIVERED in kinds:
            yield pk, kinds


Group = tuple[list[_Person], int]


def _grouped(units: list[Unit], people: list[_Person]) -> tuple[dict[int, Group], int]:
    """Everybody in one group of at least five: the own unit, or the next above.

    Each person counts in one group only, so that no difference of two lines shows a
    small unit.
    """
    staff: dict[int, list[_Person]] = defaultdict(list)
    small: dict[int, int] = defaultdict(int)
    for person in people:
        staff[person.unit].append(person)
    known = {unit.pk for unit in units}
    left_out = 0
    for unit in sorted(units, key=lambda unit: -unit.depth):
        here = staff[unit.pk]
        if not here or len(here) >= FEWEST:
            continue
        moved, swallowed = staff.pop(unit.pk), small.pop(unit.pk, 0)
        if unit.parent_id in known:
            staff[unit.parent_id].extend(moved)
            small[unit.parent_id] += swallowed + 1
        else:
            left_out += len(moved)
    groups = {pk: (here, small[pk]) for pk, here in staff.items() if here}
    return groups, left_out


def _line(unit: Unit, people: list[_Person], small: int) -> ReachLine:
    found = _counted(people, _told(people))
    return replace(
        found, unit=unit.pk, name=unit.name, depth=unit.depth, with_small=small
    )


def _total(groups: list[Group]) -> ReachLine:
    """All lines together; reading only of those whose lines show it."""
    people = [person for members, _small in groups for person in members]
    told = [person for members, _small in groups for person in _told(members)]
    return _counted(people, told)


def _told(people: list[_Person]) -> list[_Person]:
    """Those whose reading counts: delivered to, and enough of them not to show."""
    told = [person for person in people if Kind.DELIVERED in person.kinds]
    return told if len(told) >= FEWEST else []


def _counted(people: list[_Person], told: list[_Person]) -> ReachLine:
    delivered = _count(people, Kind.DELIVERED)
    return ReachLine(
        unit=None,
        name="",
        depth=0,
        with_small=0,
        members=len(people),
        with_remit=_share(sum(p.has_remit for p in people), len(people)),
        delivered=_share(delivered, len(people)),
        opened=_share(_count(told, Kind.OPENED), len(told)),
        read=_share(_count(told, Kind.READ), len(told)),
        useful=_share(_count(told, Kind.USEFUL), len(told)),
    )


def _count(people: list[_Person], kind: Kind) -> int:
    return sum(kind in person.kinds for person in people)


def _share(some: int, of: int) -> Estimate | None:
    return wilson(some, of) if of else None


def _blind(units: list[Unit], people: list[_Person], since: date) -> tuple[Blind, ...]:
    """Whoever nothing was delivered to, by unit, the largest blind spot first."""
    missed: dict[int, list[_Person]] = defaultdict(list)
    staff: dict[int, int] = defaultdict(int)
    for person in people:
        staff[person.unit] += 1
        if Kind.DELIVERED not in person.kinds:
            missed[person.unit].append(person)
    unreached = [person for group in missed.values() for person in group]
    reasons = _reasons(unreached, since)
    found = [
        Blind(
            unit=unit.pk,
            name=unit.name,
            members=staff[unit.pk],
            unreached=tuple(
                Unreached(p.id, p.name, reasons[p.id]) for p in missed[unit.pk]
            ),
        )
        for unit in units
        if missed[unit.pk]
    ]
    return tuple(sorted(found, key=lambda blind: -len(blind.unreached)))


def _reasons(people: list[_Person], since: date) -> dict[int, str]:
    ids = [person.id for person in people]
    paused = Subscription.objects.filter(member__in=ids, paused=True)
    resting = set(paused.values_list("member", flat=True))
    letters = Mail.objects.filter(member__in=ids, created_at__date__gte=since)
    unsent = letters.exclude(state=Mail.State.SENT)
    stuck = set(unsent.values_list("member", flat=True))
    reading = readers(ids)
    # The first that fits is the reason.
    found: dict[int, str] = {}
    for person in people:
        reasons = {
            "paused": person.id in resting,
            "may_not_read": person.id not in reading,
            "no_remit": not person.has_remit,
            "not_sent": person.id in stuck,
        }
        found[person.id] = next((w for w, is_so in reasons.items() if is_so), LATER)
    return found
