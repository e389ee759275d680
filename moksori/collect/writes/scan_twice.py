"""One page of one sheet came twice and says two things: which counts is decided here.

Each decision can be taken back. What it changed lies in the `outcome` of its question;
that goes when the sheet is erased and a month after the decision, and then the decision
stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict, NotFound
from moksori.collect.models import (
    Filled,
    PaperAnswer,
    Response,
    ReviewItem,
    SampledAnswer,
    Scan,
    Sheet,
)
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.reading.readings import Reading
from moksori.collect.reads.scan_pictures import reading_of
from moksori.collect.writes.scan_deciding import locked_sheet
from moksori.collect.writes.scan_masters import new_copy
from moksori.collect.writes.scan_reading import put_in
from moksori.collect.writes.scan_settling import FIELD, key_of, settle

State = Scan.State
_ANSWER = ("field", "outcome", "codes", "text", "member_id")
_ITEM = ("unit_id", "region_id", "kind", "key", "evidence", "about_kind", "about_id",
         "state", "decision", "outcome", "decided_by_id", "decided_at")  # fmt: skip


def keep_first(item: ReviewItem) -> None:
    """Of two scans of a page the first one counts."""
    scan = _asked_scan(item)
    scan.state = State.TWICE
    scan.save(update_fields=["state"])


def undo_first(item: ReviewItem) -> None:
    """That the first one counts was taken back."""
    Scan.objects.filter(pk=item.evidence.get("scan", 0), state=State.TWICE).update(
        state=State.ASKED
    )


def keep_second(item: ReviewItem) -> Mapping[str, Any]:
    """The second one counts: the page was scanned better, or filled in again.

    What people had said about the first picture waits in the outcome.
    """
    scan = _asked_scan(item)
    sheet = locked_sheet(scan.sheet_id or 0)
    first = _used(sheet, scan)
    if first is not None:
        first.state, first.of = State.TWICE, scan
        scan.of = None
        first.save(update_fields=["state", "of"])
    scan.state = State.USED
    scan.save(update_fields=["state", "of"])
    answers, items = _about_page(sheet, scan.page or 0)
    kept = {
        "first": first.pk if first is not None else None,
        "answers": list(answers.values(*_ANSWER)),
        "items": [_plain(row) for row in items.values(*_ITEM)],
    }
    answers.delete()
    items.delete()  # they asked about the other picture
    settle(sheet, Filled.objects.get(sheet=sheet))
    return kept


def undo_second(item: ReviewItem) -> None:
    """The first one counts again, with all that people had said about it."""
    scan, sheet = _decided_scan(item)
    first = Scan.objects.filter(pk=item.outcome["first"] or 0).first()
    is_as_then = scan.sheet_id == sheet.pk and scan.state == State.USED
    if not is_as_then or (first and (first.state, first.of) != (State.TWICE, scan)):
        raise Conflict(_("Something else became of these pages since."))
    scan.state, scan.of = State.ASKED, first
    scan.save(update_fields=["state", "of"])
    if first is not None:
        first.state, first.of = State.USED, None
        first.save(update_fields=["state", "of"])
    answers, items = _about_page(sheet, scan.page or 0)
    answers.delete()
    items.delete()
    PaperAnswer.objects.bulk_create(
        PaperAnswer(sheet=sheet, **one) for one in item.outcome["answers"]
    )
    ReviewItem.objects.bulk_create(
        ReviewItem(**{**one, "decided_at": parse_datetime(one["decided_at"] or "")})
        for one in item.outcome["items"]
    )
    settle(sheet, Filled.objects.get(sheet=sheet))


def keep_both(item: ReviewItem) -> Mapping[str, Any]:
    """Two people filled in photocopies of one sheet: both count, namelessly."""
    scan = _asked_scan(item)
    reading = _reading(scan)
    kept = {"first": scan.of_id}
    copy = _copy_for(scan)
    scan.of = None
    put_in(scan, copy, reading)
    return {**kept, "copy": copy.pk}


def undo_both(item: ReviewItem) -> None:
    """There was one person only: the second page waits again, its response goes."""
    scan, sheet = _decided_scan(item)
    copy = Sheet.objects.filter(pk=item.outcome["copy"]).first()
    if copy is None or scan.sheet_id != copy.pk or scan.state != State.USED:
        raise Conflict(_("Something else became of these pages since."))
    copy = locked_sheet(copy.pk)
    scan.sheet, scan.state, scan.of_id = sheet, State.ASKED, item.outcome["first"]
    scan.save(update_fields=["sheet", "state", "of"])
    Scan.objects.filter(sheet=copy, of=scan).update(sheet=sheet)
    _give_up_response(copy)
    answers, items = _about_page(copy, scan.page or 0)
    answers.delete()
    items.delete()
    SampledAnswer.objects.filter(sheet=copy).delete()
    if copy.scans.exists():  # other pages of the second person stay
        filled = Filled.objects.get(sheet=copy)
        filled.is_as_is = False
        settle(copy, filled)
    else:
        copy.delete()


def _give_up_response(copy: Sheet) -> None:
    """Withdrawn without its paper: the pages are somebody's still."""
    from moksori.collect.writes.withdrawing import withdraw  # noqa: PLC0415 - it asks us

    response: Response | None = copy.response
    if response is None:
        return
    copy.response, copy.key = None, new_key(8)  # the next response is another one
    copy.save(update_fields=["response", "key"])
    withdraw(response)


