"""When members are left alone: quiet hours, one edition a day, nudges that stop."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from moksori.base.people.models import Member
from moksori.share.models import Edition, Mail, Nudge, Subscription

NUDGES_APART = timedelta(days=7)
IGNORED_AT_MOST = 3
BOUNCES = 3
# So long a nudge may lie before it counts as ignored.
TIME_TO_USE = timedelta(days=7)


def is_quiet_hour(hour: int, subscription: Subscription) -> bool:
    """Whether this hour of the day lies in the member's quiet hours."""
    start, end = subscription.quiet_from, subscription.quiet_until
    if start == end:
        return False
    if start < end:
        return start <= hour < end
    return hour >= start or hour < end


def not_before(moment: datetime, subscription: Subscription | None) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into.

    Hours are those of the installation's time zone.
    """
    if subscription is None:
        return moment
    local = timezone.localtime(moment)
    if not is_quiet_hour(local.hour, subscription):
        return moment
    day = local.date()
    if local.hour >= subscription.quiet_until:
        day += timedelta(days=1)
    naive = datetime.combine(day, time(subscription.quiet_until))
    return timezone.make_aware(naive, timezone.get_current_timezone())


def had_one_today(member: Member, *, now: datetime | None = None) -> bool:
    """Whether the schedule made this member an edition today already.

    What they asked for by hand does not count: nothing was sent.
    """
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    made = Edition.objects.filter(member=member, slot__isnull=False)
    return made.filter(composed_at__gte=midnight).exists()


def mail_bounces(member: Member) -> bool:
    """Whether the last letters to this address were all refused for good.

    Then no more are written to it until it changes, or somebody sends one again.
    """
    last = list(
        Mail.objects.filter(member=member, to=member.email).values_list(
            "state", flat=True
        )[:BOUNCES]
    )
    return len(last) == BOUNCES and set(last) == {Mail.State.FAILED.value}


def may_nudge(member: Member, *, now: datetime | None = None) -> bool:
    """Whether a nudge is allowed now: wanted, none for a week, the last three not all
    ignored. One that nobody used for a week counts as ignored."""
    moment = now or timezone.now()
    subscription = Subscription.objects.filter(member=member).first()
    if not member.is_active or subscription is None:
        return False
    if subscription.paused or not subscription.may_nudge:
        return False
    last = list(Nudge.objects.filter(member=member)[:IGNORED_AT_MOST])
    if last and moment - last[0].at < NUDGES_APART:
        return False
    return len(last) < IGNORED_AT_MOST or not all(
        is_ignored(nudge, now=moment) for nudge in last
    )


def is_ignored(nudge: Nudge, *, now: datetime) -> bool:
    return nudge.used_at is None and now - nudge.at >= TIME_TO_USE
