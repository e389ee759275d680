"""Placing what was said anew, after themes were learned again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from moksori.base.warehouse import outbox
from moksori.understand.models import Mention
from moksori.understand.placing.sets import ThemeSets
from moksori.understand.placing.taught import Placed
from moksori.understand.writes.enrich import READ_ROWS, affiliates_by_unit, slices

NOTES = 20
WRITE_ROWS = 500


def assign_pending(*, notes: int = NOTES) -> bool:
    """Place what the next notes name; False when nothing is waiting."""
    with outbox.reading("assign") as is_ours:
        return is_ours and _assign_next(notes)


def _assign_next(notes: int) -> bool:
    batch = outbox.take("assign", "assign", notes)
    if not batch:
        return False
    ids = sorted({pk for note in batch.payloads for pk in note["ids"]})
    assign_feedback(ids)
    outbox.advance(batch)
    return True


def assign_feedback(ids: Sequence[int]) -> None:
    """Give every mention of these feedbacks its theme; what is right stays as it is.

    Nothing changes where nobody can encode for the themes now: they are learned anew
    soon, and then everything is placed.
    """
    home, themes = affiliates_by_unit(), ThemeSets()
    columns = (
        "pk", "feedback_id", "theme_id", "confidence",
        "feedback__unit_id", "feedback__text", "start", "end",
    )  # fmt: skip
    for part in slices(ids, READ_ROWS):
        rows = list(
            Mention.objects.filter(feedback_id__in=part)
            .order_by("pk")
            .values_list(*columns)
        )
        texts = [text[start:end] for *_, text, start, end in rows]
        placed = themes.place([home[row[4]] for row in rows], texts)
        changed = [
            (row, now)
            for row, now in zip(rows, placed, strict=True)
            if now is not None and now != (row[2], row[3])
        ]
        for few in slices(changed, WRITE_ROWS):
            _write(few)


@transaction.atomic
def _write(changed: Sequence[tuple[tuple[Any, ...], Placed]]) -> None:
    table = Mention._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET theme_id = %s, confidence = %s WHERE id = %s",  # noqa: S608
            [(theme, confidence, row[0]) for row, (theme, confidence) in changed],
        )
    outbox.put("facts", {"ids": sorted({row[1] for row, _ in changed})})
