"""What outlets tell: the figures and what is new of a unit, a few minutes old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from moksori.share.models import Outlet
from moksori.share.reads.figures import Figure, figures_of
from moksori.share.sections.brief import Brief, brief_of

KEPT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Latest:
    """The figures, and the brief that stands under them; when they were worked out."""

    figures: tuple[Figure, ...]
    brief: Brief
    at: datetime


def latest(outlet: Outlet, *, with_words: bool = True) -> Latest:
    """In the active language, with the rights of the outlet's member.

    Kept for five minutes: a frame on a busy intranet asks once for everybody.
    """
    key = f"share.latest.{outlet.pk}.{outlet.digest[:8]}.{get_language()}.{with_words}"
    found = cache.get(key)
    if isinstance(found, Latest):
        return found
    made = Latest(
        figures=figures_of(outlet.unit, by=outlet.member),
        brief=brief_of(outlet.unit, by=outlet.member, with_words=with_words),
        at=timezone.now(),
    )
    cache.set(key, made, KEPT.total_seconds())
    return made
