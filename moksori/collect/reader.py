"""What a file holds, read by a child process that may die without harm."""

from __future__ import annotations

import json
import marshal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from moksori.collect.records import Prepared
from moksori.collect.tables import Message, Unreadable
from moksori.collect.tables.mapping import Mapping, mapping_from

CHILD = ("-m", "moksori.collect.child")
AHEAD = 4  # chunks read while others are stored


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How a person wants a file to be read; empty means "find out"."""

    encoding: str = ""
    dialect: str = ""
    sheet: str = ""
    form: str = ""  # the kind of export, or `sources.form.PLAIN`


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file seems to be: its first rows, and which column may mean what."""

    format: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    notices: tuple[Message, ...]
    mapping: Mapping
    form: str = ""
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowTrouble:
    """What was wrong with one row, as the child tells it."""

    row: int
    is_refused: bool
    column: str
    message: Message
    record: dict[str, str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows up to `rows_read` of the file, ready to store."""

    rows_read: int
    records: tuple[Prepared, ...]
    troubles: tuple[RowTrouble, ...]
    gone: tuple[str, ...] = ()


def preview(path: Path, *, name: str, options: FileOptions) -> Preview:
    """The start of a file; raises Unreadable when it is not a table."""
    with _child(_order("preview", path, name, options)) as messages:
        for kind, *rest in messages:
            if kind == "preview":
                return _preview(rest[0])
    raise _exhausted()


def chunks(
    path: Path, *, name: str, options: FileOptions, mapping: Mapping, skip: int = 0
) -> Iterator[int | Chunk]:
    """First the number of rows, then the rows after `skip`, 500 at a time.

    Raises Unreadable before the first chunk if the file breaks anywhere.
    """
    order = _order("read", path, name, options)
    order |= {
        "mapping": mapping.to_json(),
        "skip": skip,
        "zone": settings.TIME_ZONE,
    }
    with _child(order) as messages:
        for kind, *rest in messages:
            if kind == "total":
                yield int(rest[0])
            elif kind == "rows":
                yield _chunk(rest)
            elif kind == "end":
                return
    raise _exhausted()


def _order(do: str, path: Path, name: str, options: FileOptions) -> dict[str, Any]:
    return {
        "do": do,
        "path": str(path),
        "name": name,
        "encoding": options.encoding,
        "dialect": options.dialect,
        "sheet": options.sheet,
        "form": options.form,
    }


def _preview(found: dict[str, Any]) -> Preview:
    return Preview(
        format=found["format"],
        encoding=found["encoding"],
        delimiter=found["delimiter"],
        sheet=found["sheet"],
        sheets=tuple(found["sheets"]),
        columns=tuple(found["columns"]),
        rows=tuple(tuple(row) for row in found["rows"]),
        numbers=tuple(found["numbers"]),
        notices=tuple(Message(text, facts) for text, facts in found["notices"]),
        mapping=mapping_from(found["mapping"]),
        form=found["form"],
        labels=found["labels"],
    )


def _chunk(rest: list[Any]) -> Chunk:
    rows_read, records, troubles, gone = rest
    return Chunk(
        rows_read,
        tuple(Prepared(*record) for record in records),
        tuple(
            RowTrouble(row, is_refused, column, Message(template, facts), record)
            for row, is_refused, column, template, facts, record in troubles
        ),
        tuple(gone),
    )


@contextmanager
def _child(order: dict[str, Any]) -> Iterator[Iterator[tuple[Any, ...]]]:
    process = subprocess.Popen(  # noqa: S603 - our own module, nothing of the file
        [sys.executable, *CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The child process has no pipes.")
        process.stdin.write(json.dumps(order).encode())
        process.stdin.close()
        yield _messages(process.stdout)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _messages(pipe: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    """Messages as they come, read ahead by a thread while the last are stored."""
    queue: Queue[bytes | None] = Queue(maxsize=AHEAD)
    stop = threading.Event()
    thread = threading.Thread(target=_pump, args=(pipe, queue, stop), daemon=True)
    thread.start()
    try:
        while (content := queue.get()) is not None:
            message = marshal.loads(content)  # noqa: S302 - our own child wrote it
            if message[0] == "failed":
                raise Unreadable(message[1], field=message[3], **message[2])
            if message[0] == "exhausted":
                raise _exhausted()
            yield message
    finally:
        stop.set()
        while not queue.empty():
            queue.get_nowait()


def _pump(pipe: IO[bytes], queue: Queue[bytes | None], stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            length = pipe.read(4)
            if len(length) < 4:
                break
            content = pipe.read(int.from_bytes(length, "big"))
            queue.put(content)
    except (OSError, ValueError):
        pass  # the pipe was closed: nobody is waiting any more
    if not stop.is_set():
        queue.put(None)


def _exhausted() -> Unreadable:
    return Unreadable(
        _(
            "Reading this file takes more memory or time than is allowed. Save the "
            "table as CSV, or split it, and try again."
        )
    )
