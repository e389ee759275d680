"""Who writes next, in the order of coming.

SQLite has one writer, and who finds it busy looks again after a pause that grows; so
with sixteen who wait most of the time nobody writes. A lock of the system wakes the
next one at once. PostgreSQL needs none of it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def turn() -> Iterator[None]:
    """Hold this around a short transaction; the lock goes when its holder dies."""
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        yield
        return
    folder = Path(settings.DATABASES["default"]["NAME"]).parent
    with (folder / "answers.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
