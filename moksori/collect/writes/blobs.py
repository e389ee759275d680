"""Photos and recordings from the field: on disk under the hash of what they hold."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import TooLarge, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Attachment, Blob

LARGEST = 25_000_000  # bytes
KEPT = timedelta(days=100)  # without a record that refers to it
MOST_WAITING = 200  # files of a member that no visit shows yet: five full records
MOST_WAITING_BYTES = 2_000_000_000  # two records of 40 files, each as large as can be
_STRAY = timedelta(days=1)


def place_of(sha256: str) -> Path:
    return Path(settings.MOKSORI_UPLOAD_DIR) / "field" / sha256[:2] / sha256


def take_blob(chunks: Iterable[bytes], *, sha256: str, by: Member) -> bool:
    """Keep what comes under this hash, exactly as it is; True when it is new.

    UserError where it is something else than the hash says (torn on its way: sent
    again), or no photo and no sound. The row comes after the file: a row whose file
    is missing cannot be.
    """
    if _is_here(sha256, by):
        return False
    folder = place_of(sha256).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            size, media_type = _written(file, chunks, sha256)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(place_of(sha256))
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    try:
        with transaction.atomic():
            Blob.objects.create(
                member=by, sha256=sha256, size=size, media_type=media_type
            )
    except IntegrityError:
        return False
    return True


def must_take(by: Member) -> None:
    """Whether a phone of this member may hand in one more file ahead of its record.

    A phone sends the files of a record just before it, so few wait at a time; several
    that ask at once may go beyond the limit by as many.
    """
    by.must(Ability.READ)
    hung = Attachment.objects.filter(visit__author=by).values("sha256")
    waiting = Blob.objects.filter(member=by).exclude(sha256__in=hung)
    found = waiting.aggregate(n=Count("pk"), size=Sum("size"))
    if found["n"] >= MOST_WAITING or (found["size"] or 0) >= MOST_WAITING_BYTES:
        raise TooLarge(
            _("Too many photos wait here for their visits. Save what is on the phone "
              "as a file and bring that in at “Visits”.")
        )  # fmt: skip


def missing(hashes: Iterable[str], *, by: Member) -> list[str]:
    """Those that this member has not handed in yet.

    What hangs on a visit of theirs is here, also long after it came: a phone has
    deleted its own copy when it corrects the visit.
    """
    wanted = list(dict.fromkeys(hashes))
    blobs = Blob.objects.filter(member=by, sha256__in=wanted)
    hung = Attachment.objects.filter(visit__author=by, sha256__in=wanted)
    here = {
        *blobs.values_list("sha256", flat=True),
        *hung.values_list("sha256", flat=True),
    }
    return [one for one in wanted if one not in here]


def remove_unused(hashes: Iterable[str]) -> int:
    """Delete files that nothing refers to any more."""
    hashes = set(hashes)
    used = {
        *Attachment.objects.filter(sha256__in=hashes).values_list("sha256", flat=True),
        *Blob.objects.filter(sha256__in=hashes).values_list("sha256", flat=True),
    }
    for sha256 in hashes - used:
        place_of(sha256).unlink(missing_ok=True)
    return len(hashes - used)


def forget_blobs() -> int:
    """What no record ever referred to, and files whose row never came."""
    old = Blob.objects.filter(received_at__lt=timezone.now() - KEPT)
    old.delete()
    limit = (timezone.now() - _STRAY).timestamp()
    folder = Path(settings.MOKSORI_UPLOAD_DIR) / "field"
    found = [path for path in folder.glob("??/*") if path.stat().st_mtime < limit]
    for path in found:
        if len(path.name) != 64:
            path.unlink(missing_ok=True)
    return remove_unused(path.name for path in found if len(path.name) == 64)


def _is_here(sha256: str, by: Member) -> bool:
    found = Blob.objects.filter(member=by, sha256=sha256).exists()
    return found and place_of(sha256).exists()


def _written(file: object, chunks: Iterable[bytes], sha256: str) -> tuple[int, str]:
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge(
                _("This file is larger than {most} MB. Take a shorter recording.")
                .format(most=LARGEST // 1_000_000)
            )  # fmt: skip
        head = head or chunk[:32]
        digest.update(chunk)
        file.write(chunk)  # type: ignore[attr-defined]
    if digest.hexdigest() != sha256:
        raise UserError(_("The file was damaged on its way. The phone sends it again."))
    media_type = kind_of(head)
    if not media_type:
        raise UserError(
            _("This is neither a photo (JPEG, PNG, WebP) nor a recording that can be "
              "played.")
        )  # fmt: skip
    return size, media_type


_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\x1a\x45\xdf\xa3", "audio/webm"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)
_INSIDE = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_NO_SOUND = {b"heic", b"heix", b"mif1", b"avif"}  # pictures in the same kind of box


def kind_of(head: bytes) -> str:
    """What a file is, by how it begins; "" for anything that is not taken."""
    if head.startswith(b"RIFF"):
        return _INSIDE.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return "" if head[8:12] in _NO_SOUND else "audio/mp4"
    return next((kind for start, kind in _BEGINNINGS if head.startswith(start)), "")
