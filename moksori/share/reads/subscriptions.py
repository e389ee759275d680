"""Questions about who is due an edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone

from moksori.share.models import Subscription


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription whose day has come, and the day."""

    subscription_id: int
    slot: date


def due_slot(subscription: Subscription, *, now: datetime | None = None) -> date:
    """The newest day, today included, on which an edition was to come.

    Days and hours are those of the installation's time zone.
    """
    local = timezone.localtime(now)
    slot = local.date() - timedelta(days=(local.weekday() - subscription.weekday) % 7)
    if slot == local.date() and local.time() < time(subscription.hour):
        return slot - timedelta(days=7)
    return slot


def due_subscriptions(*, now: datetime | None = None) -> list[Due]:
    """Whoever has a slot that nobody has seen to yet.

    After days without a worker only the newest slot counts: nobody wants three letters
    on one morning.
    """
    moment = now or timezone.now()
    local = timezone.localtime(moment).date()
    rows = Subscription.objects.filter(
        Q(last_slot=None) | Q(last_slot__lt=local),
        paused=False,
        member__is_active=True,
    ).order_by(F("last_slot").asc(nulls_first=True), "pk")
    slots = ((row, due_slot(row, now=moment)) for row in rows)
    return [
        Due(row.pk, slot)
        for row, slot in slots
        if row.last_slot is None or row.last_slot < slot
    ]
