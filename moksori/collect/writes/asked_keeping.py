"""How long it is kept whom nobody asked, and what came back."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from moksori.collect.models import Bounce, Skip
from moksori.collect.writes.contact_rules import current

# A year, the longest clock for everybody, and a month in which somebody may ask.
KEPT = timedelta(days=400)
_CHUNK = 500


def forget_asked() -> int:
    """Skips and bounces that answer no question any more; how many went.

    Why somebody was not asked stays for as long as any clock of the company runs, and
    for as long as that very reason holds. An address to which nothing can be sent
    stays marked without its bounces.
    """
    now = timezone.now()
    old = now - _kept()
    over = Q(earliest=None) | Q(earliest__lt=now)
    skips = Skip.objects.filter(over, at__lt=old)
    return _gone(skips) + _gone(Bounce.objects.filter(at__lt=old))


def _kept() -> timedelta:
    rule = current()
    return max(KEPT, timedelta(days=max(rule.gap_days, rule.rest_days)))


def _gone(old: QuerySet[Skip] | QuerySet[Bounce]) -> int:
    """The oldest first, a few at a time so that sending goes on meanwhile."""
    gone = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:_CHUNK]):
        gone += old.model._default_manager.filter(pk__in=ids).delete()[0]
    return gone
