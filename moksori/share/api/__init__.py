"""The JSON door of the step share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from moksori.analysis.estimate import Estimate
from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.share import reads, writes
from moksori.share.api.channels import router as channels
from moksori.share.models import Reach
from moksori.share.writes.remits import Answers
from moksori.share.writes.subscriptions import Wishes

router = Router(tags=["share"])
router.add_router("", channels)

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Answer = Literal["opened", "read", "useful", "done", "not_mine"]


class EditionPartOut(Schema):
    """A section; each block says its `kind`: line, quote, todo or say."""

    key: str
    heading: str
    blocks: list[dict[str, Any]]


class EditionLineOut(Schema):
    id: int
    title: str
    kicker: str
    since: date
    until: date
    composed_at: datetime
    language: str
    marks: list[str]


class EditionOut(EditionLineOut):
    subject: str
    why: str
    parts: list[EditionPartOut]

    @classmethod
    def of(cls, page: reads.EditionPage) -> EditionOut:
        stored = page.content.as_json()
        return cls(
            id=page.id,
            since=page.since,
            until=page.until,
            composed_at=page.composed_at,
            language=page.language,
            marks=sorted(page.marks),
            **stored,
        )


class NamedOut(Schema):
    id: int
    name: str


class RemitOut(Schema):
    """`is_own` is false while it is only suggested from unit and role."""

    for_whom: str
    value: str
    units: list[NamedOut]
    products: list[NamedOut]
    regions: list[NamedOut]
    themes: list[NamedOut]
    is_own: bool


class RemitIn(Schema):
    for_whom: str
    value: str = ""
    units: list[Id] = []
    products: list[Id] = []
    regions: list[Id] = []
    themes: list[Id] = []


class ScheduleIn(Schema):
    """`weekday` runs from 0 (Monday), hours from 0 to 23, local time.

    `depth`: short, normal or everything. What is left out stays as it is.
    """

    channel: str = "email"
    weekday: int = 0
    hour: int = 8
    language: str = "ko"
    paused: bool = False
    depth: str | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    may_nudge: bool | None = None


class EditionMarkIn(Schema):
    kind: Answer


class EditionEstimateOut(Schema):
    """A share of people (0–1) with its interval and n."""

    value: float
    low: float
    high: float
    n: int
    level: float
    method: str


class ReachLineOut(Schema):
    unit: int | None
    name: str
    with_small: int
    members: int
    with_remit: EditionEstimateOut | None
    delivered: EditionEstimateOut | None
    opened: EditionEstimateOut | None
    read: EditionEstimateOut | None
    useful: EditionEstimateOut | None

    @classmethod
    def of(cls, line: reads.ReachLine) -> ReachLineOut:
        names = ("with_remit", "delivered", "opened", "read", "useful")
        return cls(
            unit=line.unit,
            name=line.name,
            with_small=line.with_small,
            members=line.members,
            **{name: _estimate(getattr(line, name)) for name in names},
        )


class UnreachedOut(Schema):
    member: int
    name: str
    why: str


class BlindOut(Schema):
    unit: int
    name: str
    members: int
    unreached: list[UnreachedOut]


class ReachOut(Schema):
    """`left_out` members work in units too small to count; no sum holds them."""

    since: date
    until: date
    total: ReachLineOut
    units: list[ReachLineOut]
    left_out: int
    blind: list[BlindOut]


class StartedOut(Schema):
    started: int


def _estimate(found: Estimate | None) -> EditionEstimateOut | None:
    if found is None:
        return None
    return EditionEstimateOut(
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        level=found.level,
        method=found.method,
    )


@router.get("/editions", response=list[EditionLineOut])
def editions(request: HttpRequest, before: Id | None = None) -> list[reads.EditionLine]:
    """My editions, the newest first, thirty at a time (`before`: the last id seen)."""
    return reads.edition_lines(by=member_of(request), before=before)


@router.get("/editions/latest", response=EditionOut)
def latest_edition(request: HttpRequest) -> EditionOut:
    by = member_of(request)
    found = reads.latest_edition(by=by)
    if found is None:
        raise NotFound
    return EditionOut.of(reads.edition_page(found, by=by))


@router.get("/editions/{int:edition_id}", response=EditionOut)
def edition(request: HttpRequest, edition_id: int) -> EditionOut:
    """One of my editions. Reading it here records nothing; `mark` does."""
    by = member_of(request)
    row = reads.edition_row(edition_id, by=by)
    return EditionOut.of(reads.edition_page(row, by=by))


@router.post("/editions", response={201: EditionOut})
def compose(request: HttpRequest) -> Status[EditionOut]:
    """An edition as of now, without a letter."""
    by = member_of(request)
    made = writes.compose_edition(by, by=by)
    return Status(201, EditionOut.of(reads.edition_page(made, by=by)))


@router.post("/editions/{int:edition_id}/mark", response=EditionOut)
def mark(request: HttpRequest, edition_id: int, asked: EditionMarkIn) -> EditionOut:
    """Say that it was read, helped, was done, or is not about my customers."""
    by = member_of(request)
    row = reads.edition_row(edition_id, by=by)
    writes.record_mark(row, Reach.Kind(asked.kind), by=by)
    return EditionOut.of(reads.edition_page(row, by=by))


@router.delete("/editions/{int:edition_id}/mark/{kind}", response=EditionOut)
def unmark(request: HttpRequest, edition_id: int, kind: Answer) -> EditionOut:
    """Take an answer back."""
    by = member_of(request)
    row = reads.edition_row(edition_id, by=by)
    writes.take_back(row, Reach.Kind(kind), by=by)
    return EditionOut.of(reads.edition_page(row, by=by))


@router.get("/remit", response=RemitOut)
def remit(request: HttpRequest) -> reads.RemitCard:
    by = member_of(request)
    return reads.remit_card(by, by=by)


@router.put("/remit", response=RemitOut)
def save_remit(request: HttpRequest, asked: RemitIn) -> reads.RemitCard:
    """Whose life I change, what value I give, and what narrows my editions."""
    by = member_of(request)
    writes.save_remit(by, Answers(**asked.dict()), by=by)
    return reads.remit_card(by, by=by)


@router.put("/schedule", response=ScheduleIn)
def save_schedule(request: HttpRequest, asked: ScheduleIn) -> ScheduleIn:
    """When my edition comes, where, and whether it rests."""
    by = member_of(request)
    writes.save_subscription(by, Wishes(**asked.dict()), by=by)
    return asked


@router.get("/reach", response=ReachOut)
def reach(request: HttpRequest, days: int = 28) -> ReachOut:
    """Who was told, opened, read, found it useful in the last 28 (or 84) days."""
    page = reads.reach_page(by=member_of(request), days=days)
    return ReachOut(
        since=page.since,
        until=page.until,
        total=ReachLineOut.of(page.total),
        units=[ReachLineOut.of(line) for line in page.lines],
        left_out=page.left_out,
        blind=[BlindOut.from_orm(unit) for unit in page.blind],
    )


@router.post("/reach/{int:unit_id}/start", response=StartedOut)
def start_editions(request: HttpRequest, unit_id: int) -> StartedOut:
    """Editions for everybody in the unit who has no remit yet."""
    by = member_of(request)
    unit = reads.unit_of_reach(unit_id, by=by)
    return StartedOut(started=writes.start_editions(unit, by=by))
