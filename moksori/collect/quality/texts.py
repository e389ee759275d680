"""Whether words are words: keys pressed at random, in Hangul and in Latin letters."""

from __future__ import annotations

import itertools
import re
from collections import Counter

# People laugh and cry in single letters; that is an answer.
_FEELING = frozenset("ㅋㅎㅠㅜㅡㅇㄴㄱㄷㅂ")  # also ㅇㅇ, ㄴㄴ, ㄱㅅ, ㄱㄱ, ㅂㅂ
_LONE = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]")
_LATIN = re.compile(r"[a-z]+")
_SYLLABLE = re.compile(r"[가-힣]")
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ",
    "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ",
)
_VOWEL = re.compile(r"[aeiouy]")
LEAST = 5  # signs


def is_gibberish(text: str) -> bool:
    """Whether nobody can have meant this; in doubt it is taken for words."""
    plain = "".join(text.lower().split())
    if len(plain) < LEAST:
        return False
    return _is_one_key(plain) or _is_lone_letters(plain) or _is_keyboard(plain)


def _is_one_key(plain: str) -> bool:
    """ "aaaaaaa", "가가가가가", ".........", but not "ㅋㅋㅋㅋㅋ"."""
    most, count = Counter(plain).most_common(1)[0]
    return count >= LEAST and count / len(plain) > 0.8 and most not in _FEELING


def _is_lone_letters(plain: str) -> bool:
    """Hangul letters that make no syllable: "ㅁㄴㅇㄹㅁㄴㅇㄹ"."""
    lone = _LONE.findall(plain)
    strange = [one for one in lone if one not in _FEELING or one in "ㅇㄴㄱㄷㅂ"]
    has_words = len(_SYLLABLE.findall(plain)) >= len(plain) / 3
    is_short_code = len(set(lone)) <= 2  # ㅇㅇ, ㄱㅅ, ㄴㄴ repeated
    return (
        len(strange) >= LEAST
        and len(strange) / len(plain) > 0.6
        and not has_words
        and not is_short_code
    )


def _is_keyboard(plain: str) -> bool:
    """ "asdfasdf", or long runs of consonants."""
    if any(_runs_along(plain, row) for row in _ROWS[:3]):
        return True
    words = _LATIN.findall(plain)
    longest = max(words, key=len, default="")
    return (
        len(longest) >= 8
        and len(longest) / len(plain) > 0.8
        and len(_VOWEL.findall(longest)) / len(longest) < 0.08
    )


def _runs_along(plain: str, row: str) -> bool:
    """Whether most of it is neighbours on one row of keys."""
    pairs = list(itertools.pairwise(plain))
    near = sum(
        1
        for left, right in pairs
        if left in row and right in row and abs(row.index(left) - row.index(right)) == 1
    )
    return len(pairs) >= 7 and near / len(pairs) > 0.65
