"""Micro-segments as JSON: found, adopted, watched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from moksori.analysis.estimate import Estimate
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import BIGGEST_ID
from moksori.understand.models import Theme
from moksori.understand.reads.found_segments import (
    FoundLine,
    SegmentWeek,
    WatchedLine,
    segment_line,
    segment_page,
    segment_row,
)
from moksori.understand.reads.places import home_affiliate
from moksori.understand.writes.pains import owners_within
from moksori.understand.writes.segments import (
    Adopted,
    adopt_segment,
    change_segment,
    checked_rule,
    make_pain_point,
    must_adopt,
    restore_segment,
    retire_segment,
    write_segment,
)

router = Router(tags=["understand"])


class SegmentFoundOut(Schema):
    """A group that differs. `much`: share over everybody else's, or gap of scores.

    `expected` is `much` shrunken, `q` the expected share of false findings down to this
    one, `stability` the share of random halves in which it is found again.
    """

    key: str
    who: str
    measure: str
    theme: int | None
    n: int
    share: Estimate | None
    elsewhere: Estimate | None
    much: Estimate
    expected: Estimate
    gap: Estimate | None
    q: float
    stability: float
    watched: int | None

    @classmethod
    def of(cls, line: FoundLine) -> SegmentFoundOut:
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class SegmentWeekOut(Schema):
    start: date
    inside: float | None
    outside: float | None
    n: int

    @classmethod
    def of(cls, week: SegmentWeek) -> SegmentWeekOut:
        return cls(start=week.start, inside=week.inside, outside=week.outside, n=week.n)


class FoundSegmentOut(Schema):
    """A watched group; `is_different` null: too few of it spoke lately to say."""

    id: int
    name: str
    who: str
    rule: dict[str, Any]
    measure: str
    theme: int | None
    state: str
    origin: str
    owner: int | None
    pain_point: int | None
    adopted_at: datetime
    checked_at: datetime | None
    is_different: bool | None
    then: Estimate | None
    now: Estimate | None
    share: Estimate | None
    elsewhere: Estimate | None
    weeks: list[SegmentWeekOut]

    @classmethod
    def of(cls, line: WatchedLine) -> FoundSegmentOut:
        row = line.row
        return cls(
            id=row.pk,
            name=row.name,
            who=line.who,
            rule=row.rule,
            measure=row.measure,
            theme=row.theme_id,
            state=row.state,
            origin=row.origin,
            owner=row.owner_id,
            pain_point=row.pain_point_id,
            adopted_at=row.adopted_at,
            checked_at=row.checked_at,
            is_different=line.is_different,
            then=line.then,
            now=line.now,
            share=line.share,
            elsewhere=line.elsewhere,
            weeks=[SegmentWeekOut.of(week) for week in line.weeks],
        )


class SegmentsOut(Schema):
    """`is_whole` false: the caller reads a part of the unit, and sees none."""

    unit: int
    is_whole: bool
    at: datetime | None
    since: date | None
    until: date | None
    rows: int
    tested: int
    found: list[SegmentFoundOut]
    watched: list[FoundSegmentOut]


class AdoptIn(Schema):
    unit: int = Field(ge=1, le=BIGGEST_ID)
    key: str = Field(max_length=64)
    name: str = Field(max_length=120)
    owner: int | None = Field(None, ge=1, le=BIGGEST_ID)


class WriteIn(Schema):
    """`rule` maps up to three attributes to a value; without `theme`: the score."""

    unit: int = Field(ge=1, le=BIGGEST_ID)
    name: str = Field(max_length=120)
    rule: dict[str, int | str]
    theme: int | None = Field(None, ge=1, le=BIGGEST_ID)
    owner: int | None = Field(None, ge=1, le=BIGGEST_ID)


class ChangeIn(Schema):
    name: str = Field(max_length=120)
    owner: int | None = Field(None, ge=1, le=BIGGEST_ID)


class PainOut(Schema):
    pain_point: int


@router.get("/segments", response=SegmentsOut)
def segments(
    request: HttpRequest,
    unit: int | None = Query(None, ge=1, le=BIGGEST_ID),  # type: ignore[type-arg]
) -> SegmentsOut:
    """What the last search found in the caller's affiliate (or in `unit`)."""
    page = segment_page(by=member_of(request), unit=unit)
    search = page.search
    return SegmentsOut(
        unit=page.unit.pk,
        is_whole=page.is_whole,
        at=search.at if search else None,
        since=search.since if search else None,
        until=search.until if search else None,
        rows=search.rows if search else 0,
        tested=search.tested if search else 0,
        found=[SegmentFoundOut.of(line) for line in page.lines],
        watched=[FoundSegmentOut.of(line) for line in page.watched],
    )


