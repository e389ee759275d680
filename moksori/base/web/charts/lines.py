"""Lines over time with their interval bands, named at their ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from moksori.base.web.charts import svg
from moksori.base.web.charts.figure import FORMATS, Chart, interval
from moksori.base.web.charts.marks import runs

LEFT, TOP, BOTTOM = 44, 22, 26


@dataclass(frozen=True, slots=True)
class Point:
    """One moment of a series; `value` None is a gap (too few to say)."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A named line. All series of a chart share the moments of the first."""

    name: str
    points: Sequence[Point]
    tone: str = "ink"
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a moment: "조치 시작" at the n-th point."""

    at: int
    label: str


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
        _Plot(series, events, FORMATS[kind], bounds, width, class_)
        for width, class_ in ((720, "wide"), (340, "narrow"))
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


@dataclass(frozen=True, slots=True)
class _Plot:
    """One drawing at one width."""

    series: Sequence[Series]
    events: Sequence[Event]
    show: Callable[[float], str]
    bounds: tuple[float | None, float | None]
    width: int
    class_: str
    height: int = 220

    def draw(self, title: str) -> str:
        marks = self.scale_marks()
        parts = [
            *(self.rule(mark, marks) for mark in marks),
            *self.moments(),
            *(self.event(event) for event in self.events),
            *(self.band(line, marks) for line in self.series),
            *(self.line(line, marks) for line in self.series),
            *self.names(marks),
        ]
        size = (self.width, self.height)
        return svg.drawing(
            size, parts, title=title, desc=self.words(), class_=self.class_
        )

    def words(self) -> str:
        """First and last value of each line, for who listens."""
        told = []
        for line in self.series:
            known = [point for point in line.points if point.value is not None]
            ends = [known[0], known[-1]] if known else []
            told.append(
                f"{line.name}: "
                + " → ".join(f"{p.label} {self.show(p.value or 0)}" for p in ends)
            )
        return "; ".join(told)

    # --- scales ---

    def scale_marks(self) -> list[float]:
        seen = [
            number
            for line in self.series
            for point in line.points
            for number in (point.value, point.low, point.high)
            if number is not None
        ] or [0.0, 1.0]
        low, high = self.bounds
        bottom = min(seen) if low is None else min(low, *seen, low)
        return svg.ticks(bottom, max(seen) if high is None else high)

    def x(self, place: int) -> float:
        count = max((len(line.points) for line in self.series), default=1)
        room = self.width - LEFT - self.right()
        return LEFT + room * place / max(count - 1, 1)

    def y(self, value: float, marks: Sequence[float]) -> float:
        span = (marks[-1] - marks[0]) or 1
        return (
            self.height
            - BOTTOM
            - (value - marks[0]) / span * (self.height - TOP - BOTTOM)
        )

    def right(self) -> float:
        """Room for the names at the ends of the lines."""
        longest = max((svg.text_width(t) for _l, t in self.ends()), default=0)
        return min(longest + 14, self.width * 0.36)

    def ends(self) -> list[tuple[Series, str]]:
        found = []
        for line in self.series:
            known = [p.value for p in line.points if p.value is not None]
            if known:
                name = f"{line.name} " if len(self.series) > 1 else ""
                found.append((line, name + self.show(known[-1])))
        return found

    # --- parts ---

    def rule(self, mark: float, marks: Sequence[float]) -> str:
        y = self.y(mark, marks)
        line = svg.shape(
            "path", d=f"M{LEFT} {y:.1f}H{self.width - self.right():.1f}",
            stroke=svg.LINE, class_="c-line",
        )  # fmt: skip
        return line + svg.text((LEFT - 8, y + 4), self.show(mark), text_anchor="end")

    def moments(self) -> list[str]:
        """As many labels as fit, the first and the last among them."""
        points = self.series[0].points if self.series else ()
        if not points:
            return []
        widest = max(svg.text_width(point.label) for point in points) + 18
        fits = max(int((self.width - LEFT - self.right()) // widest), 1)
        step = max(-(-(len(points) - 1) // fits), 1)
        return [
            svg.text(
                (self.x(place), self.height - 6), points[place].label,
                text_anchor="middle",
            )
            for place in range(len(points) - 1, -1, -step)
        ]  # fmt: skip

    def event(self, event: Event) -> str:
        x = self.x(event.at)
        turns = x > self.width * 0.6
        return svg.shape(
            "path", d=f"M{x:.1f} {TOP - 12}V{self.height - BOTTOM}", stroke=svg.NOTE,
            stroke_dasharray="2 3",
        ) + svg.text(
            (x - 6 if turns else x + 6, TOP - 6), event.label,
            text_anchor="end" if turns else None,
        )  # fmt: skip

    def band(self, line: Series, marks: Sequence[float]) -> str:
        edges = [
            (self.x(place), point.low, point.high)
            if point.low is not None and point.high is not None
            else None
            for place, point in enumerate(line.points)
        ]
        shapes = []
        for run in _stretches(edges):
            upper = [(x, self.y(high, marks)) for x, _low, high in run]
            lower = [(x, self.y(low, marks)) for x, low, _high in reversed(run)]
            shapes.append(
                svg.shape("path", d=svg.path(upper + lower) + "Z",
                          fill="currentColor", fill_opacity=".13")
            )  # fmt: skip
        return svg.group(line.tone, *shapes)

    def line(self, line: Series, marks: Sequence[float]) -> str:
        spots = [
            None if p.value is None else (self.x(i), self.y(p.value, marks))
            for i, p in enumerate(line.points)
        ]
        shapes = [
            svg.shape("path", d=svg.path(run), fill="none", stroke="currentColor",
                      stroke_width=2, stroke_linejoin="round", stroke_linecap="round",
                      stroke_dasharray="1 5" if line.is_dashed else None)
            for run in runs(spots)
        ]  # fmt: skip
        last = next((spot for spot in reversed(spots) if spot), None)
        if last:
            shapes.append(
                svg.shape("circle", cx=last[0], cy=last[1], r=3.5, fill="currentColor")
            )
        return svg.group(line.tone, *shapes)

    def names(self, marks: Sequence[float]) -> list[str]:
        """Labels at the ends of the lines, moved apart where lines meet."""
        placed = []
        for line, words in self.ends():
            place, value = next(
                (i, p.value)
                for i, p in reversed(list(enumerate(line.points)))
                if p.value is not None
            )
            placed.append([self.y(value, marks), self.x(place), line.tone, words])
        placed.sort(key=lambda spot: spot[0])
        for above, below in zip(placed, placed[1:], strict=False):
            below[0] = max(below[0], above[0] + 16)
        return [
            svg.group(tone, svg.text((x + 9, y + 4),
                      svg.shortened(words, self.right() - 9),
                      fill="currentColor", class_=None, font_weight=600))
            for y, x, tone, words in placed
        ]  # fmt: skip


Edge = tuple[float, float, float]


def _stretches(edges: Sequence[Edge | None]) -> list[list[Edge]]:
    found: list[list[Edge]] = [[]]
    for edge in edges:
        if edge is None:
            found.append([])
        else:
            found[-1].append(edge)
    return [run for run in found if run]
