"""Who is away, as far as one may know it: oneself, and those whose team one leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from moksori.act.models import Absence
from moksori.act.reads.owners import ROLES_THAT_ACT
from moksori.base.errors import NotFound
from moksori.base.people.models import Assignment, Member
from moksori.base.people.roles import Ability


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    id: int
    member_id: int
    member_name: str
    starts_on: date
    ends_on: date
    is_now: bool


def team_of(by: Member) -> list[Member]:
    """Oneself, then who may work on cases where `by` hands out work, by name."""
    held = Assignment.objects.filter(
        unit__in=by.scope(Ability.ASSIGN).units, role__in=ROLES_THAT_ACT
    )
    rows = Member.objects.filter(pk__in=held.values("member"), is_active=True)
    return [by, *rows.exclude(pk=by.pk).order_by("name", "pk")]


def may_tell(member: Member, *, by: Member) -> bool:
    return member.pk == by.pk or member.pk in {one.pk for one in team_of(by)}


def absence_lines(*, by: Member) -> list[AbsenceLine]:
    """Those that are not over, the nearest first."""
    today = timezone.localdate()
    rows = Absence.objects.filter(
        member__in=[one.pk for one in team_of(by)], ends_on__gte=today
    ).select_related("member")
    return [
        AbsenceLine(
            row.pk, row.member_id, row.member.name, row.starts_on, row.ends_on,
            row.starts_on <= today,
        )
        for row in rows
    ]  # fmt: skip


def absence_row(absence_id: int, *, by: Member) -> Absence:
    """NotFound for somebody else's whose team one does not lead."""
    row = Absence.objects.select_related("member").filter(pk=absence_id).first()
    if row is None or not may_tell(row.member, by=by):
        raise NotFound
    return row
