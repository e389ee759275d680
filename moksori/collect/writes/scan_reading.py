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
    PaperAnswer,
    PaperForm,
    Printing,
    Scan,
    ScanFile,
    ScanReading,
    Sheet,
)
from moksori.collect.paper.beyond import is_cut
from moksori.collect.paper.reading.readings import Outcome, Reading
from moksori.collect.paper.reading.troubles import Why
from moksori.collect.reads import scan_pictures as pictures
from moksori.collect.writes import scan_files
from moksori.collect.writes.review import put_up
from moksori.collect.writes.scan_seeing import TookTooLong, seen
from moksori.collect.writes.scan_settling import settle
from moksori.collect.writes.scan_sides import is_same, says_no_more

log = logging.getLogger(__name__)
State = Scan.State
TWICE = "paper_page"  # the kind of question that a contradicting second page puts up
MOST_TRIES = 3
MOST_LONG = 5  # pages of a file that took too long, after which no other is tried
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
    if _long_ones(scan) >= MOST_LONG:
        _set(scan, State.UNREADABLE, {"why": "too_long", "facts": {}})
        return
    try:
        reading = seen(scan)
    except (OperationalError, InterfaceError):
        raise  # the database, not the page: the job comes again
    except TookTooLong:
        _set(scan, State.UNREADABLE, {"why": "too_long", "facts": {}})
        return
    except Exception as error:  # noqa: BLE001 - a page must not hold up the others
        log.warning("page %s could not be read: %s", scan.pk, type(error).__name__)
        _set(scan, State.UNREADABLE, {"why": "crashed", "facts": {}})
        return
    join(scan.pk, reading)


def _long_ones(scan: Scan) -> int:
    """Of how many other pages of its file the reading was given up: such a file may be
    made to hold up everybody."""
    return Scan.objects.filter(
        file=scan.file_id, state=State.UNREADABLE, problem__why="too_long"
    ).count()


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
        # See `scan_masters`; of one that is cut the whole page has to come.
        scan.state = State.UNREADABLE if is_cut(reading) else State.LOOSE
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
    if is_cut(reading):
        _set_aside(scan, first, reading, filled)
    elif first is None:
        _use(scan, filled, reading)
    elif _is_fuller(first, scan, reading):
        first.state, first.of = State.TWICE, scan
        first.save(update_fields=["state", "of"])
        _use(scan, filled, reading)
    elif is_same(first, scan, reading):
        scan.state, scan.of = State.TWICE, first
        scan.save()
    else:
        scan.state, scan.of = State.ASKED, first
        scan.save()
        _ask(scan, first, sheet)


def _use(scan: Scan, filled: Filled, reading: Reading) -> None:
    """This page counts; cut pictures of it that came before say nothing more."""
    scan.state, scan.of = State.USED, None
    scan.save()
    cut = Scan.objects.filter(
        sheet=scan.sheet, page=scan.page, state=State.UNREADABLE,
        problem__why=Why.PART_MISSING,
    ).exclude(pk=scan.pk)  # fmt: skip
    for one in cut:
        before = pictures.reading_of(one)
        if before is not None and says_no_more(before, reading):
            one.state, one.of = State.TWICE, scan
            one.save(update_fields=["state", "of"])
    assert scan.sheet is not None  # noqa: S101 - the caller holds its lock
    settle(scan.sheet, filled)


def _set_aside(
    scan: Scan, first: Scan | None, reading: Reading, filled: Filled
) -> None:
    """A cut page waits for the whole one: nobody is asked for what is not in it."""
    scan.state = State.UNREADABLE
    before = pictures.reading_of(first) if first else None
    if before is not None and says_no_more(reading, before):
        scan.state, scan.of = State.TWICE, first
    scan.save()
    if first is None:
        settle(filled.sheet, filled)


def use_cut_pages(sheet: Sheet) -> None:
    """Somebody takes the sheet as it is: what is left of a cut page counts, too.

    The caller holds the lock of the sheet, and settles it.
    """
    used = Scan.objects.filter(sheet=sheet, state=State.USED).values("page")
    cut = Scan.objects.filter(
        sheet=sheet, state=State.UNREADABLE, problem__why=Why.PART_MISSING
    ).exclude(page__in=used)
    pages: dict[int | None, Scan] = {one.page: one for one in cut.order_by("-id")}
    for one in pages.values():
        one.state = State.USED
        one.save(update_fields=["state"])


def _is_fuller(first: Scan, scan: Scan, reading: Reading) -> bool:
    """Whether a whole page comes after one of which a part was hidden or blurred."""
    before = pictures.reading_of(first)
    if before is None or before.why is None or reading.why is not None:
        return False
    fields = [one.field for one in reading.fields]
    said = PaperAnswer.objects.filter(sheet=scan.sheet, field__in=fields)
    is_said = said.exclude(outcome=PaperAnswer.Outcome.VALUE).exists()
    return not is_said and says_no_more(before, reading)


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