def _about_page(sheet: Sheet, page: int) -> tuple[Any, Any]:
    """What people said about the fields of a page, and what was asked about them."""
    fields = [field.id for field in sheet.form.placed.on(page)]
    keys = [key_of(sheet, field) for field in fields]
    return (
        PaperAnswer.objects.filter(sheet=sheet, field__in=fields),
        ReviewItem.objects.filter(kind=FIELD, unit_id=sheet.unit_id, key__in=keys),
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    at = row["decided_at"]
    return {**row, "decided_at": at.isoformat() if at else None}


def _used(sheet: Sheet, scan: Scan) -> Scan | None:
    rows: Iterable[Scan] = Scan.objects.filter(
        sheet=sheet, page=scan.page, state=State.USED
    )
    return next(iter(rows), None)


def _copy_for(scan: Scan) -> Sheet:
    """The other person's sheet, which another of its pages may have opened."""
    sheet = locked_sheet(scan.sheet_id or 0)
    known = (
        Sheet.objects.filter(
            copy_of=sheet,
            scans__file=scan.file_id,
            scans__state=State.USED,
            scans__number__range=(scan.number - 1, scan.number + 1),
        )
        .exclude(scans__page=scan.page)
        .first()
    )
    return locked_sheet(known.pk) if known else new_copy(sheet.pk)


def _reading(scan: Scan) -> Reading:
    found = reading_of(scan)
    if found is None:
        raise NotFound
    return found


def _asked_scan(item: ReviewItem) -> Scan:
    scan = Scan.objects.filter(pk=item.evidence.get("scan", 0)).first()
    if scan is None or scan.state != State.ASKED:
        raise Conflict(_("This page no longer waits."))
    locked_sheet(scan.sheet_id or 0)
    return scan


def _decided_scan(item: ReviewItem) -> tuple[Scan, Sheet]:
    """The second page and the sheet about which it was asked, both held."""
    if not item.outcome or not item.evidence:
        raise Conflict(_("This was decided too long ago, or the sheet was erased."))
    sheet = locked_sheet(int(item.about_id))
    scan = (
        Scan.objects.select_for_update(of=("self",))
        .filter(pk=item.evidence.get("scan", 0))
        .first()
    )
    filled = Filled.objects.filter(sheet=sheet).first()
    if scan is None or filled is None or filled.state == Filled.State.ERASED:
        raise Conflict(_("This was decided too long ago, or the sheet was erased."))
    return scan, sheet
