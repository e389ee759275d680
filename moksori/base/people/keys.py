"""API keys: shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.people.gate import one
from moksori.base.people.models import ApiKey, Member

PREFIX = "moksori_"


def _digest(token: str) -> str:
    # The token has 256 random bits: a plain hash cannot be searched through.
    return hashlib.sha256(token.encode()).hexdigest()


def make_key(name: str, *, days: int = 365, by: Member) -> str:
    """A new key of this member, with the member's own rights. Shown once."""
    token = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        member=by,
        name=name,
        start=token[: len(PREFIX) + 6],
        digest=_digest(token),
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record("make_key", key, by=by)
    return token


def member_of(token: str) -> Member | None:
    """Whose key this is, or None if it is unknown, expired or its owner has left."""
    now = timezone.now()
    key = (
        ApiKey.objects.select_related("member")
        .filter(digest=_digest(token), expires_at__gt=now, member__is_active=True)
        .first()
    )
    if key is None:
        return None
    # A write per request would make every read a write; once an hour is enough.
    if key.used_at is None or now - key.used_at > timedelta(hours=1):
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)
    return key.member


def end_key(key_id: int, *, by: Member) -> None:
    """The member's own key stops working at once."""
    key = one(ApiKey.objects.filter(member=by), pk=key_id)
    audit.record("end_key", key, by=by)
    key.delete()
