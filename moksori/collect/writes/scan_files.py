"""Scans on disk: the files as they came, and the picture of each page.

A file stays until all its pages are taken out: then the pictures are the evidence, so
that those of one person can go without touching anybody else's.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction

from moksori.base.errors import NotFound

CHUNK = 1 << 20
STRAY = 86_400  # seconds after which a file without a row is nobody's
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PICTURE = re.compile(r"[0-9a-f]{32}\.(jpg|png)")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Bytes that survive a loss of power, beside their place until `put` there."""

    sha256: str
    size: int
    beside: Path


def folder(kind: str) -> Path:
    """`files` or `pages`."""
    path = Path(settings.MOKSORI_UPLOAD_DIR) / "scans" / kind
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def place_of_file(sha256: str) -> Path:
    if not _SHA256.fullmatch(sha256):
        raise NotFound
    return folder("files") / sha256[:2] / sha256


def place_of_picture(name: str) -> Path:
    if not _PICTURE.fullmatch(name):
        raise NotFound
    return folder("pages") / name[:2] / name


@contextmanager
def kept(content: BinaryIO | Iterable[bytes]) -> Iterator[KeptFile]:
    """Write the bytes for good; those that nobody `put` are gone afterwards."""
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder("files"), delete=False) as file:
        beside = Path(file.name)
        try:
            for chunk in _chunks(content):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            yield KeptFile(digest.hexdigest(), size, beside)
        finally:
            beside.unlink(missing_ok=True)


def put(kept: KeptFile) -> None:
    """Into its place; the same bytes lie there once. Needs `hold`, as `drop` does."""
    path = place_of_file(kept.sha256)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    kept.beside.replace(path)


def hold(sha256: str) -> None:
    """Until the end of the transaction nobody else puts these bytes or drops them.

    Else somebody could find no row that needs them while another is being written.
    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7312, hashtext(%s))", [sha256])


def _chunks(content: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if not hasattr(content, "read"):
        yield from content
        return
    while chunk := content.read(CHUNK):
        yield chunk


def drop_pictures(names: Iterable[str]) -> None:
    """They go from the disk once the transaction is through."""
    kept = [name for name in names if name]
    transaction.on_commit(lambda: _unlink(kept))


def _unlink(names: list[str]) -> None:
    for name in names:
        place_of_picture(name).unlink(missing_ok=True)


def old_files() -> Iterator[tuple[Path, str]]:
    """Files (not pictures) that nobody has touched since yesterday, by SHA-256."""
    before = time.time() - STRAY
    for path in folder("files").glob("*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)  # a write that broke off
    for path in folder("files").glob("??/*"):
        if path.stat().st_mtime < before:
            yield path, path.name


def old_pictures() -> Iterator[tuple[Path, str]]:
    """Pictures that were written before yesterday, by name."""
    before = time.time() - STRAY
    for path in folder("pages").glob("??/*"):
        if path.stat().st_mtime < before:
            yield path, path.name
