"""Who works in the background gives way while customers are answering.

An import or an analysis can use all of a small machine, and on SQLite it also holds the
one lock for writing a part of that time. Whoever answers a survey sits and waits. So
every answer leaves a trace, the time of an empty file in the data folder; and as long
as that is fresh, the background rests several times as long as it has worked. It never
stops: a day full of answers must not keep an import from its end.

A nicer process (`nice`) does not help: it would be stopped while it holds the lock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

FRESH = 0.5  # seconds after an answer in which the next one is expected
REST = 3.0  # rests so many times as long as it worked
LONGEST = 2.0  # seconds of one rest
_TRACE_EVERY = 0.1  # seconds; a trace costs a call to the system

_last_trace = 0.0


def customer_is_here() -> None:
    """Called by whatever a customer waits for; it fails at nothing."""
    global _last_trace  # noqa: PLW0603 - one a process, and late is no harm
    now = time.monotonic()
    if now - _last_trace < _TRACE_EVERY:
        return
    _last_trace = now
    trace = _trace()
    with suppress(OSError):  # a full disk may cost the courtesy, never an answer
        try:
            os.utime(trace)
        except FileNotFoundError:
            trace.touch()


def is_customer_here() -> bool:
    """Whether somebody on this machine answered a moment ago."""
    try:
        return abs(time.time() - _trace().stat().st_mtime) < FRESH
    except OSError:
        return False


class Manners:
    """Between two pieces of work in the background: `give_way()`."""

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        self._sleep = sleep
        self._since = time.monotonic()

    def give_way(self) -> None:
        """Rest where customers are here; what was worked counts from the last rest."""
        if is_customer_here():
            worked = time.monotonic() - self._since
            self._sleep(min(LONGEST, REST * worked))
        self._since = time.monotonic()


def _trace() -> Path:
    return Path(settings.DATA_DIR) / "answered.at"
