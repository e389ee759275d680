"""Questions about remits: for whom a member works, and which feedback that means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moksori.base.customers.models import Product, Region
from moksori.base.customers.reads import regions_within
from moksori.base.people.models import Assignment, Member, Unit
from moksori.base.people.roles import ABILITIES, Ability, Role
from moksori.base.warehouse.conditions import Condition, In
from moksori.collect.models import Feedback
from moksori.share.models import Remit
from moksori.understand.models import Theme
from moksori.understand.reads.window import Filters, unit_ids_below

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Named:
    """One thing of a remit."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class RemitCard:
    """A member's remit in words and things.

    `is_own` is False while it is only suggested from unit and role.
    """

    for_whom: str
    value: str
    units: tuple[Named, ...] = ()
    products: tuple[Named, ...] = ()
    regions: tuple[Named, ...] = ()
    themes: tuple[Named, ...] = ()
    is_own: bool = True

    @property
    def things(self) -> tuple[str, ...]:
        """The names of everything that narrows the choice."""
        named = (*self.units, *self.products, *self.regions, *self.themes)
        return tuple(thing.name for thing in named)

    @property
    def filters(self) -> RemitFilters:
        return RemitFilters(
            units=_ids(self.units),
            products=_ids(self.products),
            regions=_ids(self.regions),
        )

    @property
    def theme_ids(self) -> frozenset[int]:
        """Themes cared for; empty means every theme."""
        return frozenset(_ids(self.themes))


@dataclass(frozen=True, slots=True)
class RemitFilters(Filters):
    """Filters with several units, products and regions at once; empty means any."""

    units: tuple[int, ...] = ()
    products: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        # Slotted dataclasses lose the zero-argument super().
        found = list(Filters.conditions.fget(self))  # type: ignore[attr-defined]
        for name, ids in self._lists().items():
            found.append(In(name, ids))
        return tuple(found)

    def q(self, prefix: str = "") -> Q:
        found = Filters.q(self, prefix)
        for name, ids in self._lists().items():
            found &= Q(**{f"{prefix}{name}_id__in": ids})
        return found

    def _lists(self) -> dict[str, tuple[int, ...]]:
        lists: dict[str, tuple[int, ...]] = {
            "product": self.products,
            "region": self.regions,
        }
        if self.units:
            below = frozenset().union(*(unit_ids_below(unit) for unit in self.units))
            lists["unit"] = tuple(sorted(below))
        return {name: ids for name, ids in lists.items() if ids}


def remit_card(member: Member, *, by: Member) -> RemitCard:
    """The member's own remit, else one suggested. Only the member reads it."""
    by_self = by.pk == member.pk
    remit = Remit.objects.filter(member=member).first() if by_self else None
    return suggestion(member) if remit is None else _card(remit)


def suggestion(member: Member) -> RemitCard:
    """What unit and role tell about whom a member works for."""
    if member.unit is None or not member.scope().units:
        return RemitCard(for_whom="", value="", is_own=False)
    unit = _nearest_heard(member, member.unit)
    return RemitCard(
        for_whom=_("customers of %(unit)s") % {"unit": (unit or member.unit).name},
        value=_value(member),
        units=(Named(unit.pk, unit.name),) if unit else (),
        is_own=False,
    )


def may_hear(member: Member) -> bool:
    """Whether there is any feedback that the member may read."""
    rows: QuerySet[Feedback] = Feedback.objects.visible_to(member)
    return rows.exclude(text="").exists()


def _nearest_heard(member: Member, unit: Unit) -> Unit | None:
    """The own unit, or the next above, of whose customers the member may read.

    Many teams (planning, marketing) receive no feedback of their own; a remit of their
    unit alone would match nothing. Before any feedback is in: the widest.
    """
    rows: QuerySet[Feedback] = Feedback.objects.visible_to(member).exclude(text="")
    above = Unit.objects.filter(pk__in=unit.ancestor_ids()).order_by("-path")
    units = list(above.filter(pk__in=member.scope().units))
    heard = (u for u in units if rows.filter(unit__path__startswith=u.path).exists())
    return next(heard, units[-1] if units else None)


def readers(members: Iterable[int]) -> frozenset[int]:
    """Those of the members who may read feedback anywhere."""
    reading = [role for role in Role if Ability.READ in ABILITIES[role]]
    held = Assignment.objects.filter(member__in=members, role__in=reading)
    return frozenset(held.values_list("member", flat=True))


@dataclass(frozen=True, slots=True)
class Choices:
    """What a member may choose from: nothing beyond what they may read."""

    units: QuerySet[Unit]
    products: QuerySet[Product]
    regions: QuerySet[Region]
    themes: QuerySet[Theme]


def choices(member: Member) -> Choices:
    scope = member.scope()
    return Choices(
        units=Unit.objects.filter(pk__in=scope.units),
        products=Product.objects.filter(unit__in=scope.units).select_related("unit"),
        regions=regions_within(scope),
        themes=Theme.objects.visible_to(member).filter(
            state=Theme.State.ACTIVE, is_group=False
        ),
    )


def _card(remit: Remit) -> RemitCard:
    """Only what the member may still read: roles change faster than remits."""
    allowed = choices(remit.member)
    return RemitCard(
        for_whom=remit.for_whom,
        value=remit.value,
        units=_named(remit.units.filter(pk__in=allowed.units.values("pk"))),
        products=_named(remit.products.filter(pk__in=allowed.products.values("pk"))),
        regions=_named(remit.regions.filter(pk__in=allowed.regions.values("pk"))),
        themes=_named(remit.themes.filter(pk__in=allowed.themes.values("pk"))),
        is_own=not remit.is_suggested,
    )


def _value(member: Member) -> str:
    """A first sentence to improve on, from the role."""
    roles = set(member.assignments.values_list("role", flat=True))
    words = {
        Role.FRONTLINE: _("I listen, and solve it where the customer is."),
        Role.PRODUCT_OWNER: _("I make the product do what customers need it for."),
        Role.LEADER: _("I see to it that my team solves what hurts customers most."),
        Role.ANALYST: _("I find what hurts customers and show it to whoever can help."),
        Role.EXECUTIVE: _("I decide in favour of what customers value."),
    }
    return next((text for role, text in words.items() if role.value in roles), "")


def _named(rows: QuerySet[Any]) -> tuple[Named, ...]:
    found: list[Model] = list(rows)
    return tuple(Named(row.pk, str(row)) for row in found)


def _ids(things: tuple[Named, ...]) -> tuple[int, ...]:
    return tuple(thing.id for thing in things)
