"""Limits that hold however many processes ask at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from django.db import connection

from moksori.collect.models import Rate

KEPT = 86_400  # seconds
_CHUNK = 500


def passes(key: str, *, limit: int, seconds: int) -> bool:
    """Whether one more is within the limit of this window; counted if it is."""
    return bool(passing([key], limit=limit, seconds=seconds))


def passing(keys: Sequence[str], *, limit: int, seconds: int) -> Counter[str]:
    """How many more of each key are within the limit of this window; all are counted.

    One statement, so that two who ask at once cannot both be the last; in the order of
    keys, so that two who ask for several never wait for each other.
    """
    if limit < 1 or not keys:
        return Counter()
    window = int(time.time()) // seconds * seconds
    table = connection.ops.quote_name(Rate._meta.db_table)
    asked = Counter(key[:80] for key in keys)
    sql = (
        f'INSERT INTO {table} ("key", "window", "count") '  # noqa: S608
        f"VALUES {', '.join(['(%s, %s, %s)'] * len(asked))} "
        'ON CONFLICT ("key", "window") DO UPDATE '
        f'SET "count" = {table}."count" + excluded."count" '
        'RETURNING "key", "count"'
    )
    rows = [value for key in sorted(asked) for value in (key, window, asked[key])]
    with connection.cursor() as cursor:
        cursor.execute(sql, rows)
        counts = dict(cursor.fetchall())
    free = {key: limit - (counts[key] - asked[key]) for key in asked}
    return Counter({key: min(asked[key], n) for key, n in free.items() if n > 0})


def forget_rates() -> int:
    """Windows of yesterday, a few at a time so that answers come in meanwhile."""
    old = Rate.objects.filter(window__lt=int(time.time()) - KEPT)
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:_CHUNK]):
        gone += Rate.objects.filter(pk__in=ids).delete()[0]
    return gone
