"""What came of one photo, in one line."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.base.people.models import Member
from moksori.collect.models import Filled, Scan, ScanFile
from moksori.collect.reads.scan_sheets import missing_of
from moksori.collect.reads.scan_troubles import file_words, missing_words
from moksori.collect.reads.scans import page_line, scans

_GOOD = {Scan.State.USED, Scan.State.LOOSE, Scan.State.TWICE, Scan.State.ASKED}


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """`state` is waiting, good or again; `trouble` says why, `survey` and `page` what
    it is, `missing` which pages of its sheet are still to come."""

    id: int
    state: str
    trouble: str = ""
    survey: str = ""
    page: int | None = None
    missing: str = ""


def photo_line(file: ScanFile, *, by: Member) -> PhotoLine:
    found = list(
        scans(by=by).filter(file=file).select_related("file", "sheet__form__survey")
    )
    if file.state in {ScanFile.State.FAILED, ScanFile.State.REPEATED}:
        return PhotoLine(file.pk, "again", file_words(file.problem))
    if file.is_moving or any(one.state == Scan.State.WAITING for one in found):
        return PhotoLine(file.pk, "waiting")
    if not found:  # of a survey that this member may not see: it was read all the same
        return PhotoLine(file.pk, "good")
    scan = found[0]
    line = page_line(scan)
    if scan.state not in _GOOD:
        why = line.trouble or line.state_words
        return PhotoLine(file.pk, "again", why, line.survey, line.page)
    told = line.trouble if scan.state != Scan.State.USED else ""
    return PhotoLine(
        file.pk, "good", told, line.survey, line.page, missing=_missing(scan)
    )


def _missing(scan: Scan) -> str:
    filled = Filled.objects.filter(sheet=scan.sheet_id, state=Filled.State.MISSING)
    row = filled.select_related("sheet__form").first()
    return missing_words(missing_of(row)) if row else ""
