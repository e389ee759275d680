"""A request that is sent twice is done once: the second gets the first one's answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.collect.models import Receipt

KEPT_DAYS = 7
Answer = tuple[int, dict[str, Any]]


def answered_once(
    key: str, body: str, write: Callable[[], Answer], *, by: Member
) -> Answer:
    """What `write` answered the first time this member sent this key.

    Raises Conflict when the same key comes with another body. Without a key every
    request is a new one. A write that fails leaves the key free.
    """
    if not key:
        return write()
    if len(key) > 200:
        raise UserError(
            _("An Idempotency-Key has at most 200 characters."),
            field="Idempotency-Key",
        )
    digest = hashlib.sha256(body.encode()).hexdigest()
    try:
        with transaction.atomic():
            # First, so that a second request waits here for the end of this one.
            receipt = Receipt.objects.create(
                member=by, key=key, body=digest, status=0, answer={}
            )
            status, answer = write()
            receipt.status, receipt.answer = status, answer
            receipt.save(update_fields=["status", "answer"])
    except IntegrityError:
        return _repeated(key, digest, by=by)
    return status, answer


def _repeated(key: str, digest: str, *, by: Member) -> Answer:
    receipt = Receipt.objects.filter(member=by, key=key).first()
    if receipt is None:
        raise Conflict(
            _("Somebody else was writing at the same moment. Send it again.")
        )
    if receipt.body != digest:
        raise Conflict(
            _(
                "This Idempotency-Key was used for another request. Use a new key for "
                "new content."
            ),
            field="Idempotency-Key",
        )
    return receipt.status, receipt.answer


def forget_receipts() -> int:
    """Delete keys older than a week; returns how many."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    return Receipt.objects.filter(created_at__lt=before).delete()[0]
