"""The pictures of an effect: over time, and among the untouched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from moksori.account.models import Effect
from moksori.account.reads.panel import large_enough
from moksori.base.web import charts, text
from moksori.base.web.charts import svg

MARGIN = 28
ROW = 11
LANE = 24  # above the dots, for the one that is asked about


def over_time(effect: Effect) -> charts.Chart | None:
    """Measured, and what moving like the untouched would have been; start marked."""
    series = large_enough(effect.series)
    points = series.get("points") or []
    drawn = [at for at, point in enumerate(points) if point[0] is not None]
    if not drawn:
        return None
    # Weeks with too few at the end are no line that falls to nothing.
    last = drawn[-1] + 1
    weeks = [text.short_day(date.fromisoformat(day)) for day in series["weeks"][:last]]
    measured = [
        charts.Point(week, *point) for week, point in zip(weeks, points, strict=False)
    ]
    lines = [charts.Series(_("measured"), measured, tone="hurt")]
    if series["expected"]:
        band = series.get("band") or [[None, None]] * len(points)
        alike = [
            charts.Point(week, value, low, high)
            for week, value, (low, high) in zip(
                weeks, series["expected"], band, strict=False
            )
        ]
        name = _("without the action") if series.get("band") else _("like untouched")
        lines.append(charts.Series(name, alike, tone="quiet", is_dashed=True))
    has_started = series["start"] < last
    return charts.line_chart(
        _("Mean score (0–10)")
        if effect.is_of_scores
        else _("Share of feedback that is hurt"),
        lines,
        kind="score" if effect.is_of_scores else "share",
        bounds=(None, None) if effect.is_of_scores else (0.0, None),
        events=[charts.Event(series["start"], _("start"))] if has_started else [],
        note=_note(series["joined"], has_started=has_started),
    )


def _note(joined: int, *, has_started: bool) -> str:
    words = _("Each point is one week; the band is its 95% interval.")
    if joined > 1:
        words = _("Each point joins %(n)s weeks; the band is its 95%% interval.") % {
            "n": joined
        }
    if has_started:
        return words
    return f"{words} " + _("It ends before the start: since then too few were heard.")


def among_untouched(effect: Effect) -> charts.Chart | None:
    """Each untouched theme as a dot, the pain point as a diamond, in standard errors.

    A fall that is due to the action stands to the left of the untouched.
    """
    falls = effect.placebo.get("falls") or [] if effect.has_enough else []
    own = effect.placebo.get("own_fall")
    if not falls or own is None:
        return None
    title = _("The same measurement on what nobody touched")
    if effect.chosen.get("method") == "staggered":
        title = _("The same measurement with starts dealt out at random")
    wide, narrow = (
        _strip(own, falls, width, class_, title)
        for width, class_ in ((720, "wide"), (340, "narrow"))
    )
    middle = sorted(falls)[len(falls) // 2]
    rows = (
        (_("this pain point"), text.change(own, 1)),
        (_("strongest fall among the untouched"), text.change(min(falls), 1)),
        (_("middle of the untouched"), text.change(middle, 1)),
        (_("strongest rise among the untouched"), text.change(max(falls), 1)),
    )
    note = _("Change in standard errors; left of zero is a fall.")
    header = (_("Theme"), _("Change in standard errors"))
    return charts.Chart(title, wide, narrow, header, rows, note)


def _strip(
    own: float, falls: Sequence[float], width: int, class_: str, title: str
) -> str:
    ticks = svg.ticks(min(own, -2.0, *falls), max(own, 2.0, *falls))
    low, high = ticks[0], ticks[-1]

    def x(value: float) -> float:
        return MARGIN + (value - low) / (high - low) * (width - 2 * MARGIN)

    dots, deepest = _stacked([x(fall) for fall in falls])
    floor = LANE + 8 + deepest * ROW
    parts = [
        *(_tick(x(tick), tick, floor) for tick in ticks),
        _own(x(own), floor, width),
        svg.group("quiet", *(_dot(at, floor - 8 - row * ROW) for at, row in dots)),
    ]
    told = _("this pain point")
    desc = f"{told}: {text.change(own, 1)}; n {len(falls)}"
    return svg.drawing(
        (width, floor + 22), parts, title=title, desc=desc, class_=class_
    )


def _stacked(places: Sequence[float]) -> tuple[list[tuple[float, int]], int]:
    """Dots that would lie on each other are put one above the other."""
    last_in_row: list[float] = []
    dots = []
    for place in sorted(places):
        row = next(
            (i for i, last in enumerate(last_in_row) if place - last >= ROW),
            len(last_in_row),
        )
        if row == len(last_in_row):
            last_in_row.append(place)
        last_in_row[row] = place
        dots.append((place, row))
    return dots, len(last_in_row)


def _tick(x: float, value: float, floor: float) -> str:
    line = svg.shape(
        "path",
        d=f"M{x:.1f} {LANE}V{floor}",
        stroke=svg.LINE,
        class_="c-line",
        stroke_dasharray=None if value == 0 else "2 3",
    )
    label = text.change(value, 0)
    return line + svg.text((x, floor + 16), label, text_anchor="middle")


def _dot(x: float, y: float) -> str:
    return svg.shape("circle", cx=x, cy=y, r=4, fill="currentColor", fill_opacity=".55")


def _own(x: float, floor: float, width: int) -> str:
    """A diamond above the dots, named beside it: it is not told by colour alone."""
    y = LANE / 2
    shape = f"M{x:.1f} {y - 7}L{x + 7:.1f} {y}L{x:.1f} {y + 7}L{x - 7:.1f} {y}Z"
    turns = x > width * 0.6
    return svg.group(
        "hurt",
        svg.shape("path", d=f"M{x:.1f} {y}V{floor}", stroke="currentColor"),
        svg.shape("path", d=shape, fill="currentColor"),
        svg.text(
            (x - 13 if turns else x + 13, y + 4), _("this pain point"),
            text_anchor="end" if turns else None, fill="currentColor", class_=None,
            font_weight=600,
        ),
    )  # fmt: skip
