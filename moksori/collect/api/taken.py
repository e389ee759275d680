"""The JSON door of exports and saved searches."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.models import Export, SavedSearch
from moksori.collect.reads import taken as reads
from moksori.collect.reads.feedback import FeedbackFilters
from moksori.collect.writes import searches as writes
from moksori.collect.writes.exports import Made, ask, make_export
from moksori.collect.writes.large_exports import open_export, order_export

router = Router(tags=["collect"])


class ExportIn(Schema):
    """`filters` are those of `GET /feedback`; the reason is kept with your name."""

    reason: str = Field(max_length=300)
    form: Literal["csv", "xlsx", "parquet"] = "csv"
    filters: FeedbackFilters = Field(default_factory=FeedbackFilters)


class ExportOut(Schema):
    id: int
    member: str
    reason: str
    form: str
    rows: int
    size: int
    sha256: str
    filters: dict[str, str]
    created_at: datetime
    state: str
    rows_done: int


class SearchIn(Schema):
    name: str = Field(max_length=200)
    filters: FeedbackFilters = Field(default_factory=FeedbackFilters)


class SearchOut(Schema):
    id: int
    name: str
    filters: dict[str, str]
    has_feed: bool


class FeedOut(Schema):
    """Secret addresses, shown this once."""

    atom: str
    json_feed: str


class ExportQuery(Schema):
    page: int = Field(1, ge=1, le=100_000)


@router.get("/exports", response=list[ExportOut])
def export_list(request: HttpRequest, asked: Query[ExportQuery]) -> Any:
    """Who took out what, and why: one's own; for auditors those of the units."""
    page = reads.exports(by=member_of(request), page=asked.page)
    return [_export(row) for row in page.object_list]


def _export(row: Export) -> dict[str, Any]:
    return {
        "id": row.pk,
        "member": row.member.name if row.member else "",
        "reason": row.reason,
        "form": row.format,
        "rows": row.rows,
        "size": row.size,
        "sha256": row.digest,
        "filters": row.filters,
        "created_at": row.created_at,
        "state": row.state,
        "rows_done": row.rows_done,
    }


@router.post(
    "/exports", summary="Take out feedback as a file", response={202: ExportOut}
)
def export(request: HttpRequest, body: ExportIn) -> FileResponse | Status[Any]:
    """The answer is the file: CSV for Excel, a workbook, or Parquet.

    More than 3,000 rows are made in the background: 202, and the file is at
    `/exports/{id}/file` once `state` is `ready`.
    """
    member = member_of(request)
    asked = ask(body.filters, form=body.form, reason=body.reason, by=member)
    if asked.is_large:
        return Status(202, _export(order_export(asked, by=member)))
    made = make_export(body.filters, form=body.form, reason=body.reason, by=member)
    return _file(made)


@router.get("/exports/{int:export_id}", response=ExportOut)
def export_one(request: HttpRequest, export_id: int) -> Any:
    """How far it is: `waiting`, `making`, `ready`, `failed`, `gone` after a week."""
    return _export(reads.export_row(export_id, by=member_of(request)))


@router.get("/exports/{int:export_id}/file")
def export_file(request: HttpRequest, export_id: int) -> FileResponse:
    """The file that was made in the background, for who ordered it."""
    member = member_of(request)
    row = reads.export_row(export_id, by=member)
    return _file(Made(row, open_export(row, by=member)))


def _file(made: Made) -> FileResponse:
    name = f"feedback-{timezone.localdate().isoformat()}.{made.export.format}"
    response = FileResponse(
        made.file,
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )
    response["Cache-Control"] = "no-store"
    return response


@router.get("/searches", response=list[SearchOut])
def search_list(request: HttpRequest) -> Any:
    member = member_of(request)
    member.must(Ability.READ)
    return [_search(row) for row in reads.searches(by=member)]


@router.post("/searches", response=SearchOut)
def save_search(request: HttpRequest, body: SearchIn) -> Any:
    """The same name again replaces the conditions."""
    member = member_of(request)
    return _search(writes.save_search(body.name, body.filters, by=member))


@router.delete("/searches/{int:saved_search_id}", response={204: None})
def remove_search(request: HttpRequest, saved_search_id: int) -> Status[None]:
    member = member_of(request)
    writes.remove_search(reads.search_row(saved_search_id, by=member), by=member)
    return Status(204, None)


@router.post("/searches/{int:saved_search_id}/feed", response=FeedOut)
def open_feed(request: HttpRequest, saved_search_id: int) -> Any:
    """Make a feed, or another one; the one before ends."""
    member = member_of(request)
    search = reads.search_row(saved_search_id, by=member)
    token = writes.open_feed(search, by=member)
    base = f"{settings.MOKSORI_BASE_URL}/feeds/{token}"
    return {"atom": f"{base}.atom", "json_feed": f"{base}.json"}


@router.delete("/searches/{int:saved_search_id}/feed", response=SearchOut)
def close_feed(request: HttpRequest, saved_search_id: int) -> Any:
    member = member_of(request)
    search = reads.search_row(saved_search_id, by=member)
    writes.close_feed(search, by=member)
    return _search(search)


def _search(row: SavedSearch) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "filters": row.filters,
        "has_feed": row.has_feed,
    }
