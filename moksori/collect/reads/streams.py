"""Questions about connections: which there are, how they do, what there could be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback, Poll, Stream
from moksori.collect.sources.connector import Ask, Connector, connectors

WEEK = timedelta(days=7)
SHOWN = 30


@dataclass(frozen=True, slots=True)
class StreamLine:
    """A connection and what came through it; `week` counts the last seven days."""

    id: int
    name: str
    unit: str
    kind: str
    kind_name: str
    address: str
    state: str
    state_name: str
    message: str
    last_at: datetime | None
    last_new_at: datetime | None
    next_at: datetime | None
    every_minutes: int
    feedback: int
    week: int


@dataclass(frozen=True, slots=True)
class StreamPage:
    """One connection with its last visits; `given` is what was entered, in words."""

    line: StreamLine
    stream: Stream
    given: tuple[tuple[str, str], ...]
    polls: tuple[Poll, ...]
    secret: Ask | None
    has_secret: bool


def stream_row(stream_id: int, *, by: Member) -> Stream:
    """The connection; NotFound outside, NotAllowed for who reads but may not import."""
    seen = Stream.objects.select_related("source", "unit")
    rows = seen.visible_to(by, Ability.IMPORT) | seen.visible_to(by)
    stream = one(rows.distinct(), pk=stream_id)
    by.must(Ability.IMPORT, stream)
    return stream


def stream_lines(*, by: Member) -> list[StreamLine]:
    """The connections of the units for which the member may import, by name."""
    rows = Stream.objects.visible_to(by, Ability.IMPORT)
    return _lines(list(rows.select_related("source", "unit")))


def stream_page(stream_id: int, *, by: Member) -> StreamPage:
    stream = stream_row(stream_id, by=by)
    connector = connectors().get(stream.kind)
    asks = connector.live.asks if connector and connector.live else ()
    return StreamPage(
        line=_lines([stream])[0],
        stream=stream,
        given=tuple(
            (str(ask.label), stream.given[ask.name])
            for ask in asks
            if stream.given.get(ask.name)
        ),
        polls=tuple(stream.polls.all()[:SHOWN]),
        secret=next((ask for ask in asks if ask.is_secret), None),
        has_secret=bool(stream.secret),
    )


def live_kinds() -> list[Connector]:
    """What can be connected to."""
    return [one for one in connectors().values() if one.live is not None]


def file_kinds() -> list[Connector]:
    """Which exports are recognised when somebody imports them."""
    return [one for one in connectors().values() if one.form is not None]


def _lines(streams: list[Stream]) -> list[StreamLine]:
    since = timezone.now() - WEEK
    week = dict(
        Poll.objects.filter(stream__in=streams, at__gte=since)
        .order_by()
        .values_list("stream_id")
        .annotate(n=Sum("added"))
    )
    return [_line(stream, week.get(stream.pk, 0)) for stream in streams]


def _line(stream: Stream, week: int) -> StreamLine:
    connector = connectors().get(stream.kind)
    # One count each over an index: connections are few, feedback is not.
    count = Feedback.objects.filter(source_id=stream.source_id).count()
    return StreamLine(
        id=stream.pk,
        name=stream.source.name,
        unit=stream.unit.name,
        kind=stream.kind,
        kind_name=str(connector.name) if connector else stream.kind,
        address=stream.given.get("address", ""),
        state=stream.state,
        state_name=str(stream.get_state_display()),
        message=stream.message,
        last_at=stream.last_at,
        last_new_at=stream.last_new_at,
        next_at=stream.next_at if stream.state == Stream.State.ON else None,
        every_minutes=max(1, stream.every // 60),
        feedback=count,
        week=week,
    )
