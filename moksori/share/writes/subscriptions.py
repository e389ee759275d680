"""When editions come, and when not."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.share.models import Depth, Subscription, Weekday
from moksori.share.reads.manners import is_quiet_hour
from moksori.share.reads.subscriptions import due_slot


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a member wants editions: on which day (Monday 0), hour (0–23), language.

    What is None stays as it is. Quiet hours run from one hour to another of the
    installation's day; the same twice means none.
    """

    channel: str
    weekday: int
    hour: int
    language: str
    paused: bool
    depth: str | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    may_nudge: bool | None = None


def ensure_subscription(member: Member) -> Subscription:
    """Weekly by e-mail from now on, unless the member has chosen already."""
    subscription = Subscription.objects.filter(member=member).first()
    if subscription is not None:
        return subscription
    subscription = Subscription(member=member, language=member.language)
    # The slot before today is past: nobody asked for it.
    subscription.last_slot = due_slot(subscription)
    try:
        with transaction.atomic():
            subscription.save(force_insert=True)
    except IntegrityError:
        # Made in another window between our question and our answer.
        return Subscription.objects.get(member=member)
    return subscription


@transaction.atomic
def save_subscription(member: Member, wishes: Wishes, *, by: Member) -> Subscription:
    if by.pk != member.pk:
        raise NotFound
    _check(wishes)
    subscription = ensure_subscription(member)
    subscription.channel = wishes.channel
    subscription.weekday = wishes.weekday
    subscription.hour = wishes.hour
    subscription.language = wishes.language
    subscription.paused = wishes.paused
    for name in ("depth", "quiet_from", "quiet_until", "may_nudge"):
        value = getattr(wishes, name)
        if value is not None:
            setattr(subscription, name, value)
    _check_hours(subscription, wishes)
    subscription.last_slot = max(
        filter(None, (subscription.last_slot, due_slot(subscription)))
    )
    subscription.save()
    audit.record("save_subscription", subscription, by=by, paused=wishes.paused)
    return subscription


@transaction.atomic
def pause(subscription: Subscription, *, by: Member) -> None:
    """No more editions until the member asks for them again; twice is once."""
    if by.pk != subscription.member_id:
        raise NotFound
    if subscription.pk is None:
        subscription = ensure_subscription(subscription.member)
    if subscription.paused:
        return
    subscription.paused = True
    subscription.save(update_fields=["paused"])
    audit.record("pause_subscription", subscription, by=by)


def _check(wishes: Wishes) -> None:
    fits = {
        "channel": wishes.channel in Subscription.Channel.values,
        "weekday": wishes.weekday in Weekday.values,
        "hour": 0 <= wishes.hour <= 23,
        "language": wishes.language in {"ko", "en"},
        "depth": wishes.depth is None or wishes.depth in Depth.values,
        "quiet_from": 0 <= (wishes.quiet_from or 0) <= 23,
        "quiet_until": 0 <= (wishes.quiet_until or 0) <= 23,
    }
    for name, is_fine in fits.items():
        if not is_fine:
            raise UserError(_("Choose one of the values offered."), field=name)


def _check_hours(subscription: Subscription, wishes: Wishes) -> None:
    """An hour inside of quiet hours contradicts itself; only who sets both is told.

    Whoever chose an early hour before there were quiet hours simply keeps it: their
    quiet hours begin anew around it.
    """
    if not is_quiet_hour(subscription.hour, subscription):
        return
    if wishes.quiet_from is None and wishes.quiet_until is None:
        subscription.quiet_from = subscription.quiet_until = 0
        return
    raise UserError(
        _(
            "Your edition would come in your quiet hours. Choose another hour, or "
            "quiet hours that leave it out."
        ),
        field="hour",
    )
