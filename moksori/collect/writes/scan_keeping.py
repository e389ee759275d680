"""How long scans are kept, and how those of one person go: pictures and readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import (
    Contact,
    Filled,
    PaperAnswer,
    Printing,
    Response,
    ReviewItem,
    SampledAnswer,
    Scan,
    ScanFile,
    ScanReading,
    Sheet,
)
from moksori.collect.writes import scan_files
from moksori.collect.writes.scans import drop_bytes

KEPT = timedelta(days=30)  # files that broke off, and pages that are nobody's
_CHUNK = 200
# Pages that belong to no sheet of ours: somebody may have scanned the wrong paper.
_STRANGE = (Scan.State.FOREIGN, Scan.State.BLANK, Scan.State.FORGED)


@transaction.atomic
def erase_sheet(filled: Filled, *, by: Member) -> None:
    """Its person asked for it: the answer is withdrawn and every picture goes."""
    by.must(Ability.IMPORT, filled)
    erase_printed(filled.sheet, by=by)


@transaction.atomic
def erase_printed(sheet: Sheet, *, by: Member) -> None:
    """The same of any sheet, also of one that never came back: its name goes."""
    from moksori.collect.writes.withdrawing import withdraw  # noqa: PLC0415 - it asks us

    by.must(Ability.IMPORT, sheet)
    # The log is written one entry after the other, so its turn comes after the sheet's.
    sheets = _held(Sheet.objects.filter(pk=sheet.pk))
    audit.record("erase_sheet", sheet, by=by)
    for one in sheets:
        if one.response is not None:
            withdraw(one.response)
    erase_paper(sheets)


def hold_paper_of(response: Response) -> None:
    """Lock its sheet, before the response itself: in the order of pages that come."""
    _held(Sheet.objects.filter(response=response))


def erase_paper_of(response: Response) -> None:
    """A withdrawn response takes its paper along."""
    erase_paper(_held(Sheet.objects.filter(response=response)))


def erase_paper_of_contact(contact: Contact) -> None:
    """Somebody is forgotten: the sheets that carry their name go, answered or not."""
    sheets = _held(Sheet.objects.filter(contact=contact))
    Sheet.objects.filter(contact=contact).update(name="", about={})
    erase_paper(sheets, nothing_came=False)


def erase_paper(sheets: Iterable[Sheet], *, nothing_came: bool = True) -> None:
    """Pictures, readings, typed words and open questions; that it came, stays.

    Pages that were set aside as copies go, too. With `nothing_came`, a sheet of which
    no page is there is closed as well; else it may still be sent in. The caller holds
    the locks of the sheets: a page that is read at this moment waits, and goes then.
    """
    for sheet in sheets:
        _erase_scans(sheet)
        PaperAnswer.objects.filter(sheet=sheet).delete()
        SampledAnswer.objects.filter(sheet=sheet).delete()
        items = ReviewItem.objects.filter(about_kind="sheet", about_id=str(sheet.pk))
        items.filter(state=ReviewItem.State.OPEN).delete()
        items.update(evidence={}, outcome={})
        found = Filled.objects.filter(sheet=sheet)
        found.update(state=Filled.State.ERASED, answers={}, flags=[], open=0)
        if nothing_came and not found.exists():
            Filled.objects.create(
                sheet=sheet, survey=sheet.form.survey, state=Filled.State.ERASED
            )
        if sheet.kind == Printing.Kind.PERSONAL:
            Sheet.objects.filter(pk=sheet.pk).update(name="", about={})


def _held(rows: QuerySet[Sheet]) -> list[Sheet]:
    """The sheets as they are once nobody else works on them; always in one order."""
    # Not its response: that would be the one of before the wait.
    held = rows.select_for_update(of=("self",)).select_related("form__survey")
    return list(held.order_by("pk"))


def _erase_scans(sheet: Sheet) -> None:
    mine = Scan.objects.filter(sheet=sheet)
    ids = set(mine.values_list("pk", flat=True))
    ids |= set(Scan.objects.filter(of__in=ids).values_list("pk", flat=True))
    rows = Scan.objects.filter(pk__in=ids)
    scan_files.drop_pictures(list(rows.values_list("picture", flat=True)))
    ScanReading.objects.filter(scan__in=ids).delete()
    files = set(rows.values_list("file_id", flat=True))
    rows.update(picture="", state=Scan.State.ERASED, problem={})
    _drop_kept(files)


def _drop_kept(file_ids: set[int]) -> None:
    """A file that is still on disk holds these pages, too: it goes."""
    for file in ScanFile.objects.filter(pk__in=file_ids, is_kept=True):
        if not file.is_moving:
            _drop(file)


def _drop(file: ScanFile) -> None:
    ScanFile.objects.filter(pk=file.pk).update(is_kept=False)
    transaction.on_commit(lambda: drop_bytes(file.sha256))


def forget_files() -> int:
    """Files that broke off, pages that are nobody's, and writes that never ended."""
    before = timezone.now() - KEPT
    count = 0
    old = ScanFile.objects.filter(is_kept=True, finished_at__lt=before)
    for file in old.iterator(chunk_size=_CHUNK):
        with transaction.atomic():
            _drop(file)
        count += 1
    strange = Scan.objects.filter(state__in=_STRANGE, read_at__lt=before)
    strange = strange.exclude(picture="")
    while names := dict(strange.values_list("pk", "picture")[:_CHUNK]):
        with transaction.atomic():
            scan_files.drop_pictures(names.values())
            Scan.objects.filter(pk__in=names).update(picture="")
        count += len(names)
    return count + _forget_strays()


def _forget_strays() -> int:
    """What a process wrote that died before it could say so."""
    count = 0
    for path, sha256 in scan_files.old_files():
        if not ScanFile.objects.filter(sha256=sha256, is_kept=True).exists():
            path.unlink(missing_ok=True)
            count += 1
    for path, name in scan_files.old_pictures():
        if not Scan.objects.filter(picture=name).exists():
            path.unlink(missing_ok=True)
            count += 1
    return count
