"""The JSON door of the rules that open cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from moksori.act.casework.conditions import Conditions, conditions_from
from moksori.act.reads import rules as reads
from moksori.act.writes import rules as writes
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability

router = Router(tags=["act"])


class ConditionsIn(Schema):
    """All that are given must hold; of several values of one, one is enough."""

    score_kind: Literal["", "nps", "csat", "ces", "rating"] = ""
    score_at_most: float | None = Field(
        None, ge=0, le=10, description="on the scale of its kind; without one, 0–10"
    )
    themes: list[int] = []
    kinds: list[Literal["complaint", "praise", "request", "question", "other"]] = []
    flags: list[Literal["self_harm", "people", "fire", "law", "urgent"]] = []
    tiers: list[str] = Field([], description="segments of accounts")
    segments: list[str] = Field([], description="segments of customers")
    products: list[int] = []
    regions: list[int] = []
    channels: list[str] = []
    words: list[str] = []


class RuleIn(Schema):
    name: str = Field(max_length=120)
    conditions: ConditionsIn = Field(
        default_factory=lambda: ConditionsIn.model_validate({})
    )
    trigger: Literal["feedback", "promise"] = "feedback"
    give_to: Literal["remit", "member", "nobody"] = "remit"
    owner: int | None = None
    answer_hours: int = Field(8, ge=1, le=2000, description="working hours")
    close_hours: int = Field(40, ge=1, le=2000, description="working hours")
    remind_hours: int = Field(2, ge=0, le=2000)
    escalate_hours: int = Field(8, ge=1, le=2000)
    max_age_days: int = Field(14, ge=1, le=366)


class NewRule(RuleIn):
    unit: int


class RuleOut(Schema):
    id: int
    name: str
    unit_id: int
    unit_name: str
    trigger: str
    conditions: dict[str, Any]
    give_to: str
    answer_hours: int
    close_hours: int
    on_since: datetime | None
    is_looking_back: bool
    hits: int


class RulePreviewOut(Schema):
    n: int = Field(description="feedbacks that it would have caught")
    of: int
    days: int
    is_whole: bool


class LookBack(Schema):
    days: int


@router.get("/case-rules", response=list[RuleOut])
def rule_list(request: HttpRequest) -> list[reads.RuleLine]:
    return reads.rule_lines(by=member_of(request))


@router.post("/case-rules", response={201: RuleOut})
def write_rule(request: HttpRequest, given: NewRule) -> Status[reads.RuleLine]:
    """A new rule is off until it is switched on."""
    member = member_of(request)
    within = member.scope(Ability.READ).units
    unit = one(Unit.objects.filter(pk__in=within), pk=given.unit)
    row = writes.write_rule(unit, _draft(given), by=member)
    return Status(201, reads.rule_line(row))


@router.put("/case-rules/{int:rule_id}", response=RuleOut)
def change_rule(request: HttpRequest, rule_id: int, given: RuleIn) -> reads.RuleLine:
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    return reads.rule_line(writes.change_rule(row, _draft(given), by=member))


@router.get("/case-rules/{int:rule_id}/preview", response=RulePreviewOut)
def preview(request: HttpRequest, rule_id: int) -> reads.Preview:
    """How many cases it would have opened in the last 30 days."""
    member = member_of(request)
    return reads.preview_of(reads.rule_row(rule_id, by=member), by=member)


@router.post("/case-rules/{int:rule_id}/on", response=RuleOut)
def switch_on(request: HttpRequest, rule_id: int) -> reads.RuleLine:
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    return reads.rule_line(writes.switch_on(row, by=member))


@router.post("/case-rules/{int:rule_id}/off", response=RuleOut)
def switch_off(request: HttpRequest, rule_id: int) -> reads.RuleLine:
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    return reads.rule_line(writes.switch_off(row, by=member))


@router.post("/case-rules/{int:rule_id}/look-back", response=RuleOut)
def look_back(request: HttpRequest, rule_id: int, given: LookBack) -> reads.RuleLine:
    """Let it judge what came in the last days, because somebody asks."""
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    return reads.rule_line(writes.look_back(row, given.days, by=member))


@router.delete("/case-rules/{int:rule_id}", response={204: None})
def delete_rule(request: HttpRequest, rule_id: int) -> Status[None]:
    """Only one that never opened a case (else 409)."""
    member = member_of(request)
    writes.delete_rule(reads.rule_row(rule_id, by=member), by=member)
    return Status(204, None)


def _draft(given: RuleIn) -> writes.Draft:
    values = given.model_dump(exclude={"conditions", "owner", "unit"})
    asked: Conditions = conditions_from(given.conditions.model_dump())
    owner = None
    if given.owner is not None:
        owner = one(Member.objects.filter(is_active=True), pk=given.owner)
    return writes.Draft(**values, conditions=asked, owner=owner)
