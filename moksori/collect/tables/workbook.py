"""Excel and OpenDocument sheets, read by calamine behind a guard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook
from python_calamine import PasswordError as _Locked

from moksori.collect.tables import archive
from moksori.collect.tables.header import LOOK, find_header
from moksori.collect.tables.messages import Unreadable
from moksori.collect.tables.table import MAX_CELL, Cell, Row, Table, clean

MAX_SHEETS = 200


class WorkbookTable(Table):
    """One sheet of a workbook; calamine keeps that sheet in memory."""

    def __init__(
        self, path: Path, name: str, *, format: str, sheet: str | None = None
    ) -> None:
        super().__init__(path, name)
        self.format = format
        if format in {"xlsx", "ods"}:
            archive.guard(path)
        workbook = _open(path)
        self.sheets = tuple(workbook.sheet_names)
        if len(self.sheets) > MAX_SHEETS:
            raise Unreadable(
                _("This workbook has {count} sheets; at most {most} can be read."),
                count=len(self.sheets),
                most=MAX_SHEETS,
            )
        self._sheet = self._choose(workbook, sheet)
        self.sheet = self._sheet.name
        self._find_header()

    def _choose(self, workbook: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
        """The wanted sheet, or the one with the most rows."""
        if wanted and wanted not in self.sheets:
            raise Unreadable(
                _("There is no sheet “{wanted}”. There are: {sheets}."),
                field="sheet",
                wanted=wanted,
                sheets=", ".join(self.sheets[:20]),
            )
        names = [wanted] if wanted else self.sheets
        sheets = [_sheet(workbook, name) for name in names]
        filled = [sheet for sheet in sheets if sheet is not None and sheet.total_height]
        if not filled:
            raise Unreadable(
                _(
                    "This workbook holds no table. Check that the export worked and "
                    "choose it again."
                )
            )
        best = max(filled, key=lambda sheet: sheet.total_height)
        if len(filled) > 1:
            self.notice(
                _("The workbook has {count} sheets; “{name}” is read."),
                count=len(filled),
                name=best.name,
            )
        return best

    def _find_header(self) -> None:
        start = self._sheet.start or (0, 0)
        self._first = start[0]
        top: list[list[Cell]] = [list(row) for row in islice(self._grid(), LOOK)]
        header = find_header(top)
        self.heads = top[header.skipped + 1 : header.skipped + 1 + header.extra]
        self.name_columns(header.names)
        self._skipped = header.skipped + (0 if header.is_made_up else 1 + header.extra)
        self.rows_total = max(self._sheet.height - self._skipped, 0)
        if header.is_made_up:
            self.notice(
                _("The file has no header, so the columns are numbered. Check them.")
            )
        if header.skipped:
            self.notice(
                _("{count} lines above the header were left out."), count=header.skipped
            )

    def _grid(self) -> Iterator[list[Any]]:
        return iter(self._sheet.to_python(skip_empty_area=True))

    def rows(self) -> Iterator[Row]:
        start = self._first + self._skipped + 1
        for number, raw in enumerate(islice(self._grid(), self._skipped, None), start):
            cells = [_cell(value) for value in raw]
            if any(cell not in {"", None} for cell in cells):
                yield self.fitted(number, cells)


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except _Locked:
        raise Unreadable(
            _(
                "This file is protected by a password. Remove the password and choose "
                "it again."
            )
        ) from None
    except (CalamineError, OSError, ValueError):
        # An encrypted workbook is an OLE file like an old .xls.
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P" in path.read_bytes():
            raise Unreadable(
                _(
                    "This file is protected by a password. Remove the password and "
                    "choose it again."
                )
            ) from None
        raise Unreadable(
            _("This Excel file is damaged. Open it in Excel and save it again.")
        ) from None


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet | None:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError):
        return None  # a chart, or a sheet that Excel itself cannot open


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return clean(value[:MAX_CELL]) if value else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, timedelta):
        return str(value)
    return value  # type: ignore[no-any-return]
