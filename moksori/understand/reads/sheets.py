"""Tables to take away: as CSV for every program, as XLSX for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from moksori.collect.reads.imports import without_formula

Cell = str | int | float | date | None

_LONGEST = 32_767  # what a cell of a spreadsheet holds
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\']")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EPOCH = date(1899, 12, 30)
# Places in `cellXfs` below: plain, head, share, day.
_PLAIN, _HEAD, _SHARE, _DAY = range(4)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with one row for each thing; columns in `shares` are shares (0–1)."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    shares: frozenset[int] = frozenset()


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a mark at the beginning, so that Excel reads Korean; no formula runs.

    Shares are plain numbers: 0.0843.
    """
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow([without_formula(name) for name in sheet.header])
    for row in sheet.rows:
        lines.writerow([_plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return without_formula(cell) if isinstance(cell, str) else str(cell)


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook of one sheet: texts are texts and never formulas, numbers numbers."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, content in _parts(sheet).items():
            # A fixed day: the same table gives the same file.
            part = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            book.writestr(part, _XML + content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _parts(sheet: Sheet) -> dict[str, str]:
    title = escape(_BAD_IN_NAME.sub(" ", _clean(sheet.name))[:31].strip() or "1")
    kinds = f"{_PACKAGE}/content-types"
    base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    links = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": f'<Types xmlns="{kinds}">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{base}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{base}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{base}.styles+xml"/>'
        "</Types>",
        "_rels/.rels": f'{links}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{title}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{links}<Relationship Id="r1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": _worksheet(sheet),
    }


_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/>'
    '<name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
    '<xf xfId="0" numFmtId="10" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


def _worksheet(sheet: Sheet) -> str:
    head = _row(1, [_text(name, _HEAD) for name in sheet.header])
    body = "".join(
        _row(at, [_cell(value, to in sheet.shares) for to, value in enumerate(row)])
        for at, row in enumerate(sheet.rows, 2)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews>{_widths(sheet)}"
        f"<sheetData>{head}{body}</sheetData></worksheet>"
    )


def _widths(sheet: Sheet) -> str:
    columns = []
    for at, name in enumerate(sheet.header, 1):
        seen = [name, *(str(row[at - 1]) for row in sheet.rows[:50])]
        wide = min(max(len(words) for words in seen) + 4, 60)
        if at - 1 in sheet.shares:
            wide = len(name) + 6
        columns.append(f'<col min="{at}" max="{at}" width="{wide}" customWidth="1"/>')
    return f"<cols>{''.join(columns)}</cols>" if columns else ""


def _row(at: int, cells: list[str]) -> str:
    return f'<row r="{at}">{"".join(cells)}</row>'


def _cell(value: Cell, is_share: bool) -> str:  # noqa: FBT001 - style of a column
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return _text(value, _PLAIN)
    if isinstance(value, date):
        return f'<c s="{_DAY}"><v>{(value - _EPOCH).days}</v></c>'
    return f'<c s="{_SHARE if is_share else _PLAIN}"><v>{value!r}</v></c>'


def _text(words: str, style: int) -> str:
    kept = escape(_clean(words)[:_LONGEST])
    return (
        f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
    )


def _clean(words: str) -> str:
    return _NO_XML.sub("", words)
