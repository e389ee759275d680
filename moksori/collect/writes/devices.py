"""Phones of the field: registered on purpose, ended at once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.collect.models import Device

PREFIX = "moksori_field_"
MOST = 10


@dataclass(frozen=True, slots=True)
class Registered:
    """The token is told this once and never again."""

    device: Device
    token: str


@transaction.atomic
def register_device(name: str, *, by: Member) -> Registered:
    """A phone of this member that may hand in what it records, and nothing else."""
    by.must(Ability.READ)
    name = one_line(name, field="name")[:80]
    if not name:
        raise UserError(_("Give this phone a name."), field="name")
    if Device.objects.filter(member=by, ended_at=None).count() >= MOST:
        raise Conflict(
            _("You have {most} phones registered. End one of them first.").format(
                most=MOST
            )
        )
    token = PREFIX + secrets.token_urlsafe(32)
    device = Device.objects.create(member=by, name=name, digest=_digest(token))
    audit.record("register_device", device, by=by)
    return Registered(device, token)


@transaction.atomic
def end_device(device_id: int, *, by: Member) -> Device:
    """The phone's token stops working at once; what it handed in stays."""
    device = one(Device.objects.filter(member=by), pk=device_id)
    if device.ended_at is None:
        device.ended_at = timezone.now()
        device.save(update_fields=["ended_at"])
        audit.record("end_device", device, by=by)
    return device


def device_of(token: str) -> Device | None:
    """Whose token this is; None if it is unknown, ended, or its owner has left."""
    if not token.startswith(PREFIX):
        return None
    found = (
        Device.objects.select_related("member__unit")
        .filter(digest=_digest(token), ended_at=None, member__is_active=True)
        .first()
    )
    today = timezone.localdate()
    if found is not None and found.seen_on != today:
        Device.objects.filter(pk=found.pk).update(seen_on=today)
    return found


def _digest(token: str) -> str:
    # The token has 256 random bits: a plain hash cannot be searched through.
    return hashlib.sha256(token.encode()).hexdigest()
