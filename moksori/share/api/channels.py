"""The JSON door of channels: choices, carriers, deliveries and secret links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Field, Router, Schema, Status

from moksori.base.people.gate import one
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.share import reads, writes
from moksori.share.models import Carrier, Outlet
from moksori.share.reads.ways import Choice

router = Router()

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class FieldOut(Schema):
    """`is_secret`: never told again; left empty it stays."""

    name: str
    label: str
    is_secret: bool
    is_needed: bool


class ChannelOut(Schema):
    """`is_on` says that it was chosen; `problem` why nothing goes there any more."""

    kind: str
    title: str
    is_possible: bool
    is_on: bool
    is_stopped: bool
    problem: str
    carriers: list[dict[str, Any]]
    own_fields: list[FieldOut]
    alone_fields: list[FieldOut]

    @classmethod
    def of(cls, choice: Choice) -> ChannelOut:
        way = choice.way
        return cls(
            kind=choice.kind,
            title=choice.title,
            is_possible=choice.is_possible,
            is_on=way is not None,
            is_stopped=way is not None and way.stopped,
            problem=way.problem if way is not None else "",
            carriers=[{"id": one.pk, "name": one.name} for one in choice.carriers],
            own_fields=[_field(one) for one in choice.own_fields],
            alone_fields=[_field(one) for one in choice.alone_fields],
        )


class ChannelIn(Schema):
    """`carrier` is an account of the house; left out: an address of one's own."""

    carrier: Id | None = None
    given: dict[str, str] = {}


class ChannelPreviewOut(Schema):
    """`payload` is what the messenger would be sent, `html` the letter."""

    kind: str
    language: str
    html: str
    payload: str


class CarrierIn(Schema):
    kind: str
    name: str
    unit: Id
    given: dict[str, str] = {}


class CarrierChangeIn(Schema):
    name: str
    given: dict[str, str] = {}


class CarrierOut(Schema):
    """Without its secrets. `stopped`: "", member or secret."""

    id: int
    kind: str
    name: str
    unit: int
    stopped: str
    problem: str

    @classmethod
    def of(cls, row: Carrier) -> CarrierOut:
        return cls(
            id=row.pk,
            kind=row.kind,
            name=row.name,
            unit=row.unit_id,
            stopped=row.stopped,
            problem=row.problem,
        )


class DeliveryOut(Schema):
    id: int
    name: str
    channel: str
    title: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None
    attempts: int
    error: str


class OutletOut(Schema):
    id: int
    name: str
    kind: str
    unit: str
    start: str
    created_at: datetime
    is_open: bool


class OutletIn(Schema):
    """`given` holds what the kind asks for; `language` is ko or en."""

    kind: str
    name: str
    unit: Id
    language: str = ""
    given: dict[str, str] = {}


class OpenedOut(Schema):
    """The addresses are told this once."""

    id: int
    addresses: dict[str, str]


def _field(field: Any) -> FieldOut:
    return FieldOut(
        name=field.name,
        label=str(field.label),
        is_secret=field.is_secret,
        is_needed=field.is_needed,
    )


@router.get("/channels", response=list[ChannelOut])
def channels(request: HttpRequest) -> list[ChannelOut]:
    """Every channel and whether I chose it."""
    by = member_of(request)
    return [ChannelOut.of(choice) for choice in reads.choices_of(by, by=by)]


@router.put("/channels/{kind}", response=ChannelOut)
def choose(request: HttpRequest, kind: str, asked: ChannelIn) -> ChannelOut:
    """My editions come by this channel, too."""
    by = member_of(request)
    writes.choose_way(by, kind, asked.given, carrier_id=asked.carrier, by=by)
    found = {choice.kind: choice for choice in reads.choices_of(by, by=by)}
    return ChannelOut.of(found[kind])


@router.delete("/channels/{kind}", response={204: None})
def leave(request: HttpRequest, kind: str) -> Status[None]:
    by = member_of(request)
    writes.leave_way(reads.way_row(kind, by=by), by=by)
    return Status(204, None)


