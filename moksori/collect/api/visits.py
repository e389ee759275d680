"""The JSON door of visits: those that took place, written down and corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.collect.api.shapes import Key
from moksori.collect.field.told import LONGEST_TEXT, MOST, VisitTold, visit_from
from moksori.collect.models.visits import LONGEST_MEETING
from moksori.collect.reads import visits as reads
from moksori.collect.writes.receipts import answered_once
from moksori.collect.writes.visiting import change_visit, record_visit, remove_visit

router = Router(tags=["collect"])
Way = Literal["there", "here", "online", "phone"]


class MetIn(Schema):
    name: str = Field(min_length=1, max_length=120)
    role: str = Field("", max_length=120)


class VerbatimIn(Schema):
    """One thing said, in the customer's own words. `id` keeps its feedback when a
    visit is corrected."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    who: str = Field("", max_length=120)
    id: str = Field("", max_length=40)


class PromisedIn(Schema):
    """`owner` null: who writes the visit looks after it."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    due: date
    owner: int | None = None
    id: str = Field("", max_length=40)


class ToHandIn(Schema):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    kind: Literal["order", "report", "request"] = "report"
    to: int | None = None
    id: str = Field("", max_length=40)


class VisitChange(Schema):
    """What is given is changed; a list that is given takes the place of the one there.
    Promises and orders are only added: they have a life of their own."""

    started_at: datetime | None = None
    minutes: int | None = Field(None, ge=1, le=LONGEST_MEETING)
    whom: str | None = Field(None, max_length=200, description="the customer's name")
    account: int | None = None
    way: Way | None = None
    place: str | None = Field(None, max_length=200)
    purpose: str | None = Field(None, max_length=300)
    summary: str | None = Field(None, max_length=LONGEST_TEXT)
    score: int | None = Field(None, ge=0, le=10)
    products: list[int] | None = Field(None, max_length=200)
    companions: list[int] | None = Field(None, max_length=200)
    met: list[MetIn] | None = Field(None, max_length=MOST["met"])
    verbatims: list[VerbatimIn] | None = Field(None, max_length=MOST["verbatims"])
    promises: list[PromisedIn] | None = Field(None, max_length=MOST["promises"])
    handovers: list[ToHandIn] | None = Field(None, max_length=MOST["handovers"])


class VisitIn(VisitChange):
    """A visit with either the name of the customer or the id of an account."""

    started_at: datetime
    minutes: int = Field(ge=1, le=LONGEST_MEETING)


class VisitLineOut(Schema):
    id: int
    whom: str
    started_at: datetime
    minutes: int
    way: str
    author: str
    companions: int
    said: int
    words: str = Field(description="the first thing that was said")
    unit: str


class VisitListOut(Schema):
    total: int
    page: int
    pages: int
    visits: list[VisitLineOut]


class VisitNameOut(Schema):
    id: int
    name: str


class VisitVerbatimOut(Schema):
    """`feedback` is the id of what these words became."""

    id: str
    who: str
    text: str
    feedback: int | None = None


class MetOut(Schema):
    name: str
    role: str = ""


class AskedOut(Schema):
    question: str
    answer: str


class HandoverOut(Schema):
    id: int
    kind_name: str
    text: str
    to: str
    is_done: bool


class AttachedOut(Schema):
    """A photo or recording; it is shown on the page of the visit."""

    id: int
    name: str
    caption: str
    media_type: str
    size: int
    sha256: str


class VisitOut(Schema):
    """`doubts` say in words what a phone named and is not known here."""

    id: int
    whom: str
    account_id: int | None
    account: str
    unit: str
    region: str
    author: str
    started_at: datetime
    minutes: int
    way: str
    place: str
    purpose: str
    summary: str
    score: int | None
    companions: list[VisitNameOut]
    products: list[VisitNameOut]
    met: list[MetOut]
    verbatims: list[VisitVerbatimOut]
    asked: list[AskedOut]
    handovers: list[HandoverOut]
    attachments: list[AttachedOut]
    doubts: list[str]
    revision: int
    may_change: bool


class VisitQuery(Schema):
    """`days` counts back from today; `who` is the member who wrote it, or "me"."""

    days: int | None = Field(None, ge=1, le=9_999)
    who: str = Field("", max_length=18, pattern=r"^(me|\d*)$")
    account: int | None = Field(None, ge=1)
    page: int = Field(1, ge=1, le=1_000_000)


@router.get("/visits", response=VisitListOut)
def visit_list(request: HttpRequest, asked: Query[VisitQuery]) -> dict[str, Any]:
    """The latest meeting first."""
    member = member_of(request)
    filters = reads.VisitFilters(
        days=str(asked.days or ""),
        who=str(member.pk) if asked.who == "me" else asked.who,
        account=str(asked.account or ""),
    )
    found = reads.visit_lines(by=member, filters=filters, page=asked.page)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "visits": found.object_list,
    }


@router.post("/visits", response={201: VisitOut}, summary="Write down a visit")
def visit_new(
    request: HttpRequest, body: VisitIn, idempotency_key: str = Key
) -> Status[dict[str, Any]]:
    """What the customer said becomes feedback, promises go to the work list of who
    looks after them. The writer is who met the customer."""
    member = member_of(request)

    def write() -> tuple[int, dict[str, Any]]:
        told = visit_from(body.model_dump(mode="json", exclude_none=True))
        return 201, {"id": record_visit(told, by=member).pk}

    content = f"VisitIn {body.model_dump_json()}"
    _status, made = answered_once(idempotency_key, content, write, by=member)
    return Status(201, _visit(made["id"], member))


@router.get("/visits/{int:visit_id}", response=VisitOut)
def visit(request: HttpRequest, visit_id: int) -> dict[str, Any]:
    return _visit(visit_id, member_of(request))


@router.patch("/visits/{int:visit_id}", response=VisitOut)
def visit_correct(
    request: HttpRequest, visit_id: int, body: VisitChange
) -> dict[str, Any]:
    """What it said before is kept."""
    member = member_of(request)
    row = reads.visit_row(visit_id, by=member)
    change_visit(row, changed(reads.told_of(row), body), by=member)
    return _visit(visit_id, member)


@router.delete("/visits/{int:visit_id}", response={204: None})
def visit_remove(request: HttpRequest, visit_id: int) -> Status[None]:
    """Its words, their feedback, photos and history go too; promises stay."""
    member = member_of(request)
    remove_visit(reads.visit_row(visit_id, by=member), by=member)
    return Status(204, None)


def changed(told: VisitTold, body: VisitChange) -> VisitTold:
    """What is told now, with what is given in place of it."""
    given = body.model_dump(mode="json", exclude_unset=True)
    base = {
        "started_at": told.started_at.isoformat(), "minutes": told.minutes,
        "whom": told.whom, "account": told.account, "way": told.way,
    }  # fmt: skip
    read = visit_from({**base, **given})
    found = replace(told, **{name: getattr(read, name) for name in given})
    is_another = "whom" in given and found.whom != told.whom
    # Another name is another customer, unless the account is given too.
    return (
        found if "account" in given or not is_another else replace(found, account=None)
    )


def _visit(visit_id: int, member: Member) -> dict[str, Any]:
    page = reads.visit_page(visit_id, by=member)
    row = page.row
    plain = ("account_id", "started_at", "minutes", "way", "place", "purpose",
             "summary", "score", "met", "verbatims", "revision")  # fmt: skip
    shown = ("account", "region", "asked", "handovers", "attachments", "doubts",
             "may_change")  # fmt: skip
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(page, name) for name in shown},
        "id": row.pk,
        "whom": page.line.whom,
        "unit": page.line.unit,
        "author": page.line.author,
        "companions": list(row.companions.all()),
        "products": list(row.products.all()),
    }
