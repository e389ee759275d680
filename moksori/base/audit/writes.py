"""Append to the log of changes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from moksori.base.audit.models import Entry
from moksori.base.people.models import Member

START = "0" * 64


def seal_of(entry: Entry) -> str:
    """SHA-256 over everything in the entry and the seal of the one before."""
    content = [
        entry.previous,
        entry.at.astimezone(UTC).isoformat(),
        entry.member_id,
        entry.verb,
        entry.kind,
        entry.thing_id,
        entry.unit_id,
        entry.facts,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def record(verb: str, thing: models.Model, *, by: Member | None, **facts: Any) -> Entry:
    """Log one change in the transaction that makes it: both happen or neither.

    `facts` are ids, numbers and short states; never names, addresses or verbatims.
    `by` is None for what the system does by itself.
    """
    _one_at_a_time()
    last = Entry.objects.order_by("-id").values_list("seal", flat=True).first()
    entry = Entry(
        at=timezone.now(),
        member_id=by.pk if by else None,
        verb=verb,
        kind=thing._meta.model_name or "",
        thing_id=str(thing.pk),
        unit_id=getattr(thing, "unit_id", None),
        facts=json.loads(json.dumps(facts, default=str)),
        previous=last or START,
    )
    entry.seal = seal_of(entry)
    entry.save(force_insert=True)
    return entry


def _one_at_a_time() -> None:
    """Two entries may not follow the same one; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7301)")