@router.get("/channels/{kind}/preview", response=ChannelPreviewOut)
def preview(request: HttpRequest, kind: str) -> ChannelPreviewOut:
    """How my next edition would look there; `email` for the letter."""
    by = member_of(request)
    found = writes.preview(by, kind, by=by)
    return ChannelPreviewOut(
        kind=kind, language=found.language, html=found.html, payload=found.payload
    )


@router.get("/deliveries", response=list[DeliveryOut])
def deliveries(
    request: HttpRequest, before: Id | None = None
) -> list[reads.DeliveryLine]:
    """What went to messengers, the newest first, fifty at a time."""
    return reads.delivery_lines(by=member_of(request), before=before)


@router.post("/deliveries/{int:delivery_id}/again", response=DeliveryOut)
def again(request: HttpRequest, delivery_id: int) -> reads.DeliveryLine:
    """Once more, what failed or perhaps arrived."""
    by = member_of(request)
    writes.deliver_again(reads.delivery_row(delivery_id, by=by), by=by)
    return reads.delivery_page(delivery_id, by=by).line


@router.get("/carriers", response=list[CarrierOut])
def carriers(request: HttpRequest) -> list[CarrierOut]:
    """Accounts at messengers that I administer."""
    by = member_of(request)
    return [CarrierOut.of(row) for row in reads.carrier_lines(by=by)]


@router.post("/carriers", response={201: CarrierOut})
def add_carrier(request: HttpRequest, asked: CarrierIn) -> Status[CarrierOut]:
    by = member_of(request)
    unit = one(Unit.objects.all(), pk=asked.unit)
    row = writes.add_carrier(asked.kind, asked.name, asked.given, unit=unit, by=by)
    return Status(201, CarrierOut.of(row))


@router.put("/carriers/{int:carrier_id}", response=CarrierOut)
def change_carrier(
    request: HttpRequest, carrier_id: int, asked: CarrierChangeIn
) -> CarrierOut:
    """Other settings; what waited goes out again."""
    by = member_of(request)
    row = reads.carrier_row(carrier_id, by=by)
    return CarrierOut.of(writes.change_carrier(row, asked.name, asked.given, by=by))


@router.delete("/carriers/{int:carrier_id}", response={204: None})
def remove_carrier(request: HttpRequest, carrier_id: int) -> Status[None]:
    by = member_of(request)
    writes.remove_carrier(reads.carrier_row(carrier_id, by=by), by=by)
    return Status(204, None)


@router.get("/links", response=list[OutletOut])
def links(request: HttpRequest) -> list[reads.OutletLine]:
    """Secret links: mine, and those of units I administer."""
    return reads.outlet_lines(by=member_of(request))


@router.post("/links", response={201: OpenedOut})
def open_link(request: HttpRequest, asked: OutletIn) -> Status[OpenedOut]:
    by = member_of(request)
    unit = one(Unit.objects.all(), pk=asked.unit)
    given = {**asked.given, "language": asked.language}
    row, token = writes.open_outlet(asked.kind, asked.name, given, unit=unit, by=by)
    return Status(201, _opened(row, token))


@router.post("/links/{int:outlet_id}/renew", response=OpenedOut)
def renew_link(request: HttpRequest, outlet_id: int) -> OpenedOut:
    """Another address; the one before ends."""
    by = member_of(request)
    row = reads.outlet_row(outlet_id, by=by)
    return _opened(row, writes.renew_outlet(row, by=by))


@router.delete("/links/{int:outlet_id}", response={204: None})
def revoke_link(request: HttpRequest, outlet_id: int) -> Status[None]:
    by = member_of(request)
    writes.revoke_outlet(reads.outlet_row(outlet_id, by=by), by=by)
    return Status(204, None)


def _opened(row: Outlet, token: str) -> OpenedOut:
    forms = reads.outlet_of(row.kind).forms
    return OpenedOut(
        id=row.pk,
        addresses={
            form: settings.MOKSORI_BASE_URL
            + reverse("share:open_outlet", args=[token, form])
            for form in forms
        },
    )
