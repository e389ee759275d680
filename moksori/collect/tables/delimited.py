"""CSV and its relatives, streamed: separators, quotation marks, broken ones too."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext_noop as _

from moksori.collect.tables import encoding as encodings
from moksori.collect.tables.header import LOOK, find_header
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.table import MAX_CELL, Cell, Row, Table

T = TypeVar("T")
DELIMITERS = (",", ";", "\t", "|")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")

# One limit for the process; a quotation mark left open reaches it soon.
csv.field_size_limit(MAX_CELL)


class DelimitedTable(Table):
    format = "csv"

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
    ) -> None:
        super().__init__(path, name)
        found = encodings.chosen(path, encoding) if encoding else encodings.detect(path)
        self.encoding = found.name
        self._errors = found.errors
        self._say_about(found)
        start = self._start()
        self._refuse_binary(start)
        self.delimiter = _plain(delimiter) if delimiter else sniff(start)
        self._skipped = 0
        self._find_header()

    def _say_about(self, found: encodings.Encoding) -> None:
        if found.damaged:
            self.notice(
                _(
                    "{count} characters could not be read as {encoding} and show as �. "
                    "Choose another encoding if the texts look wrong."
                ),
                count=found.damaged,
                encoding=found.name,
            )
        if not found.is_sure:
            self.notice(
                _("The encoding {encoding} is a guess. Check the rows below."),
                encoding=found.name,
            )

    def _start(self) -> list[str]:
        lines = _Lines(self.path, self.encoding, self._errors)
        return list(_sparing(islice(lines, 2 * LOOK), len))

    def _refuse_binary(self, start: list[str]) -> None:
        text = "".join(start)[:100_000]
        if len(_CONTROL.findall(text)) > 0.02 * len(text):
            raise Unreadable(
                _(
                    "This is not a text file. Save the table as CSV, Excel (.xlsx), "
                    "Parquet or JSON lines and try again."
                )
            )

    def _find_header(self) -> None:
        records = (cells for _number, cells, _why in islice(self._records(), LOOK))
        top: list[list[Cell]] = [
            list(cells) for cells in _sparing(records, lambda row: sum(map(len, row)))
        ]
        if not any(any(row) for row in top):
            raise Unreadable(
                _(
                    "This file is empty. Check that the export worked and choose it "
                    "again."
                )
            )
        header = find_header(top)
        self.name_columns(header.names)
        self._skipped = header.skipped + (0 if header.is_made_up else 1 + header.extra)
        self.heads = top[header.skipped + 1 : header.skipped + 1 + header.extra]
        if header.skipped:
            self.notice(
                _("{count} lines above the header were left out."), count=header.skipped
            )
        if header.is_made_up:
            self.notice(
                _("The file has no header, so the columns are numbered. Check them.")
            )

    def rows(self) -> Iterator[Row]:
        for number, cells, why in islice(self._records(), self._skipped, None):
            if not any(cells):
                continue
            row = self.fitted(number, list[Cell](cells))
            yield row if why is None else row._replace(problem=why)

    def _records(self) -> Iterator[tuple[int, list[str], Message | None]]:
        """Every record of the file with its number, and what is wrong with it."""
        lines = _Lines(self.path, self.encoding, self._errors)
        if lines.is_sep_line():
            next(lines)
        reader = csv.reader(lines, delimiter=self.delimiter)
        number = 0
        while True:
            lines.record.clear()
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise _too_long(lines.number - len(lines.record) + 1) from None
            if not (len(lines.record) > 1 or lines.at_end) or self._is_sound(lines):
                yield number, cells, None
                continue
            rescued = list(self._rescued(number, lines, cells))
            yield from rescued
            number += len(rescued) - 1

    def _is_sound(self, lines: _Lines) -> bool:
        """Whether quotation marks joined only lines that belong together.

        Inside one line a stray mark does no harm; across lines it swallows rows.
        """
        try:
            list(csv.reader(lines.record, delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise Unreadable(
                    _(
                        "A quotation mark is opened in line {line} and never closed, "
                        "so the rest of the file cannot be read. Close it there."
                    ),
                    line=lines.number - len(lines.record) + 1,
                ) from None
            return len(lines.record) == 1
        return True

    def _rescued(
        self, number: int, lines: _Lines, cells: list[str]
    ) -> Iterator[tuple[int, list[str], Message | None]]:
        """Whole rows among lines that a stray mark joined; the others are told."""
        last = lines.number
        first = last - len(lines.record) + 1
        why = Message(
            _(
                "Quotation marks do not match in lines {first} to {last}. "
                "Write a mark inside a text twice."
            ),
            {"first": first, "last": last},
        )
        alone = [self._alone(line) for line in lines.record]
        if not any(alone):
            yield number, cells, why
            return
        for at, (line, row) in enumerate(zip(lines.record, alone, strict=True)):
            yield number + at, row or [line.strip()], None if row else why

    def _alone(self, line: str) -> list[str] | None:
        """The line as a row of its own, if it is one."""
        try:
            rows = list(csv.reader([line], delimiter=self.delimiter, strict=True))
        except csv.Error:
            return None
        is_row = bool(rows) and len(rows[0]) == len(self.columns) > 2
        return rows[0] if is_row else None


class _Lines:
    """Lines in one form of Hangul, with the lines of the current record at hand."""

    def __init__(self, path: Path, encoding: str, errors: str) -> None:
        self._path = path
        self._file = io.TextIOWrapper(
            path.open("rb", buffering=1 << 18),
            encoding=encoding,
            errors=errors,
            newline="",
        )
        # Whoever reads only the head leaves the rest unread, and the file open.
        weakref.finalize(self, self._file.close)
        self.record: list[str] = []
        self.number = 0
        self._ahead = 0
        self._next = self._read()

    @property
    def at_end(self) -> bool:
        return not self._next

    def is_sep_line(self) -> bool:
        """Excel's own first line `sep=;`."""
        return self._next.lower().startswith("sep=") and len(self._next) <= 8

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._next
        if not line:
            self._file.close()
            raise StopIteration
        self._next = self._read()
        self.number += 1
        self.record.append(line)
        return line

    def _read(self) -> str:
        if self._file.closed:
            return ""
        line = self._file.readline(4 * MAX_CELL)
        self._ahead += 1
        if len(line) >= 4 * MAX_CELL:
            raise _too_long(self._ahead)
        if not line.isascii():
            line = unicodedata.normalize("NFC", line)
        return line.replace("\x00", "") if "\x00" in line else line


