"""Who could take something on."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.act.models import Action, Case
from moksori.base.people.models import Assignment, Member, Unit
from moksori.base.people.roles import ABILITIES, Ability

ROLES_THAT_ACT = [
    role for role, abilities in ABILITIES.items() if Ability.ACT in abilities
]


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    title: str


def possible_owners(
    unit: Unit, *, region_id: int | None = None, by: Member
) -> list[Person]:
    """Members who may work on things of this unit (and region), by name.

    Somebody who may not give to others sees only themselves.
    """
    if unit.pk not in by.scope(Ability.ASSIGN).units:
        may_act = unit.pk in by.scope(Ability.ACT).units
        return [Person(by.pk, by.name, by.title)] if may_act else []
    held = Assignment.objects.filter(
        role__in=ROLES_THAT_ACT,
        unit__in=unit.ancestor_ids(),
        member__is_active=True,
    ).prefetch_related("regions")
    able = {
        assignment.member_id
        for assignment in held
        if _covers([region.pk for region in assignment.regions.all()], region_id)
    }
    members = Member.objects.filter(pk__in=able).order_by("name", "pk")
    return [Person(member.pk, member.name, member.title) for member in members]


def owners_of(thing: Case | Action, *, by: Member) -> list[Person]:
    """Whom this member could give the thing to."""
    region = thing.region_id if isinstance(thing, Case) else None
    return possible_owners(thing.unit, region_id=region, by=by)


def _covers(regions: list[int], region_id: int | None) -> bool:
    return not regions or region_id is None or region_id in regions
