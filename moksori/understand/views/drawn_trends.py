"""Small drawings of series beside what was expected of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from moksori.base.web import text
from moksori.base.web.charts import Event, Point, Series, line_chart, svg
from moksori.base.web.charts.figure import Chart
from moksori.base.web.charts.marks import runs
from moksori.understand.models import Alarm
from moksori.understand.reads.trends import Panel, TrendWeek

WIDTH, HEIGHT = 340, 150
LEFT, RIGHT, TOP, BOTTOM = 40, 10, 16, 22


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel with its drawing."""

    panel: Panel
    drawing: SafeString


def drawn(panels: Sequence[Panel]) -> list[Drawn]:
    return [Drawn(panel, _draw(panel)) for panel in panels]


def _draw(panel: Panel) -> SafeString:
    scale = _Scale.of(panel.weeks)
    band = [
        (scale.x(i), scale.y(week.low), scale.y(week.high))
        if week.low is not None and week.high is not None
        else None
        for i, week in enumerate(panel.weeks)
    ]
    parts = [
        *scale.rules(),
        *_bands(band),
        _line(scale, [week.expected for week in panel.weeks], is_expected=True),
        *_shift_marks(panel, scale),
        _line(scale, [week.share for week in panel.weeks], is_expected=False),
        *_beyond_marks(panel.weeks, scale),
    ]
    words = _("%(name)s: share of feedback that complains, by week") % {
        "name": f"{panel.name} {panel.where}".strip()
    }
    html = svg.drawing((WIDTH, HEIGHT), parts, title=words, class_="trend")
    return mark_safe(html)  # noqa: S308 – drawn here, words escaped by svg


@dataclass(frozen=True, slots=True)
class _Scale:
    count: int
    top: float
    first: str
    last: str

    @classmethod
    def of(cls, weeks: Sequence[TrendWeek]) -> _Scale:
        seen = [
            value
            for week in weeks
            for value in (week.share, week.high)
            if value is not None
        ]
        # Round up to whole marks, so that the highest point does not touch the edge.
        marks = svg.ticks(0.0, max(seen, default=0.01), least=0.001)
        days = [text.short_day(week.monday) for week in (weeks[0], weeks[-1])]
        return cls(len(weeks), marks[-1], *days)

    def x(self, at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * at / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        room = HEIGHT - TOP - BOTTOM
        return HEIGHT - BOTTOM - min(value / self.top, 1.0) * room

    def rules(self) -> list[str]:
        found = []
        for value in (0.0, self.top):
            y = self.y(value)
            found.append(
                svg.shape(
                    "path",
                    d=f"M{LEFT} {y:.1f}H{WIDTH - RIGHT}",
                    stroke=svg.LINE,
                    class_="c-line",
                )
            )
            words = text.share(value, 0 if self.top >= 0.02 else 1)
            found.append(
                svg.text((LEFT - 6, y + 4), words, font_size=12, text_anchor="end")
            )
        low = HEIGHT - 5
        found.append(svg.text((LEFT, low), self.first, font_size=12))
        found.append(
            svg.text((WIDTH - RIGHT, low), self.last, font_size=12, text_anchor="end")
        )
        return found


def _bands(band: Sequence[tuple[float, float, float] | None]) -> list[str]:
    shapes, run = [], []
    for spot in [*band, None]:
        if spot is not None:
            run.append(spot)
            continue
        if len(run) > 1:
            edge = [(x, high) for x, _low, high in run]
            edge += [(x, low) for x, low, _high in reversed(run)]
            shapes.append(
                svg.shape(
                    "path",
                    d=svg.path(edge) + "Z",
                    fill="currentColor",
                    fill_opacity=".13",
                )
            )
        run = []
    return [svg.group("ink", *shapes)] if shapes else []


def _line(scale: _Scale, values: Sequence[float | None], *, is_expected: bool) -> str:
    spots = [
        None if value is None else (scale.x(i), scale.y(value))
        for i, value in enumerate(values)
    ]
    shapes = [
        svg.shape(
            "path",
            d=svg.path(run),
            fill="none",
            stroke="currentColor",
            stroke_width=1 if is_expected else 1.75,
            stroke_dasharray="3 3" if is_expected else None,
            stroke_linejoin="round",
        )
        for run in runs(spots)
    ]
    return svg.group("quiet" if is_expected else "ink", *shapes)


def _beyond_marks(weeks: Sequence[TrendWeek], scale: _Scale) -> list[str]:
    """A filled dot above, an open one below: told apart without colour, too."""
    found = []
    for i, week in enumerate(weeks):
        if week.is_beyond and week.share is not None:
            more = week.is_beyond > 0
            dot = svg.shape(
                "circle",
                cx=scale.x(i),
                cy=scale.y(week.share),
                r=3.5,
                fill="currentColor" if more else "var(--card, #fff)",
                stroke="currentColor",
                stroke_width=1.5,
            )
            found.append(svg.group("hurt" if more else "good", dot))
    return found


def _shift_marks(panel: Panel, scale: _Scale) -> list[str]:
    mondays = [week.monday for week in panel.weeks]
    found = []
    for shift in panel.shifts:
        x = scale.x(mondays.index(shift.since)) if shift.since in mondays else None
        if x is None:
            continue
        found.append(
            svg.shape(
                "path",
                d=f"M{x:.1f} {TOP - 4}V{HEIGHT - BOTTOM}",
                stroke=svg.NOTE,
                stroke_dasharray="2 3",
            )
        )
        turns = x > WIDTH * 0.7
        found.append(
            svg.text(
                (x - 4 if turns else x + 4, TOP),
                text.short_day(shift.since),
                font_size=12,
                text_anchor="end" if turns else None,
            )
        )
    return found


def alarm_chart(row: Alarm) -> Chart | None:
    """The weeks of an alarm: what was heard, and what was expected."""
    entries = [entry for entry in row.history if entry["total"]]
    if not entries:
        return None
    seen, expected = [], []
    for entry in entries:
        n, label = entry["total"], text.short_day(date.fromisoformat(entry["week"]))
        seen.append(Point(label, entry["seen"] / n, n=n))
        known = entry["expected"] is not None
        expected.append(
            Point(
                label,
                entry["expected"] / n if known else None,
                entry["low"] / n if entry["low"] is not None else None,
                min(entry["high"] / n, 1.0) if entry["high"] is not None else None,
            )
        )
    ends = row.ended_on.isoformat() if row.ended_on else ""
    at = next((i for i, one in enumerate(entries) if one["week"] == ends), None)
    events = [Event(at, _("as usual again"))] if at is not None else []
    return line_chart(
        _("Share of feedback that complains, by week"),
        [
            Series(_("heard"), seen, tone="hurt" if row.direction > 0 else "good"),
            Series(_("expected"), expected, tone="quiet", is_dashed=True),
        ],
        events=events,
        note=_("The band is where 95% of weeks lie when nothing has changed."),
    )