def _sparing(things: Iterator[T], size: Callable[[T], int]) -> Iterator[T]:
    """The first things, until they hold more characters than a look needs."""
    total = 0
    for thing in things:
        yield thing
        total += size(thing)
        if total > 5_000_000:
            return


def _too_long(line: int) -> Unreadable:
    return Unreadable(
        _(
            "A cell that starts in line {line} is longer than {most} characters. "
            "Perhaps a quotation mark is opened there and never closed."
        ),
        line=line,
        most=f"{MAX_CELL:,}",
    )


def _plain(delimiter: str) -> str:
    known = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    delimiter = known.get(delimiter.lower(), delimiter)
    if len(delimiter) != 1:
        raise Unreadable(
            _("A separator is one character, or the word tab."), field="delimiter"
        )
    return delimiter


def sniff(lines: list[str]) -> str:
    """The separator that cuts most of these lines into equally many cells."""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0][4]
    return max(DELIMITERS, key=lambda mark: _agreement(lines, mark))


def _agreement(lines: list[str], mark: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    try:
        for cells in islice(csv.reader(lines, delimiter=mark), LOOK):
            if any(cells):
                widths[len(cells)] += 1
    except csv.Error:
        return (0.0, 0)
    several = [(count, width) for width, count in widths.items() if width > 1]
    if not several:
        return (0.0, 0)
    count, width = max(several)
    return (round(count / widths.total(), 1), width)
