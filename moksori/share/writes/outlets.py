"""Secret links: opened, changed, made anew and revoked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotFound, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.storable import one_line, storable
from moksori.share.channels import outlet_of
from moksori.share.channels.outlet import Kind
from moksori.share.models import Outlet
from moksori.share.reads.outlets import digest_of

MOST = 50  # of one member
NAME = 80
LONGEST = 2_000


@transaction.atomic
def open_outlet(
    kind: str, name: str, given: Mapping[str, str], *, unit: Unit, by: Member
) -> tuple[Outlet, str]:
    """A new link and its token, which is shown once. It tells what `by` may see."""
    found = outlet_of(kind)
    _must(found, unit.pk, by)
    open_now = Outlet.objects.filter(member=by, revoked_at=None)
    if open_now.count() >= MOST:
        raise UserError(_("Revoke a link first: fifty are the most."), field="name")
    token = secrets.token_urlsafe(24)
    outlet = Outlet.objects.create(
        unit=unit,
        member=by,
        kind=kind,
        name=_named(name),
        digest=digest_of(token),
        start=token[:6],
        settings=_checked(found, given),
    )
    audit.record("open_outlet", outlet, by=by, kind=kind)
    return outlet, token


@transaction.atomic
def change_outlet(
    outlet: Outlet, name: str, given: Mapping[str, str], *, by: Member
) -> Outlet:
    """Other settings under the same address. Only who opened it."""
    _must_be_own(outlet, by)
    outlet.name = _named(name)
    outlet.settings = _checked(outlet_of(outlet.kind), given)
    outlet.save(update_fields=["name", "settings"])
    audit.record("change_outlet", outlet, by=by)
    return outlet


@transaction.atomic
def renew_outlet(outlet: Outlet, *, by: Member) -> str:
    """A new address, shown once; the one before ends at once."""
    _must_be_own(outlet, by)
    if outlet.revoked_at is not None:
        raise Conflict(_("This link has ended. Open a new one."))
    _must(outlet_of(outlet.kind), outlet.unit_id, by)
    token = secrets.token_urlsafe(24)
    outlet.digest, outlet.start = digest_of(token), token[:6]
    outlet.save(update_fields=["digest", "start"])
    audit.record("renew_outlet", outlet, by=by)
    return token


@transaction.atomic
def revoke_outlet(outlet: Outlet, *, by: Member) -> None:
    """The address answers nobody any more; twice is once."""
    if outlet.member_id != by.pk:
        by.must(Ability.ADMINISTER, outlet)
    if outlet.revoked_at is not None:
        return
    outlet.revoked_at = timezone.now()
    outlet.save(update_fields=["revoked_at"])
    audit.record("revoke_outlet", outlet, by=by)


def _must(kind: Kind, unit_id: int, by: Member) -> None:
    if kind.ability is None:
        if by.unit_id != unit_id:
            raise NotFound
        return
    by.must(kind.ability, InUnit(unit_id))
    by.must(Ability.READ, InUnit(unit_id))


def _must_be_own(outlet: Outlet, by: Member) -> None:
    if outlet.member_id != by.pk:
        raise NotFound


def _named(name: str) -> str:
    name = one_line(name, field="name")
    if not name or len(name) > NAME:
        raise UserError(_("Give it a name of at most 80 characters."), field="name")
    return name


def _checked(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for field in kind.fields:
        value = storable(given.get(field.name, ""))
        if field.is_needed and not value:
            raise UserError(_("Fill this in."), field=field.name)
        if len(value) > LONGEST:
            raise UserError(_("This is too long."), field=field.name)
        found[field.name] = value
    language = given.get("language", "")
    if language not in {"", "ko", "en"}:
        raise UserError(_("Choose one of the values offered."), field="language")
    for name, why in kind.problems(found).items():
        raise UserError(why, field=name)
    return {**found, "language": language}
