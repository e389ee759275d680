"""Feedback as rules look at it: read in pieces, with only what the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from moksori.act.casework.conditions import Conditions, Heard, Mentioned
from moksori.collect.models import Feedback
from moksori.understand.models import Mention

PIECE = 2_000
COLUMNS = (
    "pk", "unit_id", "unit__path", "region_id", "product_id", "channel", "score",
    "account__segment", "customer__account__segment", "customer__segment",
    "occurred_at", "received_at",
)  # fmt: skip


def heard(ids: Sequence[int], asked: Iterable[Conditions]) -> list[Heard]:
    """These feedbacks, oldest id first; what is gone is left out."""
    asked = tuple(asked)
    extra = [
        name
        for name, is_asked in (
            ("text", any(one.words for one in asked)),
            ("answers", any(one.score_kind for one in asked)),
        )
        if is_asked
    ]
    mentions = _mentions(ids) if any(one.asks_mentions for one in asked) else {}
    rows = Feedback.objects.filter(pk__in=ids).order_by("pk")
    return [
        _heard(row, dict(zip(extra, row[len(COLUMNS) :], strict=True)), mentions)
        for row in rows.values_list(*COLUMNS, *extra)
    ]


def _heard(
    row: tuple[Any, ...],
    more: dict[str, Any],
    mentions: dict[int, list[Mentioned]],
) -> Heard:
    pk, unit, path, region, product, channel, score = row[:7]
    own_tier, persons_tier, segment, occurred, received = row[7 : len(COLUMNS)]
    return Heard(
        pk, unit, path, region, product, channel, score,
        own_tier or persons_tier or "", segment or "", occurred, received,
        mentions=tuple(mentions.get(pk, ())), **more,
    )  # fmt: skip


def _mentions(ids: Sequence[int]) -> dict[int, list[Mentioned]]:
    found: dict[int, list[Mentioned]] = defaultdict(list)
    rows = Mention.objects.filter(feedback__in=ids).order_by("pk")
    said = rows.values_list("feedback_id", "theme_id", "kind", "flags")
    for pk, theme, kind, flags in said:
        found[pk].append(Mentioned(theme, kind, flags))
    return found


def likely(asked: Conditions, rows: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Those of the rows that may meet the conditions: a sieve, `why` looks closely."""
    found = Q()
    if asked.score_at_most is not None:
        found &= Q(score__isnull=False)
        if not asked.score_kind:
            found &= Q(score__lte=asked.score_at_most)
    lists: dict[str, tuple[object, ...]] = {
        "product_id": asked.products,
        "region_id": asked.regions,
        "channel": asked.channels,
        "customer__segment": asked.segments,
    }
    for name, values in lists.items():
        if values:
            found &= Q(**{f"{name}__in": values})
    if asked.tiers:
        found &= Q(account__segment__in=asked.tiers) | Q(
            customer__account__segment__in=asked.tiers
        )
    rows = rows.filter(found)
    if asked.asks_mentions:
        rows = rows.filter(Exists(_likely_mentions(asked)))
    return rows


def _likely_mentions(asked: Conditions) -> QuerySet[Mention]:
    said = Mention.objects.filter(feedback=OuterRef("pk"))
    if asked.themes:
        said = said.filter(theme__in=asked.themes)
    if asked.kinds:
        said = said.filter(kind__in=asked.kinds)
    return said.filter(flags__gt=0) if asked.flags else said


def in_pieces(ids: Sequence[int], size: int = PIECE) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
