"""Questions about guides for visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.field.guides import Question, question_from
from moksori.collect.models import Guide


@dataclass(frozen=True, slots=True)
class GuideLine:
    id: int
    name: str
    unit: str
    number: int
    questions: tuple[Question, ...]
    is_in_use: bool
    is_inherited: bool


def guides_for(*, by: Member) -> QuerySet[Guide]:
    """Those one may use on a visit: of one's own units and of the units above.

    Who may read nothing (a role of HR alone) takes none along either.
    """
    units = set(by.scope(Ability.READ).units)
    if units and by.unit:
        units |= set(by.unit.ancestor_ids())
    found = Guide.objects.filter(unit__in=units, is_in_use=True).exclude(version=None)
    return found.select_related("version", "unit")


def nearest_first(guides: Iterable[Guide]) -> list[Guide]:
    """That of one's own team before those of the units above it, then by name."""
    return sorted(guides, key=lambda one: (-one.unit.depth, one.name, one.pk))


def guide_lines(*, by: Member) -> list[GuideLine]:
    """All that lie where this member may read, those out of use at the end; before
    them those of the units above, which stand on this member's phone too."""
    rows = Guide.objects.visible_to(by).select_related("version", "unit")
    own = [_line(row) for row in rows.order_by("-is_in_use", "name", "pk")]
    here = {line.id for line in own}
    above = guides_for(by=by).exclude(pk__in=here).order_by("unit__path", "name", "pk")
    return [*(_line(row, is_inherited=True) for row in above), *own]


def units_to_write_for(*, by: Member) -> list[Unit]:
    """Units for which this member may write a guide, a unit before those below it."""
    units = by.scope(Ability.IMPORT).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))


def guide_row(guide_id: int, *, by: Member) -> Guide:
    rows = Guide.objects.visible_to(by).select_related("version", "unit")
    return one(rows, pk=guide_id)


def _line(row: Guide, *, is_inherited: bool = False) -> GuideLine:
    version = row.version
    return GuideLine(
        id=row.pk,
        name=row.name,
        unit=row.unit.name,
        number=version.number if version else 0,
        questions=tuple(map(question_from, version.questions)) if version else (),
        is_in_use=row.is_in_use,
        is_inherited=is_inherited,
    )
