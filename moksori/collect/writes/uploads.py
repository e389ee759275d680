"""Files of customers: on disk before their row is, and gone when nobody needs them."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

from moksori.collect.answering.files import Kept
from moksori.collect.models import Response, Upload

_STRAY = 86_400  # seconds after which a file without a row is nobody's


def place_of(sha256: str) -> Path:
    """Where a file lies: under its content's hash, so the same one lies there once."""
    folder = Path(settings.MOKSORI_UPLOAD_DIR) / "answers" / sha256[:2]
    return folder / sha256


def keep(kept: Kept, *, response: Response, question: str) -> Upload:
    """Store a file for a question of this response."""
    _write(kept)
    return Upload.objects.create(
        response=response,
        question=question,
        key=secrets.token_hex(16),
        name=kept.name,
        media_type=kept.media_type,
        size=len(kept.content),
        sha256=kept.sha256,
    )


def drop(uploads: list[Upload]) -> None:
    """Remove files; from the disk only when the transaction is through."""
    hashes = {one.sha256 for one in uploads}
    Upload.objects.filter(pk__in=[one.pk for one in uploads]).delete()
    transaction.on_commit(lambda: _remove_unused(hashes))


def forget_stray_files() -> int:
    """Files whose row never came: the server died in between."""
    folder = Path(settings.MOKSORI_UPLOAD_DIR) / "answers"
    old = time.time() - _STRAY
    found = {
        path.name for path in folder.glob("??/*") if path.stat().st_mtime < old
    }  # fmt: skip
    return _remove_unused(found)


def _write(kept: Kept) -> None:
    place = place_of(kept.sha256)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(kept.content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(place)


def _remove_unused(hashes: set[str]) -> int:
    used = set(
        Upload.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    )
    for sha256 in hashes - used:
        place_of(sha256).unlink(missing_ok=True)
    return len(hashes - used)
