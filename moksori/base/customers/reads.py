"""Questions about customers and where they are."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from moksori.base.customers.models import Region
from moksori.base.people.scope import Scope


def regions_within(scope: Scope) -> QuerySet[Region]:
    """The regions to choose from: those that the scope names, or its units have."""
    found = Q(pk__in=[])
    for reach in scope.reaches:
        if reach.regions:
            found |= Q(pk__in=reach.regions)
        else:
            having = Region.units.through._default_manager.filter(
                unit_id__in=reach.units
            )
            found |= Q(pk__in=having.values("region_id"))
    return Region.objects.filter(found)
