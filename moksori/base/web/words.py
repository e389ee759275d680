"""Words of customers as safe HTML: the meant span marked, hidden details named."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from moksori.base.web import text

Span = tuple[int, int]


def marked(content: str, spans: Iterable[Any] = ()) -> SafeString:
    """The text escaped, each span in `<mark>`, each [phone] as [전화번호].

    A span is a pair (start, end) or anything with `start` and `end`, in characters.
    Spans beyond the text are cut, overlapping ones joined.
    """
    cuts = _joined(spans, len(content))
    html, at = [], 0
    for start, end in cuts:
        html.append(_with_masks(content[at:start]))
        html.append(f"<mark>{_with_masks(content[start:end])}</mark>")
        at = end
    html.append(_with_masks(content[at:]))
    return mark_safe("".join(html))  # noqa: S308 - every piece is escaped above


def _joined(spans: Iterable[Any], length: int) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(_pair(span) for span in spans or ()):
        start, end = max(start, 0), min(end, length)  # noqa: PLW2901
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _pair(span: Any) -> Span:
    if hasattr(span, "start") and not callable(span.start):
        return int(span.start), int(span.end)
    return int(span[0]), int(span[1])


def _with_masks(piece: str) -> str:
    html, at = [], 0
    for start, end, label in text.masks_in(piece):
        html.append(escape(piece[at:start]))
        html.append(f'<span class="masked">[{escape(label)}]</span>')
        at = end
    html.append(escape(piece[at:]))
    return "".join(html)
