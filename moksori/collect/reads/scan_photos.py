"""What came of one photo, in one line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moksori.base.people.models import Member
from moksori.collect.models import Filled, Scan, ScanFile
from moksori.collect.reads.scan_sheets import missing_of
from moksori.collect.reads.scan_troubles import file_words, missing_words, page_words
from moksori.collect.reads.scans import page_line, scans

_GOOD = {Scan.State.USED, Scan.State.LOOSE, Scan.State.TWICE, Scan.State.ASKED}


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """`state` is waiting, good or again; `trouble` says why, `survey` and `page` what
    it is, `missing` which pages of its sheet are still to come; `is_known`: this very
    picture came before."""

    id: int
    state: str
    trouble: str = ""
    survey: str = ""
    page: int | None = None
    missing: str = ""
    is_known: bool = False


def photo_line(file: ScanFile, *, by: Member) -> PhotoLine:
    if file.state == ScanFile.State.REPEATED:
        return _known(file, by)
    if file.state == ScanFile.State.FAILED:
        return PhotoLine(file.pk, "again", file_words(file.problem))
    found = list(
        scans(by=by).filter(file=file).select_related("file", "sheet__form__survey")
    )
    if file.is_moving or any(one.state == Scan.State.WAITING for one in found):
        return PhotoLine(file.pk, "waiting")
    # Of a survey that this member may not see it was read all the same.
    return _said(file, found[0]) if found else PhotoLine(file.pk, "good")


def _known(file: ScanFile, by: Member) -> PhotoLine:
    """The same picture came before: what became of it then still holds."""
    before = ScanFile.objects.filter(
        batch=file.problem.get("facts", {}).get("batch"), sha256=file.sha256
    ).first()
    if before is None or before.state == ScanFile.State.REPEATED:
        return PhotoLine(file.pk, "good", is_known=True)
    line = photo_line(before, by=by)
    return replace(line, id=file.pk, is_known=line.state == "good")


def _said(file: ScanFile, scan: Scan) -> PhotoLine:
    line = page_line(scan)
    trouble = page_words(scan, by_phone=True)
    is_unsure = scan.state == Scan.State.USED and bool(trouble)
    if scan.state not in _GOOD or is_unsure:
        why = trouble or line.state_words
        return PhotoLine(file.pk, "again", why, line.survey, line.page)
    return PhotoLine(
        file.pk, "good", trouble, line.survey, line.page, missing=_missing(scan)
    )


def _missing(scan: Scan) -> str:
    filled = Filled.objects.filter(sheet=scan.sheet_id, state=Filled.State.MISSING)
    row = filled.select_related("sheet__form").first()
    return missing_words(missing_of(row)) if row else ""
