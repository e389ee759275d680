"""What is urgent or dangerous, as JSON."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import VerbatimOut
from moksori.understand.reads.safety import alarms

router = Router(tags=["understand"])

Flag = Literal["", "self_harm", "people", "fire", "law", "urgent"]


class SafetyAlarmOut(Schema):
    mention: int
    flags: list[str]
    words: VerbatimOut


class SafetyAlarmListOut(Schema):
    total: int
    page: int
    pages: int
    alarms: list[SafetyAlarmOut]


@router.get("/safety", response=SafetyAlarmListOut)
def safety(
    request: HttpRequest,
    flag: Flag = "",
    days: int | None = Query(None, ge=1, le=36_500),  # type: ignore[type-arg]
    page: int = Query(1, ge=1, le=1_000_000),  # type: ignore[type-arg]
) -> SafetyAlarmListOut:
    """Mentions of danger, fire, law, self-harm and urgency, newest first."""
    found = alarms(by=member_of(request), flag=flag, days=days, page=page)
    return SafetyAlarmListOut(
        total=found.paginator.count,
        page=found.number,
        pages=found.paginator.num_pages,
        alarms=[
            SafetyAlarmOut(
                mention=alarm.mention,
                flags=list(alarm.flags),
                words=VerbatimOut.from_orm(alarm.words),
            )
            for alarm in found.object_list
        ],
    )
