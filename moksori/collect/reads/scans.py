"""Questions about scans: batches and their pages, sheets that came back, numbers.

Who may not see a survey sees neither its pages nor its name, whoever brought them; of
such pages a batch tells only how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import ngettext

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import (
    Filled,
    PaperForm,
    ReviewItem,
    Scan,
    ScanBatch,
    ScanFile,
    Sheet,
    Survey,
)
from moksori.collect.reads.scan_troubles import TROUBLED, file_words, page_words

PER_PAGE = 50
State = Scan.State


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch in a list, with the pages of surveys that the member may see."""

    id: int
    name: str
    way: str
    unit: str
    member: str
    created_at: datetime
    files: int
    is_moving: bool
    pages: int
    waiting: int
    used: int
    asked: int
    troubled: int


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file with what is wrong with it, in words."""

    id: int
    name: str
    state: str
    state_words: str
    pages: int
    read: int
    is_moving: bool
    trouble: str
    before: int | None = None  # the batch in which this very file came before


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page with what became of it."""

    id: int
    file: str
    number: int
    state: str
    state_words: str
    trouble: str
    survey: str
    survey_id: int | None
    sheet_id: int | None
    page: int | None
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: pages found so far, and of those read."""

    files: int
    files_open: int
    found: int
    read: int

    @property
    def is_moving(self) -> bool:
        return bool(self.files_open) or self.read < self.found


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch opened: `hidden` are pages of surveys that lie outside."""

    batch: ScanBatch
    name: str
    files: tuple[FileLine, ...]
    progress: Progress
    counts: Mapping[str, int]
    hidden: int
    sheets: Mapping[str, int]
    fields: int
    open_fields: int

    @property
    def troubled(self) -> int:
        return sum(self.counts.get(state, 0) for state in TROUBLED)

    @property
    def asked_share(self) -> float:
        """Of the answers on its sheets, the share that needs or needed a person."""
        return self.open_fields / self.fields if self.fields else 0.0


def batches(*, by: Member) -> QuerySet[ScanBatch]:
    return ScanBatch.objects.visible_to(by, Ability.IMPORT)


def batch_row(batch_id: int, *, by: Member) -> ScanBatch:
    return one(batches(by=by).select_related("unit", "member"), pk=batch_id)


def scans(*, by: Member) -> QuerySet[Scan]:
    """Pages of surveys, or strange pages of units, within the member's scope."""
    return Scan.objects.visible_to(by, Ability.IMPORT)


def scan_row(scan_id: int, *, by: Member) -> Scan:
    rows = scans(by=by).select_related("file__batch", "sheet__form__survey", "of")
    return one(rows, pk=scan_id)


def filled_rows(*, by: Member) -> QuerySet[Filled]:
    return Filled.objects.visible_to(by, Ability.IMPORT).select_related(
        "sheet__form__survey", "sheet__form__version", "sheet__printing",
        "sheet__response", "survey",
    )  # fmt: skip


def filled_row(sheet_id: int, *, by: Member) -> Filled:
    return one(filled_rows(by=by), pk=sheet_id)


def scan_units(*, by: Member) -> list[Unit]:
    """Where this member may bring scans."""
    return list(Unit.objects.filter(pk__in=by.scope(Ability.IMPORT).units))


def batch_lines(*, by: Member, page: str | int | None = 1) -> Page[BatchLine]:
    """A page of batches, the newest first."""
    rows = batches(by=by).select_related("unit", "member").order_by("-id")
    found: Page[Any] = Paginator(rows, PER_PAGE).get_page(page)
    found.object_list = _lines(list(found.object_list), by)
    return found


def batch_line(row: ScanBatch, *, by: Member) -> BatchLine:
    return _lines([row], by)[0]


def batch_name(batch: ScanBatch, files: int) -> str:
    """Called after its first file, with how many more there are."""
    if not batch.name or files < 2:
        return str(batch)
    text = ngettext("{name} and {n} more", "{name} and {n} more", files - 1)
    return text.format(name=batch.name, n=files - 1)


def hidden_pages(batch: ScanBatch, *, by: Member) -> int:
    """Pages of the batch that belong to surveys outside of the member's scope."""
    rows = Scan.objects.filter(file__batch=batch)
    return rows.count() - scans(by=by).filter(file__batch=batch).count()


def _lines(rows: list[ScanBatch], by: Member) -> list[BatchLine]:
    ids = [row.pk for row in rows]
    files = _counted(ScanFile.objects.filter(batch__in=ids), "batch_id")
    moving = _counted(
        ScanFile.objects.filter(batch__in=ids, state__in=["waiting", "opened"]),
        "batch_id",
    )
    pages: dict[tuple[int, str], int] = {
        (batch, state): n
        for batch, state, n in scans(by=by)
        .filter(file__batch__in=ids)
        .order_by()
        .values_list("file__batch_id", "state")
        .annotate(n=Count("id"))
    }

    def count(row: ScanBatch, *states: str) -> int:
        return sum(
            n
            for (batch, state), n in pages.items()
            if batch == row.pk and (not states or state in states)
        )

    return [
        BatchLine(
            id=row.pk,
            name=batch_name(row, files.get(row.pk, 0)),
            way=row.get_way_display(),
            unit=row.unit.name,
            member=row.member.name if row.member else "",
            created_at=row.created_at,
            files=files.get(row.pk, 0),
            is_moving=row.pk in moving or bool(count(row, State.WAITING)),
            pages=count(row),
            waiting=count(row, State.WAITING),
            used=count(row, State.USED),
            asked=count(row, State.ASKED),
            troubled=count(row, *TROUBLED),
        )
        for row in rows
    ]


