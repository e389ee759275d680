"""Short names for themes, from the words that set them apart."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.general import capital, general_names
from moksori.analysis.words import Join, Words, english_words, korean_words

SAMPLE = 80
"""Texts read for each theme's name."""

_COMMON = 0.06
_COVER = 0.3
_SHARE = 0.05
_RATIO = 3.0
_TYPICAL = 5
_MANY = 8
_PHRASE = 0.06


@dataclass(frozen=True, slots=True)
class ThemeName:
    """What a theme is called, in both languages, and its most typical texts.

    `words_ko` and `words_en` are the distinctive words, strongest first; `typical` are
    indices of texts. `is_general` says that nothing sets the theme apart: it gathers
    what could be said about anything, and is no subject to act upon. When nobody spoke
    English in a theme, its English name is made of the Korean words, and the other way
    round: words are not translated.
    """

    ko: str
    en: str
    words_ko: tuple[str, ...]
    words_en: tuple[str, ...]
    typical: tuple[int, ...]
    is_general: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        return self.words_ko + self.words_en


@dataclass(frozen=True, slots=True)
class _Counts:
    """In how many texts of one theme each word or phrase stands, of how many."""

    texts: int
    words: Counter[str]
    phrases: Counter[tuple[str, str]]
    glued: Counter[tuple[str, str]]


def name_themes(
    texts: Sequence[str],
    labels: NDArray[np.int64],
    vectors: NDArray[np.float32],
    languages: Sequence[str],
    *,
    sample: int = SAMPLE,
    seed: int = 0,
) -> list[ThemeName]:
    """Names for themes 0…k−1 of `labels` (−1: no theme), in that order.

    `vectors` (n, d) are the rows the themes were learned from, `languages` the language
    of each text ("ko", "en", or something else, read as Korean when it has Hangul). Of
    each theme `sample` texts are read, one half the most central. A word sets a theme
    apart when it stands there at least three times as often as in the others, and is
    rare in them; the name takes the strongest phrase or word, and one that adds to it.
    A theme of which most texts hold none of its words is general, and named by what
    sets it apart from other such themes. Names are unique: themes that would share one
    take a further word.
    """
    count = int(labels.max(initial=-1)) + 1
    central = [_central(vectors, np.flatnonzero(labels == t)) for t in range(count)]
    rng = np.random.default_rng(seed)
    read = [_chosen(order, sample, rng) for order in central]
    korean = _named(texts, languages, read, wanted="ko")
    english = _named(texts, languages, read, wanted="en")
    both = [
        (ko.name or capital(en.name), capital(en.name or ko.name))
        for ko, en in zip(korean, english, strict=True)
    ]
    open_ = [theme for theme, (ko, _) in enumerate(both) if not ko]
    general = general_names(
        _by_language(texts, languages, [read[theme] for theme in open_]),
        taken={name for pair in both for name in pair},
    )
    return [
        ThemeName(
            *(both[theme] if both[theme][0] else general[open_.index(theme)]),
            words_ko=ko.words,
            words_en=en.words,
            typical=typical_texts(texts, vectors, central[theme], count=_TYPICAL),
            is_general=theme in open_,
        )
        for theme, (ko, en) in enumerate(zip(korean, english, strict=True))
    ]


def _by_language(
    texts: Sequence[str],
    languages: Sequence[str],
    read: Sequence[NDArray[np.intp]],
) -> list[tuple[list[str], list[str]]]:
    """What was read of each theme, the Korean and the English texts apart."""
    parted = []
    for part in read:
        spoken = [(_language(texts[at], languages[at]), texts[at]) for at in part]
        korean = [text for language, text in spoken if language == "ko"]
        parted.append((korean, [text for language, text in spoken if language == "en"]))
    return parted


