"""Uploaded files wait on disk, under names of our own, until they are imported."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, TooLarge
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect import reader
from moksori.collect.models import Batch, Source, Trouble
from moksori.collect.reader import FileOptions, Preview
from moksori.collect.sources.form import PLAIN
from moksori.collect.tables.files import Readable
from moksori.collect.tables.mapping import fitting, mapping_from
from moksori.collect.writes.sources import drop_unused, source_for

CHUNK = 1 << 20
KEPT_DAYS = 7  # for files nobody started to import
STRAY_SECONDS = 24 * 3600
TROUBLE_DAYS = 30
CHUNK_ROWS = 500


def folder() -> Path:
    path = Path(settings.MOKSORI_UPLOAD_DIR) / "imports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def staged(batch: Batch) -> Path:
    return folder() / batch.stored_as


def stage_file(
    file: Readable,
    *,
    name: str,
    source: Source,
    options: FileOptions | None = None,
    by: Member | None,
) -> Batch:
    """Keep an uploaded file and find out how to read it; nothing is imported yet.

    The batch carries the mapping remembered for the source, if it fits, or a
    suggestion. A source that is new is kept with the batch. Raises TooLarge, or
    Unreadable and then nothing is kept.
    """
    if by is not None:
        by.must(Ability.IMPORT, source)
    stored_as = uuid.uuid4().hex
    path = folder() / stored_as
    try:
        size = _written(file, path)
        options = options or FileOptions()
        found = reader.preview(path, name=name, options=options)
        return _batch(source, found, name=name, stored_as=stored_as, size=size, by=by)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _written(file: Readable, path: Path) -> int:
    size = 0
    with path.open("xb") as out:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > settings.MOKSORI_UPLOAD_BYTES:
                raise TooLarge(
                    _(
                        "The file is larger than {most} MB. Split it, or ask an "
                        "administrator to allow more."
                    ).format(most=settings.MOKSORI_UPLOAD_BYTES // 1_000_000),
                    field="file",
                )
            out.write(chunk)
    return size


@transaction.atomic
def _batch(
    source: Source,
    found: Preview,
    *,
    name: str,
    stored_as: str,
    size: int,
    by: Member | None,
) -> Batch:
    mapping = found.mapping
    if source.pk is None:
        source = source_for(
            source.name, unit=source.unit, channel=source.channel, by=by
        )
    source.refresh_from_db(fields=["mapping"])
    if source.mapping:
        mapping = fitting(mapping_from(source.mapping), mapping, found.columns)
    batch = Batch.objects.create(
        source=source,
        member=by,
        file_name=name[-255:],
        stored_as=stored_as,
        size=size,
        mapping=mapping.to_json(),
        options=options_of(found),
    )
    audit.record("stage_file", batch, by=by, size=size)
    return batch


def options_of(found: Preview) -> dict[str, str]:
    """How the file was read, so that it is read the same way again."""
    return {
        "encoding": found.encoding,
        "dialect": found.delimiter,
        "sheet": found.sheet,
        "form": found.form,
    }


def options_kept(batch: Batch) -> FileOptions:
    """As it was looked at; a file that waits since before there were forms has none."""
    return FileOptions(**{"form": PLAIN, **batch.options})


@transaction.atomic
def drop_upload(batch: Batch, *, by: Member) -> None:
    """Forget a file that was never imported."""
    by.must(Ability.IMPORT, batch)
    waiting = Batch.objects.filter(pk=batch.pk, state=Batch.State.UPLOADED)
    if not waiting.delete()[0]:
        raise Conflict(_("Only a file that waits for you can be dropped."))
    audit.record("drop_upload", batch, by=by)
    transaction.on_commit(lambda: forget(batch.stored_as))


def drop_tried(batch: Batch, *, source_too: bool) -> None:
    """A file that was only tried from the command line leaves nothing behind."""
    if Batch.objects.filter(pk=batch.pk, state=Batch.State.UPLOADED).delete()[0]:
        forget(batch.stored_as)
        if source_too:
            drop_unused(batch.source)


def forget_uploads() -> int:
    """Delete files that nobody imported (to the end) within a week; how many."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    waiting = [Batch.State.UPLOADED, Batch.State.FAILED, Batch.State.STOPPED]
    old = Batch.objects.filter(state__in=waiting, created_at__lt=before).exclude(
        stored_as=""
    )
    gone = 0
    for batch in old.iterator():
        forget(batch.stored_as)
        Batch.objects.filter(pk=batch.pk).update(stored_as="")
        gone += 1
    return gone


def forget_strays() -> int:
    """Delete files a day old that no import knows; returns how many.

    A crash between the upload and its import leaves one, and so does an import that
    is deleted with its source.
    """
    known = set(Batch.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    before = time.time() - STRAY_SECONDS
    gone = 0
    for path in folder().iterdir():
        # Looked at after the question: a file that is being uploaded is younger.
        if path.name not in known and path.stat().st_mtime < before:
            forget(path.name)
            gone += 1
    return gone


def forget_troubles() -> int:
    """Delete rows in trouble a month after their import; returns how many.

    They hold what customers wrote, and nobody mends a file after a month.
    """
    before = timezone.now() - timedelta(days=TROUBLE_DAYS)
    gone = 0
    while old := list(
        Trouble.objects.filter(batch__created_at__lt=before).values_list(
            "pk", flat=True
        )[:CHUNK_ROWS]
    ):
        gone += Trouble.objects.filter(pk__in=old).delete()[0]
    return gone


def forget(stored_as: str) -> None:
    if stored_as:
        with suppress(OSError):
            (folder() / stored_as).unlink(missing_ok=True)
