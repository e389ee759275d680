"""The section of an edition with what came back after it was said to be fixed."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.account.models import Watch
from moksori.account.reads.watches import WatchLine, lines_of
from moksori.base.web import estimates, text
from moksori.share.sections import Asked
from moksori.share.sections.blocks import Line, Part, Tone

KEY = "returned"
MOST = 2
NEWS_FOR = timedelta(days=14)


def compose(asked: Asked) -> Part | None:
    """For those who care for it, and for those who had been told that it was fixed."""
    rows = Watch.objects.visible_to(asked.member).filter(
        state=Watch.State.RETURNED, returned_at__gte=timezone.now() - NEWS_FOR
    )
    mine = [row.pk for row in rows if asked.member.pk in row.told]
    lines = tuple(_line(one) for one in lines_of(mine)[:MOST])
    return Part(KEY, _("Came back after it was resolved"), lines) if lines else None


def _line(line: WatchLine) -> Line:
    note = _("Resolved on %(day)s.") % {"day": text.day(line.row.resolved_on)}
    if line.usual and line.recent:
        note += " " + _("Then %(before)s of feedback complained, now %(now)s.") % {
            "before": estimates.sentence(line.usual),
            "now": estimates.sentence(line.recent),
        }
    return Line(
        title=line.name,
        change=_("open again"),
        note=note,
        tone=Tone.HURT.value,
        path=reverse("understand:pain_point", args=[line.pain_point]),
    )
