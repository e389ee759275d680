"""A chart with its words: heading, drawings for desk and phone, and a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from math import isfinite

from django.utils.translation import gettext as _

from moksori.base.web import text

# Kinds of numbers, as in `{% estimate %}`.
FORMATS: Mapping[str, Callable[[float], str]] = {
    "share": text.share,
    "points": text.points,
    "score": lambda value: text.number(value, 1),
    "change": text.change,
    "count": text.number,
    "nps": text.net,
    "r": lambda value: text.number(value, 2),
    "times": text.times,
}


# The finest step that each kind can write, so that no two marks read the same.
FINEST = {
    "share": 0.001,
    "points": 0.001,
    "score": 0.1,
    "change": 0.01,
    "count": 1.0,
    "nps": 0.01,
    "r": 0.01,
    "times": 0.1,
}


@dataclass(frozen=True, slots=True)
class Chart:
    """What `{% chart %}` shows; `html()` is the same for pages without templates."""

    title: str
    wide: str
    narrow: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def html(self) -> str:
        title = escape(self.title)
        return (
            f'<figure class="chart"><figcaption><strong>{title}</strong>{self._note()}'
            f"</figcaption>{self.wide}{self.narrow}"
            f'<details class="disclosure" data-table><summary>{_as_table()}</summary>'
            f'<div class="table-scroll" role="group" tabindex="0" aria-label="{title}">'
            f"{self.table()}</div></details></figure>"
        )

    def table(self) -> str:
        head = "".join(
            f'<th scope="col"{_number(place)}>{escape(name)}</th>'
            for place, name in enumerate(self.header)
        )
        body = "".join(f"<tr>{_cells(row)}</tr>" for row in self.rows)
        return (
            f'<table class="rows dense"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )

    def _note(self) -> str:
        return f"<span>{escape(self.note)}</span>" if self.note else ""


def _as_table() -> str:
    return escape(_("Show as table"))


def _cells(row: tuple[str, ...]) -> str:
    first, *rest = row
    cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in rest)
    return f'<th scope="row">{escape(first)}</th>{cells}'


def _number(place: int) -> str:
    return ' class="number"' if place else ""


def interval(low: float | None, high: float | None, kind: str) -> str:
    """7.1–9.9: the unit stands beside the value already."""
    if low is None or high is None:
        return ""
    if not (isfinite(low) and isfinite(high)):
        return _("interval unknown")
    show = FORMATS[kind]
    first, last = show(low), show(high)
    for unit in ("%p", " pp", "%", "배", "×"):
        if first.endswith(unit):
            first = first.removesuffix(unit)
            last = last.removesuffix(unit)
            break
    if not any(sign in first + last for sign in (text.MINUS, "+")):
        return f"{first}–{last}"
    return f"{first} ~ {last}" if text.is_korean() else f"{first} to {last}"
