"""Where the header is: exports put titles, blank lines and tool output above it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moksori.collect.tables.table import Cell

LOOK = 200  # rows looked at
_NUMBER = re.compile(r"[-+]?[\d.,]+%?$")
_DATE = re.compile(r"\d{4}\s*[-./년]\s*\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}")


@dataclass(frozen=True, slots=True)
class Header:
    """`skipped` rows lie above; `extra` rows below are still header, not data.

    With `is_made_up`, the file has none and its first row is data.
    """

    skipped: int
    names: list[str]
    extra: int = 0
    is_made_up: bool = False


def find_header(rows: Sequence[Sequence[Cell]]) -> Header:
    """The first row that is about as wide as the table; `rows` is its beginning."""
    widths = [_width(row) for row in rows[:LOOK]]
    usual = _usual(widths)
    place = next(
        (
            at
            for at, width in enumerate(widths)
            if width and width >= max(1, round(0.6 * usual))
        ),
        0,
    )
    names = [_text(cell) for cell in rows[place]]
    below = rows[place + 1 : LOOK]
    if _is_data(names, rows[place], below):
        return Header(place, [""] * len(names), is_made_up=True)
    return Header(place, names, extra=_extra(below))


def _usual(widths: list[int]) -> int:
    counted = Counter(width for width in widths if width > 1)
    if not counted or sum(counted.values()) * 2 < sum(1 for width in widths if width):
        return 1
    return counted.most_common(1)[0][0]


def _width(row: Sequence[Cell]) -> int:
    """Cells up to the last one that holds anything."""
    for place in range(len(row), 0, -1):
        if row[place - 1] not in {"", None}:
            return place
    return 0


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _is_data(
    names: list[str], cells: Sequence[Cell], below: Sequence[Sequence[Cell]]
) -> bool:
    """Whether the first row is a row like the others.

    A number or date above numbers or dates says so, and so does a whole sentence.
    """
    if any(len(name) > 300 for name in names):
        return True
    filled = [at for at, name in enumerate(names) if name.strip()]
    valued = [at for at in filled if _is_value(cells[at])]
    if not valued or len(valued) * 5 < len(filled):
        return False
    alike = [row for row in below if _width(row)]
    hits = sum(at < len(row) and _is_value(row[at]) for row in alike for at in valued)
    return bool(alike) and hits >= 0.8 * len(alike) * len(valued)


def _is_value(cell: Cell) -> bool:
    if isinstance(cell, date | int | float):
        return True
    text = _text(cell).strip()
    return bool(_NUMBER.match(text) or _DATE.match(text))


def _extra(below: Sequence[Sequence[Cell]]) -> int:
    """Qualtrics writes three header rows; the third is machine-readable."""
    for at, row in enumerate(below[:2]):
        if any(_text(cell).startswith('{"ImportId"') for cell in row[:3]):
            return at + 1
    return 0
