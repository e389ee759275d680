"""What a file is by its first bytes, and files that come as streams or packed."""

from __future__ import annotations

import gzip
import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Protocol

from django.utils.translation import gettext_noop as _

from moksori.collect.tables.archive import BROKEN
from moksori.collect.tables.messages import Unreadable

CHUNK = 1 << 20
MAX_BYTES = 4_000_000_000  # unpacked
MAX_RATIO = 200

_FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"SQLite f": "SQLite",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"RIFF": "RIFF",
    b"ID3": "MP3",
    b"OggS": "Ogg",
    b"HWP Document": "HWP",
}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def spooled(stream: Readable) -> Path:
    """The stream as a temporary file that its reader deletes; memory stays constant."""
    descriptor, name = tempfile.mkstemp(prefix="moksori-")
    total = 0
    with os.fdopen(descriptor, "wb") as file:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > MAX_BYTES:
                file.close()
                Path(name).unlink()
                raise Unreadable(
                    _("The file is larger than {gigabytes} GB unpacked. Split it."),
                    gigabytes=MAX_BYTES // 1_000_000_000,
                )
            file.write(chunk)
    return Path(name)


def unpacked(path: Path) -> Path | None:
    """The content of a .gz file as a temporary file, None for other files."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return None
    most = max(path.stat().st_size * MAX_RATIO, 50_000_000)
    try:
        with gzip.open(path) as packed:
            return spooled(_Capped(packed, most))
    except (OSError, EOFError, zlib.error):
        raise Unreadable(
            _("This .gz file is damaged. Pack it again or give it unpacked.")
        ) from None


class _Capped:
    """A stream that refuses to grow beyond what honest packing reaches."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, most: int) -> None:
        self.stream = stream
        self.left = most

    def read(self, size: int, /) -> bytes:
        chunk = self.stream.read(size)
        self.left -= len(chunk)
        if self.left < 0:
            raise Unreadable(
                _("Unpacked, this file is suspiciously large. Give it unpacked.")
            )
        return chunk


def format_of(path: Path) -> str:
    """delimited, xlsx, ods, xls, parquet or json, by content and not by name.

    Raises Unreadable for anything else, naming what it is.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b" \r\n\t\x00\xef\xbb\xbf"):
        raise Unreadable(
            _("This file is empty. Check that the export worked and choose it again.")
        )
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head.startswith(b"PAR1"):
        return "parquet"
    _refuse_foreign(head)
    return _text_format(head)


def _refuse_foreign(head: bytes) -> None:
    for magic, kind in _FOREIGN.items():
        if head.startswith(magic):
            raise Unreadable(
                _(
                    "This is no table but {kind}, whatever its name says. Save the "
                    "table as CSV, Excel (.xlsx), Parquet or JSON lines and try again."
                ),
                kind=kind,
            )


def _text_format(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:200].lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Unreadable(
            _(
                "This is a web page or XML, though it may open in Excel. Open it "
                "there, save it as “Excel workbook (.xlsx)” and import that."
            )
        )
    if start.startswith((b"{", b"[{", b"[\n", b"[\r", b"[ ")):
        return "json"
    return "delimited"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:99]:
                return "ods"
    except (*BROKEN, RuntimeError, NotImplementedError):
        raise Unreadable(
            _("This Excel file is damaged. Open it in Excel and save it again.")
        ) from None
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise Unreadable(
        _("This is a ZIP archive. Unpack it and import the tables inside one by one.")
    )
