"""What an affiliate shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

from moksori.base.people.gate import Gated, GatedQuerySet
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability

if TYPE_CHECKING:
    from moksori.base.people.scope import Scope

M = TypeVar("M", bound=models.Model)


def affiliate_id(path: str) -> int:
    """The unit whose themes feedback at `path` belongs to: below the root, or the root.

    Themes are shared by an affiliate, so that its teams speak of the same things.
    """
    ids = [int(part) for part in path.split("/") if part]
    return ids[1] if len(ids) > 1 else ids[0]


def affiliates_of(scope: Scope) -> frozenset[int]:
    """The affiliates that a scope touches, wholly or in part."""
    paths = Unit.objects.filter(pk__in=scope.units).values_list("path", flat=True)
    return frozenset(affiliate_id(path) for path in paths)


class AffiliateQuerySet(GatedQuerySet[M]):
    """Rows that belong to an affiliate and are seen by whoever works within it."""

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        """Seen from within the affiliate, or from above it."""
        return self.filter(unit_id__in=affiliates_of(member.scope(ability)))


class OfAffiliate(Gated):
    """A kind of object that an affiliate shares."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = AffiliateQuerySet.as_manager()

    class Meta:
        abstract = True
