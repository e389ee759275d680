"""Enrichment: from stored feedback to mentions, themes and search.

Everything here bears repetition: a batch done twice, or half and then again, leaves
the same rows. Transactions stay small, so that intake never waits long.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
from django.db import connection, transaction
from django.utils import timezone

from moksori.analysis.duplicates import text_key
from moksori.analysis.enrich import enrich_table
from moksori.base.people.models import Unit
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.understand.models import (
    MENTIONS_PER_FEEDBACK,
    Mention,
    SearchText,
    affiliate_id,
)
from moksori.understand.placing.sets import ThemeSets
from moksori.understand.reads.tokens import tokens

T = TypeVar("T")
Row = dict[str, Any]

COLUMNS = (
    "id", "feedback_id", "position", "start", '"end"', "day", "language",
    "sentiment", "kind", "theme_id", "confidence", "flags", "key",
)  # fmt: skip

NOTES = 20
READ_ROWS = 2_000
WRITE_ROWS = 150  # feedbacks; with their mentions about 500 rows a transaction


@dataclass(frozen=True, slots=True)
class Text:
    """What enrichment needs to know of a feedback."""

    id: int
    text: str
    unit: int
    occurred_at: datetime
    language: str


def enrich_pending(*, notes: int = NOTES) -> bool:
    """Enrich what the next notes of the outbox name; False when nothing is waiting.

    Two workers at the same notes would insert the same mentions: one at a time does.
    """
    with outbox.reading("enrich") as is_ours:
        return is_ours and _enrich_next(notes)


def _enrich_next(notes: int) -> bool:
    batch = outbox.take("enrich", "feedback", notes)
    if not batch:
        return False
    ids, removed = _named(batch.payloads)
    enrich_feedback(ids)
    if removed:
        with transaction.atomic():
            outbox.put("facts", {"removed": removed})
    # Where the cursor was sent back meanwhile it stays there: these notes come again.
    outbox.advance(batch)
    return True


def enrich_feedback(ids: Sequence[int]) -> None:
    """Replace the mentions and search tokens of these feedbacks."""
    home = affiliates_by_unit()
    themes = ThemeSets()
    for part in slices(ids, READ_ROWS):
        texts = _texts(part)
        gone = sorted(set(part) - {text.id for text in texts})
        if gone:
            with transaction.atomic():
                outbox.put("facts", {"removed": gone})
        found = _mentions(texts, home, themes)
        for few in slices(texts, WRITE_ROWS):
            _replace(few, found)


def affiliates_by_unit() -> dict[int, int]:
    return {
        pk: affiliate_id(path) for pk, path in Unit.objects.values_list("pk", "path")
    }


def slices(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _named(payloads: Sequence[Any]) -> tuple[list[int], list[int]]:
    """Ids to enrich, each once and in order, and ids to forget."""
    ids: dict[int, None] = {}
    removed: dict[int, None] = {}
    for payload in payloads:
        ids |= dict.fromkeys(payload.get("ids", ()))
        removed |= dict.fromkeys(payload.get("removed", ()))
    return list(ids), list(removed)


def _texts(ids: Sequence[int]) -> list[Text]:
    rows = Feedback.objects.filter(pk__in=ids).order_by("pk")
    columns = ("pk", "text", "unit_id", "occurred_at", "language")
    return [Text(*row) for row in rows.values_list(*columns)]


def _mentions(
    texts: list[Text], home: dict[int, int], themes: ThemeSets
) -> dict[int, list[Row]]:
    """The mentions of each feedback, with themes where the affiliate has any."""
    table = pa.table(
        {
            "feedback": pa.array([text.id for text in texts], pa.int64()),
            "text": pa.array([text.text for text in texts], pa.string()),
        }
    )
    by_id = {text.id: text for text in texts}
    days = {text.id: timezone.localdate(text.occurred_at) for text in texts}
    said = enrich_table(table)
    rows = said.drop_columns(["vector"]).to_pylist()
    owners = [home[by_id[row["feedback"]].unit] for row in rows]
    placed = themes.place(owners, [row["text"] for row in rows], quickly=True)
    found: dict[int, list[Row]] = defaultdict(list)
    for row, place in zip(rows, placed, strict=True):
        pk = row["feedback"]
        row["day"], row["is_unplaced"] = days[pk], place is None
        row["theme"], row["confidence"] = place or (None, None)
        found[pk].append(row)
    return found


@transaction.atomic
def _replace(texts: Sequence[Text], found: dict[int, list[Row]]) -> None:
    """Mentions and tokens of a few feedbacks, and the note that tells of them."""
    ids = [text.id for text in texts]
    # Undo may have taken some away since they were read.
    alive = set(Feedback.objects.filter(pk__in=ids).values_list("pk", flat=True))
    Mention.objects.filter(feedback_id__in=ids).delete()
    _insert([row for pk in ids if pk in alive for row in found.get(pk, ())])
    SearchText.objects.bulk_create(
        [
            SearchText(feedback_id=text.id, tokens=tokens(text.text))
            for text in texts
            if text.id in alive
        ],
        update_conflicts=True,
        unique_fields=["feedback"],
        update_fields=["tokens"],
    )
    _name_languages(texts, found)
    outbox.put("facts", {"ids": ids})
    # A slow encoder must not keep what was said from the pages.
    later = [pk for pk in ids if any(row["is_unplaced"] for row in found.get(pk, ()))]
    if later:
        outbox.put("assign", {"ids": later})


def _insert(rows: list[Row]) -> None:
    # Millions of model instances would take longer than the enrichment itself.
    if not rows:
        return
    columns = ", ".join(COLUMNS)
    marks = ", ".join(["%s"] * len(COLUMNS))
    table = Mention._meta.db_table
    day = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",  # noqa: S608
            [
                (
                    row["feedback"] * MENTIONS_PER_FEEDBACK + row["position"],
                    row["feedback"],
                    row["position"],
                    row["start"],
                    row["end"],
                    day(row["day"]),
                    row["language"][:8],
                    round(row["sentiment"], 4),
                    row["kind"],
                    row["theme"],
                    row["confidence"],
                    row["flags"],
                    text_key(row["text"]),
                )
                for row in rows
            ],
        )


def _name_languages(texts: Sequence[Text], found: dict[int, list[Row]]) -> None:
    """The language most of a feedback is in, where the source did not say."""
    languages: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        if not text.language and found.get(text.id):
            counts = Counter(row["language"][:8] for row in found[text.id])
            languages[counts.most_common(1)[0][0]].append(text.id)
    for language, ids in languages.items():
        Feedback.objects.filter(pk__in=ids, language="").update(language=language)
