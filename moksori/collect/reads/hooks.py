"""Questions about webhooks, out and in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Hook, HookMessage, HookTry, Inlet

PER_PAGE = 50
State = HookMessage.State


@dataclass(frozen=True, slots=True)
class HookLine:
    """A webhook out, with what became of its messages of the last month."""

    id: int
    name: str
    unit: str
    host: str
    state: str
    is_on: bool
    is_failing: bool
    delivered: int
    waiting: int
    gave_up: int


@dataclass(frozen=True, slots=True)
class InletLine:
    """A webhook in, with what came through it."""

    id: int
    name: str
    unit: str
    is_open: bool
    has_mapping: bool
    deliveries: int
    waiting: int
    last_at: datetime | None


def hook_lines(*, by: Member) -> list[HookLine]:
    by.must(Ability.IMPORT)
    rows = Hook.objects.visible_to(by, Ability.IMPORT).select_related("unit")
    counted = rows.annotate(
        delivered=_count(State.DELIVERED),
        waiting=_count(State.WAITING),
        gave_up=_count(State.GAVE_UP),
    )
    return [
        HookLine(
            id=row.pk,
            name=row.name,
            unit=row.unit.name,
            host=row.url.split("/")[2] if row.url.count("/") > 1 else row.url,
            state=row.get_stopped_display(),
            is_on=row.is_on,
            is_failing=row.failing_since is not None,
            delivered=row.delivered,
            waiting=row.waiting,
            gave_up=row.gave_up,
        )
        for row in counted
    ]


def _count(state: str) -> Count:
    return Count("messages", filter=Q(messages__state=state))


def hook_row(hook_id: int, *, by: Member) -> Hook:
    """The webhook; NotFound outside, NotAllowed for who reads but may not import."""
    seen = Hook.objects.select_related("unit", "member")
    rows = seen.visible_to(by, Ability.IMPORT) | seen.visible_to(by)
    hook = one(rows.distinct(), pk=hook_id)
    by.must(Ability.IMPORT, hook)
    return hook


def message_page(hook: Hook, page: str | int | None = 1) -> Page[HookMessage]:
    """What a hook told, the newest first."""
    rows = HookMessage.objects.filter(hook=hook).order_by("-id")
    return Paginator(rows, PER_PAGE).get_page(page)


def has_given_up(hook: Hook) -> bool:
    """Whether something could be told again."""
    return HookMessage.objects.filter(hook=hook, state=State.GAVE_UP).exists()


def message_row(message_id: int, *, by: Member) -> HookMessage:
    """One message; NotFound outside, NotAllowed without import."""
    rows = HookMessage.objects.select_related("hook__unit", "hook__member")
    seen: QuerySet[HookMessage] = rows.visible_to(by, Ability.IMPORT) | rows.visible_to(
        by
    )
    message = one(seen.distinct(), pk=message_id)
    by.must(Ability.IMPORT, message)
    return message


def tries_of(message: HookMessage) -> Sequence[HookTry]:
    return list(message.attempts.order_by("id"))


def inlet_lines(*, by: Member) -> list[InletLine]:
    by.must(Ability.IMPORT)
    rows = Inlet.objects.visible_to(by, Ability.IMPORT)
    counted = rows.select_related("source__unit").annotate(
        waiting=Count("kept", filter=Q(kept__dropped_at=None))
    )
    return [
        InletLine(
            id=row.pk,
            name=row.source.name,
            unit=row.source.unit.name,
            is_open=row.is_open,
            has_mapping=bool(row.mapping),
            deliveries=row.deliveries,
            waiting=row.waiting,
            last_at=row.last_at,
        )
        for row in counted.order_by("source__name")
    ]


def inlet_row(inlet_id: int, *, by: Member) -> Inlet:
    """The inlet; NotFound outside, NotAllowed for who reads but may not import."""
    seen = Inlet.objects.select_related("source__unit")
    rows = seen.visible_to(by, Ability.IMPORT) | seen.visible_to(by)
    inlet = one(rows.distinct(), pk=inlet_id)
    by.must(Ability.IMPORT, inlet)
    return inlet


def telling_units(*, by: Member) -> list[Unit]:
    """Units of which the member may have feedback told."""
    units = by.scope(Ability.IMPORT).units & by.scope(Ability.READ).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))
