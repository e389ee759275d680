"""The JSON door of promises: listed, written down, kept or not, handed on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from moksori.act.models import Promise
from moksori.act.reads import promises as reads
from moksori.act.writes import promises as writes
from moksori.act.writes.cases import LONGEST
from moksori.base.customers.models import Account
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.collect.writes.visiting import home_of

router = Router(tags=["act"])


class PromiseOut(Schema):
    """`days_left` is null once it has ended."""

    id: int
    text: str
    whom: str
    state: str
    owner_id: int | None
    owner_name: str
    due: date
    days_late: int
    days_left: int | None
    unit_name: str


class PromiseList(Schema):
    total: int
    page: int
    pages: int
    promises: list[PromiseOut]


class PromiseMoment(Schema):
    at: datetime
    what: str
    who: str


class PromiseDetail(PromiseOut):
    outcome: str
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    visit_id: int | None
    may_work: bool
    timeline: list[PromiseMoment]


class PromiseQuery(Schema):
    """`state`: open (also ""), overdue, kept, broken, freed or all; `owner`: the id of
    a member, or "me"."""

    state: Literal["", "open", "overdue", "kept", "broken", "freed", "all"] = ""
    owner: str = Field("", max_length=18, pattern=r"^(me|\d*)$")
    page: int = Field(1, ge=1, le=1_000_000)


class NewPromise(Schema):
    """One that was made elsewhere than on a visit; `owner` null: who writes it."""

    text: str = Field(min_length=1, max_length=LONGEST)
    due: date
    account: int | None = None
    whom: str = Field("", max_length=200)
    owner: int | None = None


class Ended(Schema):
    """How it was kept, or why not."""

    outcome: str = Field("", max_length=LONGEST)


class NewOwner(Schema):
    owner: int


class NewDay(Schema):
    due: date


@router.get("/promises", response=PromiseList)
def promise_list(request: HttpRequest, asked: Query[PromiseQuery]) -> dict[str, Any]:
    """The nearest day first; ended ones the latest first."""
    member = member_of(request)
    owner = str(member.pk) if asked.owner == "me" else asked.owner
    filters = reads.PromiseFilters(asked.state, owner)
    found = reads.promise_lines(by=member, filters=filters, page=asked.page)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "promises": list(found.object_list),
    }


@router.post("/promises", response={201: PromiseDetail})
def make_promise(request: HttpRequest, given: NewPromise) -> Status[dict[str, Any]]:
    member = member_of(request)
    account = None
    if given.account is not None:
        account = one(Account.objects.visible_to(member), pk=given.account)
    owner = _member(given.owner) if given.owner is not None else None
    whom = " ".join(given.whom.split())
    said = writes.Said(given.text, given.due, account, whom, owner)
    made = writes.make_promise(said, unit=home_of(member), by=member)
    return Status(201, _promise(made, member))


@router.get("/promises/{int:promise_id}", response=PromiseDetail)
def promise(request: HttpRequest, promise_id: int) -> dict[str, Any]:
    row, member = _row(request, promise_id)
    return _promise(row, member)


@router.post("/promises/{int:promise_id}/keep", response=PromiseDetail)
def keep_promise(request: HttpRequest, promise_id: int, given: Ended) -> dict[str, Any]:
    return _ended(request, promise_id, Promise.State.KEPT, given)


@router.post("/promises/{int:promise_id}/break", response=PromiseDetail)
def break_promise(
    request: HttpRequest, promise_id: int, given: Ended
) -> dict[str, Any]:
    """It was not kept; say why (else 400)."""
    return _ended(request, promise_id, Promise.State.BROKEN, given)


@router.post("/promises/{int:promise_id}/free", response=PromiseDetail)
def free_promise(request: HttpRequest, promise_id: int, given: Ended) -> dict[str, Any]:
    """It is no longer needed; say why (else 400)."""
    return _ended(request, promise_id, Promise.State.FREED, given)


@router.post("/promises/{int:promise_id}/hand", response=PromiseDetail)
def hand_promise(
    request: HttpRequest, promise_id: int, given: NewOwner
) -> dict[str, Any]:
    """Somebody else looks after it, and may hand it on in turn."""
    row, member = _row(request, promise_id)
    writes.must_work(row, member)
    done = writes.hand_promise(row, _member(given.owner), by=member)
    return _promise(done, member)


@router.post("/promises/{int:promise_id}/move", response=PromiseDetail)
def move_promise(
    request: HttpRequest, promise_id: int, given: NewDay
) -> dict[str, Any]:
    """Another day, agreed with the customer."""
    row, member = _row(request, promise_id)
    return _promise(writes.move_promise(row, given.due, by=member), member)


@router.post("/promises/{int:promise_id}/reopen", response=PromiseDetail)
def reopen_promise(request: HttpRequest, promise_id: int) -> dict[str, Any]:
    row, member = _row(request, promise_id)
    return _promise(writes.reopen_promise(row, by=member), member)


def _ended(
    request: HttpRequest, promise_id: int, state: Promise.State, given: Ended
) -> dict[str, Any]:
    row, member = _row(request, promise_id)
    done = writes.end_promise(row, state, given.outcome, by=member)
    return _promise(done, member)


def _row(request: HttpRequest, promise_id: int) -> tuple[Promise, Member]:
    member = member_of(request)
    return reads.promise_row(promise_id, by=member), member


def _member(member_id: int) -> Member:
    return one(Member.objects.filter(is_active=True), pk=member_id)


def _promise(row: Promise, member: Member) -> dict[str, Any]:
    page = reads.promise_page(row.pk, by=member)
    names = ("outcome", "made_by", "made_at", "ended_at", "visit_id", "may_work")
    return {
        **PromiseOut.from_orm(page.line).dict(),
        **{name: getattr(page, name) for name in names},
        "timeline": page.moments,
    }
