"""Add units and members, and change what they may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Assignment, Member, Unit
from moksori.base.people.roles import Ability, Role
from moksori.base.people.scope import InUnit


@transaction.atomic
def add_unit(
    name_ko: str, *, name_en: str = "", parent: Unit | None = None, by: Member | None
) -> Unit:
    """A new unit below `parent` (None: the organisation itself)."""
    if by is not None:
        by.must(Ability.ADMINISTER, parent and InUnit(parent.pk))
    unit = Unit.objects.create(name_ko=name_ko, name_en=name_en, parent=parent)
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    audit.record("add_unit", unit, by=by)
    return unit


@transaction.atomic
def add_member(
    email: str,
    name: str,
    *,
    unit: Unit,
    title: str = "",
    language: str = "ko",
    by: Member | None,
) -> Member:
    """A new member without a role and without a password yet."""
    if by is not None:
        by.must(Ability.ADMINISTER, InUnit(unit.pk))
    email = email.strip().lower()
    if "@" not in email:
        raise UserError(_("Write a full e-mail address."), field="email")
    member = Member(
        username=email,
        email=email,
        name=name.strip() or email.split("@")[0],
        title=title,
        language=language,
        unit=unit,
    )
    member.set_unusable_password()
    # The database decides whether the address is free: two may ask at once.
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:
        raise Conflict(
            _("There is already a member with this e-mail address."), field="email"
        ) from error
    audit.record("add_member", member, by=by)
    return member


@transaction.atomic
def give_role(
    member: Member,
    role: Role,
    *,
    unit: Unit,
    regions: Iterable[int] = (),
    by: Member | None,
) -> Assignment:
    """The member holds the role for the unit and everything below it, at once."""
    if by is not None:
        by.must(Ability.ADMINISTER, InUnit(unit.pk))
    assignment, _new = Assignment.objects.get_or_create(
        member=member, unit=unit, role=role
    )
    assignment.regions.set(list(regions))
    audit.record(
        "give_role", member, by=by, role=role.value, unit=unit.pk, regions=list(regions)
    )
    member.__dict__.pop("scopes", None)
    return assignment


@transaction.atomic
def take_role(assignment: Assignment, *, by: Member) -> None:
    """The role ends with the member's next request."""
    by.must(Ability.ADMINISTER, InUnit(assignment.unit.pk))
    audit.record(
        "take_role",
        assignment.member,
        by=by,
        role=assignment.role,
        unit=assignment.unit_id,
    )
    assignment.delete()


@transaction.atomic
def close_member(member: Member, *, by: Member) -> None:
    """Somebody has left: no sign-in, no key works any more, history stays."""
    by.must(Ability.ADMINISTER, InUnit(member.unit.pk) if member.unit else None)
    if member.pk == by.pk:
        raise Conflict(_("You cannot close your own account. Ask a colleague."))
    for held in member.assignments.select_related("unit"):
        # Whoever looks after a team does not close somebody whose role reaches further.
        by.must(Ability.ADMINISTER, InUnit(held.unit.pk))
    member.is_active = False
    member.save(update_fields=["is_active"])
    audit.record("close_member", member, by=by)


@transaction.atomic
def reopen_member(member: Member, *, by: Member) -> None:
    """Closed by mistake, or back again: roles and history are as they were."""
    by.must(Ability.ADMINISTER, InUnit(member.unit.pk) if member.unit else None)
    member.is_active = True
    member.save(update_fields=["is_active"])
    audit.record("reopen_member", member, by=by)


@transaction.atomic
def change_me(*, name: str, language: str, by: Member) -> None:
    """What every member may change about themselves."""
    by.name, by.language = name, language
    by.save(update_fields=["name", "language"])
    audit.record("change_me", by, by=by, language=language)


@transaction.atomic
def set_password(member: Member, password: str, *, by: Member) -> None:
    """A first password, handed over in person; the member changes it."""
    by.must(Ability.ADMINISTER, member)
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise UserError(" ".join(error.messages), field="password") from error
    member.set_password(password)
    member.save(update_fields=["password"])
    audit.record("set_password", member, by=by)
