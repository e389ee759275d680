"""Webhooks in: addresses at which programs leave feedback, each delivery kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotAllowed, NotFound, TooLarge, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.sealed import seal, unseal
from moksori.collect.models import Channel, Inlet, ReviewItem
from moksori.collect.out import signing
from moksori.collect.records import masked_text, without_secrets
from moksori.collect.sources.webhook import shape
from moksori.collect.tables.mapping import Mapping as Columns
from moksori.collect.tables.messages import Unreadable
from moksori.collect.writes.deliveries import Taken, about, digest_of, read, read_kept
from moksori.collect.writes.sources import add_source

LARGEST = 1_000_000  # bytes of one delivery


@transaction.atomic
def add_inlet(
    name: str, *, unit: Unit, channel: str = Channel.OTHER, by: Member
) -> tuple[Inlet, str]:
    """A new source that programs post to, and the token of its address, shown once."""
    source = add_source(name, unit=unit, channel=channel, kind="webhook", by=by)
    token = secrets.token_urlsafe(24)
    inlet = Inlet.objects.create(
        source=source, digest=digest_of(token), start=token[:6]
    )
    audit.record("add_inlet", inlet, by=by)
    return inlet, token


@transaction.atomic
def renew_address(inlet: Inlet, *, by: Member) -> str:
    """Another address; the one before is closed at once."""
    by.must(Ability.IMPORT, inlet)
    token = secrets.token_urlsafe(24)
    inlet.digest, inlet.start = digest_of(token), token[:6]
    inlet.save(update_fields=["digest", "start"])
    audit.record("renew_inlet_address", inlet, by=by)
    return token


@transaction.atomic
def set_signature(
    inlet: Inlet, kind: str, *, secret: str = "", header: str = "", by: Member
) -> None:
    """How deliveries prove who sent them. An empty secret keeps the one there is."""
    by.must(Ability.IMPORT, inlet)
    if kind not in Inlet.Signature.values:
        raise UserError(_("There is no such signature."), field="signature")
    if kind and not (secret or inlet.secret):
        raise UserError(
            _("Enter the secret that the sender signs with."), field="secret"
        )
    if kind == Inlet.Signature.HMAC and not header.strip():
        raise UserError(
            _("Enter the name of the header that holds the signature."), field="header"
        )
    inlet.signature = kind
    inlet.header = header.strip()[:80]
    inlet.secret = (seal(secret) if secret else inlet.secret) if kind else ""
    inlet.save(update_fields=["signature", "header", "secret"])
    audit.record("sign_inlet", inlet, by=by, signature=kind)


@transaction.atomic
def open_or_close(inlet: Inlet, *, is_open: bool, by: Member) -> None:
    by.must(Ability.IMPORT, inlet)
    inlet.is_open = is_open
    inlet.save(update_fields=["is_open"])
    audit.record("open_inlet" if is_open else "close_inlet", inlet, by=by)


@transaction.atomic
def keep_example(inlet: Inlet, text: str, *, by: Member) -> Inlet:
    """What a delivery looks like: the meanings start from what its values seem."""
    try:
        payload = shape.read_json(text.encode("utf-8", "replace"))
    except Unreadable as error:
        raise UserError(error.message, field="example") from None
    return _example(inlet, payload, by)


@transaction.atomic
def learn_from_delivery(inlet: Inlet, *, by: Member) -> Inlet:
    """Take the newest delivery that waits as the example."""
    newest = inlet.kept.filter(dropped_at=None).order_by("-id").first()
    if newest is None:
        raise Conflict(_("No delivery waits that could be the example."))
    return _example(inlet, newest.body, by)


@transaction.atomic
def set_mapping(
    inlet: Inlet, mapping: Columns, *, list_at: str = "", by: Member
) -> Taken:
    """Say what the values mean; what waited is read at once."""
    by.must(Ability.IMPORT, inlet)
    table = shape.Posted(shape.items(inlet.example, list_at))
    mapping.check(table.columns)
    inlet.mapping, inlet.list_at = mapping.to_json(), list_at[:300]
    inlet.save(update_fields=["mapping", "list_at"])
    audit.record("map_inlet", inlet, by=by)
    return read_kept(inlet, by=by)


@transaction.atomic
def map_by_example(
    inlet: Inlet,
    example: Any,
    *,
    mapping: Columns | None = None,
    list_at: str | None = None,
    by: Member,
) -> Inlet:
    """Example and meanings at once; without meanings, those that seem right."""
    _example(inlet, example, by)
    place = inlet.list_at if list_at is None else list_at
    if place and place not in shape.list_places(example):
        raise UserError(_("There is no list at this place."), field="list_at")
    if mapping is None:
        mapping = shape.suggested(inlet.example, place)
    set_mapping(inlet, mapping, list_at=place, by=by)
    inlet.refresh_from_db()
    return inlet


@transaction.atomic
def set_list_at(inlet: Inlet, list_at: str, *, by: Member) -> None:
    """Where the list of feedback lies in a delivery; the meanings are guessed anew."""
    by.must(Ability.IMPORT, inlet)
    if list_at and list_at not in shape.list_places(inlet.example):
        raise UserError(_("There is no list at this place."), field="list_at")
    inlet.list_at, inlet.mapping = list_at, {}
    inlet.save(update_fields=["list_at", "mapping"])
    audit.record("map_inlet", inlet, by=by)


@transaction.atomic
def remove_inlet(inlet: Inlet, *, by: Member) -> None:
    """The address goes, and what waits there; the source and its feedback stay."""
    by.must(Ability.IMPORT, inlet)
    audit.record("remove_inlet", inlet, by=by)
    ReviewItem.objects.filter(**about(inlet), state=ReviewItem.State.OPEN).delete()
    inlet.delete()


def is_address(token: str) -> bool:
    """Whether programs may leave something there."""
    return Inlet.objects.filter(digest=digest_of(token), is_open=True).exists()


def receive(
    token: str, body: bytes, headers: Mapping[str, str], *, now: datetime
) -> Taken:
    """One delivery: stored, or kept for a person; whatever is answered 2xx is safe.

    Raises NotFound for an address that is none, NotAllowed for a forged signature.
    """
    inlet = (
        Inlet.objects.select_related("source__unit")
        .filter(digest=digest_of(token), is_open=True)
        .first()
    )
    if inlet is None:
        raise NotFound
    if len(body) > LARGEST:
        raise TooLarge(
            _("Send at most {most} kB at once.").format(most=LARGEST // 1000)
        )
    _check_signature(inlet, body, headers, now=now)
    payload = shape.read_json(body)
    with transaction.atomic():
        taken = read(inlet, payload)
        Inlet.objects.filter(pk=inlet.pk).update(
            deliveries=F("deliveries") + 1, last_at=now
        )
    return taken


def _example(inlet: Inlet, payload: Any, by: Member) -> Inlet:
    by.must(Ability.IMPORT, inlet)
    inlet.example = _masked(without_secrets(payload))
    inlet.list_at = shape.suggested_list(payload)
    inlet.save(update_fields=["example", "list_at"])
    audit.record("show_inlet_example", inlet, by=by)
    return inlet


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, list):
        return [_masked(one) for one in value]
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    return value


def _check_signature(
    inlet: Inlet, body: bytes, headers: Mapping[str, str], *, now: datetime
) -> None:
    if not inlet.signature:
        return
    given = {name.lower(): value for name, value in headers.items()}
    secret = unseal(inlet.secret)
    if inlet.signature == Inlet.Signature.STANDARD:
        is_good = signing.is_signed(secret, given, body, now=now)
    else:
        signature = given.get(inlet.header.lower(), "")
        is_good = signing.is_hmac(secret, signature, body)
    if not is_good:
        raise NotAllowed(_("The signature does not fit this body."))
