"""The gate: the only way from a member to things; outside is "not found"."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from moksori.base.errors import NotFound
from moksori.base.people.roles import Ability

if TYPE_CHECKING:
    from moksori.base.people.models import Member

M = TypeVar("M", bound=models.Model)


class GatedQuerySet(models.QuerySet[M]):
    """Rows that lie in a unit (and perhaps a region).

    The model names the columns: `gate_unit` and, where rows have one, `gate_region`.
    """

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        """The rows within which this member holds the ability."""
        scope = member.scope(ability)
        return self.filter(
            scope.q(
                unit=getattr(self.model, "gate_unit", "unit_id"),
                region=getattr(self.model, "gate_region", ""),
            )
        )


class Gated(models.Model):
    """A kind of object behind the gate."""

    gate_unit: ClassVar[str] = "unit_id"
    gate_region: ClassVar[str] = ""

    objects: ClassVar[models.Manager[Self]] = GatedQuerySet.as_manager()

    class Meta:
        abstract = True


def one(rows: models.QuerySet[M], **lookup: object) -> M:
    """The one row, or NotFound: same answer for "none" and "not yours"."""
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, ValueError, TypeError, OverflowError):
        raise NotFound from None
