"""That somebody has a case open, so that two do not answer one customer.

It is no change of the case and says nothing of anybody's work, so the log keeps
nothing of it, and the rows go after an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from moksori.act.models import Case, Presence
from moksori.base.people.models import Member

KEPT = timedelta(hours=1)


def note_presence(case: Case, *, by: Member, writes: bool = False) -> None:
    """This member has the case open now. Give a case that they may see."""
    now = timezone.now()
    values: dict[str, datetime | None] = {"seen_at": now}
    if writes:
        values["wrote_at"] = now
    Presence.objects.update_or_create(case=case, member=by, defaults=values)


def leave_off_writing(case: Case, *, by: Member) -> None:
    """What they wrote is sent, or given up."""
    Presence.objects.filter(case=case, member=by).update(wrote_at=None)


def forget_presence() -> int:
    old = Presence.objects.filter(seen_at__lt=timezone.now() - KEPT)
    return old.delete()[0]
