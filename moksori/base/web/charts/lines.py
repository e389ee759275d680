"""Lines over time with their interval bands, named at their ends."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from moksori.base.web.charts.figure import FORMATS, Chart, interval
from moksori.base.web.charts.plot import Event, Plot, Point, Series


def line_chart(
    title: str,
    series: Sequence[Series],
    *,
    kind: str = "share",
    events: Sequence[Event] = (),
    note: str = "",
    bounds: tuple[float | None, float | None] = (0.0, None),
) -> Chart:
    """A chart of one or a few lines.

    `kind` is a key of FORMATS; `bounds` fixes the ends of the scale, None finds them in
    the values. Shares and counts start at zero unless told otherwise.
    """
    plots = [
        Plot(series, events, kind, bounds, width, class_)
        for width, class_ in ((760, "wide"), (340, "narrow"))
    ]
    wide, narrow = (plot.draw(title) for plot in plots)
    return Chart(title, wide, narrow, *_table(series, kind), note)


def _table(
    series: Sequence[Series], kind: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    has_n = any(point.n is not None for line in series for point in line.points)
    header = [_("When")]
    for line in series:
        header += [line.name, _("95% interval")] + ([_("n")] if has_n else [])
    rows = []
    for place, moment in enumerate(series[0].points if series else ()):
        row = [moment.label]
        for line in series:
            row += _row(line.points[place], kind, has_n=has_n)
        rows.append(tuple(row))
    return tuple(header), tuple(rows)


def _row(point: Point, kind: str, *, has_n: bool) -> list[str]:
    value = "–" if point.value is None else FORMATS[kind](point.value)
    row = [value, interval(point.low, point.high, kind)]
    return [*row, "" if point.n is None else f"{point.n:,}"] if has_n else row