@router.post("/segments", response=FoundSegmentOut)
def write(request: HttpRequest, asked: WriteIn) -> FoundSegmentOut:
    """Watch a group by a rule of one's own."""
    member = member_of(request)
    unit = home_affiliate(by=member, unit=asked.unit)
    must_adopt(member, unit.pk)
    theme = None
    if asked.theme is not None:
        theme = one(Theme.objects.visible_to(member).filter(unit=unit), pk=asked.theme)
    rule = checked_rule(unit, {k: {"is": v} for k, v in asked.rule.items()})
    measure = "complains" if theme else "score"
    owner = _owner(unit, asked.owner)
    what = Adopted(asked.name, rule, measure, theme, owner)
    row = write_segment(unit, what, by=member)
    return FoundSegmentOut.of(segment_line(row.pk, by=member))


@router.post("/segments/adopt", response=FoundSegmentOut)
def adopt(request: HttpRequest, asked: AdoptIn) -> FoundSegmentOut:
    """Watch a finding of the last search under a name of its own."""
    member = member_of(request)
    unit = home_affiliate(by=member, unit=asked.unit)
    must_adopt(member, unit.pk)
    owner = _owner(unit, asked.owner)
    row = adopt_segment(unit, asked.key, name=asked.name, owner=owner, by=member)
    return FoundSegmentOut.of(segment_line(row.pk, by=member))


@router.get("/segments/{int:segment_id}", response=FoundSegmentOut)
def segment(request: HttpRequest, segment_id: int) -> FoundSegmentOut:
    """One watched group."""
    return FoundSegmentOut.of(segment_line(segment_id, by=member_of(request)))


@router.patch("/segments/{int:segment_id}", response=FoundSegmentOut)
def change(request: HttpRequest, segment_id: int, asked: ChangeIn) -> FoundSegmentOut:
    """Another name or owner."""
    member = member_of(request)
    row = segment_row(segment_id, by=member)
    must_adopt(member, row.unit_id)
    owner = _owner(row.unit, asked.owner)
    change_segment(row, name=asked.name, owner=owner, by=member)
    return FoundSegmentOut.of(segment_line(segment_id, by=member))


@router.post("/segments/{int:segment_id}/retire", response=FoundSegmentOut)
def retire(request: HttpRequest, segment_id: int) -> FoundSegmentOut:
    """Watch it no longer."""
    member = member_of(request)
    retire_segment(segment_row(segment_id, by=member), by=member)
    return FoundSegmentOut.of(segment_line(segment_id, by=member))


@router.post("/segments/{int:segment_id}/watch-again", response=FoundSegmentOut)
def restore(request: HttpRequest, segment_id: int) -> FoundSegmentOut:
    """Take back that it was retired."""
    member = member_of(request)
    restore_segment(segment_row(segment_id, by=member), by=member)
    return FoundSegmentOut.of(segment_line(segment_id, by=member))


@router.post("/segments/{int:segment_id}/pain-point", response=PainOut)
def pain_point(request: HttpRequest, segment_id: int) -> PainOut:
    """The theme in this group as a pain point of its own."""
    member = member_of(request)
    pain = make_pain_point(segment_row(segment_id, by=member), by=member)
    return PainOut(pain_point=pain.pk)


def _owner(unit: Unit, owner_id: int | None) -> Member | None:
    if owner_id is None:
        return None
    return one(owners_within(unit), pk=owner_id)
