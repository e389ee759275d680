"""The JSON door of office hours and absences."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from moksori.act.casework.hours import Hours, shown_time
from moksori.act.models import Absence
from moksori.act.reads import absences as absence_reads
from moksori.act.reads import office as reads
from moksori.act.writes import office as writes
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of

router = Router(tags=["act"])


class DayIn(Schema):
    opens: time
    closes: time = Field(description="00:00 is the end of the day")


class HoursIn(Schema):
    week: dict[int, DayIn] = Field(description="0 is Monday; a missing day is off")
    holidays: dict[date, str] = {}


class HoursOut(Schema):
    unit_id: int
    unit_name: str
    week: dict[int, list[str]]
    holidays: dict[date, str]
    is_own: bool
    source: str = Field(description="whose hours hold; empty: the usual ones")


class AbsenceIn(Schema):
    member: int | None = Field(None, description="without one: yourself")
    starts_on: date
    ends_on: date


class AbsenceOut(Schema):
    id: int
    member_id: int
    starts_on: date
    ends_on: date


@router.get("/office-hours", response=list[HoursOut])
def hours_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Of the units in which you may hand out work."""
    return [_shown(line) for line in reads.office_lines(by=member_of(request))]


@router.put("/office-hours/{int:unit_id}", response=HoursOut)
def set_hours(request: HttpRequest, unit_id: int, given: HoursIn) -> dict[str, Any]:
    """They hold below, too; deadlines that stand do not move."""
    member = member_of(request)
    unit = reads.office_unit(unit_id, by=member)
    week = {
        day: (span.opens, writes.end_of(span.closes))
        for day, span in given.week.items()
    }
    writes.set_hours(unit, week, given.holidays, by=member)
    lines = reads.office_lines(by=member)
    return next(_shown(line) for line in lines if line.unit_id == unit.pk)


@router.delete("/office-hours/{int:unit_id}", response={204: None})
def drop_hours(request: HttpRequest, unit_id: int) -> Status[None]:
    """The hours of the unit above hold then, or the usual ones."""
    member = member_of(request)
    writes.drop_hours(reads.office_unit(unit_id, by=member), by=member)
    return Status(204, None)


@router.get("/absences", response=list[AbsenceOut])
def absence_list(request: HttpRequest) -> list[absence_reads.AbsenceLine]:
    """Your own that are not over, and those of whom you lead."""
    return absence_reads.absence_lines(by=member_of(request))


@router.post("/absences", response={201: AbsenceOut})
def note_absence(request: HttpRequest, given: AbsenceIn) -> Status[Absence]:
    member = member_of(request)
    who = member
    if given.member is not None:
        people = [person.pk for person in absence_reads.team_of(member)]
        who = one(Member.objects.filter(pk__in=people), pk=given.member)
    row = writes.note_absence(who, given.starts_on, given.ends_on, by=member)
    return Status(201, row)


@router.delete("/absences/{int:absence_id}", response={204: None})
def drop_absence(request: HttpRequest, absence_id: int) -> Status[None]:
    member = member_of(request)
    row = absence_reads.absence_row(absence_id, by=member)
    writes.drop_absence(row, by=member)
    return Status(204, None)


def _shown(line: reads.OfficeLine) -> dict[str, Any]:
    hours: Hours = line.hours
    return {
        "unit_id": line.unit_id,
        "unit_name": line.unit_name,
        "week": {
            day: [shown_time(span[0]), shown_time(span[1])]
            for day, span in hours.week.items()
        },
        "holidays": dict(hours.holidays),
        "is_own": line.is_own,
        "source": line.source,
    }
