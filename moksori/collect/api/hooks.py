"""The JSON door of webhooks, out and in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import BeforeValidator

from moksori.base.people.gate import one
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.storable import storable_json
from moksori.collect.models import Channel, Hook, HookMessage, Inlet
from moksori.collect.reads import hooks as reads
from moksori.collect.tables.mapping import mapping_from
from moksori.collect.writes import hooks as writes
from moksori.collect.writes import inlets as inlet_writes
from moksori.collect.writes.hooks import HookWishes

router = Router(tags=["collect"])
UnitId = Annotated[int, Field(ge=1, le=2**31)]
Kept = Annotated[dict[str, Any], BeforeValidator(storable_json)]


class HookIn(Schema):
    """`filters` are those of `GET /feedback`, without `days` and `batch`."""

    name: str = Field(max_length=200)
    url: str = Field(max_length=2_000)
    topics: list[str] = Field(["feedback.stored", "feedback.removed"], max_length=10)
    filters: dict[str, str] = Field(default_factory=dict)
    has_texts: bool = False

    def wishes(self) -> HookWishes:
        return HookWishes(
            self.name, self.url, tuple(self.topics), self.filters, self.has_texts
        )


class NewHookIn(HookIn):
    unit: UnitId


class HookOut(Schema):
    id: int
    name: str
    unit: str
    url: str
    topics: list[str]
    filters: dict[str, str]
    has_texts: bool
    is_on: bool
    stopped: str
    failing_since: datetime | None


class NewHookOut(HookOut):
    """`secret` is shown this once."""

    secret: str


class MessageOut(Schema):
    """`ids` are the feedbacks it tells of; `webhook_id` stays through every attempt."""

    id: int
    webhook_id: str
    topic: str
    ids: list[int]
    state: str
    tries: int
    created_at: datetime
    next_try_at: datetime
    done_at: datetime | None


class MessagesOut(Schema):
    total: int
    page: int
    pages: int
    messages: list[MessageOut]


class TryOut(Schema):
    at: datetime
    status: int | None
    milliseconds: int
    problem: str
    answer: str


class MessageTriesOut(MessageOut):
    attempts: list[TryOut]


class InletIn(Schema):
    name: str = Field(max_length=200)
    unit: UnitId
    channel: Channel = Channel.OTHER


class InletOut(Schema):
    id: int
    source: int
    name: str
    unit: str
    is_open: bool
    mapping: dict[str, Any]
    list_at: str
    deliveries: int
    waiting: int
    last_at: datetime | None


class NewInletOut(InletOut):
    """`address` is shown this once."""

    address: str


class MappingIn(Schema):
    """By an example: without `mapping`, what its values probably mean is taken."""

    example: Kept
    list_at: str | None = Field(None, max_length=300)
    mapping: Kept | None = None


class PageQuery(Schema):
    page: int = Field(1, ge=1, le=100_000)


Deed = Literal["test", "on", "off", "again"]


@router.get("/hooks", response=list[HookOut])
def hook_list(request: HttpRequest) -> Any:
    member = member_of(request)
    member.must(Ability.IMPORT)
    rows = Hook.objects.visible_to(member, Ability.IMPORT).select_related("unit")
    return [_hook(row) for row in rows]


@router.post("/hooks", response={201: NewHookOut}, summary="Have a program told")
def add_hook(request: HttpRequest, body: NewHookIn) -> Status[Any]:
    """Messages are signed as Standard Webhooks say; the secret is in the answer."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    units = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
    unit = one(units, pk=body.unit)
    hook, secret = writes.add_hook(body.wishes(), unit=unit, by=member)
    return Status(201, {**_hook(hook), "secret": secret})


@router.get("/hooks/{int:hook_id}", response=HookOut)
def hook(request: HttpRequest, hook_id: int) -> Any:
    return _hook(reads.hook_row(hook_id, by=member_of(request)))


@router.put("/hooks/{int:hook_id}", response=HookOut)
def change_hook(request: HttpRequest, hook_id: int, body: HookIn) -> Any:
    member = member_of(request)
    row = reads.hook_row(hook_id, by=member)
    return _hook(writes.change_hook(row, body.wishes(), by=member))


@router.delete("/hooks/{int:hook_id}", response={204: None})
def remove_hook(request: HttpRequest, hook_id: int) -> Status[None]:
    member = member_of(request)
    writes.remove_hook(reads.hook_row(hook_id, by=member), by=member)
    return Status(204, None)


