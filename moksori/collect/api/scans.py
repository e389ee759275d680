"""The JSON door of scans: files in, what became of their pages, answers decided."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Literal
from urllib.parse import unquote

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from moksori.base.people.gate import one
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.models import ScanBatch
from moksori.collect.reads import review as review_reads
from moksori.collect.reads import scans as reads
from moksori.collect.reads.scan_sheets import sheet_page, survey_sheets
from moksori.collect.reads.surveys import survey_row
from moksori.collect.writes.scan_deciding import Given, answer_field
from moksori.collect.writes.scan_files import CHUNK
from moksori.collect.writes.scans import begin_batch, take_file, whole

router = Router(tags=["collect"])


class ScanBatchOut(Schema):
    """What came together. `troubled` pages gave nothing; see their `trouble`."""

    id: int
    name: str
    way: str
    unit: str
    created_at: datetime
    is_moving: bool
    files: int
    pages: int
    waiting: int
    used: int
    asked: int
    troubled: int


class ScanFileOut(Schema):
    """`trouble` says in words what is wrong with the file, or nothing."""

    id: int
    batch: int
    name: str
    state: str
    pages: int


class ScanPageOut(Schema):
    """One page. `state`: waiting, used, loose, blank, twice, asked, foreign, unknown,
    forged, unreadable, overlap, void, aside, erased."""

    id: int
    file: str
    number: int
    state: str
    trouble: str
    survey_id: int | None
    sheet_id: int | None
    page: int | None


class ScanPagesOut(Schema):
    """Pages of a batch; `hidden` are of surveys that you may not see."""

    total: int
    page: int
    pages: int
    hidden: int
    scans: list[ScanPageOut]


class SheetAnswerOut(Schema):
    """One field of a sheet in words; `by` is the person who decided, else nobody."""

    question: str
    row: str
    answer: str
    by: str


class FilledOut(Schema):
    """A sheet that came back. `state`: missing (pages), asked, done, erased."""

    id: int
    number: int
    state: str
    pages: int
    of: int
    missing: str
    open: int
    arrived_at: datetime | None


class FilledListOut(Schema):
    total: int
    page: int
    pages: int
    sheets: list[FilledOut]


class FilledPageOut(FilledOut):
    answers: list[SheetAnswerOut]
    flags: list[str]
    response: int | None


class PaperAnswerIn(Schema):
    """What stands on the paper: the codes of the marked boxes, or the words."""

    codes: list[str] = Field(default_factory=list, max_length=200)
    text: str = Field("", max_length=10_000)
    outcome: Literal["value", "blank", "illegible"] = "value"


class PaperAnswerOut(Schema):
    id: int
    state: str
    decision: str


class ScanQuery(Schema):
    page: int = Field(1, ge=1, le=1_000_000)
    state: str = Field("", max_length=20)


@router.get("/scans", response=list[ScanBatchOut])
def scan_list(request: HttpRequest, page: int = 1) -> Any:
    """What came in, the newest first."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    return reads.batch_lines(by=member, page=page).object_list


@router.post(
    "/scans",
    response={200: ScanFileOut, 201: ScanFileOut},
    summary="Send one file of scans (its bytes are the body)",
)
def add_scans(
    request: HttpRequest, unit: int, name: str, batch: int | None = None
) -> Status[Any]:
    """A PDF, TIFF, PNG, JPEG or HEIC, as large as the page takes (MOKSORI_UPLOAD_MB).

    With `batch` it belongs to files sent before.
    """
    member = member_of(request)
    member.must(Ability.IMPORT)
    if batch is not None:
        row = reads.batch_row(batch, by=member)
    else:
        units = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
        found = one(units, pk=unit)
        row = None
    # Never in memory: the body goes to the disk as it comes.
    given = request.headers.get("Content-Length", "")
    size = int(given) if given.isdecimal() else None
    with whole(iter(partial(request.read, CHUNK), b""), size=size) as content:
        if row is None:
            way = ScanBatch.Way.API
            row = begin_batch(found, way=way, by=member, name=unquote(name))
        file = take_file(content, name=unquote(name), batch=row)
    shown = {
        "id": file.pk,
        "batch": row.pk,
        "name": file.name,
        "state": file.state,
        "pages": file.pages,
    }
    return Status(200 if file.state == "repeated" else 201, shown)


@router.get("/scans/{int:scan_batch_id}", response=ScanBatchOut)
def scan_batch(request: HttpRequest, scan_batch_id: int) -> Any:
    member = member_of(request)
    return reads.batch_line(reads.batch_row(scan_batch_id, by=member), by=member)


@router.get("/scans/{int:scan_batch_id}/pages", response=ScanPagesOut)
def scan_pages(
    request: HttpRequest, scan_batch_id: int, asked: Query[ScanQuery]
) -> Any:
    """What became of each page."""
    member = member_of(request)
    batch = reads.batch_row(scan_batch_id, by=member)
    rows = reads.scans(by=member).filter(file__batch=batch)
    found = reads.page_lines(rows, page=asked.page, state=asked.state)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "hidden": reads.hidden_pages(batch, by=member),
        "scans": found.object_list,
    }


@router.get("/surveys/{int:survey_id}/sheets", response=FilledListOut)
def filled_list(request: HttpRequest, survey_id: int, asked: Query[ScanQuery]) -> Any:
    """The sheets of a survey that came back."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    found = survey_sheets(survey, by=member, state=asked.state, page=asked.page)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "sheets": found.object_list,
    }


@router.get("/scans/sheets/{int:sheet_id}", response=FilledPageOut)
def filled_sheet(request: HttpRequest, sheet_id: int) -> Any:
    """One sheet with what stands on it."""
    found = sheet_page(sheet_id, by=member_of(request))
    return {
        **{name: getattr(found.line, name) for name in FilledOut.model_fields},
        "answers": list(found.answers),
        "flags": list(found.flags),
        "response": found.filled.sheet.response_id,
    }


@router.post("/review/{int:review_item_id}/answer", response=PaperAnswerOut)
def answer_on_paper(
    request: HttpRequest, review_item_id: int, body: PaperAnswerIn
) -> Any:
    """Decide an open item of the kind “paper” by what stands on the paper."""
    member = member_of(request)
    item = review_reads.review_row(review_item_id, by=member)
    given = Given(tuple(body.codes), body.text, body.outcome)
    item = answer_field(item, given, by=member)
    return {"id": item.pk, "state": item.state, "decision": item.decision}
