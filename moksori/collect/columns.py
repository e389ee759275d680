"""Columns of a file as numbers, words or days, for methods that need nothing else."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import inf

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from moksori.base.errors import UserError
from moksori.collect.tables import Table, Unreadable, read_table
from moksori.collect.tables.dates import day_order, moment
from moksori.collect.tables.scores import Score, missing_state, score
from moksori.collect.tables.table import Cell

_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$", re.ASCII)
_DECIMAL = re.compile(r"^[-+]?(0,\d+|\d+,(\d{1,2}|\d{4,}))$", re.ASCII)
_POWER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$", re.ASCII)


def read_file(file: str) -> Table:
    """The table in a file, "-" being standard input; UserError where there is none."""
    if file == "-":
        return read_table(sys.stdin.buffer, name=_("standard input"))
    try:
        return read_table(file)
    except OSError as error:
        raise UserError(
            _("%(path)s cannot be read: %(why)s.")
            % {"path": file, "why": error.strerror}
        ) from error


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells by column, all of the same length; `rows` are their numbers in the file.

    `problems` counts rows that could not be read and are left out.
    """

    cells: dict[str, list[Cell]]
    rows: list[int]
    problems: int

    def __len__(self) -> int:
        return len(self.rows)

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Numbers as people write them ("4/5", "★★★", "80%", "만족"); NaN where blank.

        "1,234" is more than a thousand, unless another cell of the column has a comma
        that only a decimal one can be ("3,5"). Raises UserError with the row of the
        first cell that is no finite number.
        """
        found = np.full(len(self.rows), np.nan)
        has_thousands = not any(_has_decimal_comma(one) for one in self.cells[name])
        for at, cell in enumerate(self.cells[name]):
            if _is_blank(cell):
                continue
            read = _plain(cell, has_thousands=has_thousands) or score(cell)
            if read is None or not -inf < read.value < inf:
                raise UserError(
                    _("Row %(row)s of “%(column)s” is no number: “%(cell)s”.")
                    % {"row": self.rows[at], "column": name, "cell": str(cell)[:40]}
                )
            found[at] = read.value
        return found

    def words(self, name: str) -> list[str | None]:
        """Each cell as one word of a category; None where it is blank."""
        return [
            None if _is_blank(cell) else " ".join(str(cell).split())
            for cell in self.cells[name]
        ]

    def days(self, name: str) -> list[date | None]:
        """Days in the installation's time zone; None where blank.

        Raises UserError with the row of the first cell that is no day.
        """
        order, _is_sure = day_order(self.cells[name])
        found: list[date | None] = []
        for at, cell in enumerate(self.cells[name]):
            read = None if _is_blank(cell) else moment(cell, order=order)
            if read is None and not _is_blank(cell):
                raise UserError(
                    _("Row %(row)s of “%(column)s” is no date: “%(cell)s”.")
                    % {"row": self.rows[at], "column": name, "cell": str(cell)[:40]}
                )
            found.append(timezone.localdate(read) if read else None)
        return found

    def is_numeric(self, name: str) -> bool:
        """Whether every cell that is not blank is written as a number."""
        given = [cell for cell in self.cells[name] if not _is_blank(cell)]
        return bool(given) and all(_is_number(cell) for cell in given)


def columns_of(table: Table, names: Iterable[str]) -> Columns:
    """These columns of the table, whole. Raises Unreadable for a name it has not."""
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in table.columns:
            raise Unreadable(
                gettext_noop("The file has no column “{lost}”. It has: {columns}."),
                lost=name,
                columns=", ".join(table.columns[:20]),
            )
    places = {name: table.columns.index(name) for name in wanted}
    cells: dict[str, list[Cell]] = {name: [] for name in wanted}
    rows, problems = [], 0
    for row in table.rows():
        if row.problem is not None:
            problems += 1
            continue
        rows.append(row.number)
        for name, at in places.items():
            cells[name].append(row.cells[at])
    if not rows:
        raise UserError(_("The file has columns, but no rows below them."))
    return Columns(cells, rows, problems)


def _is_blank(cell: Cell) -> bool:
    if cell is None or missing_state(cell) is not None:
        return True
    return isinstance(cell, str) and not cell.strip()


def in_order(word: str) -> list[tuple[int, str]]:
    """To sort words by: “wave 9” comes before “wave 10”."""
    parts = re.split(r"([0-9]+)", word)
    return [(int(one) if at % 2 else 0, one) for at, one in enumerate(parts)]


def _has_decimal_comma(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_DECIMAL.match(cell.strip()))


def _plain(cell: Cell, *, has_thousands: bool) -> Score | None:
    """A number as machines and bookkeepers write it: 1e-05, 1,234,567.8."""
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if has_thousands and _THOUSANDS.match(text):
        return Score(float(text.replace(",", "")))
    return Score(float(text)) if _POWER.match(text) else None


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        try:
            return -inf < float(cell.strip().replace(",", "")) < inf
        except ValueError:
            return False
    return isinstance(cell, int | float) and not isinstance(cell, bool)
