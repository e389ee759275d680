"""Short reminders: at most one a week, and none any more when nobody minds them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.base.people.models import Member
from moksori.share.models import Edition, Mail, Nudge, Reach, Remit, Subscription
from moksori.share.reads.manners import mail_bounces, may_nudge, not_before
from moksori.share.writes.mails import write_to

# So long an edition may lie unread before its reader is reminded.
UNREAD_AFTER = timedelta(days=3)
STALE_AFTER = timedelta(days=14)


def nudge_members() -> int:
    """Remind whoever may be reminded of an unread edition or an unwritten remit."""
    sent = 0
    for member in _candidates():
        edition = _unread(member)
        if edition is not None:
            sent += nudge_of_edition(edition) is not None
        elif not Remit.objects.filter(member=member, is_suggested=False).exists():
            sent += _nudge_of_remit(member) is not None
    return sent


def nudge_of_edition(edition: Edition) -> Nudge | None:
    with translation.override(edition.language):
        return nudge(
            edition.member,
            Nudge.Why.UNREAD,
            subject=_("Still unread: %(title)s") % {"title": str(edition)},
            words=_("It takes two minutes, and it is about your customers."),
            path=reverse("share:edition", args=[edition.pk]),
            edition=edition,
        )


@transaction.atomic
def nudge(
    member: Member,
    why: Nudge.Why,
    *,
    subject: str,
    words: str,
    path: str,
    edition: Edition | None = None,
) -> Nudge | None:
    """One reminder by mail, if the law of nudges allows one now; else None.

    Whoever wants to remind of something else asks here, so that the law holds for all
    reminders together.
    """
    # The row is the lock: two workers do not remind twice.
    locked = Subscription.objects.select_for_update().filter(member=member)
    if not locked.exists() or not may_nudge(member) or mail_bounces(member):
        return None
    made = Nudge.objects.create(member=member, why=why, edition=edition)
    end = _(
        "You get at most one reminder a week; after three that you pass over, none."
    )
    mail = write_to(member, subject=subject, words=f"{words} {end}", path=path)
    later = not_before(timezone.now(), locked.first())
    Mail.objects.filter(pk=mail.pk).update(next_try_at=later)
    return made


def _candidates() -> list[Member]:
    now = timezone.now()
    recent = Nudge.objects.filter(at__gt=now - timedelta(days=7))
    rows = Member.objects.filter(
        Q(subscription__started_at__lt=now - UNREAD_AFTER),
        is_active=True,
        subscription__paused=False,
        subscription__may_nudge=True,
    )
    return list(rows.exclude(pk__in=recent.values("member")).order_by("pk"))


def _unread(member: Member) -> Edition | None:
    """The newest edition, if it was delivered some days ago and never opened."""
    now = timezone.now()
    newest = Edition.objects.filter(member=member, slot__isnull=False).first()
    if newest is None or not now - STALE_AFTER < newest.composed_at:
        return None
    kinds = set(newest.reached.values_list("kind", flat=True))
    if Reach.Kind.DELIVERED not in kinds or Reach.Kind.OPENED in kinds:
        return None
    return newest if newest.composed_at < now - UNREAD_AFTER else None


def _nudge_of_remit(member: Member) -> Nudge | None:
    language = member.subscription.language
    with translation.override(language):
        return nudge(
            member,
            Nudge.Why.NO_REMIT,
            subject=_("For whom do you work?"),
            words=_("Two sentences, and your editions fit your customers better."),
            path=reverse("share:remit"),
        )
