"""Small drawings that stand in a row: dot and whisker, sparkline, stacked bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from moksori.base.web.charts import svg


class Ranged(Protocol):
    """Anything with a value and its interval, an Estimate above all."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def whisker(
    est: Ranged,
    *,
    scale: tuple[float, float],
    tone: str = "hurt",
    width: int = 120,
    title: str = "",
) -> str:
    """The value as a dot, its interval as a line, on a scale shared by all rows.

    An end beyond the scale is drawn as an arrow, so that nothing looks surer than it
    is. When the scale holds zero inside, zero is marked.
    """
    value, low, high = est.value, est.low, est.high
    bottom, top = scale
    span = (top - bottom) or 1.0
    room = width - 8

    def place(number: float) -> float:
        return 4 + min(max((number - bottom) / span, 0.0), 1.0) * room

    rail = svg.shape(
        "path", d=f"M0 6H{width}", stroke=svg.LINE, class_="c-line", stroke_width=1
    )
    zero = ""
    if bottom < 0 < top:
        zero = svg.shape(
            "path", d=f"M{place(0):g} 1V11", stroke=svg.NOTE, class_="c-zero"
        )
    mark = svg.group(
        tone,
        svg.shape(
            "path",
            d=f"M{place(low):.1f} 6H{place(high):.1f}",
            stroke="currentColor",
            stroke_width=1.5,
        ),
        _arrow(place(low), -1) if low < bottom else "",
        _arrow(place(high), 1) if high > top else "",
        svg.shape("circle", cx=place(value), cy=6, r=4, fill="currentColor"),
    )
    return svg.drawing((width, 12), (rail, zero, mark), title=title, class_="whisker")


def _arrow(x: float, way: int) -> str:
    points = [(x - 4 * way, 2.5), (x, 6), (x - 4 * way, 9.5)]
    return svg.shape(
        "path", d=svg.path(points), stroke="currentColor", fill="none", stroke_width=1.5
    )


def sparkline(
    values: Sequence[float | None],
    *,
    tone: str = "quiet",
    title: str = "",
    width: int = 92,
    height: int = 28,
) -> str:
    """The shape of a change over time; a dot marks now. None leaves a gap."""
    known = [value for value in values if value is not None]
    if not known:
        return svg.drawing((width, height), (), title=title, class_="sparkline")
    low, high = min(known), max(known)
    # A flat line lies in the middle, and noise is not blown up to fill the height.
    span = max(high - low, abs(high) * 0.25, 1e-9)
    middle = (high + low) / 2
    step = (width - 8) / max(len(values) - 1, 1)

    def at(place: int, value: float) -> svg.XY:
        return 4 + place * step, height / 2 - (value - middle) / span * (height - 8)

    lines = [
        svg.shape("path", d=svg.path(run), fill="none", stroke="currentColor",
                  stroke_width=1.5, stroke_linejoin="round", stroke_linecap="round")
        for run in runs([None if v is None else at(i, v) for i, v in enumerate(values)])
    ]  # fmt: skip
    end = max(i for i, value in enumerate(values) if value is not None)
    x, y = at(end, known[-1])
    dot = svg.shape("circle", cx=x, cy=y, r=2.5, fill="currentColor")
    return svg.drawing(
        (width, height),
        (svg.group(tone, *lines, dot),),
        title=title,
        class_="sparkline",
    )


def runs(points: Sequence[svg.XY | None]) -> list[list[svg.XY]]:
    """Stretches without a gap."""
    found: list[list[svg.XY]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if run]


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a stacked bar; `tone` is hurt, good, ink or quiet."""

    label: str
    count: float
    tone: str


def stacked(parts: Sequence[Part], *, title: str, width: int = 240) -> str:
    """Shares of a whole in a fixed order; hurt is solid, good hatched, quiet outlined.

    So it reads without colour too. The labels stand beside it, see `{% sentiment %}`.
    """
    total = sum(part.count for part in parts) or 1
    drawn, x = [], 0.0
    for part in parts:
        wide = part.count / total * width
        if wide > 0:
            drawn.append(svg.group(part.tone, _segment(x, max(wide - 1.5, 0.5), part)))
        x += wide
    return svg.drawing((width, 8), drawn, title=title, class_="stacked")


def _segment(x: float, wide: float, part: Part) -> str:
    if part.tone == "quiet":
        return svg.shape(
            "rect", x=x + 0.5, y=0.5, width=max(wide - 1, 0.5), height=7, rx=1.5,
            fill="currentColor", fill_opacity=".12", stroke="currentColor",
            stroke_opacity=".45",
        )  # fmt: skip
    box = svg.shape(
        "rect", x=x, y=0, width=wide, height=8, rx=1.5, fill="currentColor",
        fill_opacity=".35" if part.tone == "good" else None,
    )  # fmt: skip
    return box + (_hatch(x, wide) if part.tone == "good" else "")


def _hatch(x: float, wide: float) -> str:
    """Slanted strokes that stay inside the box."""
    strokes = "".join(
        f"M{x + at:.1f} 8l{min(4.0, wide - at):.1f} {-min(4.0, wide - at) * 2:.1f}"
        for at in range(0, int(wide), 5)
    )
    return svg.shape("path", d=strokes or "M0 0", stroke="currentColor", fill="none")
