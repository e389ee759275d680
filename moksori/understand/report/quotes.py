"""The words that stand for many: central, telling, and short enough to read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.naming import typical_texts
from moksori.understand.report.findings import Quote
from moksori.understand.report.mentions import Mentions
from moksori.understand.report.reading import Said

AROUND = 45
"""Characters kept on each side of the meant span in a long text."""


def quotes_of(
    said: Said,
    mentions: Mentions,
    chosen: NDArray[np.intp],
    strength: NDArray[np.float64],
    *,
    words: Sequence[Sequence[str]],
    count: int,
) -> tuple[Quote, ...]:
    """Up to `count` quotes among the `chosen` mentions, each of another feedback.

    `strength` (0–1, one per chosen mention) is how strongly each is felt; it weighs as
    much as how central the mention is to the others, and as each group of `words` (the
    theme's, those of what hurts) of which it uses one.
    """
    if not len(chosen):
        return ()
    rows = mentions.vectors[chosen]
    central = rows @ rows.mean(axis=0)
    central = central / max(float(central.max()), 1e-6)
    texts = mentions.texts
    low = [texts[at].lower() for at in chosen]
    weight = central + strength + sum(_uses(low, group) for group in words)
    order = chosen[np.argsort(-weight, kind="stable")]
    picked = typical_texts(texts, mentions.vectors, order, count=3 * count)
    found: dict[int, Quote] = {}
    for at in picked:
        feedback = int(mentions.feedback[at])
        if feedback not in found and len(found) < count:
            found[feedback] = quote_at(said, mentions, at)
    return tuple(found.values())


def _uses(texts: Sequence[str], words: Sequence[str]) -> NDArray[np.float64]:
    roots = [_root(word) for word in words]
    return np.array([any(root in text for root in roots) for text in texts], float)


def _root(word: str) -> str:
    """What stays of a noun in speech: 지루함 → 지루 (지루하다, 지루했음)."""
    return word[:-1] if len(word) > 2 and word[-1] in "함움음림" else word


def quote_at(said: Said, mentions: Mentions, at: int) -> Quote:
    """The words around a mention, with what is known of its feedback."""
    feedback = int(mentions.feedback[at])
    text = said.texts[feedback]
    start, end = int(mentions.start[at]), int(mentions.end[at])
    shown, start, end = _shortened(text, start, end)
    score = said.on_scale(said.scores[feedback])
    return Quote(shown, ((start, end),), said.days[feedback], score)


def _shortened(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The text around the span, cut at blanks, with an ellipsis where it was cut."""
    first, last = 0, len(text)
    if start > AROUND:
        first = start - AROUND
        blank = text.find(" ", first, start)
        first = blank + 1 if blank >= 0 else first
    if len(text) - end > AROUND:
        last = end + AROUND
        blank = text.rfind(" ", end, last)
        last = blank if blank >= 0 else last
    front = "… " if first else ""
    shown = front + text[first:last] + (" …" if last < len(text) else "")
    shift = len(front) - first
    return shown.replace("\r", " ").replace("\n", " "), start + shift, end + shift
