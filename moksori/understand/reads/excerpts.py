"""The part of a long text that matters, with its spans moved along."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]


def excerpt(
    text: str, spans: Sequence[Span], *, length: int
) -> tuple[str, tuple[Span, ...]]:
    """About `length` characters around the first span; a short text stays whole.

    Spans that are cut off are left out; the first one never is.
    """
    if len(text) <= length:
        return text, tuple(spans)
    first = spans[0] if spans else (0, 0)
    start = _word_start(text, max(first[0] - length // 3, 0))
    end = max(start + length, first[1])
    end = max(_word_end(text, end), first[1])
    before, after = "…" if start else "", "…" if end < len(text) else ""
    moved = len(before) - start
    kept = tuple((a + moved, b + moved) for a, b in spans if a >= start and b <= end)
    return before + text[start:end] + after, kept


def _word_start(text: str, at: int) -> int:
    blank = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at))
    return blank + 1 if at and at - blank < 30 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", 0, at + 1)
    return blank if at - blank < 30 and blank > 0 else at
