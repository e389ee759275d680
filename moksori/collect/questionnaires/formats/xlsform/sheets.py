"""Sheets as lists of rows by heading; everything in them is text, nothing a formula."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from django.utils.translation import gettext_noop as _
from openpyxl import Workbook
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from moksori.collect.tables.messages import Unreadable

Row = dict[str, str]
Sheets = dict[str, list[Row]]
LONGEST_CELL = 30_000  # Excel takes 32,767
MOST_ROWS = 20_000
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def workbook_of(sheets: Sheets) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        _fill(book.create_sheet(name), rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, rows: list[Row]) -> None:
    headings = list(dict.fromkeys(name for row in rows for name in row))
    table = [headings, *([row.get(name, "") for name in headings] for row in rows)]
    for y, line in enumerate(table, start=1):
        for x, text in enumerate(line, start=1):
            if text:
                cell = sheet.cell(y, x)
                cell.value = _cell(text)
                cell.data_type = TYPE_STRING  # "=1+1" is a text, not a formula


def _cell(text: str) -> str:
    """A text that a workbook holds; "_x0041_" would be read as a letter."""
    printable = _UNPRINTABLE.sub("", text)[:LONGEST_CELL]
    return _ESCAPE.sub("_x005F_", printable)


def workbook_from(content: bytes) -> Sheets:
    """All sheets. Raises Unreadable for what is no workbook."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            name.strip().lower(): _rows(book.get_sheet_by_name(name).to_python())
            for name in book.sheet_names
        }
    except (CalamineError, ValueError, OSError):
        raise Unreadable(
            _("This Excel file is damaged. Open it in Excel and save it again.")
        ) from None


def _rows(table: list[list[Any]]) -> list[Row]:
    if not table:
        return []
    headings = [_text(cell).strip() for cell in table[0]]
    rows = []
    for line in table[1 : MOST_ROWS + 1]:
        row = {
            name: text
            for name, cell in zip(headings, line, strict=False)
            if name and (text := _text(cell))
        }
        if row:
            rows.append(row)
    return rows


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def split(text: str) -> list[Row]:
    """JSON over several cells."""
    text = text.replace("_", "\\u005f")
    return [
        {"json": f"|{text[at : at + LONGEST_CELL - 2]}|"}  # no cell loses its edges
        for at in range(0, len(text), LONGEST_CELL - 2)
    ]


def joined(rows: list[Row]) -> Any:
    """What `split` took apart; None for anything else."""
    try:
        return json.loads("".join(row.get("json", "")[1:-1] for row in rows))
    except (ValueError, RecursionError):
        return None
