"""What few feedbacks say: the words that set them apart, the complaints themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.proportions import wilson
from moksori.analysis.words import english_words, korean_words
from moksori.understand.report.findings import Quote, Word
from moksori.understand.report.mentions import Mentions
from moksori.understand.report.quotes import quote_at
from moksori.understand.report.reading import Said

WORDS = 12
COMPLAINTS = 30
RATIO = 1.5
TWICE = 2
READ = 5_000
"""Feedbacks read for words; more take long and name the same."""


def telling_words(texts: Sequence[str], chosen: NDArray[np.bool_]) -> tuple[Word, ...]:
    """Words more common in the `chosen` texts than in the rest, strongest first."""
    some = np.linspace(0, len(texts) - 1, min(len(texts), READ)).astype(int)
    words = _words([texts[at] for at in some])
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for at, found in zip(some, words, strict=True):
        (inside if chosen[at] else outside).update(found)
    size = int(chosen[some].sum())
    rest = len(some) - size
    ratios = {
        word: (n + 0.5) / (size + 1) * (rest + 1) / (outside[word] + 0.5)
        for word, n in inside.items()
        if n >= TWICE
    }
    telling = sorted(
        (word for word, ratio in ratios.items() if ratio >= RATIO or not rest),
        key=lambda word: (-inside[word] * log(ratios[word]), word),
    )
    return tuple(
        Word(word, wilson(inside[word], size), inside[word], outside[word])
        for word in telling[:WORDS]
    )


def complaints_of(said: Said, mentions: Mentions) -> tuple[Quote, ...]:
    """Complaining feedbacks in the order of the file, with their harshest words.

    When there are more than `COMPLAINTS`, as many evenly spread over the file.
    """
    harshest: dict[int, int] = {}
    for at in np.flatnonzero(mentions.is_negative).tolist():
        feedback = int(mentions.feedback[at])
        before = harshest.get(feedback)
        if before is None or mentions.sentiment[at] < mentions.sentiment[before]:
            harshest[feedback] = at
    order = sorted(harshest)
    places = np.linspace(0, len(order) - 1, min(len(order), COMPLAINTS)).astype(int)
    return tuple(quote_at(said, mentions, harshest[order[at]]) for at in places)


def _words(texts: Sequence[str]) -> list[set[str]]:
    korean = [any("가" <= letter <= "힣" for letter in text) for text in texts]
    ko = iter(
        korean_words([t for t, is_ko in zip(texts, korean, strict=True) if is_ko])
    )
    en = iter(
        english_words([t for t, is_ko in zip(texts, korean, strict=True) if not is_ko])
    )
    return [{word for word, _ in next(ko if is_ko else en)} for is_ko in korean]
