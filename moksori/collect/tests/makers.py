"""Sources and feedback to test with."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from moksori.base.customers.models import Product, Region
from moksori.base.people.models import Unit
from moksori.collect.answers import Answer, Kind, main_score
from moksori.collect.models import Batch, Channel, Feedback, Source


def make_source(
    unit: Unit, name: str = "Reviews", channel: str = Channel.REVIEW
) -> Source:
    return Source.objects.get_or_create(
        unit=unit, name=name, defaults={"channel": channel}
    )[0]


def make_feedback(
    text: str,
    *,
    unit: Unit | None = None,
    source: Source | None = None,
    score: float | None = None,
    occurred_at: datetime | None = None,
    product: Product | None = None,
    region: Region | None = None,
    external_id: str = "",
    batch: Batch | None = None,
    **fields: Any,
) -> Feedback:
    """One stored feedback. `score` is on 0–10; name `unit` or `source`."""
    if source is None:
        if unit is None:
            raise ValueError("make_feedback needs a unit or a source.")
        source = make_source(unit)
    answers = [Answer(key="text", kind=Kind.TEXT, value=text)]
    if score is not None:
        answers.append(Answer(key="score", kind=Kind.NPS, value=score))
    at = occurred_at or timezone.now()
    if timezone.is_naive(at):
        at = at.replace(tzinfo=UTC)
    count = Feedback.objects.filter(source=source).count()
    return Feedback.objects.create(
        source=source,
        unit_id=source.unit_id,
        external_id=external_id or f"made-{count + 1}",
        batch=batch,
        channel=fields.pop("channel", source.channel),
        occurred_at=at,
        received_at=fields.pop("received_at", at),
        text=text,
        score=main_score(answers),
        answers=[answer.to_json() for answer in answers],
        product=product,
        region=region,
        fingerprint=hashlib.blake2b(text.encode(), digest_size=16).hexdigest(),
        **fields,
    )
