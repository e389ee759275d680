"""The one token function: what is stored in the search index and what is asked of it.

Korean has no reliable blanks between words, so runs of Hangul (and of kana and Han)
become overlapping pairs of characters; a phrase of pairs then finds any substring.
Behind them stand the first consonants (ㅂㅅ) of every word, once each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from moksori.understand.reads.variants import INITIALS, PARTICLES, initial, variants

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

_JOINT = r"[\W_]{0,3}"
_BEFORE, _BEHIND = r"(?<![^\W_가-힣])", r"(?![^\W_가-힣])"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens in a row; the last one may be only the beginning of a word."""

    tokens: tuple[str, ...]
    is_whole: bool = False


# A term is found when one of its phrases is.
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
    """What is asked for; all terms must be found, each in one of its spellings.

    What was typed without a blank stands together: 1점, A/S, wi-fi.
    """
    found: list[Term] = []
    for runs in _typed(query):
        if len(runs) == 1 and _CONSONANTS.fullmatch(runs[0]):
            found.append(_of_consonants(runs[0]))
        else:
            found.append([_phrase(words) for words in _spelled(runs)])
    return found


def spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of the query stand in the text, in order, without overlap."""
    spellings = {one for runs in _typed(query) for one in _patterns(runs)}
    if not spellings:
        return []
    longest_first = sorted(spellings, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(longest_first), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]


def _typed(query: str) -> list[list[str]]:
    """The runs of letters of each word typed."""
    words = [
        [match.group() for match in _RUN.finditer(word)]
        for word in _tidy(query).split()
    ]
    return [runs for runs in words if runs][:MOST_TERMS]


def _spelled(runs: list[str]) -> list[tuple[str, ...]]:
    """Runs in a row that count as these; a particle at the end need not be there."""
    *first, last = runs
    found = [(*first, *words) for words in variants(last)]
    return [*found, tuple(first)] if first and last in PARTICLES else found


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
    return [Phrase(tuple(written)), Phrase((run[:LONGEST_INITIALS],))]


def _phrase(words: tuple[str, ...]) -> Phrase:
    """The tokens of words in a row; of the last one, the beginning."""
    found: list[str] = []
    for word in words[:-1]:
        found += _tokens(word)
    last = words[-1]
    if _RUN.fullmatch(last) and not _is_paired(last):
        return Phrase((*found, last[:LONGEST_WORD]), is_whole=_is_whole(words))
    return Phrase((*found, *(_pairs(last) or [last])))


def _is_whole(words: tuple[str, ...]) -> bool:
    """Numbers and the letters of abbreviations begin nothing: 10 is not 100."""
    last = words[-1]
    return last.isdecimal() or len(last) < min(len(words), 2) + 1


def _is_paired(run: str) -> bool:
    match = _RUN.fullmatch(run)
    return bool(match and match["pairs"])


def _patterns(runs: list[str]) -> Iterator[str]:
    """Patterns of what counts as these runs in a text."""
    if len(runs) == 1 and _CONSONANTS.fullmatch(runs[0]):
        yield re.escape(runs[0])
        letters = (f"[{initial(one)}]" for one in runs[0])
        yield r"(?<![가-힣])" + r" ?".join(letters)
        return
    for words in _spelled(runs):
        joint = _JOINT if len(runs) > 1 else " "
        yield "".join(
            (
                "" if _is_paired(words[0]) else _BEFORE,
                joint.join(re.escape(word) for word in words),
                _BEHIND if _phrase(words).is_whole else "",
            )
        )
