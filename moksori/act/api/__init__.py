"""The JSON door of the step act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from moksori.act.api.casework import router as casework
from moksori.act.api.health import router as health
from moksori.act.api.places import ActionPlaceOut, PlaceIn, where
from moksori.act.api.priorities import router as priorities
from moksori.act.api.promises import router as promises
from moksori.act.models import Action, Case
from moksori.act.reads import actions as action_reads
from moksori.act.reads import cases as case_reads
from moksori.act.reads import my_work as work_reads
from moksori.act.writes import actions as action_writes
from moksori.act.writes import cases as case_writes
from moksori.act.writes.comments import comment_on
from moksori.act.writes.plans import Plan, plan_of
from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.collect.models import Feedback
from moksori.understand.reads.pains import pain_point_row

router = Router(tags=["act"])
router.add_router("", casework)
router.add_router("", health)
router.add_router("", priorities)
router.add_router("", promises)


class CaseOut(Schema):
    id: int
    quote: str
    status: str
    owner_id: int | None
    owner_name: str
    due: date
    days_late: int
    channel: str
    unit_name: str
    opened_at: datetime


class CaseList(Schema):
    total: int
    page: int
    pages: int
    cases: list[CaseOut]


class MomentOut(Schema):
    at: datetime
    what: str
    who: str


class CaseDetail(CaseOut):
    feedback_id: int | None
    text: str
    why: str
    reply: str
    replied_at: datetime | None
    reason: str
    timeline: list[MomentOut]


class NewCase(Schema):
    feedback: int
    owner: int | None = None
    due: date | None = None
    why: str = ""


class CaseChange(Schema):
    """What is given is changed. `owner` null gives it back."""

    owner: int | None = None
    due: date | None = None
    status: str | None = Field(None, description="waiting, open (also: reopen)")


class Words(Schema):
    text: str


class ActionOut(Schema):
    id: int
    title: str
    status: str
    pain_point_id: int
    pain_point_name: str
    owner_id: int | None
    owner_name: str
    start_on: date
    due: date | None
    days_late: int
    expected_change: float = Field(description="percentage points; negative: fewer")
    unit_name: str


class ActionList(Schema):
    total: int
    page: int
    pages: int
    actions: list[ActionOut]


class ActionDetail(ActionOut):
    what: str
    measure: str
    places: list[ActionPlaceOut] = Field(
        description="where it applies; empty: everywhere"
    )
    cost: Decimal | None
    reason: str
    has_started: bool
    was_expected_late: bool
    timeline: list[MomentOut]


class PlanIn(Schema):
    title: str
    start_on: date
    expected_change: float
    what: str = ""
    due: date | None = None
    cost: Decimal | None = None
    measure: Literal["share", "score"] = "share"
    places: list[PlaceIn] = Field([], description="empty: everywhere")


class NewAction(PlanIn):
    pain_point: int
    owner: int | None = None


class ActionChange(Schema):
    """What is given is changed. `owner` null gives it back."""

    title: str | None = None
    what: str | None = None
    start_on: date | None = None
    due: date | None = None
    expected_change: float | None = None
    cost: Decimal | None = None
    measure: Literal["share", "score"] | None = None
    places: list[PlaceIn] | None = None
    owner: int | None = None


class Start(Schema):
    start_on: date | None = None


class MyWorkOut(Schema):
    cases: list[CaseOut]
    actions: list[ActionOut]
    late: int


@router.get("/my-work", response=MyWorkOut)
def my_work(request: HttpRequest) -> work_reads.MyWork:
    return work_reads.my_work(by=member_of(request))


@router.get("/cases", response=CaseList)
def case_list(
    request: HttpRequest,
    status: str = case_reads.UNFINISHED,
    owner: str = "",
    late: str = "",
    unit: str = "",
    page: int = 1,
) -> dict[str, Any]:
    """`status`: a state, "unfinished" or "all"; `owner`: an id or "none"."""
    found = case_reads.case_lines(
        by=member_of(request),
        filters=case_reads.CaseFilters(status, owner, late, unit),
        page=page,
    )
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "cases": list(found.object_list),
    }


@router.post("/cases", response={200: CaseDetail, 201: CaseDetail})
def open_case(request: HttpRequest, given: NewCase) -> Status[dict[str, Any]]:
    """201 with a new case, or 200 with the open one of this feedback."""
    member = member_of(request)
    feedback = one(Feedback.objects.visible_to(member), pk=given.feedback)
    opened = case_writes.open_case(
        feedback, owner=_owner(given.owner), due=given.due, why=given.why, by=member
    )
    return Status(201 if opened.is_new else 200, _case(opened.case, member))


@router.get("/cases/{int:case_id}", response=CaseDetail)
def case(request: HttpRequest, case_id: int) -> dict[str, Any]:
    member = member_of(request)
    return _case(case_reads.case_row(case_id, by=member), member)


@router.patch("/cases/{int:case_id}", response=CaseDetail)
def change_case(
    request: HttpRequest, case_id: int, given: CaseChange
) -> dict[str, Any]:
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    with transaction.atomic():
        if "owner" in given.model_fields_set:
            case_writes.assign_case(row, _owner(given.owner), by=member)
        if given.due is not None:
            case_writes.set_case_due(row, given.due, by=member)
        if given.status is not None:
            _move_case(row, given.status, by=member)
    return _case(row, member)


@router.post("/cases/{int:case_id}/reply", response=CaseDetail)
def reply(request: HttpRequest, case_id: int, given: Words) -> dict[str, Any]:
    """Record what the customer was told. Nothing is sent."""
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    return _case(case_writes.reply_to_case(row, given.text, by=member), member)


@router.post("/cases/{int:case_id}/close", response=CaseDetail)
def close_case(request: HttpRequest, case_id: int, given: Words) -> dict[str, Any]:
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    return _case(case_writes.close_case(row, given.text, by=member), member)


@router.post("/cases/{int:case_id}/comments", response=CaseDetail)
def comment_on_case(request: HttpRequest, case_id: int, given: Words) -> dict[str, Any]:
    member = member_of(request)
    row = case_reads.case_row(case_id, by=member)
    comment_on(row, given.text, by=member)
    return _case(row, member)


@router.get("/actions", response=ActionList)
def action_list(
    request: HttpRequest,
    status: str = action_reads.RUNNING,
    owner: str = "",
    page: int = 1,
) -> dict[str, Any]:
    """`status`: a state, "running" or "all"; `owner`: an id or "none"."""
    found = action_reads.action_lines(
        by=member_of(request),
        filters=action_reads.ActionFilters(status, owner),
        page=page,
    )
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "actions": list(found.object_list),
    }


@router.post("/actions", response={201: ActionDetail})
def plan_action(request: HttpRequest, given: NewAction) -> Status[dict[str, Any]]:
    member = member_of(request)
    pain_point = pain_point_row(given.pain_point, by=member)
    fields = given.model_dump(exclude={"pain_point", "owner", "places"})
    fields["places"] = where(given.places)
    action = action_writes.plan_action(
        pain_point, Plan(**fields), owner=_owner(given.owner), by=member
    )
    return Status(201, _action(action, member))


@router.get("/actions/{int:action_id}", response=ActionDetail)
def action(request: HttpRequest, action_id: int) -> dict[str, Any]:
    member = member_of(request)
    return _action(action_reads.action_row(action_id, by=member), member)


@router.patch("/actions/{int:action_id}", response=ActionDetail)
def change_action(
    request: HttpRequest, action_id: int, given: ActionChange
) -> dict[str, Any]:
    """What should change, and from when, is refused (409) once it has started."""
    member = member_of(request)
    row = action_reads.action_row(action_id, by=member)
    changes = given.model_dump(exclude={"owner", "places"}, exclude_unset=True)
    if given.places is not None:
        changes["places"] = where(given.places)
    with transaction.atomic():
        if "owner" in given.model_fields_set:
            action_writes.assign_action(row, _owner(given.owner), by=member)
        if changes:
            plan = replace(plan_of(row), **changes)
            action_writes.change_plan(row, plan, by=member)
    return _action(row, member)


@router.post("/actions/{int:action_id}/start", response=ActionDetail)
def start_action(request: HttpRequest, action_id: int, given: Start) -> dict[str, Any]:
    member = member_of(request)
    row = action_reads.action_row(action_id, by=member)
    started = action_writes.start_action(row, start_on=given.start_on, by=member)
    return _action(started, member)


@router.post("/actions/{int:action_id}/finish", response=ActionDetail)
def finish_action(request: HttpRequest, action_id: int) -> dict[str, Any]:
    member = member_of(request)
    row = action_reads.action_row(action_id, by=member)
    return _action(action_writes.finish_action(row, by=member), member)


@router.post("/actions/{int:action_id}/drop", response=ActionDetail)
def drop_action(request: HttpRequest, action_id: int, given: Words) -> dict[str, Any]:
    member = member_of(request)
    row = action_reads.action_row(action_id, by=member)
    return _action(action_writes.drop_action(row, given.text, by=member), member)


@router.post("/actions/{int:action_id}/resume", response=ActionDetail)
def resume_action(request: HttpRequest, action_id: int) -> dict[str, Any]:
    member = member_of(request)
    row = action_reads.action_row(action_id, by=member)
    return _action(action_writes.resume_action(row, by=member), member)


@router.post("/actions/{int:action_id}/comments", response=ActionDetail)
def comment_on_action(
    request: HttpRequest, action_id: int, given: Words
) -> dict[str, Any]:
    member = member_of(request)
    row = action_reads.action_row(action_id, by=member)
    comment_on(row, given.text, by=member)
    return _action(row, member)


def _move_case(row: Case, status: str, *, by: Member) -> None:
    if status == Case.Status.WAITING:
        case_writes.wait_with_case(row, by=by)
    elif status == Case.Status.OPEN and row.is_closed:
        case_writes.reopen_case(row, by=by)
    elif status == Case.Status.OPEN:
        case_writes.resume_case(row, by=by)
    else:
        raise UserError(
            _("Write waiting or open. To answer or close, use /reply or /close."),
            field="status",
        )


def _owner(member_id: int | None) -> Member | None:
    if member_id is None:
        return None
    return one(Member.objects.filter(is_active=True), pk=member_id)


def _case(row: Case, member: Member) -> dict[str, Any]:
    page = case_reads.case_page(row.pk, by=member)
    return {
        **CaseOut.from_orm(page.line).dict(),
        "feedback_id": page.said.feedback_id if page.said else None,
        "text": page.said.text if page.said else "",
        "why": page.why,
        "reply": page.reply,
        "replied_at": page.replied_at,
        "reason": page.reason,
        "timeline": page.moments,
    }


def _action(row: Action, member: Member) -> dict[str, Any]:
    page = action_reads.action_page(row.pk, by=member)
    return {
        **ActionOut.from_orm(page.line).dict(),
        "what": page.what,
        "measure": row.measure,
        "places": page.places,
        "cost": page.cost,
        "reason": page.reason,
        "has_started": page.has_started,
        "was_expected_late": page.was_expected_late,
        "timeline": page.moments,
    }
