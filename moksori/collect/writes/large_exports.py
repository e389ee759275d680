"""Large files: ordered by a person, made by the worker, kept for some days."""

from __future__ import annotations

import hashlib
import time
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotFound
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Export
from moksori.collect.out import sheets
from moksori.collect.reads.feedback import FeedbackFilters
from moksori.collect.writes.exports import Asked, feedback_for, weighed

KEPT = timedelta(days=7)
LOST = timedelta(hours=6)  # longer than any file takes
MOST_WAITING = 3  # of one member
_STRAY = 86_400  # seconds after which a file without a row is nobody's
_BROKEN = gettext_noop(
    "A fault on the server stopped it. Nothing was taken out; order it again."
)
_NO_RIGHT = gettext_noop("Your rights have ended. Nothing was taken out.")

State = Export.State
_MOVING = (State.WAITING, State.MAKING)


@transaction.atomic
def order_export(asked: Asked, *, by: Member) -> Export:
    """Have the file made in the background; its reason stands from now on."""
    from moksori.collect.jobs import make_file  # noqa: PLC0415 - jobs call us

    if Export.objects.filter(member=by, state__in=_MOVING).count() >= MOST_WAITING:
        raise Conflict(
            _("Three files of yours are being made. Wait until one is ready.")
        )
    export = asked.row(
        by, rows=asked.rows, state=State.WAITING, language=get_language() or "ko"
    )
    export.save()
    audit.record("order_export", export, by=by, rows=asked.rows, format=asked.form)
    make_file.enqueue(export.pk)
    return export


def run_export(export_id: int) -> None:
    """Make the file; killed, it may be called again and begins anew.

    The rights are those of this moment, not of the order.
    """
    export = Export.objects.select_related("member").get(pk=export_id)
    if export.state not in _MOVING:
        return
    member = export.member
    if member is None or not member.is_active or not member.may(Ability.READ):
        _fail(export, _NO_RIGHT)
        return
    Export.objects.filter(pk=export_id, state__in=_MOVING).update(
        state=State.MAKING, rows_done=0
    )
    stored_as = uuid.uuid4().hex
    path = _folder() / stored_as
    try:
        with path.open("x+b") as file, translation.override(export.language):
            count = _written(export, member, file)
            size, digest = weighed(file)
        is_kept = _keep(export, member, stored_as, count, size, digest)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not is_kept:  # another worker was first, thinking us dead
        path.unlink(missing_ok=True)


def _written(export: Export, member: Member, file: IO[bytes]) -> int:
    def progress(done: int) -> None:
        Export.objects.filter(pk=export.pk).update(rows_done=done)

    rows = feedback_for(FeedbackFilters(**export.filters), by=member)
    return sheets.write(export.format, rows, file, progress=progress)


@transaction.atomic
def _keep(
    export: Export, member: Member, stored_as: str, count: int, size: int, digest: str
) -> bool:
    kept = Export.objects.filter(pk=export.pk, state=State.MAKING).update(
        state=State.READY,
        stored_as=stored_as,
        rows=count,
        rows_done=count,
        size=size,
        digest=digest,
        reach=reach_of(member),
        finished_at=timezone.now(),
    )
    if kept:
        audit.record(
            "export_feedback", export, by=member, rows=count, format=export.format
        )
    return bool(kept)


def reach_of(member: Member) -> str:
    """A hash of what the member may read now."""
    found = sorted(
        (sorted(one.units), sorted(one.regions))
        for one in member.scope(Ability.READ).reaches
    )
    return hashlib.sha256(repr(found).encode()).hexdigest()


def open_export(export: Export, *, by: Member) -> IO[bytes]:
    """The file for who ordered it, as long as they may read what is in it.

    Raises NotFound for anybody else and once the file is deleted.
    """
    if export.member_id != by.pk or export.state != State.READY:
        raise NotFound
    by.must(Ability.READ)
    if export.reach != reach_of(by):
        raise Conflict(
            _("What you may read has changed since the file was made. Order it again.")
        )
    try:
        file = (_folder() / export.stored_as).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    audit.record("fetch_export", export, by=by)
    return file


def stop_export(export_id: int) -> None:
    """Nobody goes on with it: say so instead of showing progress for ever."""
    export = Export.objects.filter(pk=export_id, state__in=_MOVING).first()
    if export is not None:
        _fail(export, _BROKEN)


def _fail(export: Export, template: str) -> None:
    Export.objects.filter(pk=export.pk, state__in=_MOVING).update(
        state=State.FAILED,
        problem={"template": template, "facts": {}},
        finished_at=timezone.now(),
    )


def forget_exports() -> None:
    """Delete files that waited long enough, and what dead workers left."""
    for lost in Export.objects.filter(
        state__in=_MOVING, created_at__lt=timezone.now() - LOST
    ):
        _fail(lost, _BROKEN)
    old = Export.objects.filter(
        state=State.READY, finished_at__lt=timezone.now() - KEPT
    )
    for export in old:
        (_folder() / export.stored_as).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(state=State.GONE, stored_as="")
    used = set(Export.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    for path in _folder().iterdir():
        with suppress(FileNotFoundError):
            is_old = path.stat().st_mtime < time.time() - _STRAY
            if path.name not in used and is_old:
                path.unlink()


def _folder() -> Path:
    path = Path(settings.MOKSORI_UPLOAD_DIR) / "exports"
    path.mkdir(parents=True, exist_ok=True)
    return path
