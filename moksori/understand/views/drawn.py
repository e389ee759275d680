"""Charts and choices of the pages: findings in, what templates show out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.base.web import text
from moksori.base.web.charts import (
    Bar,
    Chart,
    Point,
    Series,
    bar_chart,
    line_chart,
)
from moksori.understand.models import Mention
from moksori.understand.reads.pain_page import SegmentTable, Week


def over_time(weeks: Sequence[Week], title: str) -> Chart | None:
    """The weekly share with its interval; None without any feedback."""
    if not any(week.total for week in weeks):
        return None
    points = [
        Point(
            label=text.short_day(week.start),
            value=week.share.value if week.share else None,
            low=week.share.low if week.share else None,
            high=week.share.high if week.share else None,
            n=week.total,
        )
        for week in weeks
    ]
    first, last = text.day(weeks[0].start), text.day(weeks[-1].start)
    note = _("Weeks from %(first)s to %(last)s; the band is the 95%% interval.") % {
        "first": first,
        "last": last,
    }
    return line_chart(title, [Series("", points, tone="hurt")], note=note)


def segment_chart(table: SegmentTable) -> Chart:
    """The share of each value's feedback that complains, worst first."""
    titles = {
        "product": _("By product"),
        "region": _("By region"),
        "channel": _("By channel"),
    }
    bars = [
        Bar(
            label=row.label,
            value=row.reach.value,
            low=row.reach.low,
            high=row.reach.high,
            n=row.total,
            tone="hurt",
        )
        for row in table.rows
    ]
    return bar_chart(
        titles[table.dimension],
        bars,
        note=_("Share of the feedback of each that complains; n of 30 or more."),
        first=titles[table.dimension],
    )


def kinds(chosen: str) -> list[tuple[str, str, bool]]:
    """The kinds of mentions to choose from: value, label, whether it is chosen."""
    every = [("", pgettext("filter", "all")), *Mention.Kind.choices]
    return [(value, str(label), value == chosen) for value, label in every]


def orders(chosen: str) -> list[tuple[str, str, bool]]:
    """The orders of the themes page: value, label, whether it is chosen."""
    every = [
        ("size", _("largest first")),
        ("complaints", _("most complaints first")),
        ("rising", _("rising first")),
        ("name", _("by name")),
    ]
    return [(value, label, value == chosen) for value, label in every]
