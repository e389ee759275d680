"""The bytes of mails, sealed on disk: evidence that no page shows by itself."""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound
from moksori.base.sealed import seal_bytes, unseal_bytes

_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(raw: bytes) -> str:
    """Store the bytes for good before anybody is told so; their SHA-256 finds them.

    Card numbers may stand in a mail, so the file is sealed, not only hidden.
    """
    digest = hashlib.sha256(raw).hexdigest()
    path = _path(digest)
    if path.exists():
        path.touch()  # nobody takes it for a stray while its mail is being stored
        return digest
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("xb") as file:
            file.write(seal_bytes(zlib.compress(raw, 6)))
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o600)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _settle(path.parent)
    return digest


def opened(digest: str) -> bytes:
    """The bytes again; NotFound once they were forgotten."""
    try:
        sealed = _path(digest).read_bytes()
    except FileNotFoundError:
        raise NotFound(_("This mail is no longer kept.")) from None
    return zlib.decompress(unseal_bytes(sealed))


def is_kept(digest: str) -> bool:
    return _path(digest).exists()


def forget(digest: str) -> None:
    _path(digest).unlink(missing_ok=True)


def older_than_a_day() -> Iterator[str]:
    """The names of files that nobody has touched since yesterday."""
    before = time.time() - 24 * 3600
    for path in (Path(settings.MOKSORI_UPLOAD_DIR) / "mails").glob("*/*"):
        if path.stat().st_mtime > before:
            continue
        if _DIGEST.fullmatch(path.name):
            yield path.name
        else:
            path.unlink(missing_ok=True)  # a write that broke off


def _path(digest: str) -> Path:
    if not _DIGEST.fullmatch(digest):
        raise NotFound
    return Path(settings.MOKSORI_UPLOAD_DIR) / "mails" / digest[:2] / digest


def _settle(folder: Path) -> None:
    """The new name, too, must survive a loss of power."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
