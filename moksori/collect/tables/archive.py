"""Zip files that are small outside and huge inside are refused before opening."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext_noop as _

from moksori.collect.tables.messages import Unreadable

MAX_UNPACKED = 300_000_000
MAX_RATIO = 100
MAX_MEMBERS = 2_000
MAX_GRID = 60_000_000  # cells; the reader keeps the whole rectangle in memory
CHUNK = 1 << 20
# What Python's zipfile raises for one whose directory or contents are not as written;
# ValueError: names that are no UTF-8, places before the beginning.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError)
# The row and column of a cell ("XFD1048576") and of a row.
_CELL = re.compile(rb'<(?:x:)?c r="([A-Z]{1,4})(\d{1,8})"')
_REPEAT = re.compile(rb'number-(?:rows|columns)-repeated="(\d+)"')


def guard(path: Path) -> None:
    """Raise Unreadable for an archive that would fill the memory when opened.

    Sizes are taken from the directory and checked by really unpacking, for a
    directory can lie.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_sizes(members, path.stat().st_size)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_grid(archive, member)
    except BROKEN:
        raise Unreadable(
            _("This Excel file is damaged. Open it in Excel and save it again.")
        ) from None
    except (RuntimeError, NotImplementedError):
        raise Unreadable(
            _(
                "This file is protected by a password. Remove the password and choose "
                "it again."
            )
        ) from None


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
        raise _too_large(unpacked)
    if unpacked > 20_000_000 and unpacked > MAX_RATIO * packed:
        raise Unreadable(
            _(
                "Unpacked, this workbook is {times} times as large as the file, as no "
                "table is. Save the table as CSV and import that."
            ),
            times=f"{unpacked // max(packed, 1):,}",
        )


def _too_large(unpacked: int) -> Unreadable:
    return Unreadable(
        _(
            "Unpacked, this workbook takes {size} MB; at most {most} MB can be read. "
            "Save the table as CSV and import that."
        ),
        size=f"{unpacked / 1e6:,.0f}",
        most=MAX_UNPACKED // 1_000_000,
    )


def _check_grid(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """How far the cells reach: two of them can span 17 thousand million."""
    columns = rows = 0
    is_sheet = "worksheets/" in member.filename
    is_ods = member.filename == "content.xml"
    with archive.open(member) as file:
        tail = b""
        while chunk := file.read(CHUNK):
            part = tail + chunk
            if is_ods:
                _check_repeats(part)
            for letters, number in _CELL.findall(part) if is_sheet else ():
                rows = max(rows, int(number))
                columns = max(columns, _column(letters))
            tail = part[-60:]
    if columns * rows > MAX_GRID:
        raise Unreadable(
            _(
                "The cells of this workbook are spread over {rows} rows and {columns} "
                "columns. Copy the table into a new workbook and import that."
            ),
            rows=f"{rows:,}",
            columns=f"{columns:,}",
        )


def _check_repeats(part: bytes) -> None:
    """No sheet has more rows than this, so nothing repeats more often."""
    large = [int(times) for times in _REPEAT.findall(part) if int(times) > 1_100_000]
    if large:
        raise Unreadable(
            _("This Excel file is damaged. Open it in Excel and save it again.")
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
