"""Find what was perhaps said twice, through two channels, and ask a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from moksori.analysis.duplicates import folds
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback, ReviewItem
from moksori.collect.writes.review import put_up

READER, TOPIC = "copies", "feedback"
SHORTEST = 30  # letters: shorter ones two people write without copying
LATELY = timedelta(days=60)  # a history brought in is nobody's work of today
APART = timedelta(days=14)
MOST_TEXTS = 20_000
CAMPAIGN = 6  # as many copies of one text are a campaign, which themes tell of
NOTES = 40


def is_waiting() -> bool:
    return outbox.waiting(READER, TOPIC) > 0


def look_for_copies() -> int:
    """Compare what came in since the last look; returns how many pairs were put up."""
    found = 0
    with outbox.reading(READER) as is_ours:
        while is_ours and (batch := outbox.take(READER, TOPIC, NOTES)):
            with transaction.atomic():
                if not outbox.advance(batch):
                    break
                found += compare(batch.payloads)
    return found


def compare(notes: Iterable[Mapping[str, Any]]) -> int:
    """What these notes tell of, with what was said lately; pairs put up."""
    notes = list(notes)
    gone = [str(id) for note in notes for id in note.get("removed", ())]
    _take_down_gone(gone)
    ids = sorted({id for note in notes for id in note.get("ids", ())})
    fresh = _recent().filter(pk__in=ids[:MOST_TEXTS])
    found = 0
    for unit_id in sorted(set(fresh.values_list("unit_id", flat=True))):
        found += _in_unit(unit_id, set(ids))
    return found


def _take_down_gone(ids: Sequence[str]) -> None:
    for start in range(0, len(ids), 500):
        ReviewItem.objects.filter(
            kind="duplicate",
            about_kind="feedback",
            about_id__in=ids[start : start + 500],
            state=ReviewItem.State.OPEN,
        ).delete()


def _recent() -> QuerySet[Feedback]:
    return Feedback.objects.filter(occurred_at__gte=timezone.now() - LATELY)


def _in_unit(unit_id: int, fresh: set[int]) -> int:
    rows = list(
        _recent()
        .filter(unit_id=unit_id)
        .exclude(text="")
        .order_by("-occurred_at")
        .only("id", "text", "source", "unit", "region", "customer", "occurred_at")[
            :MOST_TEXTS
        ]
    )
    rows.sort(key=lambda row: (row.occurred_at, row.pk))
    groups: dict[int, list[Feedback]] = defaultdict(list)
    told = folds([row.text for row in rows], shortest=SHORTEST)
    for row, group in zip(rows, told.tolist(), strict=True):
        if len(row.text) >= SHORTEST:
            groups[group].append(row)
    found = 0
    for same in groups.values():
        if 1 < len(same) < CAMPAIGN and any(row.pk in fresh for row in same):
            found += _asked(same)
    return found


def _asked(same: Sequence[Feedback]) -> int:
    """Each with the first one that it may repeat."""
    found = 0
    for at, later in enumerate(same):
        first = next((row for row in same[:at] if _may_repeat(row, later)), None)
        if first is None:
            continue
        put_up(
            "duplicate",
            later.unit_id,
            key=f"{first.pk}-{later.pk}",
            evidence={"feedback": [first.pk, later.pk]},
            about=later,
            region_id=later.region_id if later.region_id == first.region_id else None,
        )
        found += 1
    return found


def _may_repeat(first: Feedback, later: Feedback) -> bool:
    """Through another channel, soon after, and not by somebody else as far as known."""
    if first.source_id == later.source_id:
        return False
    if later.occurred_at - first.occurred_at > APART:
        return False
    known = {first.customer_id, later.customer_id} - {None}
    return len(known) < 2