def typical_texts(
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    order: Sequence[int] | NDArray[np.intp],
    *,
    count: int,
) -> tuple[int, ...]:
    """Up to `count` of the indices in `order` (most central first) worth reading.

    Long enough to say something, short enough to read, and unlike each other.
    """
    front = [int(at) for at in order[: max(40, len(order) // 3)]]
    sized = [at for at in front if 12 <= len(texts[at].strip()) <= 90]
    waiting = sized or front
    chosen: list[int] = []
    while waiting and len(chosen) < count:
        best = waiting[0]
        if chosen:
            near = (vectors[waiting] @ vectors[chosen].T).max(axis=1)
            # Central ones come first; a repetition costs more than a few places.
            best = waiting[int((np.arange(len(waiting)) / 40 + 2 * near).argmin())]
        chosen.append(best)
        waiting = [at for at in waiting if texts[at] != texts[best]]
    return tuple(chosen)


def _central(
    vectors: NDArray[np.float32], members: NDArray[np.intp]
) -> NDArray[np.intp]:
    if not members.size:
        return members
    nearness = vectors[members] @ vectors[members].mean(axis=0)
    return members[np.argsort(-nearness, kind="stable")]


def _chosen(
    order: NDArray[np.intp], sample: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    half = sample // 2
    rest = order[half:]
    return np.concatenate([order[:half], rng.permutation(rest)[: sample - half]])


@dataclass(frozen=True, slots=True)
class _Named:
    """A theme's name in one language ("" without distinctive words) and its words."""

    name: str
    words: tuple[str, ...]


def _named(
    texts: Sequence[str],
    languages: Sequence[str],
    read: Sequence[NDArray[np.intp]],
    *,
    wanted: str,
) -> list[_Named]:
    picks = [
        [at for at in part.tolist() if _language(texts[at], languages[at]) == wanted]
        for part in read
    ]
    split = korean_words if wanted == "ko" else english_words
    words = iter(split([texts[at] for part in picks for at in part]))
    rows = [[next(words) for _ in part] for part in picks]
    counts = [_counted(part) for part in rows]
    whole = _total(counts)
    # Among few themes a word may well be shared by two ("delivery": late, torn).
    common = max(_COMMON, 2.5 / max(sum(theme.texts > 0 for theme in counts), 1))
    found = [_distinctive(theme, whole, common) for theme in counts]
    found = [
        weights if _covered(part, weights) >= _COVER else {}
        for part, weights in zip(rows, found, strict=True)
    ]
    spread = _spread(counts)
    parts = [
        _phrased(theme, weights)
        if wanted == "ko"
        else _two_words(theme, weights, spread)
        for theme, weights in zip(counts, found, strict=True)
    ]
    names = _unique(parts, found)
    return [
        _Named(name, tuple(distinct)[:8])
        for name, distinct in zip(names, found, strict=True)
    ]


def _language(text: str, language: str) -> str:
    if language in {"ko", "en"}:
        return language
    return "ko" if any("가" <= letter <= "힣" for letter in text) else "en"


def _counted(rows: Iterable[Words]) -> _Counts:
    words: Counter[str] = Counter()
    phrases: Counter[tuple[str, str]] = Counter()
    glued: Counter[tuple[str, str]] = Counter()
    texts = 0
    for row in rows:
        texts += 1
        words.update({word for word, _ in row})
        pairs = {
            (before[0], after[0]): after[1]
            for before, after in itertools.pairwise(row)
            if after[1] is not Join.APART and before[0] != after[0]
        }
        phrases.update(pairs.keys())
        glued.update(pair for pair, join in pairs.items() if join is Join.GLUED)
    return _Counts(texts, words, phrases, glued)


def _total(counts: Sequence[_Counts]) -> _Counts:
    words: Counter[str] = Counter()
    for theme in counts:
        words.update(theme.words)
    return _Counts(sum(theme.texts for theme in counts), words, Counter(), Counter())


def _distinctive(theme: _Counts, whole: _Counts, common: float) -> dict[str, float]:
    """Words with their weight, strongest first; none above `common` elsewhere."""
    weights = {}
    others = whole.texts - theme.texts
    for word, inside in theme.words.items():
        share = inside / theme.texts
        outside = (whole.words[word] - inside + 0.5) / (others + 10)
        ratio = (inside + 0.5) / (theme.texts + 1) / outside
        if inside >= 3 and share >= _SHARE and ratio >= _RATIO and outside < common:
            weights[word] = share * float(np.log(ratio))
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return dict(ranked)


def _covered(rows: Sequence[Words], weights: dict[str, float]) -> float:
    """The share of texts that hold one of the words: without them, no subject."""
    held = [any(word in weights for word, _ in row) for row in rows]
    return sum(held) / len(held) if held else 0.0


def _spread(counts: Sequence[_Counts]) -> frozenset[str]:
    """Words of most themes ("information"): they say little without another."""
    heard: Counter[str] = Counter()
    for theme in counts:
        heard.update(theme.words.keys())
    themes = sum(theme.texts > 0 for theme in counts)
    if themes < _MANY:
        return frozenset()
    return frozenset(word for word, count in heard.items() if count > themes / 2)


def _two_words(
    theme: _Counts, weights: dict[str, float], spread: frozenset[str]
) -> list[str]:
    """An English name: the most frequent phrase of two words, else single words."""
    best = max(weights.values(), default=0.0)
    strong = [word for word, weight in weights.items() if weight >= 0.4 * best]
    least = max(3, _PHRASE * theme.texts)
    phrases = [
        (count, pair)
        for pair, count in theme.phrases.items()
        if count >= least and set(pair) & set(strong) and not _alike(*pair)
    ]
    if phrases:
        _, pair = max(phrases, key=lambda item: (item[0], item[1]))
        return [" ".join(pair)]
    halved = {word: x / 2 if word in spread else x for word, x in weights.items()}
    ranked = sorted(halved.items(), key=lambda item: (-item[1], item[0]))
    return _phrased(theme, dict(ranked))


def _phrased(theme: _Counts, weights: dict[str, float]) -> list[str]:
    """The parts of the name: a phrase or word, and at most one more that adds to it."""
    parts: list[str] = []
    used: set[str] = set()
    for word, weight in weights.items():
        if weight < 0.4 * next(iter(weights.values())) or len(parts) == 2:
            break
        if any(_alike(word, other) for other in used):
            continue
        phrase = _phrase(theme, word, apart_from=used)
        parts.append(phrase or word)
        used |= set(phrase.split()) | {word}
    return parts


def _phrase(theme: _Counts, word: str, *, apart_from: set[str]) -> str:
    """The phrase around `word` that a quarter of its texts use, if there is one."""
    around = [
        (count, pair)
        for pair, count in theme.phrases.items()
        if word in pair
        and count >= max(3, theme.words[word] / 4)
        and not apart_from & set(pair)
    ]
    if not around:
        return ""
    _, (before, after) = max(around, key=lambda item: (item[0], item[1]))
    pair = (before, after)
    glued = theme.glued[pair] * 2 > theme.phrases[pair]
    return before + after if glued else f"{before} {after}"


def _alike(word: str, other: str) -> bool:
    """One within the other, or one stem in two forms ("report", "reporting")."""
    if word in other or other in word:
        return True
    return word.isascii() and stem(word) == stem(other)


def stem(word: str) -> str:
    """An English word without its ending, roughly."""
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word.removesuffix(ending)
    return word


def _unique(names: Sequence[list[str]], found: Sequence[dict[str, float]]) -> list[str]:
    taken: set[str] = set()
    unique = []
    for parts, weights in zip(names, found, strict=True):
        name = " · ".join(parts)
        for word in weights:
            if not name or name not in taken:
                break
            if not any(_alike(word, other) for other in name.split()):
                name = " · ".join([*parts, word])
        taken.add(name)
        unique.append(name)
    return unique
