"""Who should take a case: whom it concerns, who has time, whose turn it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max

from moksori.act.models import Case
from moksori.act.reads.office import away_on
from moksori.act.reads.owners import ROLES_THAT_ACT
from moksori.base.people.models import Assignment
from moksori.base.people.roles import Role
from moksori.share.models import Remit

FULL = 40  # open cases; who has more is asked only when everybody has
# Who meets customers answers them before those who lead and analyse.
_ORDER = (Role.FRONTLINE, Role.PRODUCT_OWNER, Role.LEADER, Role.ANALYST)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of what a case is, as far as remits know it."""

    path: str
    region_id: int | None = None
    product_id: int | None = None
    themes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fit:
    """Why somebody was chosen, kept with the case.

    `fits` names what of their remit it touches; `open` how many cases they had then;
    `among` of how many who could; `away` how many of those were away; `turn` whether
    it was simply their turn.
    """

    member: int
    fits: tuple[str, ...] = ()
    open: int = 0
    among: int = 1
    away: int = 0
    turn: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "fits": list(self.fits), "open": self.open, "among": self.among,
            "away": self.away, "turn": self.turn,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aim:
    """A remit as ids; an empty set does not narrow."""

    units: frozenset[int] = frozenset()
    products: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()
    themes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hand:
    """A member who may work on cases of a unit and below, in some regions or all."""

    member: int
    unit: int
    regions: frozenset[int]
    rank: int


@dataclass(slots=True)
class Hands:
    """Everybody who could take a case, read once; choosing counts as taking."""

    by_unit: dict[int, list[Hand]]
    aims: dict[int, Aim]
    away: frozenset[int]
    load: dict[int, int] = field(default_factory=dict)
    last: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def of_today(cls) -> Hands:
        by_unit: dict[int, list[Hand]] = defaultdict(list)
        for hand in _hands():
            by_unit[hand.unit].append(hand)
        members = {hand.member for hands in by_unit.values() for hand in hands}
        load, last = _loads(members)
        return cls(dict(by_unit), _aims(members), away_on(), load, last)

    def choose(self, wanted: Wanted, *, now: datetime) -> Fit | None:
        """The one who fits best, then has least open, then waited longest; or None."""
        able = self._able(wanted)
        here = {pk: rank for pk, rank in able.items() if pk not in self.away}
        if not here:
            return None
        with_time = {pk for pk in here if self.load.get(pk, 0) < FULL} or set(here)
        fits = {pk: self._fits(pk, wanted) for pk in with_time}
        order = sorted(
            with_time,
            key=lambda pk: (
                -len(fits[pk] or ()),
                fits[pk] is None,  # their remit lies elsewhere
                here[pk],
                self.load.get(pk, 0),
                self.last.get(pk, _LONG_AGO),
                pk,
            ),
        )
        chosen = order[0]
        open_before = self.load.get(chosen, 0)
        equals = [
            pk
            for pk in with_time
            if (fits[pk], here[pk], self.load.get(pk, 0))
            == (fits[chosen], here[chosen], open_before)
        ]
        self.load[chosen] = open_before + 1
        self.last[chosen] = now
        return Fit(
            chosen, fits[chosen] or (), open_before, len(able), len(able) - len(here),
            turn=len(equals) > 1,
        )  # fmt: skip

    def _able(self, wanted: Wanted) -> dict[int, int]:
        """Who may work on it, with the rank of their role (0 first)."""
        found: dict[int, int] = {}
        for pk in (int(part) for part in wanted.path.split("/") if part):
            for hand in self.by_unit.get(pk, ()):
                is_free = wanted.region_id is None or not hand.regions
                if is_free or wanted.region_id in hand.regions:
                    found[hand.member] = min(hand.rank, found.get(hand.member, 99))
        return found

    def _fits(self, member: int, wanted: Wanted) -> tuple[str, ...] | None:
        """What of their remit it touches; None where the remit lies elsewhere."""
        aim = self.aims.get(member)
        if aim is None:
            return ()
        above = frozenset(int(part) for part in wanted.path.split("/") if part)
        of_case = (
            ("unit", aim.units, above),
            ("product", aim.products, frozenset({wanted.product_id})),
            ("region", aim.regions, frozenset({wanted.region_id})),
            ("theme", aim.themes, wanted.themes),
        )
        if any(chosen and not chosen & given for _name, chosen, given in of_case):
            return None
        return tuple(name for name, chosen, _given in of_case if chosen)


def _hands() -> list[Hand]:
    held = Assignment.objects.filter(
        role__in=ROLES_THAT_ACT, member__is_active=True
    ).prefetch_related("regions")
    return [
        Hand(
            one.member_id,
            one.unit_id,
            frozenset(region.pk for region in one.regions.all()),
            _ORDER.index(Role(one.role)) if one.role in _ORDER else len(_ORDER),
        )
        for one in held
    ]


def _loads(members: set[int]) -> tuple[dict[int, int], dict[int, datetime]]:
    """How many unanswered cases each has, and since when they have the newest."""
    rows = Case.objects.filter(owner__in=members).order_by()
    waiting = rows.filter(status__in=[Case.Status.OPEN, Case.Status.WAITING])
    load = waiting.values_list("owner").annotate(n=Count("pk"))
    last = rows.values_list("owner").annotate(at=Max("owned_since"))
    return dict(load), {pk: at for pk, at in last if at is not None}


def _aims(members: set[int]) -> dict[int, Aim]:
    rows = Remit.objects.filter(member__in=members).prefetch_related(
        "units", "products", "regions", "themes"
    )
    return {
        row.member_id: Aim(
            frozenset(one.pk for one in row.units.all()),
            frozenset(one.pk for one in row.products.all()),
            frozenset(one.pk for one in row.regions.all()),
            frozenset(one.pk for one in row.themes.all()),
        )
        for row in rows
    }
