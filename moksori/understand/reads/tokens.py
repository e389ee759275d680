"""The one token function: what is stored in the search index and what is asked of it.

Korean has no reliable blanks between words, so runs of Hangul (and of kana and Han)
become overlapping pairs of characters; a phrase of pairs then finds any substring.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_RUN = re.compile(
    r"(?P<pairs>[가-힣]+|[ㄱ-ㅎㅏ-ㅣ]+|[\u3040-\u30ff]+|[\u3400-\u9fff]+)"
    r"|(?P<word>[^\W_가-힣ㄱ-ㅎㅏ-ㅣ\u3040-\u30ff\u3400-\u9fff]+)"
)
LONGEST_TEXT = 50_000
LONGEST_WORD = 64
MOST_TERMS = 8


def tokens(text: str) -> str:
    """The tokens of a text, joined by blanks, in order.

    A run of pairs ends with its last character alone, so that one character asked for
    finds it at the end of a word, too.
    """
    return " ".join(_tokens(_tidy(text[:LONGEST_TEXT])))


def terms(query: str) -> list[list[str]]:
    """What is asked for: each term is a phrase of tokens, the last one a beginning."""
    found: list[list[str]] = []
    for match in _RUN.finditer(_tidy(query)):
        run = match.group()
        if match["word"]:
            found.append([run[:LONGEST_WORD]])
        else:
            found.append(_pairs(run) or [run])
    return found[:MOST_TERMS]


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of the query stand in the text, in order, without overlap."""
    words = {match.group() for match in _RUN.finditer(_tidy(query))}
    if not words:
        return []
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for match in _RUN.finditer(text):
        run = match.group()
        if match["word"]:
            found.append(run[:LONGEST_WORD])
        else:
            found += [*_pairs(run), run[-1]]
    return found


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]
