"""Scans come in: files kept first, then taken apart into pages by a job."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import TooLarge, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.storable import storable
from moksori.collect.models import Scan, ScanBatch, ScanFile
from moksori.collect.writes import scan_files

CHILD = ("-m", "moksori.collect.paper.splitting")
PIECE = 10  # pages that one job reads
BITE = 100  # pages that are taken out before those are read
KINDS = "PDF, TIFF, PNG, JPEG, HEIC"
State = ScanFile.State


@transaction.atomic
def begin_batch(
    unit: Unit, *, way: str, by: Member | None, name: str = ""
) -> ScanBatch:
    """Files will come together; `by` is None for folders and mails."""
    batch = ScanBatch(unit=unit, way=way, name=storable(name).strip()[:200], member=by)
    if by is not None:
        by.must(Ability.IMPORT, batch)
    batch.save()
    audit.record("take_scans", batch, by=by, way=way)
    return batch


def must_fit(sizes: Iterable[int | None]) -> None:
    """Raise TooLarge where files together are more than is taken at once."""
    total = sum(size or 0 for size in sizes)
    if total > settings.MOKSORI_UPLOAD_BYTES:
        raise TooLarge(
            _(
                "These files have {size} MB together; {most} MB can be sent at once. "
                "Send them in several parts."
            ).format(
                size=f"{total / 1_000_000:,.0f}",
                most=f"{settings.MOKSORI_UPLOAD_BYTES // 1_000_000:,}",
            ),
            field="files",
        )


@contextmanager
def whole(content: Iterable[bytes], *, size: int | None = None) -> Iterator[BinaryIO]:
    """What is being sent, once all of it is on the disk; `size` is what was announced.

    UserError for nothing at all, for too much, and for what broke off on its way.
    """
    must_fit([size])
    with tempfile.TemporaryFile(dir=scan_files.folder("files")) as file:
        came = 0
        for chunk in content:
            came += len(chunk)
            must_fit([came])
            file.write(chunk)
        if not came:
            raise UserError(_("Send the file as the body of the request."))
        if size is not None and came < size:
            raise UserError(_("The file broke off on its way. Send it again."))
        file.seek(0)
        yield file


def take_file(
    content: BinaryIO | Iterable[bytes], *, name: str, batch: ScanBatch
) -> ScanFile:
    """Keep a file and have it read; the same bytes in the same batch are one file.

    When this returns, both survive a loss of power. The caller has checked who asks.
    """
    with scan_files.kept(content) as kept:
        if not kept.size:
            text = _("“{name}” is empty. Send it again.")
            raise UserError(text.format(name=_shown(name)), field="files")
        must_fit([kept.size])
        return _taken(kept, name, batch)


def _taken(kept: scan_files.KeptFile, name: str, batch: ScanBatch) -> ScanFile:
    with transaction.atomic():
        scan_files.hold(kept.sha256)
        known = ScanFile.objects.filter(batch=batch, sha256=kept.sha256).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                return _new_file(kept, _shown(name), batch)
        except IntegrityError:  # the same file twice at this moment
            return ScanFile.objects.get(batch=batch, sha256=kept.sha256)


def note_empty(name: str, batch: ScanBatch) -> ScanFile:
    """A file without a byte that came beside others: told in its batch."""
    nothing = hashlib.sha256().hexdigest()
    facts = {
        "name": _shown(name), "size": 0, "state": State.FAILED, "is_kept": False,
        "problem": {"why": "empty_file", "facts": {}}, "finished_at": timezone.now(),
    }  # fmt: skip
    found, _is_new = ScanFile.objects.get_or_create(
        batch=batch, sha256=nothing, defaults=facts
    )
    return found


def _new_file(kept: scan_files.KeptFile, name: str, batch: ScanBatch) -> ScanFile:
    before = ScanFile.objects.filter(
        sha256=kept.sha256,
        batch__unit=batch.unit_id,
        state__in=[State.WAITING, State.OPENED, State.DONE],
    ).first()
    file = ScanFile(batch=batch, name=name, sha256=kept.sha256, size=kept.size)
    if before is not None:
        file.state, file.is_kept, file.finished_at = (
            State.REPEATED, False, timezone.now(),
        )  # fmt: skip
        file.problem = {"why": "came_before", "facts": {"batch": before.batch_id}}
        file.save(force_insert=True)
        return file
    file.save(force_insert=True)
    scan_files.put(kept)
    _stand_in_line(file)
    return file


def _shown(name: str) -> str:
    """What the file is called, without folders; only ever shown."""
    plain = storable(name).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in plain if one.isprintable()).strip()[:255] or "scan"


def open_file(file_id: int) -> None:
    """Take the pages out of a file; begun before, it goes on where it was.

    Of a long file some pages are taken out, then the job stands in line again behind
    those that read them: so the first answers are there long before the last page. A
    process that used up its time is followed by another one, as long as pages come.
    """
    file = ScanFile.objects.select_related("batch__unit").filter(pk=file_id).first()
    if file is None or not file.is_moving:
        return
    ScanFile.objects.filter(pk=file_id, state=State.WAITING).update(state=State.OPENED)
    _enqueue_waiting(file)  # of an attempt that broke off
    before = file.pages
    taken, is_whole = _taken_out(file, before)
    if not is_whole and taken > before:
        _stand_in_line(file)
    else:
        _close(file, taken, is_whole=is_whole)


def _stand_in_line(file: ScanFile) -> None:
    from moksori.collect.jobs import open_photo, open_scans  # noqa: PLC0415 – see jobs

    is_photo = file.batch.way == ScanBatch.Way.CAMERA
    (open_photo if is_photo else open_scans).enqueue(file.pk)


def _taken_out(file: ScanFile, before: int) -> tuple[int, bool]:
    """What one process takes out after the page `before`: up to which page, and
    whether that was all."""
    taken, first, is_whole = before, before + 1, False
    for message in _messages(file, before):
        if message.get("more"):
            break
        if message.get("end"):
            is_whole = True
        elif "trouble" in message:
            _note_trouble(file, message)
            taken = max(taken, message["page"])
        else:
            _take_page(file, message)
            taken = max(taken, message["page"])
        if taken - first + 1 >= PIECE:
            _enqueue(file, first, taken)
            first = taken + 1
    if taken >= first:
        _enqueue(file, first, taken)
    return taken, is_whole


def _messages(file: ScanFile, skip: int) -> Iterator[dict[str, Any]]:
    order = {
        "path": str(scan_files.place_of_file(file.sha256)),
        "name": file.name,
        "folder": str(scan_files.folder("pages")),
        "skip": skip,
        "most": BITE,
    }
    child = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, *CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    assert child.stdin is not None  # noqa: S101 - a pipe
    assert child.stdout is not None  # noqa: S101 - another
    try:
        child.stdin.write(json.dumps(order))
        child.stdin.close()
        for line in child.stdout:
            if not line.endswith("\n"):
                return  # it was killed in the middle of a line
            yield json.loads(line)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _take_page(file: ScanFile, message: dict[str, Any]) -> None:
    """The page as a row, once; a picture that comes a second time goes."""
    facts = {
        "picture": message["picture"],
        "dpi": message["dpi"],
        "is_bilevel": message["is_bilevel"],
        "is_torn": message["is_torn"],
    }
    with transaction.atomic():
        scan, is_new = Scan.objects.get_or_create(
            file=file,
            number=message["page"],
            defaults={"unit_id": file.batch.unit_id, **facts},
        )
        if not is_new and not scan.picture and not scan.reader:
            # Its trouble was told first; the picture comes all the same.
            Scan.objects.filter(pk=scan.pk).update(state=Scan.State.WAITING, **facts)
        elif not is_new:
            scan_files.drop_pictures([message["picture"]])
        _count(file, message["page"])


def _note_trouble(file: ScanFile, message: dict[str, Any]) -> None:
    problem = {"why": message["trouble"], "facts": message["facts"]}
    if not message["page"]:
        ScanFile.objects.filter(pk=file.pk).update(problem=problem)
        return
    with transaction.atomic():
        scan, is_new = Scan.objects.get_or_create(
            file=file,
            number=message["page"],
            defaults={
                "unit_id": file.batch.unit_id,
                "state": Scan.State.UNREADABLE,
                "problem": problem,
                "read_at": timezone.now(),
            },
        )
        if not is_new:
            Scan.objects.filter(pk=scan.pk).update(problem=problem)
        _count(file, message["page"])


def _count(file: ScanFile, number: int) -> None:
    ScanFile.objects.filter(pk=file.pk, pages__lt=number).update(pages=number)


def _close(file: ScanFile, taken: int, *, is_whole: bool) -> None:
    """All pages are out, or the file broke; what could be had is there."""
    with transaction.atomic():
        found = ScanFile.objects.select_for_update().get(pk=file.pk)
        if not found.is_moving:
            return
        if not is_whole and not found.problem:
            found.problem = {"why": "broke_off", "facts": {"had": taken}}
        found.state = State.DONE if taken else State.FAILED
        if not taken and not found.problem:
            found.problem = {"why": "empty_file", "facts": {}}
        is_spare = is_whole and found.state == State.DONE and not found.problem
        found.is_kept = not is_spare
        found.pages, found.finished_at = taken, timezone.now()
        found.save()
    if is_spare:
        drop_bytes(found.sha256)
    from moksori.collect.writes.scan_reading import finish_file  # noqa: PLC0415

    finish_file(file.pk)


def drop_bytes(sha256: str) -> None:
    """The file goes unless another row still needs it."""
    with transaction.atomic():
        scan_files.hold(sha256)
        if not ScanFile.objects.filter(sha256=sha256, is_kept=True).exists():
            scan_files.place_of_file(sha256).unlink(missing_ok=True)


def give_up_file(file_id: int) -> None:
    """No attempt is left: said in words, and the file stays for a person."""
    file = ScanFile.objects.filter(pk=file_id, state__in=[State.WAITING, State.OPENED])
    file.update(
        state=State.FAILED,
        problem={"why": "crashed", "facts": {}},
        finished_at=timezone.now(),
    )


def _enqueue(file: ScanFile, first: int, last: int) -> None:
    from moksori.collect.jobs import read_photo, read_scans  # noqa: PLC0415 – see jobs

    is_photo = file.batch.way == ScanBatch.Way.CAMERA
    (read_photo if is_photo else read_scans).enqueue(file.pk, first, last)


def _enqueue_waiting(file: ScanFile) -> None:
    waiting = file.scans.filter(state=Scan.State.WAITING)
    numbers = list(waiting.order_by("number").values_list("number", flat=True))
    for place in range(0, len(numbers), PIECE):
        part = numbers[place : place + PIECE]
        _enqueue(file, part[0], part[-1])