def _counted(rows: QuerySet[ScanFile], column: str) -> dict[int, int]:
    found = rows.order_by().values_list(column).annotate(n=Count("id"))
    return dict(found)


def progress(batch: ScanBatch) -> Progress:
    files = ScanFile.objects.filter(batch=batch)
    waiting = Scan.objects.filter(file__batch=batch, state=State.WAITING).count()
    found = Scan.objects.filter(file__batch=batch).count()
    return Progress(
        files=files.count(),
        files_open=files.filter(state__in=["waiting", "opened"]).count(),
        found=found,
        read=found - waiting,
    )


def batch_page(batch_id: int, *, by: Member) -> BatchPage:
    batch = batch_row(batch_id, by=by)
    mine = scans(by=by).filter(file__batch=batch)
    counts = dict(mine.order_by().values_list("state").annotate(n=Count("id")))
    sheets = filled_rows(by=by).filter(sheet__scans__file__batch=batch).distinct()
    states = dict(
        Filled.objects.filter(pk__in=sheets.values("pk"))
        .order_by()
        .values_list("state")
        .annotate(n=Count("sheet_id"))
    )
    fields, asked = _fields(sheets)
    files = _files(batch)
    return BatchPage(
        batch=batch,
        name=batch_name(batch, len(files)),
        files=files,
        progress=progress(batch),
        counts=counts,
        hidden=hidden_pages(batch, by=by),
        sheets=states,
        fields=fields,
        open_fields=asked,
    )


def _fields(sheets: QuerySet[Filled]) -> tuple[int, int]:
    """How many answers the sheets have, and of how many a person is or was asked.

    Handwriting is left out of both: it is always typed by people.
    """
    whole = Filled.objects.filter(
        pk__in=sheets.values("pk"), state__in=[Filled.State.ASKED, Filled.State.DONE]
    )
    forms = dict(
        whole.order_by().values_list("sheet__form_id").annotate(n=Count("sheet_id"))
    )
    total, boxed = 0, set()
    for form in PaperForm.objects.filter(pk__in=forms).only("layout"):
        ids = {one.id for one in form.placed.fields if one.boxes}
        total += forms[form.pk] * len(ids)
        boxed |= ids
    keys = whole.annotate(key=Cast("sheet_id", CharField())).values("key")
    items = ReviewItem.objects.filter(
        kind="paper", about_kind="sheet", about_id__in=keys
    )
    asked = sum(
        evidence.get("field") in boxed and "sample" not in evidence
        for evidence in items.values_list("evidence", flat=True).iterator()
    )
    return total, asked


def _files(batch: ScanBatch) -> tuple[FileLine, ...]:
    rows = batch.files.annotate(
        waiting=Count("scans", filter=Q(scans__state=State.WAITING))
    )
    return tuple(
        FileLine(
            id=row.pk,
            name=row.name,
            state=row.state,
            state_words=row.get_state_display(),
            pages=row.pages,
            read=row.pages - row.waiting,
            is_moving=row.is_moving or bool(row.waiting),
            trouble=file_words(row.problem),
            before=row.problem.get("facts", {}).get("batch"),
        )
        for row in rows.order_by("id")
    )


def page_lines(
    rows: QuerySet[Scan], *, page: str | int | None = 1, state: str = ""
) -> Page[PageLine]:
    """Pages of a batch or a survey, in their order."""
    if state == "troubled":
        rows = rows.filter(state__in=TROUBLED)
    elif state in State.values:
        rows = rows.filter(state=state)
    rows = rows.select_related("file", "sheet__form__survey")
    found: Page[Any] = Paginator(rows.order_by("file_id", "number"), PER_PAGE).get_page(
        page
    )
    found.object_list = [page_line(row) for row in found.object_list]
    return found


def page_line(row: Scan) -> PageLine:
    survey = row.sheet.form.survey if row.sheet else None
    return PageLine(
        id=row.pk,
        file=row.file.name,
        number=row.number,
        state=row.state,
        state_words=row.get_state_display(),
        trouble=page_words(row),
        survey=survey.name if survey else "",
        survey_id=survey.pk if survey else None,
        sheet_id=row.sheet_id,
        page=row.page,
        has_picture=bool(row.picture),
    )


@dataclass(frozen=True, slots=True)
class PaperNumbers:
    """What came back of a survey on paper."""

    printed: int
    arrived: int
    missing: int
    asked: int
    done: int
    erased: int
    troubled: int


def paper_numbers(survey: Survey, *, by: Member) -> PaperNumbers:
    """Sheets printed (masters count as their photocopies), and how far each is."""
    states = dict(
        filled_rows(by=by)
        .filter(survey=survey)
        .order_by()
        .values_list("state")
        .annotate(n=Count("sheet_id"))
    )
    printed = Sheet.objects.filter(form__survey=survey, copy_of=None)
    count = printed.exclude(kind="master").aggregate(n=Count("id"))["n"]
    troubled = scans(by=by).filter(sheet__form__survey=survey, state__in=TROUBLED)
    return PaperNumbers(
        printed=count or 0,
        arrived=sum(states.values()),
        missing=states.get(Filled.State.MISSING, 0),
        asked=states.get(Filled.State.ASKED, 0),
        done=states.get(Filled.State.DONE, 0),
        erased=states.get(Filled.State.ERASED, 0),
        troubled=troubled.count(),
    )
