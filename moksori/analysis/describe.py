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
_SPOKEN = 0.1
_OWN = 0.7
_MOST = 3
_LONGEST = 110
_WEIGHT = {SINGLE: 0.3, GROUP: 0.8, SENTENCE: 1.5}


# Beside the name alone these tell nothing: "드라마 봄".
_NO_NEWS = frozenset({"보", "나오", "하", "되", "있"})


@dataclass(frozen=True, slots=True)
class Description:
    """What is said in a theme, as one line in Korean and one in English.

    Both are empty where nothing is said that its name does not say.
    """

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """Phrases of one theme in one language, and in how many of `texts` each stands."""

    texts: int
    counts: Counter[tuple[str, ...]]
    spelled: dict[tuple[str, ...], Counter[Phrase]]


def describe_themes(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    vectors: NDArray[np.float32],
    names: Sequence[ThemeName],
) -> list[Description]:
    """A line for each theme 0…k−1 of `labels`, beside its name in `names`.

    It lists up to three phrases of the theme's most central texts: said by at least
    three of them, more often than in other themes, and adding to each other and to the
    name. Nobody's sentence is quoted, so that a description may be read, and kept,
    where the words of a single customer may not.
    """
    read = [_central(vectors, labels, at) for at in range(len(names))]
    korean = _phrases(texts, read, "ko", [name.ko for name in names])
    english = _phrases(texts, read, "en", [name.en for name in names])
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
    texts: Sequence[str],
    read: Sequence[Sequence[int]],
    language: str,
    names: Sequence[str],
) -> list[list[str]]:
    """The phrases worth listing of each theme, in one language."""
    said = [_voices([texts[at] for at in part], language) for part in read]
    split = korean_phrases if language == "ko" else english_phrases
    rows = iter(split([text for part in said for text in part]))
    heard = [_heard([next(rows) for _ in part]) for part in said]
    every: Counter[tuple[str, ...]] = Counter()
    for one in heard:
        every.update(one.counts)
    total = sum(one.texts for one in heard)
    return [
        _apart(_ranked(one, every, total), _Known.of(name))
        for one, name in zip(heard, names, strict=True)
    ]


def _voices(texts: Sequence[str], language: str) -> list[str]:
    """What is said in a language, if it is more than a few; a copy is no new voice."""
    spoken = [text for text in texts if detect_language(text) == language]
    return list(dict.fromkeys(spoken)) if len(spoken) > _SPOKEN * len(texts) else []


def _heard(rows: Sequence[Sequence[Phrase]]) -> _Heard:
    counts: Counter[tuple[str, ...]] = Counter()
    spelled: dict[tuple[str, ...], Counter[Phrase]] = {}
    for row in rows:
        counts.update({phrase.key for phrase in row})
        for phrase in row:
            spelled.setdefault(phrase.key, Counter())[phrase] += 1
    return _Heard(len(rows), counts, spelled)


def _ranked(heard: _Heard, every: Counter[tuple[str, ...]], total: int) -> list[Phrase]:
    """Phrases of several people that stand out, the most telling first."""

    def apart(key: tuple[str, ...]) -> float:
        count = heard.counts[key]
        outside = (every[key] - count + 0.5) / (total - heard.texts + 10)
        return float(np.log((count + 1e-9) / heard.texts / outside))

    scored = []
    for key, count in heard.counts.items():
        if count < _LEAST:
            continue
        phrase = heard.spelled[key].most_common(1)[0][0]
        # A word by itself must belong here; a statement tells something anyway.
        if apart(key) > (_OWN if phrase.weight == SINGLE else 0):
            # Frequency and distinction both count; a statement more than a word.
            scored.append((count**0.5 * apart(key) * _WEIGHT[phrase.weight], phrase))
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].key))
    return [phrase for _, phrase in ranked]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a name says already."""

    flat: str
    words: frozenset[str]

    @classmethod
    def of(cls, name: str) -> _Known:
        words = name.lower().replace("·", " ").split()
        return cls("".join(words), frozenset(stem(word) for word in words))

    def says(self, phrase: Phrase) -> bool:
        """Whether nothing is left of a phrase without the words of the name."""
        if _flat(phrase) in self.flat:
            return True
        if "¬" in phrase.key:
            # "지루하지 않음" is news of a theme "지루함".
            return False
        left = {word for word in phrase.words if not self._has(word)}
        if phrase.weight == SENTENCE:
            return left <= _NO_NEWS
        # "감독 영화" of a theme "감독": the other noun stands for itself, if it does.
        korean = not phrase.surface.isascii()
        return not left or (korean and len(left) < len(phrase.words))

    def _has(self, word: str) -> bool:
        return stem(word) in self.words or (len(word) > 1 and word in self.flat)


def _flat(phrase: Phrase) -> str:
    return phrase.surface.replace(" ", "").lower()


def _apart(phrases: Sequence[Phrase], known: _Known) -> list[str]:
    """The first few that share no word, and say more than the name."""
    taken: list[Phrase] = []
    used: set[str] = set()
    for phrase in phrases:
        words = {stem(word) for word in (*phrase.words, _flat(phrase))}
        if known.says(phrase) or _gerund(phrase) or _shares(words, used):
            continue
        taken.append(phrase)
        used |= words
        if len(taken) == _MOST:
            break
    return [phrase.surface for phrase in taken]


def _shares(words: set[str], used: set[str]) -> bool:
    return any(word in other or other in word for word in words for other in used)


def _gerund(phrase: Phrase) -> bool:
    """ "making" by itself is nothing that anybody says."""
    return phrase.weight == SINGLE and phrase.surface.endswith("ing")


def _described(name: ThemeName, korean: list[str], english: list[str]) -> Description:
    """Both lines; where nobody speaks a language, the words of the other stand in."""
    ko, en = korean or english, english or korean
    about = "무엇에 대해서나 하는 말", "Said about anything"
    if not name.is_general:
        if not ko:
            return Description("", "")
        about = "여러 사람이 하는 말", "Said by many"
    if not ko:
        return Description(*about)
    return Description(f"{about[0]}: {_listed(ko)}", f"{about[1]}: {_listed(en)}")


def _listed(phrases: Sequence[str]) -> str:
    line = ", ".join(phrases)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip(" ,") + "…"
