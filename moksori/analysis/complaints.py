"""What hurts about each theme, in a few words of those who complain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moksori.analysis.language import detect_language
from moksori.analysis.naming import stem
from moksori.analysis.phrases import (
    GROUP,
    SENTENCE,
    SINGLE,
    Phrase,
    english_phrases,
    korean_phrases,
)
from moksori.analysis.sentiment import load_sentiment

SAMPLE = 80
"""Complaints worth reading of each theme; a third as many other mentions will do."""

_LEAST = 3
_SHARE = 0.025
_CLEAR = 1.0
_HARSH = 0.7
_ENOUGH, _OFTEN = 10, 0.05
_LEAST_APART, _MOST_APART = -0.3, 2.0
_LEAST_SPECIAL = -1.0
_PRIOR = 40.0
# A phrase that is less of a statement must sound the more like a complaint.
_HURTS = {SINGLE: 0.9, GROUP: 0.65, SENTENCE: 0.5}
_LONGEST = 36


@dataclass(frozen=True, slots=True)
class Heard:
    """Mentions of one theme: those that complain, and the others.

    `name` is what the theme is called: its words alone are no complaint.
    """

    complaints: Sequence[str]
    others: Sequence[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Counts:
    """In how many of `texts` each phrase stands."""

    texts: int
    phrases: Counter[tuple[str, ...]]


_Rows = list[list[Phrase]]


def name_complaints(themes: Sequence[Heard], *, most: int = 2) -> list[tuple[str, str]]:
    """What hurts about each theme: a few words in Korean, and in English.

    A phrase (a predicate with its noun and negation in Korean, two or three words in
    English) is scored by how much more often it stands in the theme's complaints than
    (a) in the theme's other mentions and (b) in the complaints about all other themes:
    log-odds ratios with an informative Dirichlet prior, each over its standard error
    (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 2008). Their
    sum counts, with (a) bounded, or else the swear words of all would win. Up to `most`
    phrases are taken that share no word. Where nobody complains in a language, the
    other one's words stand for it; both are empty where nothing stands out.
    """
    found = {
        language: _language(themes, language, most=most) for language in ("ko", "en")
    }
    return [
        (korean or english, english or korean)
        for korean, english in zip(found["ko"], found["en"], strict=True)
    ]


def _language(themes: Sequence[Heard], language: str, *, most: int) -> list[str]:
    split = korean_phrases if language == "ko" else english_phrases
    texts = [[_only(t.complaints, language), _only(t.others, language)] for t in themes]
    read = iter(split([text for pair in texts for part in pair for text in part]))
    rows = [[[next(read) for _ in part] for part in pair] for pair in texts]
    counts = [[_counted(part) for part in pair] for pair in rows]
    every = _sum([complaints for complaints, _ in counts])
    return [
        _named(rows[at][0], counts[at], every, theme.name, most=most)
        for at, theme in enumerate(themes)
    ]


def _only(texts: Sequence[str], language: str) -> list[str]:
    return [text for text in texts if detect_language(text) == language]


def _counted(rows: _Rows) -> _Counts:
    phrases: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        phrases.update({phrase.key for phrase in row})
    return _Counts(len(rows), phrases)


def _sum(counts: Sequence[_Counts]) -> _Counts:
    phrases: Counter[tuple[str, ...]] = Counter()
    for one in counts:
        phrases.update(one.phrases)
    return _Counts(sum(one.texts for one in counts), phrases)


def _named(
    rows: _Rows, counts: Sequence[_Counts], every: _Counts, name: str, *, most: int
) -> str:
    complaints, others = counts
    scores = _scores(rows, complaints, others, every, name)
    taken: list[Phrase] = []
    used: set[str] = set()
    ranked = sorted(scores, key=lambda pair: (-pair[1], pair[0].key))
    for phrase, score in ranked:
        if score < 0.4 * ranked[0][1]:
            break
        length = sum(len(one.surface) for one in [*taken, phrase])
        if used & phrase.words or (taken and length > _LONGEST):
            continue
        taken.append(phrase)
        used |= phrase.words
        if len(taken) == most:
            break
    return ", ".join(phrase.surface for phrase in taken)


def _scores(
    rows: _Rows, complaints: _Counts, others: _Counts, every: _Counts, name: str
) -> list[tuple[Phrase, float]]:
    """What hurts and stands out; else what hurts, as it does in other themes too."""
    least = max(_LEAST, _SHARE * complaints.texts)
    frequent = [p for p in _spellings(rows) if complaints.phrases[p.key] >= least]
    hurting = _hurting(frequent, name, complaints, others)
    found = [
        (phrase, hurt * phrase.weight * _distance(phrase, complaints, others, every))
        for phrase, hurt in hurting
    ]
    clear = [(phrase, score) for phrase, score in found if score > _CLEAR]
    return clear or [
        (phrase, hurt * complaints.phrases[phrase.key] / complaints.texts)
        for phrase, hurt in hurting
        if phrase.weight >= 1 and hurt > _HARSH
    ]


def _hurting(
    phrases: Sequence[Phrase], name: str, complaints: _Counts, others: _Counts
) -> list[tuple[Phrase, float]]:
    """Phrases that sound like a complaint, with how much; the name alone is none.

    The model of tone does not know every trade ("늦음"): a predicate with its noun that
    nearly only those use who complain is one too.
    """
    known = {stem(word) for word in name.lower().split()}
    rest = [
        " ".join(word for word in phrase.surface.split() if stem(word) not in known)
        for phrase in phrases
    ]
    model = load_sentiment()
    whole = -model.predict([phrase.surface for phrase in phrases])
    alone = -model.predict(rest)
    for at, phrase in enumerate(phrases):
        if phrase.weight == SENTENCE and _only_here(phrase, complaints, others):
            least = _HURTS[phrase.weight]
            whole[at], alone[at] = max(whole[at], least), max(alone[at], least)
    found = zip(phrases, whole.tolist(), rest, alone.tolist(), strict=True)
    return [
        (phrase, hurt)
        for phrase, hurt, words, own in found
        if words
        and not _is_label(phrase, known)
        and hurt >= _HURTS[phrase.weight]
        and own >= _HURTS[phrase.weight] / 2
    ]


def _is_label(phrase: Phrase, known: set[str]) -> bool:
    """Korean nouns in a row with the name among them (감독 영화) say nothing of it."""
    is_korean = detect_language(phrase.surface) == "ko"
    return phrase.weight == GROUP and is_korean and bool(phrase.words & known)


def _only_here(phrase: Phrase, complaints: _Counts, others: _Counts) -> bool:
    here = complaints.phrases[phrase.key] / max(complaints.texts, 1)
    there = others.phrases[phrase.key] / max(others.texts, 1)
    return others.texts >= _ENOUGH and here >= _OFTEN and here >= 4 * there


def _distance(
    phrase: Phrase, complaints: _Counts, others: _Counts, every: _Counts
) -> float:
    """How clearly it is said more than in other mentions, and in other complaints."""
    inside = complaints.phrases[phrase.key]
    usual = every.phrases[phrase.key] / every.texts
    here = (inside, complaints.texts)
    apart = _z(here, (others.phrases[phrase.key], others.texts), usual)
    elsewhere = every.phrases[phrase.key] - inside, every.texts - complaints.texts
    special = _z(here, elsewhere, usual)
    if apart < _LEAST_APART or special < _LEAST_SPECIAL:
        return 0.0
    return min(apart, _MOST_APART) + special


def _spellings(rows: _Rows) -> list[Phrase]:
    """Each phrase once, as it is spelled most often."""
    seen: dict[tuple[str, ...], Counter[str]] = {}
    one: dict[tuple[str, str], Phrase] = {}
    for phrase in (phrase for row in rows for phrase in row):
        seen.setdefault(phrase.key, Counter())[phrase.surface] += 1
        one[(" ".join(phrase.key), phrase.surface)] = phrase
    return [
        one[(" ".join(key), max(spelled, key=lambda word: (spelled[word], word)))]
        for key, spelled in seen.items()
    ]


def _z(here: tuple[int, int], there: tuple[int, int], usual: float) -> float:
    """The log-odds ratio over its standard error; the prior is `usual`."""
    own, prior = here[0] + _PRIOR * usual, here[1] + _PRIOR - here[0]
    other = there[0] + _PRIOR * usual + 0.01
    rest = there[1] + _PRIOR - there[0]
    ratio = np.log(own / prior) - np.log(other / rest)
    return float(ratio / np.sqrt(1 / own + 1 / other))
