"""An edition made to fit: cut to the depth that was chosen, and to what fits a card."""

from __future__ import annotations

from dataclasses import replace

from django.utils.text import Truncator

from moksori.share.models import Depth
from moksori.share.sections.blocks import Block, Content, Line, Part, Quote, Say, Todo


def shaped(content: Content, depth: str) -> Content:
    """What travels: for SHORT the gravest line (or the one sentence) and what to do.

    NORMAL and EVERYTHING travel as composed; the page shows the whole in any case.
    """
    if depth != Depth.SHORT:
        return content
    return replace(content, parts=tuple(_gravest(content)))


def _gravest(content: Content) -> list[Part]:
    kept = []
    told = _first(content, Line) or _first(content, Say)
    if told is not None:
        kept.append(told)
    todo = _first(content, Todo)
    if todo is not None and (told is None or todo.key != told.key):
        kept.append(todo)
    return kept


def _first(content: Content, kind: type[Line] | type[Say] | type[Todo]) -> Part | None:
    for part in content.parts:
        for block in part.blocks:
            if isinstance(block, kind):
                return replace(part, blocks=(block,))
    return None


def without_last(content: Content) -> Content | None:
    """Without its last block, and a part that is empty then; None when nothing is left.

    For cards that hold so many bytes and no more: what stands last matters least.
    """
    if not content.parts:
        return None
    *before, last = content.parts
    blocks: tuple[Block, ...] = last.blocks[:-1]
    return replace(
        content, parts=(*before, *((replace(last, blocks=blocks),) if blocks else ()))
    )


def cut(text: str, letters: int) -> str:
    """At most so many letters, between words, with … where something is missing."""
    return str(Truncator(" ".join(text.split())).chars(letters))


def quoted(quote: Quote) -> str:
    """The customer's words in one piece."""
    return f"{quote.before}{quote.marked}{quote.after}"


def line_words(line: Line) -> str:
    """Title and change with the sign that stands for its colour."""
    return f"{line.title} {line.change}".strip()
