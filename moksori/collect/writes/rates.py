"""Limits that hold however many processes ask at once."""

from __future__ import annotations

import time

from django.db import connection

from moksori.collect.models import Rate

KEPT = 86_400  # seconds
_CHUNK = 500


def passes(key: str, *, limit: int, seconds: int) -> bool:
    """Whether one more is within the limit of this window; counted if it is.

    One statement, so that two who ask at once cannot both be the last.
    """
    window = int(time.time()) // seconds * seconds
    table = connection.ops.quote_name(Rate._meta.db_table)
    sql = (
        f'INSERT INTO {table} ("key", "window", "count") VALUES (%s, %s, 1) '  # noqa: S608
        'ON CONFLICT ("key", "window") DO UPDATE '
        f'SET "count" = {table}."count" + 1 WHERE {table}."count" < %s '
        'RETURNING "count"'
    )
    if limit < 1:
        return False
    with connection.cursor() as cursor:
        cursor.execute(sql, [key[:80], window, limit])
        return bool(cursor.fetchall())


def forget_rates() -> int:
    """Windows of yesterday, a few at a time so that answers come in meanwhile."""
    old = Rate.objects.filter(window__lt=int(time.time()) - KEPT)
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:_CHUNK]):
        gone += Rate.objects.filter(pk__in=ids).delete()[0]
    return gone
