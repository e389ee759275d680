"""One line on what a theme holds, from what several people say in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.language import detect_language
from moksori.analysis.naming import ThemeName, stem
from moksori.analysis.phrases import (
    GROUP,
    SENTENCE,
    SINGLE,
    Phrase,
    english_phrases,
    korean_phrases,
)

SAMPLE = 60
"""The most central texts of each theme that are read."""

_LEAST = 3
_MOST = 3
_LONGEST = 110
_WEIGHT = {SINGLE: 0.3, GROUP: 0.8, SENTENCE: 1.5}


@dataclass(frozen=True, slots=True)
class Description:
    """What is said in a theme, as one line in Korean and one in English."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """Phrases of one theme in one language, and in how many of `texts` each stands."""

    texts: int
    counts: Counter[tuple[str, ...]]
    spelled: dict[tuple[str, ...], Phrase]


def describe_themes(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    vectors: NDArray[np.float32],
    names: Sequence[ThemeName],
) -> list[Description]:
    """A line for each theme 0…k−1 of `labels`, beside its name in `names`.

    It lists up to three phrases of the theme's most central texts: said by at least
    three of them, more often than in other themes, and adding to each other. Nobody's
    sentence is quoted, so that a description may be read, and kept, where the words
    of a single customer may not.
    """
    read = [_central(vectors, labels, at) for at in range(len(names))]
    korean = _phrases(texts, read, "ko")
    english = _phrases(texts, read, "en")
    return [
        _described(name, said_ko, said_en)
        for name, said_ko, said_en in zip(names, korean, english, strict=True)
    ]


def _central(
    vectors: NDArray[np.float32], labels: NDArray[np.int64], theme: int
) -> list[int]:
    members = np.flatnonzero(labels == theme)
    if not members.size:
        return []
    nearness = vectors[members] @ vectors[members].mean(axis=0)
    found: list[int] = members[np.argsort(-nearness, kind="stable")].tolist()
    return found[:SAMPLE]


def _phrases(
    texts: Sequence[str], read: Sequence[Sequence[int]], language: str
) -> list[list[str]]:
    """The phrases worth listing of each theme, in one language."""
    # The same words twice are one voice.
    said = [
        list(dict.fromkeys(t for t in (texts[at] for at in part) if _is(t, language)))
        for part in read
    ]
    split = korean_phrases if language == "ko" else english_phrases
    rows = iter(split([text for part in said for text in part]))
    heard = [_heard([next(rows) for _ in part]) for part in said]
    every: Counter[tuple[str, ...]] = Counter()
    for one in heard:
        every.update(one.counts)
    total = sum(one.texts for one in heard)
    return [_chosen(one, every, total) for one in heard]


def _is(text: str, language: str) -> bool:
    return detect_language(text) == language


def _heard(rows: Sequence[Sequence[Phrase]]) -> _Heard:
    counts: Counter[tuple[str, ...]] = Counter()
    spelled: dict[tuple[str, ...], Phrase] = {}
    for row in rows:
        counts.update({phrase.key for phrase in row})
        for phrase in row:
            spelled.setdefault(phrase.key, phrase)
    return _Heard(len(rows), counts, spelled)


def _chosen(heard: _Heard, every: Counter[tuple[str, ...]], total: int) -> list[str]:
    scored = []
    for key, count in heard.counts.items():
        if count < _LEAST:
            continue
        phrase = heard.spelled[key]
        outside = (every[key] - count + 0.5) / (total - heard.texts + 10)
        apart = float(np.log(count / heard.texts / outside))
        if apart > 0:
            # Frequency and distinction both count; a statement more than a word.
            score = count**0.5 * apart * _WEIGHT[phrase.weight]
            scored.append((score, phrase))
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].key))
    return _apart([phrase for _, phrase in ranked])


def _apart(phrases: Sequence[Phrase]) -> list[str]:
    """The first few that share no word."""
    taken: list[str] = []
    used: set[str] = set()
    for phrase in phrases:
        words = {stem(word) for word in phrase.words}
        if used & words or any(word in other for word in words for other in used):
            continue
        taken.append(phrase.surface)
        used |= words
        if len(taken) == _MOST:
            break
    return taken


def _described(name: ThemeName, korean: list[str], english: list[str]) -> Description:
    """Both lines; where nobody speaks a language, the words of the other stand in."""
    ko, en = korean or english, english or korean
    if not ko:
        ko, en = list(name.words[:_MOST]), list(name.words[:_MOST])
    many_ko, many_en = "여러 사람이 하는 말", "Said by many"
    if name.is_general or not ko:
        many_ko, many_en = "무엇에 대해서나 하는 말", "Said about anything"
    if not ko:
        return Description(many_ko, many_en)
    return Description(
        f"{many_ko}: {_listed(ko)}",
        f"{many_en}: {_listed(en)}",
    )


def _listed(phrases: Sequence[str]) -> str:
    line = ", ".join(phrases)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip(" ,") + "…"
