"""Pages read once more by the reader of today: every earlier reading stays as well.

What people decided goes before the new reading, too. A response that comes out
otherwise is put right, with a revision of its feedback.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import QuerySet

from moksori.base.audit import writes as audit
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Filled, Scan, ScanBatch, ScanReading, Survey
from moksori.collect.paper.reading.readings import READER, Outcome
from moksori.collect.writes.scan_deciding import locked_sheet
from moksori.collect.writes.scan_reading import join
from moksori.collect.writes.scan_seeing import NotRead, seen
from moksori.collect.writes.scan_settling import settle

log = logging.getLogger(__name__)
PIECE = 10
State = Scan.State
# Pages of which nothing came: a better reader may find something, or a printing that
# was withdrawn counts again.
_HOPES = (State.UNREADABLE, State.FOREIGN, State.UNKNOWN, State.OVERLAP, State.VOID)


@transaction.atomic
def read_batch_again(batch: ScanBatch, *, by: Member | None) -> int:
    """Have the pages of a batch read again; how many there are."""
    if by is not None:
        by.must(Ability.IMPORT, batch)
    audit.record("read_scans_again", batch, by=by)
    return _enqueued(Scan.objects.filter(file__batch=batch))


@transaction.atomic
def read_survey_again(survey: Survey, *, by: Member | None) -> int:
    """Have all pages of a survey read again; how many there are."""
    if by is not None:
        by.must(Ability.IMPORT, survey)
    audit.record("read_scans_again", survey, by=by)
    return _enqueued(Scan.objects.filter(sheet__form__survey=survey))


def _enqueued(rows: QuerySet[Scan]) -> int:
    from moksori.collect.jobs import read_scans_again  # noqa: PLC0415 – see jobs

    wanted = rows.filter(state__in=[State.USED, *_HOPES]).exclude(picture="")
    ids = list(wanted.order_by("id").values_list("pk", flat=True))
    for place in range(0, len(ids), PIECE):
        read_scans_again.enqueue(ids[place : place + PIECE])
    return len(ids)


def read_again(scan_ids: list[int]) -> None:
    """Read some pages again; a page that this version has read already is left."""
    for scan in Scan.objects.filter(pk__in=scan_ids).select_related("file"):
        if not scan.picture:
            continue
        try:
            if scan.state in _HOPES:
                _try_anew(scan)
            elif scan.state == State.USED and scan.reader != READER:
                _replace(scan)
        except NotRead as error:
            log.warning("page %s was not read again: %r", scan.pk, error)


def _try_anew(scan: Scan) -> None:
    """As if it came this moment; what is no better stays what it was."""
    reading = seen(scan)
    if reading.outcome not in {Outcome.READ, Outcome.BLANK_PAGE}:
        return
    with transaction.atomic():
        if scan.sheet_id is not None:
            locked_sheet(scan.sheet_id)  # before the page, as everywhere
        ScanReading.objects.filter(scan=scan, reader=reading.reader).delete()
        waiting = Scan.objects.filter(pk=scan.pk, state=scan.state)
        if waiting.update(state=State.WAITING, problem={}):
            join(scan.pk, reading)


def _replace(scan: Scan) -> None:
    reading = seen(scan)
    with transaction.atomic():
        sheet = locked_sheet(scan.sheet_id or 0)
        found = Scan.objects.select_for_update(of=("self",)).get(pk=scan.pk)
        if found.state != State.USED or found.sheet_id != sheet.pk:
            return
        ScanReading.objects.get_or_create(
            scan=found, reader=reading.reader, defaults={"data": reading.to_json()}
        )
        if reading.outcome != Outcome.READ or reading.code is None:
            return  # the older reading told more: it goes on counting
        found.reader = reading.reader
        found.save(update_fields=["reader"])
        settle(sheet, Filled.objects.get(sheet=sheet))
