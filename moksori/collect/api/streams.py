"""The JSON door of connections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from moksori.base.people.gate import one
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.reads import streams as reads
from moksori.collect.writes import streams as writes
from moksori.collect.writes.visits import ask_for_visit

router = Router(tags=["collect"])


class ConnectionIn(Schema):
    """`given` is what the kind asks for, its key included: see `docs/collect.md`."""

    kind: str = Field(max_length=30)
    unit: int = Field(ge=1, le=2**31)
    given: dict[str, str]
    name: str = Field(default="", max_length=100)


class ConnectionOut(Schema):
    """A connection; `message` says why its last visit failed, or is empty."""

    id: int
    name: str
    unit: str
    kind: str
    address: str
    state: str
    message: str
    last_at: datetime | None
    last_new_at: datetime | None
    next_at: datetime | None
    every_minutes: int
    feedback: int
    week: int


class PollOut(Schema):
    """One visit: `unmodified` requests were answered that nothing is new."""

    at: datetime
    seconds: float
    requests: int
    unmodified: int
    added: int
    revised: int
    unchanged: int
    removed: int
    message: str


class AgainIn(Schema):
    since: datetime


@router.get("/connections", response=list[ConnectionOut])
def connection_list(request: HttpRequest) -> Any:
    member = member_of(request)
    member.must(Ability.IMPORT)
    return reads.stream_lines(by=member)


@router.post("/connections", response={201: ConnectionOut})
def connect(request: HttpRequest, body: ConnectionIn) -> Status[Any]:
    """Connect, and read for the first time in the background."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    units = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
    stream = writes.connect(
        body.kind,
        unit=one(units, pk=body.unit),
        given=body.given,
        name=body.name.strip(),
        by=member,
    )
    ask_for_visit(stream)
    return Status(201, reads.stream_page(stream.pk, by=member).line)


@router.get("/connections/{int:stream_id}", response=ConnectionOut)
def connection(request: HttpRequest, stream_id: int) -> Any:
    return reads.stream_page(stream_id, by=member_of(request)).line


@router.get("/connections/{int:stream_id}/visits", response=list[PollOut])
def visits(request: HttpRequest, stream_id: int) -> Any:
    """The last visits, the newest first."""
    return reads.stream_page(stream_id, by=member_of(request)).polls


@router.post("/connections/{int:stream_id}/pause", response=ConnectionOut)
def pause(request: HttpRequest, stream_id: int) -> Any:
    member = member_of(request)
    writes.pause_stream(reads.stream_row(stream_id, by=member), by=member)
    return reads.stream_page(stream_id, by=member).line


@router.post("/connections/{int:stream_id}/resume", response=ConnectionOut)
def resume(request: HttpRequest, stream_id: int) -> Any:
    member = member_of(request)
    writes.resume_stream(reads.stream_row(stream_id, by=member), by=member)
    return reads.stream_page(stream_id, by=member).line


@router.post("/connections/{int:stream_id}/again", response=ConnectionOut)
def read_again(request: HttpRequest, stream_id: int, body: AgainIn) -> Any:
    """Read everything since that moment once more; what is here already stays."""
    member = member_of(request)
    stream = reads.stream_row(stream_id, by=member)
    since = body.since
    if timezone.is_naive(since):
        since = timezone.make_aware(since)
    writes.read_again(stream, since=since, by=member)
    ask_for_visit(stream)
    return reads.stream_page(stream_id, by=member).line


@router.delete("/connections/{int:stream_id}", response={204: None})
def disconnect(request: HttpRequest, stream_id: int) -> Status[Any]:
    """No more visits; the source and its feedback stay."""
    member = member_of(request)
    writes.disconnect(reads.stream_row(stream_id, by=member), by=member)
    return Status(204, None)
