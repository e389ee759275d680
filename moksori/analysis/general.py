"""Names for themes that nothing sets apart: cheers, sighs and odds and ends."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from moksori.analysis.words import (
    EMPTY_EN,
    EMPTY_KO,
    VERDICTS_EN,
    VERDICTS_KO,
    Words,
    english_words,
    korean_words,
)

_ABOUT = "{} 전반", "{} in general"
_NOTHING = "그 밖의 의견", "Everything else"
_SEVERAL = 3
_COMMON = 0.05
_SPOKEN = 0.1
_BESIDE = 4

Spoken = tuple[Sequence[str], Sequence[str]]
"""The Korean and the English texts of a theme."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """In how many of the texts of one theme each word stands."""

    texts: int
    words: Counter[str]


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of several people, the most telling first: of many, and of few.

    `telling` says how much each tells of the theme; `own` is the one that no other
    theme has a better claim to.
    """

    common: Sequence[str]
    rare: Sequence[str]
    telling: Mapping[str, float]
    own: str = ""

    def __bool__(self) -> bool:
        return bool(self.common or self.rare)


def general_names(
    themes: Sequence[Spoken], *, taken: Collection[str]
) -> list[tuple[str, str]]:
    """A Korean and an English name for each theme, by what is said in it most of all.

    Here verdicts are words too ("재미 전반"): what people say about anything is all
    that can tell these themes from each other. No name is given twice, or is made of
    a word in `taken` while there is another. Where one language is not spoken, the
    name in the other stands in.
    """
    words_ko = _words(
        [
            korean_words(ko, empty=EMPTY_KO - VERDICTS_KO.keys())
            if _some(ko, en)
            else []
            for ko, en in themes
        ]
    )
    words_en = _words(
        [
            english_words(en, empty=EMPTY_EN - VERDICTS_EN) if _some(en, ko) else []
            for ko, en in themes
        ]
    )
    used = {part for name in taken for part in (name, *name.split(" · "))}
    found = []
    for korean, english in zip(
        _claimed(words_ko, used), _claimed(words_en, used), strict=True
    ):
        found.append(_both(korean, english, used))
        used.update(found[-1])
    return found


def _claimed(themes: Sequence[_Said], used: Collection[str]) -> list[_Said]:
    """Each with a common word of its own, where it tells most and nobody has it."""
    claims = sorted(
        (-said.telling[word], at, word)
        for at, said in enumerate(themes)
        for word in said.common
        if capital(word) not in used
    )
    own: dict[int, str] = {}
    for _, at, word in claims:
        if at not in own and word not in own.values():
            own[at] = word
    return [replace(said, own=own.get(at, "")) for at, said in enumerate(themes)]


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _some(texts: Sequence[str], others: Sequence[str]) -> bool:
    """Whether enough of a theme is in this language to speak for it."""
    return len(texts) > _SPOKEN * (len(texts) + len(others))


def _words(themes: Sequence[Sequence[Words]]) -> list[_Said]:
    """The words of each theme that several people wrote, the most telling first."""
    heard = [
        _Heard(
            len(rows),
            Counter(
                word for row in rows for word in {VERDICTS_KO.get(w, w) for w, _ in row}
            ),
        )
        for rows in themes
    ]
    every: Counter[str] = Counter()
    for one in heard:
        every.update(one.words)
    total = sum(one.texts for one in heard)
    return [_ranked(one, every, total) for one in heard]


def _ranked(heard: _Heard, every: Counter[str], total: int) -> _Said:
    def telling(word: str) -> tuple[float, int, str]:
        inside = heard.words[word]
        outside = (every[word] - inside + 0.5) / (total - heard.texts + 10)
        share = inside / heard.texts
        return share * float(np.log(share / outside)), inside, word

    several = [word for word, count in heard.words.items() if count >= _SEVERAL]
    ranked = sorted(several, key=telling, reverse=True)
    common = [word for word in ranked if heard.words[word] >= _COMMON * heard.texts]
    rare = [word for word in ranked if word not in common]
    return _Said(common, rare, {word: telling(word)[0] for word in common})


def _both(korean: _Said, english: _Said, used: Collection[str]) -> tuple[str, str]:
    ko, en = (
        next(name for name in _wordings(said, at) if name not in used)
        for at, said in enumerate((korean, english))
    )
    if korean and not english:
        return ko, ko
    return (en, en) if english and not korean else (ko, en)


def _wordings(said: _Said, at: int) -> Iterator[str]:
    """Names in the order to try; two common words tell more than a rare one."""
    common, rare = map(_capitals, (said.common, said.rare))
    if said.own:
        yield _ABOUT[at].format(capital(said.own))
    for pair in itertools.combinations(common[:_BESIDE], 2):
        yield _ABOUT[at].format(" · ".join(sorted(pair)))
    for word in rare if common else ():
        yield _ABOUT[at].format(f"{common[0]} · {word}")
    for word in (*rare, *common):
        yield _ABOUT[at].format(word)
    yield _NOTHING[at]
    yield from (f"{_NOTHING[at]} ({number})" for number in itertools.count(2))


def _capitals(words: Sequence[str]) -> list[str]:
    return [capital(word) for word in words]
