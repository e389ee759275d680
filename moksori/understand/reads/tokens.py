"""The one token function: what is stored in the search index and what is asked of it.

Korean has no reliable blanks between words, so runs of Hangul (and of kana and Han)
become overlapping pairs of characters; a phrase of pairs then finds any substring.
Behind them stand the first consonants (ㅂㅅ) of every word, once each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from moksori.understand.reads.variants import INITIALS, initial, variants

__all__ = ["LONGEST_QUERY", "parted", "spans", "terms", "tidy_query", "tokens"]

_RUN = re.compile(
    r"(?P<pairs>[가-힣]+|[ㄱ-ㅎㅏ-ㅣ]+|[\u3040-\u30ff]+|[\u3400-\u9fff]+)"
    r"|(?P<word>[^\W_가-힣ㄱ-ㅎㅏ-ㅣ\u3040-\u30ff\u3400-\u9fff]+)"
)
_CONSONANTS = re.compile(r"[ㄱ-ㅎ]+")
# Looked at, not consumed, so that the next word begins one of its own.
_BEGINNINGS = re.compile(r"(?<![ㄱ-ㅎ])(?=([ㄱ-ㅎ](?: ?[ㄱ-ㅎ]){1,3}))")
_UNWANTED = re.compile(r"(?:^|(?<=\s))-(?=\w)(\S+)")
LONGEST_TEXT = 50_000
LONGEST_WORD = 64
LONGEST_QUERY = 200
LONGEST_INITIALS = 4
MOST_TERMS = 8

# A term is found when one of its phrases is; a phrase is tokens in a row, the last one
# a beginning.
Phrase = list[str]
Term = list[Phrase]


def tokens(text: str) -> str:
    """The tokens of a text, joined by blanks: words in order, then first consonants.

    A run of pairs ends with its last character alone, so that one character asked for
    finds it at the end of a word, too.
    """
    tidy = _tidy(text[:LONGEST_TEXT])
    return " ".join([*_tokens(tidy), *sorted(_first_consonants(tidy))])


def tidy_query(query: str) -> str:
    """What was typed, less what nobody means: control characters, endless text."""
    letters = (c if c.isprintable() else " " for c in query[: 4 * LONGEST_QUERY])
    return " ".join("".join(letters).split())[:LONGEST_QUERY].strip()


def parted(query: str) -> tuple[str, str]:
    """What is wanted, and the words with a "-" before them, which are not."""
    unwanted = " ".join(match[1] for match in _UNWANTED.finditer(query))
    return " ".join(_UNWANTED.sub(" ", query).split()), unwanted


def terms(query: str) -> list[Term]:
    """What is asked for; all terms must be found, each in one of its spellings."""
    found: list[Term] = []
    for run in _runs(query):
        if _CONSONANTS.fullmatch(run):
            found.append(_of_consonants(run))
        else:
            found.append([_phrase(words) for words in variants(run)])
    return found


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of the query stand in the text, in order, without overlap."""
    spellings = {spelling for run in _runs(query) for spelling in _spellings(run)}
    if not spellings:
        return []
    longest_first = sorted(spellings, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(longest_first), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]


def _runs(query: str) -> list[str]:
    return [match.group() for match in _RUN.finditer(_tidy(query))][:MOST_TERMS]


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


def _first_consonants(text: str) -> set[str]:
    """Of every word and of what follows it: 배송 지연 gives ㅂㅅㅈㅇ and ㅈㅇ.

    Beginnings of words only, four letters, each once: one for every syllable would
    make the index twice as large.
    """
    found = _BEGINNINGS.findall(text.translate(INITIALS))
    return {letters.replace(" ", "") for letters in found}


def _of_consonants(run: str) -> Term:
    """ㅋㅋㅋ as it was written, or the first consonants of words."""
    written = _pairs(run) or [run]
    return [written, [run[:LONGEST_INITIALS]]]


def _phrase(words: tuple[str, ...]) -> Phrase:
    """The tokens of words in a row; of the last one, the beginning."""
    found: Phrase = []
    for word in words[:-1]:
        found += _tokens(word)
    last = words[-1]
    if _RUN.fullmatch(last) and not _is_paired(last):
        return [*found, last[:LONGEST_WORD]]
    return [*found, *(_pairs(last) or [last])]


def _is_paired(run: str) -> bool:
    match = _RUN.fullmatch(run)
    return bool(match and match["pairs"])


def _spellings(run: str) -> Iterator[str]:
    """Patterns of what counts as this word in a text."""
    if _CONSONANTS.fullmatch(run):
        yield re.escape(run)
        blank = r" ?"
        yield r"(?<![가-힣])" + blank.join(f"[{initial(one)}]" for one in run)
        return
    for words in variants(run):
        yield " ".join(re.escape(word) for word in words)
