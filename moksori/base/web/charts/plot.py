"""One drawing of lines at one width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moksori.base.web.charts import svg
from moksori.base.web.charts.figure import FINEST, FORMATS
from moksori.base.web.charts.marks import runs

LEFT, TOP, BOTTOM = 44, 24, 28
NOUGHT = re.compile(r"\.0(?=\D|$)")


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


@dataclass(frozen=True, slots=True)
class Plot:
    """One drawing at one width."""

    series: Sequence[Series]
    events: Sequence[Event]
    kind: str
    bounds: tuple[float | None, float | None]
    width: int
    class_: str

    def show(self, value: float) -> str:
        return FORMATS[self.kind](value)

    @property
    def height(self) -> int:
        return 260 if self.is_wide else 220

    @property
    def is_wide(self) -> bool:
        return self.width > 500

    @property
    def size(self) -> int:
        """Letters in the wide drawing are larger, for it is often scaled down."""
        return 13 if self.is_wide else 12

    def write(self, at: svg.XY, words: str, **given: object) -> str:
        return svg.text(at, words, **({"font_size": self.size} | given))

    def draw(self, title: str) -> str:
        marks = self.scale_marks()
        parts = [
            *self.rules(marks),
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
        top = max(seen) if high is None else high
        return svg.ticks(bottom, top, least=FINEST[self.kind])

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
        longest = max(
            (
                svg.text_width(words, self.size)
                for line in self.series
                for point in line.points[-1:]
                for words in self.words_at_end(line, point.value or 0)
            ),
            default=0,
        )
        return min(longest + 16, self.width * 0.34)

    # --- parts ---

    def rules(self, marks: Sequence[float]) -> list[str]:
        """Lines across, without decimals where they would all be noughts."""
        shown = [self.show(mark) for mark in marks]
        if all(NOUGHT.search(words) for words in shown):
            shown = [NOUGHT.sub("", words) for words in shown]
        return [
            self.rule(self.y(mark, marks), words)
            for mark, words in zip(marks, shown, strict=True)
        ]

    def rule(self, y: float, words: str) -> str:
        line = svg.shape(
            "path", d=f"M{LEFT} {y:.1f}H{self.width - self.right():.1f}",
            stroke=svg.LINE, class_="c-line",
        )  # fmt: skip
        return line + self.write((LEFT - 8, y + 4), words, text_anchor="end")

    def moments(self) -> list[str]:
        """As many labels as fit, the first and the last among them."""
        points = self.series[0].points if self.series else ()
        if not points:
            return []
        widest = max(svg.text_width(point.label, self.size) for point in points) + 18
        fits = max(int((self.width - LEFT - self.right()) // widest), 1)
        step = max(-(-(len(points) - 1) // fits), 1)
        return [
            self.write(
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
        ) + self.write(
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
        placed = [self.label(line, marks) for line in self.series]
        found = sorted((each for each in placed if each), key=lambda each: each.y)
        apart = 16 * self.lines_per_name()
        for above, below in pairwise(found):
            below.y = max(below.y, above.y + apart)
        return [self.name(each) for each in found]

    def label(self, line: Series, marks: Sequence[float]) -> _Label | None:
        for place, point in reversed(list(enumerate(line.points))):
            if point.value is not None:
                return _Label(
                    self.x(place), self.y(point.value, marks), line.tone,
                    self.words_at_end(line, point.value),
                )  # fmt: skip
        return None

    def name(self, label: _Label) -> str:
        room = self.right() - 9
        top = label.y + 4 - 7.5 * (len(label.words) - 1)
        return svg.group(
            label.tone,
            *(
                self.write((label.x + 9, top + 15 * row),
                           svg.shortened(words, room, self.size),
                           fill="currentColor", class_=None, font_weight=600)
                for row, words in enumerate(label.words)
            ),
        )  # fmt: skip

    def words_at_end(self, line: Series, value: float) -> tuple[str, ...]:
        """Name and value; under each other where there is little room."""
        if len(self.series) == 1:
            return (self.show(value),)
        if self.is_wide:
            return (f"{line.name} {self.show(value)}",)
        return line.name, self.show(value)

    def lines_per_name(self) -> int:
        return 1 if self.is_wide or len(self.series) == 1 else 2


@dataclass(slots=True)
class _Label:
    """What stands at the end of a line; `y` may move."""

    x: float
    y: float
    tone: str
    words: tuple[str, ...]


Edge = tuple[float, float, float]


def _stretches(edges: Sequence[Edge | None]) -> list[list[Edge]]:
    found: list[list[Edge]] = [[]]
    for edge in edges:
        if edge is None:
            found.append([])
        else:
            found[-1].append(edge)
    return [run for run in found if run]
