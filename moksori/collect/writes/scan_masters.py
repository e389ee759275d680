"""Photocopies of one master, told apart by the order in which they were scanned.

All of them carry the same code. So the pages of one copy must be scanned one after the
other, in one file, or as single pictures of one batch. Anything else in between that is
not an empty page ends a copy: a page that could not be read might be its next one, and
answers of two people are never put together by guessing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from django.db import transaction
from django.db.models import Count, Max

from moksori.collect.models import Printing, Scan, ScanBatch, ScanFile, Sheet
from moksori.collect.paper.codes import new_key
from moksori.collect.reads.scan_pictures import reading_of
from moksori.collect.writes.scan_reading import put_in

State = Scan.State
_THROUGH = {State.BLANK}  # the empty back of a sheet ends nothing


@dataclass(slots=True)
class _Copy:
    """Pages that came one after the other; `sheet` once there is a row for it."""

    master: int
    sheet: Sheet | None = None
    pages: dict[int, Scan] = field(default_factory=dict)


@transaction.atomic
def group(batch: ScanBatch) -> int:
    """Give each loose page of the batch its copy; how many there were."""
    ScanBatch.objects.select_for_update().get(pk=batch.pk)
    files = ScanFile.objects.filter(batch=batch)
    loose = Scan.objects.filter(file__batch=batch, state=State.LOOSE)
    if not loose.exists():
        return 0
    is_moving = any(one.is_moving for one in files)
    if is_moving and not _is_alone(batch, files):
        return 0  # a picture that is still to come may stand between two others
    count = 0
    for run in _runs(batch):
        count += _copies(run)
    return count


def _is_alone(batch: ScanBatch, files: object) -> bool:
    """A person with a phone gets each picture's result at once."""
    return batch.way == ScanBatch.Way.CAMERA


def _runs(batch: ScanBatch) -> list[list[Scan]]:
    """Pages in their order, cut where a file of several pages begins or ends."""
    scans = list(
        Scan.objects.filter(file__batch=batch)
        .select_related("file", "sheet__form__survey", "sheet__printing")
        .order_by("file_id", "number")
    )
    sizes = dict(
        Scan.objects.filter(file__batch=batch)
        .values_list("file_id")
        .annotate(n=Count("id"))
    )
    runs: list[list[Scan]] = [scans[:1]] if scans else []
    for before, scan in pairwise(scans):
        is_new_file = before.file_id != scan.file_id
        if is_new_file and (sizes[before.file_id] > 1 or sizes[scan.file_id] > 1):
            runs.append([])
        runs[-1].append(scan)
    return runs


def _copies(run: list[Scan]) -> int:
    count = 0
    now: _Copy | None = None
    for scan in run:
        if scan.state in _THROUGH:
            continue
        if scan.state == State.WAITING:
            break  # what comes after it cannot be told yet
        master = _master(scan)
        if master is None or scan.page is None:
            now = None
            continue
        if scan.state != State.LOOSE:  # grouped before
            if now is None or now.sheet is None or now.sheet.pk != scan.sheet_id:
                now = _Copy(master, scan.sheet)
            now.pages[scan.page] = scan
            continue
        if now is None or now.master != master or scan.page in now.pages:
            now = _Copy(master)
        _add(scan, now)
        count += 1
    return count


def _master(scan: Scan) -> int | None:
    """The printed sheet of which this is a photocopy."""
    sheet = scan.sheet
    if sheet is None or sheet.kind != Printing.Kind.MASTER:
        return None
    return sheet.copy_of_id or sheet.pk


def _add(scan: Scan, copy: _Copy) -> None:
    if copy.sheet is None:
        copy.sheet = new_copy(copy.master)
    assert scan.page is not None  # noqa: S101 - looked at before
    copy.pages[scan.page] = scan
    reading = reading_of(scan)
    assert reading is not None  # noqa: S101 - loose pages were read
    put_in(scan, copy.sheet, reading)


def new_copy(master_id: int) -> Sheet:
    """A row for one more photocopy; its key is on no paper."""
    master = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related("form__survey", "printing")
        .get(pk=master_id)
    )
    last = Sheet.objects.filter(copy_of=master).aggregate(most=Max("number"))["most"]
    return Sheet.objects.create(
        form=master.form,
        printing=master.printing,
        key=new_key(8),
        kind=master.kind,
        number=(last or 0) + 1,
        copy_of=master,
    )
