"""The fields of a form while it is drawn: named, not yet placed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from moksori.collect.paper.layout import Kind

_LONG = 12  # letters of a word that may be broken, so that it fits a narrow column
_HANGUL = 0x2E80  # letters from here on fill a square
_NARROW, _WIDE = frozenset("fijlrtI1.,;:'!|()[] "), frozenset("mwMW@%")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box: the names of its elements on the page."""

    code: str
    box: str
    label: str


@dataclass(slots=True)
class Planned:
    """A `layout.Field` whose places are the names of elements."""

    question: str
    kind: Kind
    zone: str = ""
    row: str = ""
    option: str = ""
    boxes: list[Drawn] = field(default_factory=list)
    area: str = ""
    may_cancel: bool = False

    @property
    def elements(self) -> list[str]:
        """What has to stand on one page."""
        return [one.box for one in self.boxes] + ([self.area] if self.area else [])


@dataclass(slots=True)
class Plan:
    """All fields of a form, and names for their elements."""

    fields: list[Planned] = field(default_factory=list)
    _count: int = 0

    def name(self) -> str:
        self._count += 1
        return f"e{self._count}"

    def add(self, planned: Planned) -> Planned:
        self.fields.append(planned)
        return planned

    def box(self, of: Planned, code: str, *, is_labelled: bool = True) -> Drawn:
        """One more box of this field."""
        drawn = Drawn(code, self.name(), self.name() if is_labelled else "")
        of.boxes.append(drawn)
        return drawn


def box_html(drawn: Drawn) -> str:
    return f'<span class="box" id="{drawn.box}"></span>'


def option_html(drawn: Drawn, label: str, after: str = "", more: str = "") -> str:
    """A box and its words on a line; `after` says where to go then."""
    go = f'<span class="to">{whole(after)}</span>' if after else ""
    kind = "o other" if more else "o"
    return (
        f'<div class="{kind}">{box_html(drawn)}'
        f'<span class="l" id="{drawn.label}">{whole(label)}</span>{go}{more}</div>'
    )


def columns_html(blocks: Iterable[str], count: int) -> str:
    """Blocks in so many columns, read downwards."""
    kept = list(blocks)
    if count < 2:
        return "".join(kept)
    height = -(-len(kept) // count)
    cells = (
        "".join(kept[start : start + height]) for start in range(0, len(kept), height)
    )
    return (
        '<table class="many"><tr>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr></table>"
    )


def whole(text: str) -> str:
    """As HTML whose lines break between words, for WeasyPrint knows no `keep-all`."""

    def kept(found: re.Match[str]) -> str:
        word = escape(found[0])
        return word if len(found[0]) > _LONG else f'<span class="w">{word}</span>'

    return re.sub(r"\S+", kept, text)


def em(letter: str) -> float:
    """About how wide a letter of our typeface is, in sizes of the print."""
    if ord(letter) > _HANGUL:
        return 0.88
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.9
    return 0.66 if letter.isupper() or letter.isdigit() else 0.58
