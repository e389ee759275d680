"""The JSON door of what lies around visits: plans, guides, notes, who listens."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import uuid4

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from moksori.base.customers.models import Account
from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.storable import LARGEST_ID, storable_json
from moksori.collect.api.shapes import Key
from moksori.collect.field.told import LONGEST_TEXT, hash_of, note_from
from moksori.collect.reads import listening as listens
from moksori.collect.reads import visits as reads
from moksori.collect.reads.guides import guide_lines, guides_for
from moksori.collect.writes import guides as writes
from moksori.collect.writes.notes import take_note
from moksori.collect.writes.receipts import answered_once

router = Router(tags=["collect"])


class PlanOut(Schema):
    id: int
    on: dt.date
    whom: str
    purpose: str
    member: str
    state: str
    is_mine: bool
    is_past: bool


class PlansOut(Schema):
    plans: list[PlanOut]


class PlanQuery(Schema):
    """`whose`: "mine" for one's own alone."""

    whose: Literal["", "mine"] = ""


class VisitPlanIn(Schema):
    """Either `whom` or `account`; `member` null: oneself goes."""

    on: dt.date
    whom: str = Field("", max_length=200)
    account: int | None = Field(None, ge=1, le=LARGEST_ID)
    purpose: str = Field("", max_length=300)
    guide: int | None = Field(None, ge=1, le=LARGEST_ID)
    member: int | None = Field(None, ge=1, le=LARGEST_ID)


class PlanMadeOut(Schema):
    id: int


class GuideQuestionOut(Schema):
    id: str
    text: str


class GuideOut(Schema):
    """`is_inherited`: of a unit above, to be used and not to be changed."""

    id: int
    name: str
    unit: str
    number: int
    questions: list[GuideQuestionOut]
    is_in_use: bool
    is_inherited: bool


class GuidesOut(Schema):
    guides: list[GuideOut]


class NoteIn(Schema):
    """`anonymous`: neither name nor time is kept, and it goes in at night."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    channel: Literal["visit", "phone", "chat", "email", "other"] = "visit"
    product: int | None = Field(None, ge=1, le=LARGEST_ID)
    anonymous: bool = False


class StaffNoteOut(Schema):
    state: Literal["kept", "waits"]


class UnitListensOut(Schema):
    """`days`: the median since the last meeting, of those who ever met a customer."""

    id: int
    name: str
    n: int
    met: int
    percent: int
    minutes: int
    minutes_each: int
    days: int | None


class ListeningOut(Schema):
    """Everybody whom `role` names within one's units is counted: no sample."""

    quarter: str
    since: dt.date
    last_day: dt.date
    is_over: bool
    role: str
    n: int
    met: int
    minutes: int
    units: list[UnitListensOut]


class ListeningQuery(Schema):
    """`quarter` like 2026-4, the present one if left out. `role`: "" counts who is
    expected to meet customers (front line, product owners, leaders, executives)."""

    quarter: str = Field("", pattern=r"^(\d{4}-[1-4])?$")
    role: Literal[
        "", "everybody", "analyst", "frontline", "product_owner", "leader",
        "executive", "hr", "admin",
    ] = ""  # fmt: skip


@router.get("/visit-plans", response=PlansOut)
def plan_list(request: HttpRequest, asked: Query[PlanQuery]) -> dict[str, Any]:
    """From a month ago on, the nearest day first; those called off are left out."""
    lines = reads.plan_lines(by=member_of(request), whose=asked.whose)
    return {"plans": lines}


@router.post("/visit-plans", response={201: PlanMadeOut}, summary="Plan a visit")
def plan_new(
    request: HttpRequest, body: VisitPlanIn, idempotency_key: str = Key
) -> Status[dict[str, Any]]:
    """It stands on the phone of whoever goes; for somebody else one needs ASSIGN."""
    member = member_of(request)

    def write() -> tuple[int, dict[str, Any]]:
        return 201, {"id": writes.plan_visit(_planned(body, member), by=member).pk}

    content = f"VisitPlanIn {body.model_dump_json()}"
    _status, made = answered_once(idempotency_key, content, write, by=member)
    return Status(201, made)


@router.delete("/visit-plans/{int:plan_id}", response={204: None})
def plan_drop(request: HttpRequest, plan_id: int) -> Status[None]:
    """The visit is called off."""
    member = member_of(request)
    writes.drop_plan(reads.plan_row(plan_id, by=member), by=member)
    return Status(204, None)


@router.get("/guides", response=GuidesOut)
def guide_list(request: HttpRequest) -> dict[str, Any]:
    """With those of the units above, which stand on one's phone too."""
    return {"guides": guide_lines(by=member_of(request))}


@router.post("/notes", response={201: StaffNoteOut}, summary="A customer just told me…")
def note_new(
    request: HttpRequest, body: NoteIn, idempotency_key: str = Key
) -> Status[dict[str, Any]]:
    """A note with a name is among the feedback at once; the same key is one note."""
    told = note_from(storable_json(body.model_dump()))
    # Not by a receipt, which names its member: the note's own name tells it apart.
    name = idempotency_key[:200] or str(uuid4())
    take_note(told, name=name, proof=hash_of(told.text), by=member_of(request))
    return Status(201, {"state": "waits" if told.is_anonymous else "kept"})


@router.get("/listening", response=ListeningOut)
def listening(request: HttpRequest, asked: Query[ListeningQuery]) -> dict[str, Any]:
    """Who met customers in a quarter, by unit. Needs SHARE; names stay on the page."""
    member = member_of(request)
    member.must(Ability.SHARE)
    quarter = listens.quarter_of(asked.quarter, timezone.localdate())
    found = listens.listening(by=member, quarter=quarter, role=asked.role)
    return {
        "quarter": quarter.key, "since": quarter.since, "last_day": quarter.last_day,
        "is_over": quarter.is_over, "role": asked.role, "n": found.n,
        "met": found.met, "minutes": found.minutes, "units": found.units,
    }  # fmt: skip


def _planned(body: VisitPlanIn, member: Member) -> writes.Planned:
    account = None
    if body.account is not None:
        account = one(Account.objects.visible_to(member), pk=body.account)
    guide = None
    if body.guide is not None:
        guide = guides_for(by=member).filter(pk=body.guide).first()
        if guide is None:
            raise UserError(_("This guide is not in use here."), field="guide")
    goes = member
    if body.member is not None and body.member != member.pk:
        units = member.scope(Ability.ASSIGN).units
        rows = Member.objects.filter(unit__in=units, is_active=True)
        goes = one(rows, pk=body.member)
    whom = " ".join(body.whom.split())
    return writes.Planned(body.on, whom, body.purpose, account, guide, goes)
