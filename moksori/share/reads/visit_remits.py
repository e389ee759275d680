"""Whose customers a visit was about: members whose remit holds it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.reads.visits import visit_row
from moksori.share.models import Remit

MOST = 30


@dataclass(frozen=True, slots=True)
class Carer:
    name: str
    title: str
    for_whom: str


def carers_of_visit(visit_id: int, *, by: Member) -> list[Carer]:
    """Members who wrote a remit of their own that narrows to this visit, by name.

    Each list of a remit (units, products, regions) that is not empty must hold it, and
    at least one is not empty. Who may not read the visit is left out. NotFound outside
    the gate.
    """
    visit = visit_row(visit_id, by=by)
    products = list(visit.products.values_list("pk", flat=True))
    found = (
        Remit.objects.filter(is_suggested=False, member__is_active=True)
        .filter(Q(units=None) | Q(units__in=visit.unit.ancestor_ids()))
        .filter(Q(products=None) | Q(products__in=products))
        .filter(Q(regions=None) | Q(regions=visit.region_id or 0))
        .exclude(units=None, products=None, regions=None)
        .select_related("member")
        .order_by("member__name", "pk")
        .distinct()
    )
    able = (one for one in found[:200] if one.member.may(Ability.READ, visit))
    rows = [Carer(one.member.name, one.member.title, one.for_whom) for one in able]
    return rows[:MOST]
