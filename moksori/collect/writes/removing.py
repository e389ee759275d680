"""Feedback whose author or platform has taken it back is taken back here, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction

from moksori.base.audit import writes as audit
from moksori.base.people.models import Member
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback, Source
from moksori.collect.writes.store import one_writer

# What stays where something else holds on to the row: that it was there, no words.
_EMPTIED: dict[str, Any] = {
    "text": "",
    "answers": [],
    "attributes": {},
    "metadata": {"flags": ["deleted_at_source"]},
    "raw": {},
    "customer": None,
    "score": None,
    "fingerprint": "deleted",
}


@transaction.atomic
def remove_gone(
    source: Source, external_ids: Sequence[str], *, by: Member | None
) -> int:
    """Delete these with their revisions; returns how many there were.

    A case stays, without the words. What may not be deleted is emptied.
    """
    if not external_ids:
        return 0
    one_writer(source.pk)
    rows = Feedback.objects.filter(source=source, external_id__in=external_ids)
    ids = list(rows.exclude(fingerprint="deleted").values_list("pk", flat=True))
    gone = [pk for pk in ids if _deleted(pk)]
    kept = [pk for pk in ids if pk not in set(gone)]
    for feedback in Feedback.objects.filter(pk__in=kept):
        feedback.revisions.all().delete()
    Feedback.objects.filter(pk__in=kept).update(**_EMPTIED)
    if gone:
        outbox.put("feedback", {"removed": gone, "unit": source.unit_id})
    if kept:
        outbox.put("feedback", {"ids": kept})
    if ids:
        audit.record("remove_gone", source, by=by, removed=len(ids))
    return len(ids)


def _deleted(pk: int) -> bool:
    try:
        with transaction.atomic():
            Feedback.objects.filter(pk=pk).delete()
    except (models.ProtectedError, models.RestrictedError):
        return False
    return True
