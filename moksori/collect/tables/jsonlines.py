"""JSON lines, or one JSON list: an object per feedback, nested names joined by dots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_noop as _

from moksori.collect.tables import encoding as encodings
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.table import MAX_CELL, MAX_COLUMNS, Cell, Row, Table, clean

LOOK = 5_000  # objects whose names become columns
MAX_LINE = 8_000_000  # bytes
MAX_LIST = 100_000_000  # bytes; a list is read at once


class JsonTable(Table):
    format = "jsonl"

    def __init__(self, path: Path, name: str, *, encoding: str | None = None) -> None:
        super().__init__(path, name)
        found = encodings.chosen(path, encoding) if encoding else encodings.detect(path)
        self.encoding = found.name
        self._is_list = _starts_with_list(path, found.name) or _is_whole(
            path, found.name
        )
        names: dict[str, None] = {}
        for _number, thing, _problem in islice(self._things(), LOOK):
            names.update(dict.fromkeys(thing))
            if len(names) > MAX_COLUMNS:
                break
        if not names:
            raise Unreadable(
                _(
                    "There is no JSON object in this file. Write one object per line, "
                    'such as {{"text": "…", "date": "2026-03-01"}}.'
                )
            )
        self._keys = list(names)
        self.name_columns(list(self._keys))

    def rows(self) -> Iterator[Row]:
        for number, thing, problem in self._things():
            cells = [thing.get(key) for key in self._keys]
            yield Row(number, cells, problem)

    def _things(self) -> Iterator[tuple[int, dict[str, Cell], Message | None]]:
        if self._is_list:
            for number, item in enumerate(self._list(), start=1):
                yield _thing(number, item)
            return
        with self.path.open("rb") as file:
            yield from self._lines(file)

    def _lines(
        self, file: BinaryIO
    ) -> Iterator[tuple[int, dict[str, Cell], Message | None]]:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if len(line) >= MAX_LINE:
                raise Unreadable(
                    _("Line {line} is longer than {most} MB. Split the text."),
                    line=number,
                    most=MAX_LINE // 1_000_000,
                )
            if not line.strip():
                continue
            try:
                item = json.loads(line.decode(self.encoding, "replace"))
            except (ValueError, RecursionError):
                if number == 1:
                    raise _not_json() from None
                yield number, {}, Message(_("This line is not valid JSON."))
            else:
                yield _thing(number, item)

    def _list(self) -> list[Any]:
        if self.path.stat().st_size > MAX_LIST:
            raise Unreadable(
                _(
                    "A JSON list may have {most} MB at most. Write one object per line "
                    "instead (JSON lines)."
                ),
                most=MAX_LIST // 1_000_000,
            )
        try:
            found = json.loads(self.path.read_bytes().decode(self.encoding))
        except (ValueError, RecursionError):
            raise _not_json() from None
        return _inside(found)


# Under what programs put the list when they hand over a page of it.
_WRAPPERS = (
    *("tickets", "conversations", "results", "data", "items", "reviews", "entry"),
    *("messages", "responses", "calls", "records", "userChats", "feed"),
)


def _is_whole(path: Path, encoding: str) -> bool:
    """Whether the file is one object and not an object for each line."""
    if path.stat().st_size > MAX_LIST:
        return False
    with path.open(encoding=encoding, errors="replace") as file:
        try:
            json.loads(file.readline(MAX_LINE))
        except (ValueError, RecursionError):
            return _parses(path, encoding)
        return not any(line.strip() for line in file)


def _parses(path: Path, encoding: str) -> bool:
    """One object over many lines; what is neither is told line by line."""
    try:
        json.loads(path.read_bytes().decode(encoding))
    except (ValueError, RecursionError):
        return False
    return True


def _inside(found: Any) -> list[Any]:
    """The list, also where an object is wrapped around it."""
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        for name in _WRAPPERS:
            inner = found.get(name)
            if isinstance(inner, list) and all(isinstance(o, dict) for o in inner):
                return inner
            if isinstance(inner, dict) and name == "feed":
                return _inside(inner)
    return [found]


def _not_json() -> Unreadable:
    return Unreadable(
        _(
            "This looks like JSON but cannot be read. Write one complete object per "
            "line (JSON lines)."
        )
    )


def _starts_with_list(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding, errors="replace") as file:
        return file.read(100).lstrip("\ufeff \r\n\t").startswith("[")


def _thing(number: int, item: object) -> tuple[int, dict[str, Cell], Message | None]:
    if not isinstance(item, dict):
        return number, {}, Message(_("This line is not a JSON object."))
    return number, dict(_flat(item, "", 0)), None


def _flat(item: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Cell]]:
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < 5:
            yield from _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, dict | list):
            yield name, json.dumps(value, ensure_ascii=False)[:MAX_CELL]
        elif isinstance(value, str):
            yield name, clean(value[:MAX_CELL])
        else:
            yield name, value
