"""What is new and fits no theme, as JSON."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query, Router, Schema

from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import BIGGEST_ID, RenameIn, VerbatimOut
from moksori.understand.reads.emerging import (
    EmergingLine,
    emerging_line,
    emerging_list,
    emerging_row,
)
from moksori.understand.writes import (
    adopt_emerging,
    dismiss_emerging,
    restore_emerging,
)

router = Router(tags=["understand"])


class EmergingOut(Schema):
    """`found` in `window` days where `expected` were usual; `chance` of a false alarm.

    `weeks` are counts of twelve weeks, the last one last; `is_part` says that the
    counts are of what the caller may read.
    """

    id: int
    name: str
    state: str
    words: list[str]
    first_day: date
    last_day: date
    mentions: int
    feedback: int
    copies: int
    weeks: list[int]
    is_campaign: bool
    is_part: bool
    within: int | None
    theme: int | None
    window: int
    found: int
    expected: float
    chance: float
    typical: list[VerbatimOut]

    @classmethod
    def of(cls, line: EmergingLine) -> EmergingOut:
        return cls(
            id=line.id,
            name=line.name,
            state=line.state,
            words=line.words,
            first_day=line.first_day,
            last_day=line.last_day,
            mentions=line.mentions,
            feedback=line.feedback,
            copies=line.copies,
            weeks=list(line.weeks),
            is_campaign=line.is_campaign,
            is_part=line.is_part,
            within=line.within.pk if line.within else None,
            theme=line.theme.pk if line.theme else None,
            window=line.window,
            found=line.found,
            expected=line.expected,
            chance=line.chance,
            typical=[VerbatimOut.from_orm(one) for one in line.typical],
        )


class EmergingListOut(Schema):
    unit: int
    state: str
    emerging: list[EmergingOut]


@router.get("/emerging", response=EmergingListOut)
def emerging(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=BIGGEST_ID),  # type: ignore[type-arg]
    state: str = "new",
) -> EmergingListOut:
    """What is new in the caller's affiliate (or in `unit`), the largest first."""
    found = emerging_list(by=member_of(request), unit=unit, state=state)
    return EmergingListOut(
        unit=found.unit.pk,
        state=found.state,
        emerging=[EmergingOut.of(line) for line in found.lines],
    )


@router.post("/emerging/{int:emerging_id}/adopt", response=EmergingOut)
def adopt(request: HttpRequest, emerging_id: int, asked: RenameIn) -> EmergingOut:
    """Make a theme of it."""
    member = member_of(request)
    row = emerging_row(emerging_id, by=member)
    adopt_emerging(row, name_ko=asked.name_ko, name_en=asked.name_en, by=member)
    return EmergingOut.of(emerging_line(emerging_id, by=member))


@router.post("/emerging/{int:emerging_id}/set-aside", response=EmergingOut)
def set_aside(request: HttpRequest, emerging_id: int) -> EmergingOut:
    """Do not raise it again."""
    member = member_of(request)
    dismiss_emerging(emerging_row(emerging_id, by=member), by=member)
    return EmergingOut.of(emerging_line(emerging_id, by=member))


@router.post("/emerging/{int:emerging_id}/bring-back", response=EmergingOut)
def bring_back(request: HttpRequest, emerging_id: int) -> EmergingOut:
    """Take back that it was set aside or made a theme."""
    member = member_of(request)
    restore_emerging(emerging_row(emerging_id, by=member), by=member)
    return EmergingOut.of(emerging_line(emerging_id, by=member))
