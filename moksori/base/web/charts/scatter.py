"""Dots between two axes, each with its interval and a label that overlaps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from moksori.base.web.charts import svg
from moksori.base.web.charts.figure import FORMATS, Chart, interval
from moksori.base.web.charts.plot import NOUGHT

LEFT, RIGHT, TOP, BOTTOM = 46, 14, 40, 62
DOT = 5.0
# Where a label may stand, from its dot: near first, then farther out with a line.
_WAYS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_AWAY = (1.0, 1.8, 2.8, 4.0, 5.4, 7.0)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A dot at (`x`, `y`) with the interval of its y; hollow when chance may do it."""

    label: str
    x: float
    y: float
    low: float
    high: float
    n: int
    tone: str = "ink"
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes mean: names, kinds of numbers, where the picture is divided, and
    the names of its four parts: upper left, upper right, lower left, lower right."""

    x: str
    y: str
    x_kind: str
    y_kind: str
    divided: tuple[float, float]
    parts: tuple[str, str, str, str]


def scatter(
    title: str, spots: Sequence[Spot], axes: Axes, *, first: str, note: str = ""
) -> Chart:
    """Spots in the order given, numbered from 1; `first` heads the table.

    The narrow drawing shows numbers alone, which the table explains.
    """
    wide = _Plot(spots, axes, 760, 440, is_wide=True).draw(title, "wide")
    narrow = _Plot(spots, axes, 340, 360, is_wide=False).draw(title, "narrow")
    header = (first, axes.y, _("95% interval"), axes.x, "n")
    rows = tuple(
        (
            f"{number}. {spot.label}",
            FORMATS[axes.y_kind](spot.y),
            interval(spot.low, spot.high, axes.y_kind),
            FORMATS[axes.x_kind](spot.x),
            f"{spot.n:,}",
        )
        for number, spot in enumerate(spots, 1)
    )
    return Chart(title, wide, narrow, header, rows, note)


@dataclass(slots=True)
class _Plot:
    spots: Sequence[Spot]
    axes: Axes
    width: int
    height: int
    is_wide: bool
    taken: list[Box] = field(default_factory=list)

    def draw(self, title: str, class_: str) -> str:
        self.taken = [self._box_of_dot(spot) for spot in self.spots]
        self.taken += [self._box_of_stick(spot) for spot in self.spots]
        self.taken += self._boxes_of_lines()
        parts = [
            *self._rules(),
            *self._names(),
            *(self._mark(spot) for spot in self.spots),
            *self._labels(),
        ]
        told = "; ".join(
            f"{number}. {spot.label}: {FORMATS[self.axes.y_kind](spot.y)}"
            for number, spot in enumerate(self.spots, 1)
        )
        size = (self.width, self.height)
        return svg.drawing(size, parts, title=title, desc=told, class_=class_)

    # --- scales ---

    @property
    def size(self) -> int:
        return 13 if self.is_wide else 12

    def _x_marks(self) -> list[float]:
        values = [spot.x for spot in self.spots] + [self.axes.divided[1]]
        return svg.ticks(min(values), max(values), least=0.01)

    def _y_marks(self) -> list[float]:
        return svg.ticks(0.0, max(spot.high for spot in self.spots), least=0.001)

    def x(self, value: float) -> float:
        marks = self._x_marks()
        room = self.width - LEFT - RIGHT
        return LEFT + (value - marks[0]) / ((marks[-1] - marks[0]) or 1) * room

    def y(self, value: float) -> float:
        marks = self._y_marks()
        room = self.height - TOP - BOTTOM
        return self.height - BOTTOM - value / (marks[-1] or 1) * room

    # --- parts ---

    def _rules(self) -> Iterator[str]:
        """Axis marks, and the two lines that divide the picture."""
        bottom, right = self.height - BOTTOM, self.width - RIGHT
        marks = self._y_marks()
        for mark, words in zip(marks, _rounded(marks, self.axes.y_kind), strict=True):
            y = self.y(mark)
            yield svg.shape(
                "path", d=f"M{LEFT} {y:.1f}H{right}", stroke=svg.LINE, class_="c-line"
            )
            yield svg.text(
                (LEFT - 8, y + 4), words,
                font_size=self.size, text_anchor="end",
            )  # fmt: skip
        marks = self._x_marks()[:: 1 if self.is_wide else 2]
        for mark, words in zip(marks, _rounded(marks, self.axes.x_kind), strict=True):
            yield svg.text(
                (self.x(mark), bottom + 18), words,
                font_size=self.size, text_anchor="middle",
            )  # fmt: skip
        level, split = self.y(self.axes.divided[0]), self.x(self.axes.divided[1])
        for path in (f"M{LEFT} {level:.1f}H{right}", f"M{split:.1f} {TOP}V{bottom}"):
            yield svg.shape(
                "path", d=path, stroke=svg.NOTE, stroke_dasharray="2 3", fill="none"
            )

    def _names(self) -> Iterator[str]:
        """The names of the four parts and of the axes, outside of the picture."""
        upper_left, upper_right, lower_left, lower_right = self.axes.parts
        right, half = self.width - RIGHT, (self.width - LEFT - RIGHT) / 2
        low = self.height - 26
        for at, words, anchor in (
            ((LEFT, TOP - 10), f"↖ {upper_left}", None),
            ((right, TOP - 10), f"{upper_right} ↗", "end"),
            ((LEFT, low), f"↙ {lower_left}", None),
            ((right, low), f"{lower_right} ↘", "end"),
        ):
            yield svg.text(
                at, svg.shortened(words, half, self.size), font_size=self.size,
                font_weight=600, text_anchor=anchor,
            )  # fmt: skip
        yield svg.text((LEFT, 14), f"↑ {self.axes.y}", font_size=12)
        yield svg.text(
            (right, self.height - 8), f"{self.axes.x} →", font_size=12,
            text_anchor="end",
        )  # fmt: skip

    def _mark(self, spot: Spot) -> str:
        x, y = self.x(spot.x), self.y(spot.y)
        # The stick ends at the dot, so that a hollow one is empty.
        ends = (self.y(spot.low), y + DOT), (y - DOT, self.y(spot.high))
        stick = "".join(
            svg.shape(
                "path", d=f"M{x:.1f} {low:.1f}V{high:.1f}",
                stroke="currentColor", stroke_width=1, stroke_opacity=".55",
            )
            for low, high in ends
            if low > high
        )  # fmt: skip
        dot = svg.shape(
            "circle", cx=x, cy=y, r=DOT, stroke="currentColor", stroke_width=1.5,
            fill="none" if spot.is_hollow else "currentColor",
        )  # fmt: skip
        return svg.group(spot.tone, stick, dot)

    def _labels(self) -> Iterator[str]:
        """A label beside each dot, the most important ones nearest.

        Where there is no room for a name, the number alone finds its row in the table.
        """
        for number, spot in enumerate(self.spots, 1):
            name = svg.shortened(spot.label, 190, self.size)
            choices = (
                [f"{number} {name}", f"{number}"] if self.is_wide else [f"{number}"]
            )
            placed = ((words, self._place(spot, words)) for words in choices)
            for words, found in placed:
                if found is not None:
                    self.taken.append(found[0])
                    yield self._written(spot, words, found[0], is_far=found[1])
                    break

    def _place(self, spot: Spot, words: str) -> tuple[Box, bool] | None:
        """A free box for the words, and whether it is so far that it needs a line."""
        wide = svg.text_width(words, self.size)
        dot = (self.x(spot.x), self.y(spot.y))
        for away in _AWAY:
            for way in _WAYS:
                box = _beside(dot, way, wide, away=away * (DOT + 4), high=self.size)
                if self._is_free(box):
                    return box, away > 1
        return None

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        inside = left >= LEFT and right <= self.width - 2
        inside = inside and top >= TOP and bottom <= self.height - BOTTOM
        return inside and not any(_meet(box, other) for other in self.taken)

    def _written(self, spot: Spot, words: str, box: Box, *, is_far: bool) -> str:
        left, top, right, bottom = box
        text = svg.text(
            (left, bottom - 3), words, font_size=self.size, fill="currentColor",
            class_=None, font_weight=None if spot.is_hollow else 600,
        )  # fmt: skip
        x, y = self.x(spot.x), self.y(spot.y)
        line = ""
        if is_far:
            near = (min(max(x, left), right), min(max(y, top), bottom))
            line = svg.shape(
                "path", d=svg.path([(x, y), near]), stroke=svg.NOTE, fill="none",
                stroke_width=0.75,
            )  # fmt: skip
        return svg.group("quiet" if spot.is_hollow else spot.tone, line, text)

    def _box_of_stick(self, spot: Spot) -> Box:
        x = self.x(spot.x)
        return (x - 2, self.y(spot.high), x + 2, self.y(spot.low))

    def _boxes_of_lines(self) -> list[Box]:
        """The two dividing lines, which would strike a label through."""
        level, split = self.y(self.axes.divided[0]), self.x(self.axes.divided[1])
        right, bottom = self.width - RIGHT, self.height - BOTTOM
        return [
            (LEFT, level - 1, right, level + 1),
            (split - 1, TOP, split + 1, bottom),
        ]

    def _box_of_dot(self, spot: Spot) -> Box:
        x, y = self.x(spot.x), self.y(spot.y)
        return (x - DOT - 1, y - DOT - 1, x + DOT + 1, y + DOT + 1)


def _rounded(marks: Sequence[float], kind: str) -> list[str]:
    """Without decimals where they would all be noughts."""
    shown = [FORMATS[kind](mark) for mark in marks]
    if all(NOUGHT.search(words) for words in shown):
        return [NOUGHT.sub("", words) for words in shown]
    return shown


def _beside(
    dot: tuple[float, float], way: tuple[int, int], wide: float, *, away: float,
    high: float,
) -> Box:  # fmt: skip
    x, y = dot[0] + way[0] * away, dot[1] + way[1] * away
    left = {1: x, 0: x - wide / 2, -1: x - wide}[way[0]]
    top = {1: y, 0: y - high / 2, -1: y - high}[way[1]]
    return (left, top - 1, left + wide, top + high + 2)


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )
