"""Has pages read by a process of its own (`paper.seeing`), which is kept for the next.

Starting it takes longer than reading a page; so it waits for the next page, and ends
with the worker that started it, whatever becomes of that.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from moksori.collect.models import PaperForm, Scan
from moksori.collect.paper.reading.readings import Reading, reading_from
from moksori.collect.writes.scan_files import place_of_picture

CHILD = ("-m", "moksori.collect.paper.seeing")
WAIT = 240  # seconds on the wall after which a process that computes nothing is ended
_MOST_PAGES = 500  # of one process: what a library leaks goes with it


class NotRead(Exception):
    """A page that brought its reader down."""


class TookTooLong(NotRead):
    """A page for which its reader used up all its time."""


def seen(scan: Scan) -> Reading:
    """What the reader of today sees on a page. Raises NotRead."""
    child = _waiting() or _Child()
    try:
        answer = child.read(
            {
                "picture": str(place_of_picture(scan.picture)),
                "name": scan.file.name,
                "page": scan.number,
                "dpi": scan.dpi,
                "is_bilevel": scan.is_bilevel,
                "is_torn": scan.is_torn,
            }
        )
    except BaseException:
        child.end()  # in the middle of a page: nobody can go on with it
        raise
    if child.pages < _MOST_PAGES:
        _idle.append(child)
    else:
        child.end()
    if "crashed" in answer:
        raise NotRead(answer["crashed"])
    return reading_from(answer["reading"])


class _Child:
    """One process that reads pages."""

    def __init__(self) -> None:
        self.pages = 0
        self._is_late = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, *CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def read(self, order: Mapping[str, Any]) -> dict[str, Any]:
        self.pages += 1
        clock = threading.Timer(WAIT, self._give_up)
        clock.daemon = True
        clock.start()
        try:
            answer = self._asked(order)
            while "form" in answer:
                answer = self._asked(_form(answer["form"], answer["has"]))
            return answer
        finally:
            clock.cancel()

    @property
    def is_there(self) -> bool:
        return self._process.poll() is None

    def _give_up(self) -> None:
        self._is_late = True
        self._process.kill()

    def _asked(self, line: Mapping[str, Any] | None) -> dict[str, Any]:
        process = self._process
        assert process.stdin is not None  # noqa: S101 - a pipe
        assert process.stdout is not None  # noqa: S101 - another
        try:
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            answer = ""
        else:
            answer = process.stdout.readline()
        if answer.endswith("\n"):
            return json.loads(answer)  # type: ignore[no-any-return]
        code = process.wait()
        if self._is_late or code == -signal.SIGPROF:
            raise TookTooLong
        raise NotRead(f"ended with {code}")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None  # noqa: S101 - both are pipes
            with suppress(BrokenPipeError):  # what was not sent is not missed
                pipe.close()


_idle: list[_Child] = []  # taking and giving back are single steps


def _waiting() -> _Child | None:
    while _idle:
        child = _idle.pop()
        if child.is_there:
            return child
        child.end()
    return None


def _form(key: str, has: str) -> dict[str, Any] | None:
    """What the reader has to know of a form; short where it `has` the same."""
    rows = PaperForm.objects.filter(key=key)
    known = rows.values_list("sha256", "secret").first()
    if known is None:
        return None
    version = hashlib.sha256(known[0].encode() + bytes(known[1])).hexdigest()
    if version == has:
        return {"version": version}
    row = rows.get()
    return {
        "version": version,
        "layout": row.layout,
        "secret": bytes(row.secret).hex(),
        "pdf": base64.b64encode(bytes(row.pdf)).decode("ascii"),
    }


@atexit.register
def _end_all() -> None:
    while _idle:
        _idle.pop().end()
