"""One page read, and put where it belongs: exactly once, whoever else does so, too.

A page belongs to the sheet that its code names, whatever came before it and in which
file. Of a page that comes twice the first one counts; the second is set aside where it
says the same, and waits for a person where it does not.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from moksori.collect.models import (
    Filled,
    PaperForm,
    Printing,
    Scan,
    ScanFile,
    ScanReading,
    Sheet,
)
from moksori.collect.paper.beyond import with_unseen
from moksori.collect.paper.reading.readings import Outcome, Reading
from moksori.collect.reads import scan_pictures as pictures
from moksori.collect.writes import scan_files
from moksori.collect.writes.review import put_up
from moksori.collect.writes.scan_settling import settle
from moksori.collect.writes.scan_sides import is_same

log = logging.getLogger(__name__)
State = Scan.State
TWICE = "paper_page"  # the kind of question that a contradicting second page puts up
MOST_TRIES = 3
_STATES: Mapping[Outcome, State] = {
    Outcome.BLANK_PAGE: State.BLANK,
    Outcome.NOT_OURS: State.FOREIGN,
    Outcome.UNKNOWN_FORM: State.UNKNOWN,
    Outcome.FORGED: State.FORGED,
    Outcome.UNREADABLE: State.UNREADABLE,
    Outcome.TWO_SHEETS: State.OVERLAP,
}


def read_pages(file_id: int, first: int, last: int) -> None:
    """Read the pages of a file that still wait, from `first` to `last`."""
    waiting = Scan.objects.filter(
        file_id=file_id, number__range=(first, last), state=State.WAITING
    )
    for scan in waiting.select_related("file").order_by("number"):
        read_page_of(scan)
    finish_file(file_id)


def read_page_of(scan: Scan) -> None:
    """Read one page; one that brings the reader down three times is unreadable."""
    Scan.objects.filter(pk=scan.pk).update(tries=F("tries") + 1)
    if scan.tries >= MOST_TRIES:
        _set(scan, State.UNREADABLE, {"why": "crashed", "facts": {}})
        return
    try:
        reading = seen(scan)
    except (OperationalError, InterfaceError):
        raise  # the database, not the page: the job comes again
    except Exception as error:  # noqa: BLE001 - a page must not hold up the others
        log.warning("page %s could not be read: %s", scan.pk, type(error).__name__)
        _set(scan, State.UNREADABLE, {"why": "crashed", "facts": {}})
        return
    join(scan.pk, reading)


def seen(scan: Scan) -> Reading:
    """What the reader of today sees on it."""
    import cv2  # noqa: PLC0415 - only workers pay for it

    from moksori.collect.paper.reading.pages import read_page  # noqa: PLC0415

    cv2.setNumThreads(1)
    image = pictures.image_of(scan)
    reading = read_page(image, pictures.form_of)
    form = pictures.form_of(reading.code.form) if reading.code else None
    if form is None:
        return reading
    height, width = image.grey.shape[:2]
    return with_unseen(reading, form.layout, (width, height))


@transaction.atomic
def join(scan_id: int, reading: Reading) -> Scan:
    """Store the reading, and put the page where it belongs; once."""
    scan = Scan.objects.select_for_update(of=("self",)).get(pk=scan_id)
    if scan.state != State.WAITING:
        return scan
    ScanReading.objects.get_or_create(
        scan=scan, reader=reading.reader, defaults={"data": reading.to_json()}
    )
    scan.reader, scan.read_at = reading.reader, timezone.now()
    if reading.code is not None:
        scan.page = reading.code.page
    if reading.why is not None:
        scan.problem = {"why": str(reading.why), "facts": dict(reading.facts)}
    if reading.outcome == Outcome.READ:
        _place(scan, reading)
    else:
        scan.state = _STATES[reading.outcome]
        _name_unit(scan, reading)
        scan.save()
    return scan


def _name_unit(scan: Scan, reading: Reading) -> None:
    """Also what cannot be read belongs to its survey, where the code tells it."""
    if reading.code is None or reading.outcome == Outcome.FORGED:
        return
    forms = PaperForm.objects.filter(key=reading.code.form)
    scan.unit_id = (
        forms.values_list("survey__unit_id", flat=True).first() or scan.unit_id
    )


def _place(scan: Scan, reading: Reading) -> None:
    assert reading.code is not None  # noqa: S101 - what is read has one
    rows = Sheet.objects.select_for_update(of=("self",))
    sheet = (
        rows.filter(key=reading.code.sheet, form__key=reading.code.form)
        .select_related("form__survey", "printing")
        .first()
    )
    if sheet is None:
        scan.state = State.UNKNOWN
        scan.save()
        return
    scan.unit_id, scan.sheet = sheet.form.survey.unit_id, sheet
    if sheet.printing.is_withdrawn:
        scan.state = State.VOID
        scan.save()
    elif sheet.kind == Printing.Kind.MASTER and sheet.copy_of_id is None:
        scan.state = State.LOOSE  # see `scan_masters`
        scan.save()
    else:
        put_in(scan, sheet, reading)


def put_in(scan: Scan, sheet: Sheet, reading: Reading) -> None:
    """A page of this sheet; the caller holds the lock of the sheet."""
    filled, _is_new = Filled.objects.get_or_create(
        sheet=sheet, defaults={"survey": sheet.form.survey}
    )
    scan.sheet = sheet
    if filled.state == Filled.State.ERASED:
        # Its person asked us to forget it: a second copy of the paper changes nothing.
        scan_files.drop_pictures([scan.picture])
        scan.picture, scan.state = "", State.ERASED
        ScanReading.objects.filter(scan=scan).delete()
        scan.save()
        return
    if sheet.arrived_at is None:
        sheet.arrived_at = timezone.now()
        sheet.save(update_fields=["arrived_at"])
    first = Scan.objects.filter(sheet=sheet, page=scan.page, state=State.USED).first()
    if first is None:
        scan.state = State.USED
        scan.save()
        settle(sheet, filled)
    elif is_same(first, scan, reading):
        scan.state, scan.of = State.TWICE, first
        scan.save()
    else:
        scan.state, scan.of = State.ASKED, first
        scan.save()
        _ask(scan, first, sheet)


def _ask(scan: Scan, first: Scan, sheet: Sheet) -> None:
    put_up(
        TWICE,
        sheet.form.survey.unit_id,
        key=str(scan.pk),
        about=sheet,
        evidence={"scan": scan.pk, "first": first.pk, "leaf": scan.page},
    )


def finish_file(file_id: int) -> None:
    """After the last page: photocopies are told apart by their order."""
    from moksori.collect.writes.scan_masters import group  # noqa: PLC0415 - it asks us

    file = ScanFile.objects.select_related("batch").get(pk=file_id)
    if not file.is_moving and not file.scans.filter(state=State.WAITING).exists():
        group(file.batch)


def _set(scan: Scan, state: State, problem: dict[str, Any]) -> None:
    Scan.objects.filter(pk=scan.pk, state=State.WAITING).update(
        state=state, problem=problem, read_at=timezone.now()
    )


def give_up_pages(file_id: int, first: int, last: int) -> None:
    """No attempt is left: the pages that still wait are said to be unreadable."""
    Scan.objects.filter(
        file_id=file_id, number__range=(first, last), state=State.WAITING
    ).update(
        state=State.UNREADABLE,
        problem={"why": "crashed", "facts": {}},
        read_at=timezone.now(),
    )
    finish_file(file_id)
