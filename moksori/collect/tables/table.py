"""A table as every format gives it: columns, and rows with the numbers people see."""

from __future__ import annotations

import abc
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from moksori.collect.tables.messages import Message, Unreadable

MAX_COLUMNS = 1_000
MAX_CELL = 1_000_000  # characters
_FAR = 1e300

Cell = str | int | float | bool | date | datetime | None


# Of a row whose source says that it was deleted: what we have of it goes.
DELETED = Message(
    _("Deleted where it came from. What was here of it has been deleted, too.")
)


class Row(NamedTuple):
    """One row; `number` counts from 1 at the top of the file, as Excel does.

    With a `problem` the cells cannot be trusted.
    """

    number: int
    cells: list[Cell]
    problem: Message | None = None


class Table(abc.ABC):
    """A file with columns. Reading it again starts from the top.

    `rows_total` is None when only reading to the end would tell. `labels` are the
    questions behind columns, `separators` what stands between several choices, `heads`
    further rows of the header.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    rows_total: int | None = None

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.columns: list[str] = []
        self.labels: dict[str, str] = {}
        self.separators: dict[str, str] = {}
        self.heads: list[list[Cell]] = []
        self.notices: list[Message] = []

    @abc.abstractmethod
    def rows(self) -> Iterator[Row]:
        """Rows that hold anything, below the header."""

    def batches(self, size: int = 500) -> Iterator[list[Row]]:
        """The rows in lists of at most `size`, in constant memory."""
        rows = self.rows()
        while batch := list(islice(rows, size)):
            yield batch

    def head(self, count: int) -> list[Row]:
        """The first rows, for a preview."""
        return list(islice(self.rows(), count))

    def notice(self, template: str, **facts: object) -> None:
        self.notices.append(Message(template, facts))

    def name_columns(self, header: list[str]) -> None:
        """Take the header, with every column named, and named once."""
        while any(header) and not header[-1].strip():
            header = header[:-1]
        if len(header) > MAX_COLUMNS:
            raise Unreadable(
                _(
                    "This file has {count} columns; at most {most} can be read. "
                    "Keep the columns that matter and try again."
                ),
                count=len(header),
                most=MAX_COLUMNS,
            )
        self.columns = unique_names(header)
        renamed = [
            new
            for old, new in zip(header, self.columns, strict=True)
            if old.strip() and clean(old) != new
        ]
        if renamed:
            self.notice(
                _("Columns with the same name were renamed: {names}."),
                names=", ".join(renamed[:5]),
            )

    def fitted(self, number: int, cells: list[Cell]) -> Row:
        """The row with as many cells as there are columns."""
        width = len(self.columns)
        if len(cells) == width:
            return Row(number, cells)
        if len(cells) < width:
            return Row(number, cells + [""] * (width - len(cells)))
        if all(cell in {"", None} for cell in cells[width:]):
            return Row(number, cells[:width])
        return Row(
            number,
            cells,
            Message(
                _(
                    "The row has {count} cells and the header {width}. A separator "
                    "inside a text needs quotation marks around that text."
                ),
                {"count": len(cells), "width": width},
            ),
        )


def clean(text: str) -> str:
    """One form of Hangul (macOS writes it in pieces), no NUL, no stray blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\ufeff", "")
        # Half of a pair, as broken JSON has it, cannot be stored anywhere.
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\x00", "").strip()


def as_float(number: float) -> float | None:
    """The number, None for one that none holds: JSON may have hundreds of digits."""
    return float(number) if abs(number) < _FAR else None


def unique_names(header: list[str]) -> list[str]:
    """The header with empty names filled and repeated ones numbered."""
    is_korean = any("가" <= letter <= "힣" for name in header for letter in name)
    word = "열" if is_korean else "column"
    given = [clean(name)[:120] for name in header]
    taken = Counter(name for name in given if name)
    used: Counter[str] = Counter()
    names: list[str] = []
    for place, name in enumerate(given, start=1):
        base = name or f"{word} {place}"
        used[base] += 1
        new = base if used[base] == 1 else f"{base} ({used[base]})"
        while new != base and taken[new]:
            used[base] += 1
            new = f"{base} ({used[base]})"
        names.append(new)
    return names
