"""What a webhook tells: read when it leaves, with the rights of its member then."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback, Hook, HookMessage
from moksori.collect.reads.feedback import FeedbackFilters, matching

STORED, REMOVED, TEST = "feedback.stored", "feedback.removed", "test"
TOPICS: dict[str, Promise] = {
    STORED: _("Feedback came in or was changed"),
    REMOVED: _("Feedback was removed"),
}
_SAID: dict[str, Promise] = {**TOPICS, TEST: _("A test, with nothing of customers")}


def said(topic: str) -> str:
    """The topic in the reader's language."""
    return str(_SAID.get(topic, topic))


def told_of(ids: Iterable[int], hook: Hook) -> QuerySet[Feedback]:
    """Those of the feedbacks that this hook may tell of, in order."""
    filters = FeedbackFilters(**{**hook.filters, "days": ""})
    rows = matching(filters, by=hook.member).filter(pk__in=list(ids))
    return rows.filter(unit__path__startswith=hook.unit.path).order_by("pk")


def may_tell_removed(unit_id: int | None, hook: Hook) -> bool:
    """Whether the hook may learn that something of this unit is gone.

    What is gone has no region any more, so whoever sees only some regions hears
    nothing of it; a note that names no unit is for those who see the whole company.
    """
    reaches = hook.member.scope(Ability.READ).reaches
    units = {unit for reach in reaches if not reach.regions for unit in reach.units}
    if unit_id is None:
        return units >= set(Unit.objects.values_list("pk", flat=True))
    return Unit.objects.filter(
        pk__in=units & {unit_id}, path__startswith=hook.unit.path
    ).exists()


def body_of(message: HookMessage) -> bytes | None:
    """The message as it is sent now; None when nothing is left to tell."""
    hook = message.hook
    ids: Sequence[int] = message.note.get("ids", [])
    if message.topic == TEST:
        told: dict[str, Any] = {"hook": hook.name}
    elif message.topic == REMOVED:
        told = {"ids": ids}
    else:
        rows = told_of(ids, hook).select_related("source", "product", "region")
        found = [_feedback(row, hook) for row in rows.defer("raw", "metadata")]
        if not found:
            return None
        told = {"feedback": found}
    return _encoded(message.topic, message.created_at, told)


def _encoded(topic: str, at: datetime, told: dict[str, Any]) -> bytes:
    whole = {"type": topic, "timestamp": at.isoformat(), "data": told}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _feedback(row: Feedback, hook: Hook) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": row.pk,
        "revision": row.revision,
        "occurred_at": row.occurred_at.isoformat(),
        "received_at": row.received_at.isoformat(),
        "source": row.source.name,
        "unit": row.unit_id,
        "channel": row.channel,
        "language": row.language,
        "product": row.product.name if row.product else "",
        "region": row.region.name if row.region else "",
        "score": row.score,
    }
    if hook.has_texts:
        found |= {"text": row.text, "answers": row.answers}
        found |= {"attributes": row.attributes}
    return found
