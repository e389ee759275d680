"""Split a text into clauses that each say one thing, with their exact places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a text: `text[start:end]`, without blanks at its ends."""

    start: int
    end: int


MOST = 40
LONGEST = 280

# A cut falls at the end of every match. Korean contrasts end the clause they close;
# English ones open the clause that follows, hence the look-ahead.
_CUT = re.compile(
    r"""
      [.!?。！？…]+["'”’)\]]*(?=\s|[가-힣A-Z(\["“‘]|$)      # the end of a sentence
    | [ㅋㅎㅠㅜ]{2,}[.!?~]*\s*                              # laughing, crying
    | [\u2600-\u27bf\U0001f300-\U0001faff]                 # emoji
      [\ufe0f\u200d\u2600-\u27bf\U0001f300-\U0001faff]*\s*
    | (?:(?<!\s하)(?<!그렇)지만|으나|더라도|건만               # contrast
        |[는은인한던운른쁜픈큰싼린긴된난온]데도?)[,\s]\s*
    | [\s,;]\s*(?:
          [\r\n]\s*
        | (?<=\n)
        | (?=(?:하지만|그런데|근데|그러나|그렇지만|다만|반면에?|대신에?|그래도)[\s,])
        | (?=[-*•·▶▷■□◆●○✔✓☞]\s)                           # a bullet
        | (?<!\beven\s)(?<=\s)(?=(?i:but|however|although|even\ though|though|yet
            |whereas|except|unfortunately)\b)
        | (?<=,\s)(?=(?:and|so|then|also)\s(?:i|I|we|it|the|they|my|he|she)\b)
        | (?<=;\s)
      )
    """,
    re.VERBOSE,
)
_WHOLE = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b(?i:mr|mrs|ms|dr|st|vs|inc|ltd|e\.g|i\.e|a\.m|p\.m|u\.s)\."
)
_LATIN = re.compile("[A-Za-z]")
# Four Korean syllables or two words; less ("진짜", "wow") leans on its neighbour.
_MEANING = re.compile(
    r"[가-힣](?:[^가-힣]*[가-힣]){3}|[A-Za-z0-9]\S*\s+\W*[A-Za-z0-9가-힣]"
    r"|[가-힣][^가-힣]*[가-힣]\s+\W*[A-Za-z0-9]|[ぁ-ヿ一-鿿]{4}"
)


def clauses(text: str) -> list[Clause]:
    """Clauses in order, covering everything but blanks; none for a blank text.

    Cuts at sentence ends, line breaks, bullets, ㅋㅋ/ㅠㅠ and emoji, and where the text
    turns (-지만, -는데, 하지만, but, however), never within an address or a number.
    Fragments too short to mean something join a neighbour. At most 40: the last one
    keeps the rest.
    """
    merged = _merged(text, list(_pieces(text)))
    if len(merged) > MOST:
        merged[MOST - 1 :] = [(merged[MOST - 1][0], merged[-1][1])]
    return _trimmed(text, merged)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    whole = _uncut(text)
    start = 0
    for match in _CUT.finditer(text):
        end = match.end()
        if end > start and not any(
            a < end < b or match.start() < b == end for a, b in whole
        ):
            yield from _short_enough(text, start, end)
            start = end
    if start < len(text):
        yield from _short_enough(text, start, len(text))


def _uncut(text: str) -> list[tuple[int, int]]:
    if not _LATIN.search(text):
        return []
    return [match.span() for match in _WHOLE.finditer(text)]


def _short_enough(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Endless sentences, cut at a blank or comma near the limit."""
    while end - start > LONGEST:
        comma = text.rfind(", ", start + LONGEST // 2, start + LONGEST)
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = max(comma + 1 or blank, start) or start
        cut = cut if cut > start else start + LONGEST
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def _merged(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each fragment joined to the clause before it; leading ones to the one after."""
    out: list[tuple[int, int]] = []
    for start, end in pieces:
        short = not _means_something(text, start, end)
        waiting = bool(out) and not _means_something(text, *out[-1])
        if out and (short or waiting):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _means_something(text: str, start: int, end: int) -> bool:
    return _MEANING.search(text, start, end) is not None


def _trimmed(text: str, pieces: list[tuple[int, int]]) -> list[Clause]:
    out = []
    for start, end in pieces:
        part = text[start:end]
        left = start + len(part) - len(part.lstrip())
        right = start + len(part.rstrip())
        if right > left:
            out.append(Clause(left, right))
    return out
