"""Flags for what was stored before there were any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from moksori.analysis.duplicates import text_key
from moksori.analysis.flags import flags_of
from moksori.understand.models import Mention

ROWS = 2_000
WRITE_ROWS = 500


def flag_stored(*, rows: int = ROWS) -> bool:
    """Give some mentions their flags and key; False when none lacks them.

    A mention without a key was stored by a version that knew neither. Nothing else of
    it changes.
    """
    columns = ("pk", "start", "end", "feedback__text")
    waiting = Mention.objects.filter(key=None).order_by("pk").values_list(*columns)
    found = list(waiting[:rows])
    texts = [text[start:end] for _, start, end, text in found]
    done = [
        (bits, text_key(text), row[0])
        for row, text, bits in zip(found, texts, flags_of(texts), strict=True)
    ]
    for start in range(0, len(done), WRITE_ROWS):
        _write(done[start : start + WRITE_ROWS])
    return bool(found)


@transaction.atomic
def _write(done: Sequence[tuple[Any, ...]]) -> None:
    table = Mention._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET flags = %s, key = %s WHERE id = %s",  # noqa: S608
            done,
        )
