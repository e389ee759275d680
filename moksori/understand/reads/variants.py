"""Other spellings that count as the same word: blanks, particles, plurals, tenses."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_GA, _PER_FIRST, _PER_FINAL = 0xAC00, 588, 28
_HANGUL = re.compile(r"[가-힣]+")
_LATIN = re.compile(r"[a-z]+")
# Every syllable and its first consonant, for `str.translate`.
INITIALS = {_GA + at: _FIRST[at // _PER_FIRST] for at in range(19 * _PER_FIRST)}
LONGEST_SPLIT = 12
SHORTEST_STEM = 4

# With a final consonant before it, without one, or either.
_AFTER_FINAL = ("이랑", "으로", "이나", "이", "은", "을", "과")
_AFTER_VOWEL = ("랑", "로", "나", "가", "는", "를", "와")
_AFTER_ANY = (
    "에서는", "에서", "에게", "한테", "까지", "부터", "처럼", "보다", "이라도", "만은",
    "에는", "에도", "도", "만", "의", "에", "요",
)  # fmt: skip
PARTICLES = (*_AFTER_ANY, *_AFTER_FINAL, *_AFTER_VOWEL)
_ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "ly", "y", "s", "e")


def variants(run: str) -> list[tuple[str, ...]]:
    """Words in a row that count as `run`, itself first.

    배송지연 may be written 배송 지연; 배송이 is 배송; refunded is refund.
    """
    if _HANGUL.fullmatch(run):
        bare = _without_particle(run)
        return [(run,), *((bare,) if bare else ()), *_split(bare[0] if bare else run)]
    stem = _stem(run) if _LATIN.fullmatch(run) else run
    return [(run,)] if stem == run else [(run,), (stem,)]


def initial(consonant: str) -> str:
    """The syllables that begin with this consonant, as a range of a pattern."""
    at = _FIRST.find(consonant)
    if at < 0:
        return consonant
    start = _GA + at * _PER_FIRST
    return f"{chr(start)}-{chr(start + _PER_FIRST - 1)}"


def _split(run: str) -> Iterator[tuple[str, str]]:
    """One blank somewhere: of short words nowhere, or 배송 would find "배 송"."""
    if 4 <= len(run) <= LONGEST_SPLIT:
        for at in range(1, len(run)):
            yield run[:at], run[at:]


def _without_particle(run: str) -> tuple[str] | None:
    for particle in PARTICLES:
        bare = run.removesuffix(particle)
        if bare in (run, ""):
            continue
        closed = (ord(bare[-1]) - _GA) % _PER_FINAL > 0
        fits = particle not in (_AFTER_VOWEL if closed else _AFTER_FINAL)
        # 배가 is seldom 배, 앱이 is always 앱: without a final, two must be left.
        if fits and (len(bare) > 1 or (closed and particle in _AFTER_FINAL)):
            return (bare,)
    return None


def _stem(word: str) -> str:
    """What plurals and tenses have in common, or the word itself."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM:
            double = stem[-1] == stem[-2] and stem[-1] not in "aeiousl"
            return stem[:-1] if double and len(stem) > SHORTEST_STEM else stem
    return word
