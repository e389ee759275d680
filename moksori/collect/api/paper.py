"""The JSON door of printing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from moksori.base.people.requests import member_of
from moksori.base.storable import storable_json
from moksori.collect.models import Printing
from moksori.collect.paper.printing import MOST_SHEETS, Remark, options_from
from moksori.collect.paper.printing.options import MOST_CLOSING
from moksori.collect.paper.recipients import PLACES, Recipient
from moksori.collect.reads import contacts as people
from moksori.collect.reads import paper as reads
from moksori.collect.reads.surveys import survey_row
from moksori.collect.tables.table import clean
from moksori.collect.writes import printing as writes

router = Router(tags=["collect"])
Name = Field(default="", max_length=200)


class LookIn(Schema):
    """How it looks; without a language the first of the survey."""

    paper: Literal["a4", "letter"] = "a4"
    columns: Literal[1, 2] = 1
    is_large: bool = False
    language: str = Field(default="", max_length=8)
    closing: str = Field(default="", max_length=MOST_CLOSING)


class SheetPersonIn(Schema):
    """Whom a sheet with a name is for; the name is printed on it."""

    name: str = Field(min_length=1, max_length=200)
    customer: str = Name
    account: str = Name
    region: str = Name
    attributes: dict[str, str] = {}


class PrintIn(LookIn):
    """`count` sheets without names; or one for each of `people` and of the list."""

    kind: Literal["anonymous", "personal", "master"]
    count: int = Field(default=0, ge=0, le=MOST_SHEETS)
    people: list[SheetPersonIn] = Field(default=[], max_length=MOST_SHEETS)
    list_id: int | None = Field(default=None, ge=1, le=2**31)
    name: str = Field(default="", max_length=120)


class RemarkOut(Schema):
    """`why` is one of file, loop, rule, too_long, too_wide (left out), or piped,
    in_order, quota, variants, letters, dates (different on paper)."""

    why: str
    question: str
    text: str
    said: str


class LookOut(Schema):
    pages: int
    left_out: list[RemarkOut]
    other: list[RemarkOut]


class PrintingOut(Schema):
    """`waiting` is null where nobody knows how many copies there are."""

    id: int
    kind: str
    name: str
    count: int
    arrived: int
    answered: int
    waiting: int | None
    version: int
    language: str
    paper: str
    columns: int
    is_large: bool
    pages: int
    printed_at: datetime
    printed_by: str
    is_withdrawn: bool


@router.get("/surveys/{int:survey_id}/paper", response=LookOut)
def survey_paper_look(
    request: HttpRequest, survey_id: int, asked: Query[LookIn]
) -> Any:
    """How long it will be, what is left out and why; nothing is printed yet."""
    survey = survey_row(survey_id, by=member_of(request))
    found = reads.look(survey, options_from(asked.model_dump()), asked.language)
    return {
        "pages": found.pages,
        "left_out": [_remark(one) for one in found.left_out],
        "other": [_remark(one) for one in found.other],
    }


@router.get("/surveys/{int:survey_id}/printings", response=list[PrintingOut])
def printing_list(request: HttpRequest, survey_id: int) -> Any:
    """What was printed of a survey and what came back, the newest first."""
    member = member_of(request)
    return reads.printing_lines(survey_row(survey_id, by=member), by=member)


@router.post("/surveys/{int:survey_id}/printings", response={201: PrintingOut})
def print_survey(request: HttpRequest, survey_id: int, body: PrintIn) -> Status[Any]:
    """Make sheets; their PDF is at `/printings/{id}/sheets.pdf`."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    asked = [_recipient(one) for one in body.people]
    if body.list_id is not None:
        contacts = people.contacts_to_ask(by=member, list_id=body.list_id)
        asked += reads.recipients_of(contacts, survey)[0]
    order = writes.Order(
        kind=body.kind,
        options=options_from(body.model_dump()),
        language=body.language,
        count=body.count,
        people=asked,
        name=clean(body.name),
    )
    printing = writes.print_sheets(survey, order, by=member)
    return Status(201, reads.printing_line(printing))


@router.get("/printings/{int:printing_id}", response=PrintingOut)
def printing_get(request: HttpRequest, printing_id: int) -> Any:
    return reads.printing_line(_row(request, printing_id))


@router.get("/printings/{int:printing_id}/sheets.pdf", summary="All sheets as a PDF")
def printing_file(request: HttpRequest, printing_id: int) -> HttpResponse:
    printing = _row(request, printing_id)
    content = reads.printing_pdf(printing)
    return HttpResponse(content, content_type="application/pdf")


@router.post("/printings/{int:printing_id}/withdraw", response=PrintingOut)
def printing_withdraw(request: HttpRequest, printing_id: int) -> Any:
    """No sheet of it counts from now on."""
    member = member_of(request)
    printing = _row(request, printing_id)
    return reads.printing_line(writes.withdraw_printing(printing, by=member))


@router.post("/printings/{int:printing_id}/restore", response=PrintingOut)
def printing_restore(request: HttpRequest, printing_id: int) -> Any:
    member = member_of(request)
    printing = _row(request, printing_id)
    return reads.printing_line(writes.restore_printing(printing, by=member))


def _row(request: HttpRequest, printing_id: int) -> Printing:
    return reads.printing_row(printing_id, by=member_of(request))


def _remark(one: Remark) -> dict[str, str]:
    return {**one.to_json(), "said": one.said}


def _recipient(given: SheetPersonIn) -> Recipient:
    about: dict[str, Any] = {
        place: text for place in PLACES if (text := clean(getattr(given, place)))
    }
    more = {clean(k)[:60]: clean(v)[:200] for k, v in given.attributes.items()}
    if more:
        about["attributes"] = storable_json(more)
    return Recipient(" ".join(clean(given.name).split()), about)
