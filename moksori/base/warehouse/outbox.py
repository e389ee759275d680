"""Put a note in the outbox, take the next ones, and say how far one has come.

A watermark on ids loses rows on PostgreSQL: a transaction may commit late with a
smaller id than one already read. So rows are read in the order (transaction, id), and
only those of transactions older than every one still open.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from moksori.base.warehouse.models import Cursor, Outbox

OPEN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
READING = 77_001  # the first of the two numbers of our advisory locks
_PUT = (
    'INSERT INTO "moksori_warehouse_outbox" ("topic", "payload", "created_at") '
    "VALUES (%s, %s, %s)"
)
CHUNK = 500  # rows a transaction, so that a background job never blocks intake


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a topic."""

    xid: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Notes beyond the cursor, oldest first; false when there are none."""

    name: str
    topic: str
    start: Position
    end: Position
    payloads: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.payloads)


def put(topic: str, payload: Any) -> None:
    """Note a change, inside the caller's transaction: both happen or neither."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:  # the ORM takes six times as long
        cursor.execute(_PUT, [topic, json.dumps(payload), now])


@contextmanager
def reading(name: str) -> Iterator[bool]:
    """Whether the caller alone works on the notes of the reader `name` until the end.

    False without waiting when another process does. The lock goes when its holder dies.
    """
    locked = _in_database if connection.vendor == "postgresql" else _on_disk
    with locked(name) as is_ours:
        yield is_ours


def take(name: str, topic: str, limit: int = 500) -> Batch:
    """The next notes for the reader `name`, without moving its cursor.

    Work on them must bear repetition: it happens again if it fails before `advance`.
    """
    cursor, _ = Cursor.objects.get_or_create(name=name, topic=topic)
    start = Position(cursor.xid, cursor.position)
    found = list(_readable(topic, start).order_by("xid", "id")[:limit])
    end = Position(found[-1].xid, found[-1].pk) if found else start
    return Batch(name, topic, start, end, tuple(row.payload for row in found))


def advance(batch: Batch) -> bool:
    """Move the cursor past these notes; False if another reader did so before."""
    at = Q(name=batch.name, topic=batch.topic)
    moved = Cursor.objects.filter(
        at, xid=batch.start.xid, position=batch.start.id
    ).update(xid=batch.end.xid, position=batch.end.id)
    return moved == 1


def waiting(name: str, topic: str) -> int:
    """How many notes the reader could take now."""
    cursor = Cursor.objects.filter(name=name, topic=topic).first() or Cursor()
    start = Position(cursor.xid, cursor.position)
    return _readable(topic, start).count()


def prune() -> int:
    """Forget notes that every reader of their topic has passed; unread topics stay."""
    gone = 0
    for topic in Cursor.objects.values_list("topic", flat=True).distinct():
        cursors = Cursor.objects.filter(topic=topic)
        slowest = min(Position(one.xid, one.position) for one in cursors)
        done = Outbox.objects.filter(topic=topic).exclude(_beyond(slowest))
        while ids := list(done.values_list("pk", flat=True)[:CHUNK]):
            gone += Outbox.objects.filter(pk__in=ids).delete()[0]
    return gone


def read_again(name: str, topic: str) -> None:
    """Send the reader back to the oldest note kept."""
    Cursor.objects.filter(name=name, topic=topic).update(xid=0, position=0)


def is_from_another_server() -> bool:
    """Whether the notes carry transaction numbers that this server has yet to reach.

    So it is after a dump was restored elsewhere; `settle` puts it right.
    """
    if connection.vendor != "postgresql":
        return False
    ahead = "xid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    return any(
        model.objects.extra(where=[ahead]).exists()  # noqa: S610
        for model in (Outbox, Cursor)
    )


def settle() -> None:
    """After a restore: number all notes as old ones, to be read again by everyone."""
    Outbox.objects.update(xid=0)
    Cursor.objects.update(xid=0, position=0)


@contextmanager
def _in_database(name: str) -> Iterator[bool]:
    key = (READING, name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", key)
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        # A session that is lost or was renewed has lost its locks with it.
        if is_ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)


@contextmanager
def _on_disk(name: str) -> Iterator[bool]:
    """With SQLite all workers share one machine, so a file can be the lock."""
    folder = Path(settings.MOKSORI_WAREHOUSE_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"reader-{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_ours = False
        else:
            is_ours = True
        yield is_ours


def _readable(topic: str, start: Position) -> QuerySet[Outbox]:
    rows = Outbox.objects.filter(_beyond(start), topic=topic)
    if connection.vendor == "postgresql":
        rows = rows.extra(where=[f"xid < {OPEN}"])  # noqa: S610
    return rows


def _beyond(start: Position) -> Q:
    return Q(xid__gt=start.xid) | Q(xid=start.xid, id__gt=start.id)