@router.post("/hooks/{int:hook_id}/secret", response=NewHookOut)
def renew_secret(request: HttpRequest, hook_id: int) -> Any:
    """Another secret; the one before stays valid for a day."""
    member = member_of(request)
    row = reads.hook_row(hook_id, by=member)
    secret = writes.renew_secret(row, by=member)
    return {**_hook(row), "secret": secret}


@router.post("/hooks/{int:hook_id}/do/{deed}", response=HookOut)
def do_with_hook(request: HttpRequest, hook_id: int, deed: Deed) -> Any:
    """Send a test, turn it on or off, or tell again what was given up."""
    member = member_of(request)
    row = reads.hook_row(hook_id, by=member)
    does: dict[str, Any] = {
        "test": writes.test_hook,
        "on": writes.turn_on,
        "off": writes.turn_off,
        "again": writes.tell_all_again,
    }
    does[deed](row, by=member)
    return _hook(row)


@router.get("/hooks/{int:hook_id}/messages", response=MessagesOut)
def messages(request: HttpRequest, hook_id: int, asked: Query[PageQuery]) -> Any:
    """What it told in the last month, the newest first."""
    row = reads.hook_row(hook_id, by=member_of(request))
    page = reads.message_page(row, asked.page)
    return {
        "total": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "messages": [_message(one) for one in page.object_list],
    }


@router.get("/hook-messages/{int:hook_message_id}", response=MessageTriesOut)
def message(request: HttpRequest, hook_message_id: int) -> Any:
    row = reads.message_row(hook_message_id, by=member_of(request))
    tries = [
        {
            "at": one.at,
            "status": one.status,
            "milliseconds": one.milliseconds,
            "problem": one.why,
            "answer": one.answer,
        }
        for one in reads.tries_of(row)
    ]
    return {**_message(row), "attempts": tries}


@router.post("/hook-messages/{int:hook_message_id}/again", response=MessageOut)
def tell_again(request: HttpRequest, hook_message_id: int) -> Any:
    """Once more, under the same `webhook-id`."""
    member = member_of(request)
    row = reads.message_row(hook_message_id, by=member)
    return _message(writes.tell_again(row, by=member))


@router.get("/inlets", response=list[InletOut])
def inlet_list(request: HttpRequest) -> Any:
    member = member_of(request)
    member.must(Ability.IMPORT)
    rows = Inlet.objects.visible_to(member, Ability.IMPORT)
    return [_inlet(row) for row in rows.select_related("source__unit")]


@router.post("/inlets", response={201: NewInletOut}, summary="Take from a program")
def add_inlet(request: HttpRequest, body: InletIn) -> Status[Any]:
    """An address at which another program leaves feedback, in its own shape."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    units = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
    row, token = inlet_writes.add_inlet(
        body.name, unit=one(units, pk=body.unit), channel=body.channel, by=member
    )
    address = f"{settings.MOKSORI_BASE_URL}/in/{token}/"
    return Status(201, {**_inlet(row), "address": address})


@router.put("/inlets/{int:inlet_id}/mapping", response=InletOut)
def map_inlet(request: HttpRequest, inlet_id: int, body: MappingIn) -> Any:
    """Say by an example what the values mean; what waited is read at once."""
    member = member_of(request)
    row = reads.inlet_row(inlet_id, by=member)
    row = inlet_writes.map_by_example(
        row,
        body.example,
        mapping=None if body.mapping is None else mapping_from(body.mapping),
        list_at=body.list_at,
        by=member,
    )
    return _inlet(row)


@router.delete("/inlets/{int:inlet_id}", response={204: None})
def remove_inlet(request: HttpRequest, inlet_id: int) -> Status[None]:
    """The address goes; its source and feedback stay."""
    member = member_of(request)
    inlet_writes.remove_inlet(reads.inlet_row(inlet_id, by=member), by=member)
    return Status(204, None)


def _hook(row: Hook) -> dict[str, Any]:
    names = set(HookOut.model_fields) - {"id", "unit"}
    found = {name: getattr(row, name) for name in names}
    return {**found, "id": row.pk, "unit": row.unit.name}


def _message(row: HookMessage) -> dict[str, Any]:
    names = ("topic", "state", "tries", "created_at", "next_try_at", "done_at")
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    return {
        **found,
        "id": row.pk,
        "webhook_id": row.public_id,
        "ids": row.note.get("ids", []),
    }


def _inlet(row: Inlet) -> dict[str, Any]:
    names = ("is_open", "mapping", "list_at", "deliveries", "last_at")
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    return {
        **found,
        "id": row.pk,
        "source": row.source_id,
        "name": row.source.name,
        "unit": row.source.unit.name,
        "waiting": row.kept.filter(dropped_at=None).count(),
    }
