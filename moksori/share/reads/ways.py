"""Questions about channels: what there is, what somebody chose, how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.share.channels import channels
from moksori.share.channels.channel import Channel, Field
from moksori.share.models import Carrier, Delivery, DeliveryTry, Way

Row = Carrier | Way


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel as a member sees it.

    `way` is None while it is not chosen. `carriers` are accounts of the house that
    may be used. Without any, and not `works_alone`, it cannot be chosen yet.
    """

    kind: str
    title: str
    note: str
    works_alone: bool
    carriers: tuple[Carrier, ...]
    own_fields: tuple[Field, ...]
    alone_fields: tuple[Field, ...]
    way: Way | None

    @property
    def is_possible(self) -> bool:
        return self.works_alone or bool(self.carriers)


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One line of the log of deliveries."""

    id: int
    name: str
    channel: str
    title: str
    language: str
    state: str
    state_label: str
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None
    attempts: int
    error: str
    may_resend: bool


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A delivery with its attempts."""

    line: DeliveryLine
    tries: tuple[DeliveryTry, ...]


def fields_of_way(channel: Channel, *, has_carrier: bool) -> tuple[Field, ...]:
    """What a person fills in, with a carrier of the house or without."""
    return channel.own_fields if has_carrier else channel.alone_fields


def choices_of(member: Member, *, by: Member) -> list[Choice]:
    """Every channel that sends, for the member's own page."""
    if by.pk != member.pk:
        return []
    ways = {way.kind: way for way in Way.objects.filter(member=member)}
    return [
        Choice(
            kind=kind,
            title=str(channel.title),
            note=str(channel.note),
            works_alone=channel.works_alone,
            carriers=tuple(carriers_for(member, kind)),
            own_fields=channel.own_fields,
            alone_fields=channel.alone_fields,
            way=ways.get(kind),
        )
        for kind, channel in channels().items()
    ]


def carriers_for(member: Member, kind: str) -> list[Carrier]:
    """Accounts set up for the member's unit or one above."""
    if member.unit is None:
        return []
    above = member.unit.ancestor_ids()
    return list(Carrier.objects.filter(kind=kind, unit_id__in=[*above, member.unit_id]))


def way_row(kind: str, *, by: Member) -> Way:
    return one(Way.objects.filter(member=by), kind=kind)


def carried_kinds() -> list[tuple[str, str, str]]:
    """Kinds for which the house may have an account: kind, title, note."""
    return [
        (kind, str(channel.title), str(channel.note))
        for kind, channel in channels().items()
        if channel.carrier_fields
    ]


def carrier_lines(*, by: Member) -> list[Carrier]:
    """Those one administers."""
    rows = Carrier.objects.visible_to(by, Ability.ADMINISTER)
    return list(rows.select_related("unit"))


def carrier_row(carrier_id: int, *, by: Member) -> Carrier:
    rows = Carrier.objects.visible_to(by, Ability.ADMINISTER)
    return one(rows.select_related("unit"), pk=carrier_id)


def delivery_lines(
    *, by: Member, before: int | None = None, size: int = 50
) -> list[DeliveryLine]:
    """The newest first: one's own, and those of members one administers."""
    rows = _visible(by).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_line(row, by) for row in rows[:size]]


def delivery_row(delivery_id: int, *, by: Member) -> Delivery:
    return one(_visible(by), pk=delivery_id)


def delivery_page(delivery_id: int, *, by: Member) -> DeliveryPage:
    row = delivery_row(delivery_id, by=by)
    return DeliveryPage(_line(row, by), tuple(row.tries.all()))


def _visible(by: Member) -> QuerySet[Delivery]:
    own = Delivery.objects.filter(member=by)
    theirs = Delivery.objects.filter(
        by.scope(Ability.ADMINISTER).q(unit="member__unit_id")
    )
    return (own | theirs).select_related("member", "edition")


def _line(row: Delivery, by: Member) -> DeliveryLine:
    channel: Any = channels().get(row.kind)
    is_own = row.member_id == by.pk
    return DeliveryLine(
        id=row.pk,
        name=row.member.name or row.member.email,
        channel=str(channel.title) if channel else row.kind,
        # What customers said stays with its reader; administrators see how it went.
        title=str(row.edition) if is_own else "",
        language=row.edition.language,
        state=row.state,
        state_label=row.get_state_display(),
        created_at=row.created_at,
        sent_at=row.sent_at,
        next_try_at=row.next_try_at if row.state == Delivery.State.WAITING else None,
        attempts=row.attempts,
        error=row.error,
        may_resend=may_resend(row, by),
    )


def may_resend(row: Delivery, by: Member) -> bool:
    again = {Delivery.State.UNSURE, Delivery.State.FAILED}
    if row.state not in again or row.way_id is None:
        return False
    return row.member_id == by.pk or by.may(Ability.ADMINISTER, row)
