"""Questions about sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback, Source


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with what has come through it."""

    id: int
    name: str
    unit: str
    channel: str
    kind: str
    feedback: int
    newest: datetime | None
    imports: int


def source_row(source_id: int, *, by: Member) -> Source:
    """The source; NotFound outside, NotAllowed for who reads but may not import."""
    seen = Source.objects.select_related("unit")
    rows = seen.visible_to(by, Ability.IMPORT) | seen.visible_to(by)
    source = one(rows.distinct(), pk=source_id)
    by.must(Ability.IMPORT, source)
    return source


def source_lines(*, by: Member) -> list[SourceLine]:
    """Sources into which the member may import, by name."""
    rows = (
        Source.objects.visible_to(by, Ability.IMPORT)
        .select_related("unit")
        .annotate(
            imports=Count("batches", filter=Q(batches__state="done"), distinct=True)
        )
        .order_by("name")
    )
    counted = {
        row["source_id"]: row
        for row in Feedback.objects.filter(source__in=rows)
        .values("source_id")
        .annotate(n=Count("id"), newest=Max("occurred_at"))
    }
    return [_line(row, counted.get(row.pk, {})) for row in rows]


def _line(row: Source, counted: Mapping[str, object]) -> SourceLine:
    newest = counted.get("newest")
    return SourceLine(
        id=row.pk,
        name=row.name,
        unit=row.unit.name,
        channel=row.get_channel_display(),
        kind=row.kind,
        feedback=int(str(counted.get("n", 0))),
        newest=newest if isinstance(newest, datetime) else None,
        imports=row.imports,  # type: ignore[attr-defined]
    )


def own_sources(*, by: Member) -> list[Source]:
    """Sources to choose from when importing."""
    rows = Source.objects.visible_to(by, Ability.IMPORT).select_related("unit")
    return list(rows.order_by("name")[:500])


def own_units(*, by: Member) -> list[Unit]:
    """Units for which the member may import, from the top of the tree."""
    units = by.scope(Ability.IMPORT).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))
