"""Horizontal bars, each with its interval and its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from moksori.base.web.charts import svg
from moksori.base.web.charts.figure import FORMATS, Chart, interval


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `low`–`high` is its interval, `n` what it rests on."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    tone: str = "ink"


def bar_chart(
    title: str,
    bars: Sequence[Bar],
    *,
    kind: str = "share",
    note: str = "",
    first: str = "",
) -> Chart:
    """Bars in the order given, from zero; `first` heads the first table column."""
    ends = [n for bar in bars for n in (0.0, bar.value, bar.low, bar.high) if n]
    scale = (min([0.0, *ends]), max([0.0, *ends]) or 1.0)
    wide = _draw(bars, _Layout(760, 220, scale, kind), title, "wide")
    narrow = _draw(bars, _Layout(340, 0, scale, kind), title, "narrow")
    header = (first or _("What"), _("Value"), _("95% interval"), _("n"))
    rows = tuple(
        (
            bar.label,
            FORMATS[kind](bar.value),
            interval(bar.low, bar.high, kind),
            "" if bar.n is None else f"{bar.n:,}",
        )
        for bar in bars
    )
    return Chart(title, wide, narrow, header, rows, note)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things stand: labels to the left, or above when there is no room."""

    width: int
    label: int
    scale: tuple[float, float]
    kind: str

    @property
    def pitch(self) -> int:
        return 32 if self.label else 46

    @property
    def value_room(self) -> int:
        return 64

    def x(self, number: float) -> float:
        low, high = self.scale
        room = self.width - self.label - self.value_room
        return self.label + (number - low) / ((high - low) or 1) * room


def _draw(bars: Sequence[Bar], layout: _Layout, title: str, class_: str) -> str:
    show = FORMATS[layout.kind]
    parts = [_row(bar, place, layout) for place, bar in enumerate(bars)]
    size = (layout.width, max(len(bars), 1) * layout.pitch)
    words = "; ".join(f"{bar.label} {show(bar.value)}" for bar in bars)
    return svg.drawing(size, parts, title=title, desc=words, class_=class_)


def _row(bar: Bar, place: int, layout: _Layout) -> str:
    top = place * layout.pitch
    middle = top + (16 if layout.label else 32)
    name_at = (0, middle + 4.5) if layout.label else (0, top + 14)
    room = layout.label - 16 if layout.label else layout.width
    zero, end = layout.x(0), layout.x(bar.value)
    value_x = layout.x(max(bar.value, bar.high or bar.value, 0)) + 8
    return (
        svg.text(name_at, svg.shortened(bar.label, room, 13), font_size=13,
                 fill=svg.TONES["ink"], class_="c-text")
        + svg.group(
            bar.tone,
            svg.shape("rect", x=min(zero, end), y=middle - 7, height=14, rx=2,
                      width=max(abs(end - zero), 1.0), fill="currentColor",
                      fill_opacity=".24"),
            _interval(bar, middle, layout),
        )
        + svg.text((value_x, middle + 4.5), FORMATS[layout.kind](bar.value),
                   font_size=13, font_weight=600, fill=svg.TONES["ink"],
                   class_="c-text")
    )  # fmt: skip


def _interval(bar: Bar, middle: float, layout: _Layout) -> str:
    dot = svg.shape(
        "circle", cx=layout.x(bar.value), cy=middle, r=3.5, fill="currentColor"
    )
    if bar.low is None or bar.high is None:
        return dot
    line = svg.shape(
        "path", d=f"M{layout.x(bar.low):.1f} {middle}H{layout.x(bar.high):.1f}",
        stroke="currentColor", stroke_width=1.5,
    )  # fmt: skip
    return line + dot
