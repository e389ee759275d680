"""Columns that stand under one another on a terminal, Korean or English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence, Set

WIDEST = 40


def aligned(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Set[int]
) -> Iterator[str]:
    """The table line by line; columns in `right` end together, the others start so.

    Cells wider than 40 columns are cut.
    """
    sizes = [min(size, WIDEST) for size in sizes_of([head, *rows])]
    for row in [head, *rows]:
        yield "  " + joined(row, sizes, right)


def joined(cells: Sequence[str], sizes: Sequence[int], right: Set[int]) -> str:
    """One line of a table whose columns have these sizes."""
    padded = [
        _padded(cut(cell, size), size, right=at in right)
        for at, (cell, size) in enumerate(zip(cells, sizes, strict=True))
    ]
    return "  ".join(padded).rstrip()


def width(cell: str) -> int:
    """Columns on a terminal: Korean letters take two."""
    return sum(2 if unicodedata.east_asian_width(x) in "WF" else 1 for x in cell)


def cut(cell: str, size: int) -> str:
    """The cell, its end replaced by "…" where it is wider than `size`."""
    if width(cell) <= size:
        return cell
    kept = ""
    for letter in cell:
        if width(kept) + width(letter) > size - 1:
            break
        kept += letter
    return kept + "…"


def sizes_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column."""
    return [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]


def _padded(cell: str, size: int, *, right: bool) -> str:
    blank = " " * (size - width(cell))
    return blank + cell if right else cell + blank
