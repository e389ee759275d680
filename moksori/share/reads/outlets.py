"""Questions about secret links: whose they are, and what lies behind one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.share.channels import outlet_of, outlets
from moksori.share.models import Outlet


@dataclass(frozen=True, slots=True)
class OutletLine:
    """One link in the list; the token itself is shown once, when it is made."""

    id: int
    name: str
    kind: str
    title: str
    unit: str
    member: str
    start: str
    created_at: datetime
    is_open: bool
    may_change: bool


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def outlet_lines(*, by: Member) -> list[OutletLine]:
    """One's own, and those of units that one administers."""
    rows = _visible(by).select_related("unit", "member").order_by("-id")
    return [_line(row, by) for row in rows]


def outlet_row(outlet_id: int, *, by: Member) -> Outlet:
    return one(_visible(by).select_related("unit", "member"), pk=outlet_id)


def opening_units(kind: str, *, by: Member) -> list[Unit]:
    """Units for which the member may open this kind of link."""
    ability = outlet_of(kind).ability
    if ability is None:
        return [by.unit] if by.unit is not None else []
    seen = by.scope(Ability.READ).units & by.scope(ability).units
    return list(Unit.objects.filter(pk__in=seen).order_by("path"))


def opening_kinds(*, by: Member) -> list[tuple[str, str, str]]:
    """Kinds of links that the member may open: kind, title, note."""
    return [
        (name, str(kind.title), str(kind.note))
        for name, kind in outlets().items()
        if opening_units(name, by=by)
    ]


def behind(token: str) -> Outlet:
    """The outlet of a secret address; NotFound when it was revoked, when its member
    left, or may no longer read there."""
    rows = Outlet.objects.select_related("unit", "member")
    found = rows.filter(digest=digest_of(token), revoked_at=None).first()
    if found is None or found.kind not in outlets():
        raise NotFound
    if not found.member.is_active:
        raise NotFound
    ability = outlets()[found.kind].ability
    if ability is not None and not found.member.may(
        Ability.READ, InUnit(found.unit_id)
    ):
        raise NotFound
    return found


def _visible(by: Member) -> QuerySet[Outlet]:
    scope = by.scope(Ability.ADMINISTER).q(unit="unit_id")
    return Outlet.objects.filter(Q(member=by) | scope)


def _line(row: Outlet, by: Member) -> OutletLine:
    kind = outlets().get(row.kind)
    return OutletLine(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        title=str(kind.title) if kind else row.kind,
        unit=row.unit.name,
        member=row.member.name,
        start=row.start,
        created_at=row.created_at,
        is_open=row.revoked_at is None,
        may_change=row.member_id == by.pk,
    )
