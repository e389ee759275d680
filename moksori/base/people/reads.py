"""Questions about units and members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import one
from moksori.base.people.models import ApiKey, Assignment, Member, Unit
from moksori.base.people.roles import Ability, Role

# One person for each way of using Moksori, in the order of the loop.
DEMO_ROLES = (
    Role.ANALYST,
    Role.FRONTLINE,
    Role.PRODUCT_OWNER,
    Role.LEADER,
    Role.EXECUTIVE,
)
DEMO_DOMAIN = "@neulbom.example"
DEMO_LINES: dict[Role, Promise | str] = {
    Role.ANALYST: _("Finds what hurts and why"),
    Role.FRONTLINE: _("Meets customers every day"),
    Role.PRODUCT_OWNER: _("Decides what gets better next"),
    Role.LEADER: _("Makes sure that it gets done"),
    Role.EXECUTIVE: _("Wants to know what was proven"),
}


def demo_is_loaded() -> bool:
    """Whether this installation holds the demo company."""
    return Member.objects.filter(email__endswith=DEMO_DOMAIN).exists()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    id: int
    name: str
    title: str
    role: str
    line: Promise | str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the order of the tree; `depth` 0 is the organisation."""

    id: int
    name: str
    depth: int
    path: str


@dataclass(frozen=True, slots=True)
class RoleLine:
    id: int
    role: str
    unit: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberLine:
    id: int
    name: str
    email: str
    title: str
    unit: str
    roles: tuple[RoleLine, ...]
    is_active: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class KeyLine:
    id: int
    name: str
    start: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def demo_people() -> list[DemoPerson]:
    """One member of the demo company for each of the five roles."""
    held = (
        Assignment.objects.filter(
            role__in=DEMO_ROLES,
            member__email__endswith=DEMO_DOMAIN,
            member__is_active=True,
        )
        .select_related("member")
        .order_by("id")
    )
    first: dict[str, DemoPerson] = {}
    for assignment in held:
        role = Role(assignment.role)
        if role in first:
            continue
        member = assignment.member
        first[role] = DemoPerson(
            member.pk, member.name, member.title, str(role.label), DEMO_LINES[role]
        )
    return [first[role] for role in DEMO_ROLES if role in first]


def unit_lines(*, by: Member, ability: Ability = Ability.READ) -> list[UnitLine]:
    """The units within which the member holds the ability, in tree order."""
    units = Unit.objects.filter(id__in=by.scope(ability).units)
    return [UnitLine(u.pk, u.name, u.depth, u.path) for u in _in_tree_order(units)]


def _in_tree_order(units: Iterable[Unit]) -> list[Unit]:
    return sorted(units, key=Unit.ancestor_ids)


def member_lines(*, by: Member) -> list[MemberLine]:
    """Everybody whom the member administers."""
    by.must(Ability.ADMINISTER)
    members = (
        Member.objects.filter(unit_id__in=by.scope(Ability.ADMINISTER).units)
        .select_related("unit")
        .prefetch_related("assignments__unit", "assignments__regions")
        .order_by("unit__path", "name")
    )
    return [_member_line(member) for member in members]


def administered_member(member_id: int, *, by: Member) -> Member:
    units = by.scope(Ability.ADMINISTER).units
    return one(Member.objects.filter(unit_id__in=units), pk=member_id)


def administered_assignment(assignment_id: int, *, by: Member) -> Assignment:
    units = by.scope(Ability.ADMINISTER).units
    return one(Assignment.objects.filter(unit_id__in=units), pk=assignment_id)


def member_line(member_id: int, *, by: Member) -> MemberLine:
    return _member_line(administered_member(member_id, by=by))


def _member_line(member: Member) -> MemberLine:
    return MemberLine(
        id=member.pk,
        name=member.name,
        email=member.email,
        title=member.title,
        unit=member.unit.name if member.unit else "",
        roles=tuple(
            RoleLine(
                held.pk,
                held.get_role_display(),
                held.unit.name,
                tuple(region.name for region in held.regions.all()),
            )
            for held in member.assignments.all()
        ),
        is_active=member.is_active,
        last_login=member.last_login,
    )


def key_lines(*, by: Member) -> list[KeyLine]:
    """The member's own API keys; the keys themselves are not known to anybody."""
    keys = ApiKey.objects.filter(member=by).order_by("-id")
    return [
        KeyLine(k.pk, k.name, k.start, k.created_at, k.expires_at, k.used_at)
        for k in keys
    ]


ROLE_HELP: dict[Role, Promise | str] = {
    Role.ANALYST: _p("role help", "imports, edits themes, measures effects"),
    Role.FRONTLINE: _p("role help", "reads, and answers customers"),
    Role.PRODUCT_OWNER: _p("role help", "plans and owns actions"),
    Role.LEADER: _p("role help", "assigns work, sees who was reached"),
    Role.EXECUTIVE: _p("role help", "sees everything in these units"),
    Role.HR: _p("role help", "sees who was reached, no verbatims"),
    Role.ADMIN: _p("role help", "adds members, sees jobs and the log"),
}
