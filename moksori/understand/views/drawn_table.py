"""The heat table of themes by segment as SVG."""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.base.web import text
from moksori.base.web.charts import svg
from moksori.understand.reads.crossed import Cell, Crossed, Row

MOST = 30
_NAME, _WIDE, _HIGH, _TOP = 200, 92, 38, 46
_STRONGEST = 0.3


def heat_picture(found: Crossed) -> str:
    """The largest themes; empty without any cell."""
    rows = found.rows[:MOST]
    if not rows or not found.columns:
        return ""
    size = (_NAME + _WIDE * len(found.columns), _TOP + _HIGH * len(rows))
    heads = [
        _words((_NAME + _WIDE * (at + 0.5), 16), column.label, 12)
        + _words((_NAME + _WIDE * (at + 0.5), 32), f"n {text.number(column.n)}", 11)
        for at, column in enumerate(found.columns)
    ]
    body = [_row(row, at, found.top or 1.0) for at, row in enumerate(rows)]
    title = _("Themes by segment")
    return svg.drawing(size, [*heads, *body], title=title, class_="heat-picture")


def _row(row: Row, at: int, top: float) -> str:
    y = _TOP + at * _HIGH
    name = svg.text(
        (0, y + 23), svg.shortened(row.name, _NAME - 12, 12), fill=svg.TONES["ink"]
    )
    return name + "".join(
        _cell(cell, (_NAME + to * _WIDE, y), cell.share.value / top)
        for to, cell in enumerate(row.cells)
    )


def _cell(cell: Cell, at: svg.XY, heat: float) -> str:
    x, y = at
    box = svg.group(
        "ink",
        svg.shape(
            "rect", x=x + 1, y=y + 1, width=_WIDE - 2, height=_HIGH - 2, rx=3,
            fill="currentColor", fill_opacity=f"{heat * _STRONGEST:.2f}",
        ),
    )  # fmt: skip
    mark = {1: "▲ ", -1: "▼ ", 0: ""}[cell.differs]
    middle = x + _WIDE / 2
    share = _words((middle, y + 17), mark + text.share(cell.share.value), 12)
    return box + share + _words((middle, y + 31), text.number(cell.count), 11)


def _words(at: svg.XY, words: str, size: int) -> str:
    return svg.text(
        at, svg.shortened(words, _WIDE - 8, size), text_anchor="middle", font_size=size,
        fill=svg.TONES["ink"],
    )  # fmt: skip
