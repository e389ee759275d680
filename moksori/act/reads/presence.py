"""Who else has a case open just now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from moksori.act.models import Case, Presence
from moksori.base.people.models import Member

HERE = timedelta(seconds=50)  # a page tells every 20 seconds that it is open
WRITES = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Others:
    """Names of others who look at the case, and of those of them who are writing."""

    looking: tuple[str, ...]
    writing: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.looking or self.writing)


def others_at(case: Case, *, by: Member) -> Others:
    """Ask only for a case that this member may see."""
    now = timezone.now()
    rows = Presence.objects.filter(case=case, seen_at__gte=now - HERE)
    rows = rows.exclude(member=by).select_related("member").order_by("member__name")
    writing = [row for row in rows if row.wrote_at and row.wrote_at >= now - WRITES]
    looking = [row for row in rows if row not in writing]
    return Others(
        tuple(row.member.name for row in looking),
        tuple(row.member.name for row in writing),
    )
