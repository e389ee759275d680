"""Who writes next, in the order of coming, and several in one commit.

SQLite has one writer, and who finds it busy looks again after a pause that grows; so
with sixteen who wait most of the time nobody writes. A lock of the system wakes the
next process at once. Within a process, whoever comes first writes what all the others
brought meanwhile: a statement and a commit take as long for one as for four.

PostgreSQL has many writers, so its processes need not wait for each other; the threads
of one write together there, too.
"""

from __future__ import annotations

import fcntl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connection, transaction

Item = TypeVar("Item")
Result = TypeVar("Result")


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


class Line(Generic[Item, Result]):
    """What the threads of a process bring to be written, several in one commit.

    `write` gets some items, in a transaction, and returns what came of each. Another
    thread than the item's may call it; and it is called again, item by item, where
    writing several failed, so all that it does has to bear that.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._write = write
        self._waiting: deque[_Brought[Item, Result]] = deque()
        self._writing = threading.Lock()

    def put(self, item: Item) -> Result:
        """What came of the item; it is on the disk when this returns."""
        if connection.in_atomic_block:
            return self._written([item])[0]
        mine = _Brought[Item, Result](item)
        self._waiting.append(mine)
        with self._writing:
            if not mine.is_done:  # else somebody before us took it along
                self._take_all()
        if mine.error is not None:
            raise mine.error
        return mine.results[0]

    def _take_all(self) -> None:
        taken: list[_Brought[Item, Result]] = []
        with turn():
            while self._waiting:
                taken.append(self._waiting.popleft())
            if not self._is_written(taken) and len(taken) > 1:
                for one in taken:
                    self._is_written([one])

    def _is_written(self, taken: Sequence[_Brought[Item, Result]]) -> bool:
        error: BaseException | None = None
        try:
            found = self._written([one.item for one in taken])
        except BaseException as raised:  # noqa: BLE001  # told to whom it belongs
            error, found = raised, []
        for place, one in enumerate(taken):
            one.is_done, one.error, one.results = True, error, found[place : place + 1]
        return error is None

    def _written(self, items: Sequence[Item]) -> Sequence[Result]:
        with transaction.atomic():
            return self._write(items)


class _Brought(Generic[Item, Result]):
    """An item that waits for its commit, then what came of it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.is_done = False
        self.error: BaseException | None = None
        self.results: Sequence[Result] = ()
