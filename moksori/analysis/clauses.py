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

# Syllables that end in ㅆ: 았, 었, 했, 랐 and all other pasts.
_PAST = "".join(chr(0xAC00 + 28 * at + 20) for at in range(399))
# Endings that state something, and may be followed by -고 or -며.
_STATING = (
    _PAST
    + "으하되없좋많적크작쁘르리지기치나러럽깝쉽렵싫높낮넓좁길짧맞같이프트시히니싸짜차"
)
_SIGNS = "\u2600-\u261d\u261f-\u2712\u2715-\u27bf\U0001f300-\U0001faff"
_WRITTEN = "음함임됨름움림짐"
_OPEN = "는은인한던운른쁜픈큰싼린긴된난온"
# A cut falls at the end of every match. Korean contrasts end the clause they close;
# English ones open the clause that follows, hence the look-ahead. What is named asks
# for more: see `_cut`. Each way begins with a letter, not with a look-behind: that is
# twice as fast.
_CUT = re.compile(
    rf"""
      [.!?。！？…](?<![.!?。！？…]{{2}})[.!?。！？…]*+["'”’)\]]*
        (?=\s|[가-힣A-Z(\["“‘]|$)                          # the end of a sentence
    | [~^](?<=[가-힣][~^])[~^.!?]*\s+
    | (?:[어아해네예에돼세여려져봐와워겨켜쳐나까라러게]요|니다|죠|[구고]요)\s+
    | [ㅋㅎㅠㅜ]{{2,}}[.!?~]*\s*                              # laughing, crying
    | (?P<emoji>[{_SIGNS}][\ufe0f\u200d{_SIGNS}]*\s*)
    | [{_OPEN}]\s(?:반면에?|대신에?)[,\s]\s*                # contrast
    | (?:지만(?<!\s하지만)(?<!그렇지만)|으나|더라도|건만|[{_OPEN}]데[도요]?
        |다가(?<=[{_PAST}]다가))[,\s]\s*
    | (?:는데|지만)(?<=[{_PAST}좋싸있없많]..)(?=[가-힣]{{3}})(?!은)    # no blanks
    # Both halves have a subject: "상담은 친절했고 배송은 늦었어요".
    | (?P<and>[고며](?<=[{_STATING}].)[,\s]\s*
        (?=(?!싶|있|없|않|못|나[서니]|난\s|보|봤|계시|말)(?:\S+\s)?\S*
        [가-힣A-Za-z0-9](?:은|는|이|가|도)\s))
    | [{_WRITTEN}]\s?[,/]\s*                         # notes: "배송 빠름, 포장 별로"
        (?=\S+\s\S*(?:[{_WRITTEN}듯]|별로|최고|최악|엉망|굿|불만|만족)\s*(?:[,/.!]|$))
    | [요다음네죠함임됨.!?~][\s,;]\s*(?=(?:그리고|또한|게다가)[\s,])
    | \s/\s
    | (?P<item>\s(?=\d{{1,2}}[.)]\s*[^\s\d]))
    | (?P<too>,?\s(?<!\s\s)\s*+(?=(?:and\s+)?(?:(?:the|my|our|their|its)\s)?
        [a-zA-Z]+(?:\s[a-zA-Z]+)?\s(?:was|is|were|are|wasn't|isn't|aren't|weren't)\s))
    | (?:\s(?<!\s\s)|[,;])\s*(?:                           # never from amid blanks
          [\r\n]\s*
        | (?<=\n)
        | (?=(?:하지만|그런데|근데|그러나|그렇지만|다만|반면에?|대신에?|그래도)[\s,])
        | (?=[-*•·▶▷■□◆●○✔✓☞]\s)                           # a bullet
        | (?<!\beven\s)(?<!nothing\s)(?<!anything\s)(?<!\ball\s)(?<=\s)(?=(?i:
            but(?!\ (?:also|rather|for))|however|although|even\ though|though|yet
            |whereas|except|unfortunately)\b)
        | (?<=,\s)(?=(?:and|so|then|also)\s(?:i|I|we|it|the|they|my|he|she)\b)
        | (?<=;\s)
      )
    """,
    re.VERBOSE,
)
_CONNECTED = re.compile(
    rf"(?:(?<!하)(?<!그렇)지만|(?<=[{_PAST}])(?:는데[도요]?|[고며]))[,\s]*$"
)
_SUBJECT = re.compile(r"[가-힣A-Za-z0-9](?:은|는|이|가|도)\s")
_STATES = re.compile(
    r"\b(?:was|is|were|are|had|has|wasn't|isn't|aren't|weren't)\s", re.IGNORECASE
)
_LISTED = re.compile(r"\s*1[.)]\s*\S")
_SIGN = re.compile(r"\s*[\u2600-\u27bf\U0001f300-\U0001faff]")
_WHOLE = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\S)\d{1,2}[.)](?=\s)"
    r"|\b(?i:mr|mrs|ms|dr|st|vs|inc|ltd|e\.g|i\.e|a\.m|p\.m|u\.s)\."
)
_LATIN_OR_LIST = re.compile(r"[A-Za-z]|\d[.)]\s")
# Four Korean syllables or two words; less ("진짜", "wow") leans on its neighbour.
_MEANING = re.compile(
    r"[가-힣](?:[^가-힣]*[가-힣]){3}|[A-Za-z0-9]\S*\s+\W*[A-Za-z0-9가-힣]"
    r"|[가-힣][^가-힣]*[가-힣]\s+\W*[A-Za-z0-9]|[ぁ-ヿ一-鿿]{4}"
)


def clauses(text: str) -> list[Clause]:
    """Clauses in order, covering everything but blanks; none for a blank text.

    Cuts at sentence ends, line breaks, bullets, ㅋㅋ/ㅠㅠ and emoji, where the text
    turns (-지만, -는데, 하지만, but, however), and at -고, -며 and "and" between two
    halves that both have a subject; never within an address or a number.
    Fragments too short to mean something join a neighbour. At most 40: the last one
    keeps the rest.
    """
    merged = _merged(text, list(_pieces(text)))
    if len(merged) > MOST:
        merged[MOST - 1 :] = [(merged[MOST - 1][0], merged[-1][1])]
    return _trimmed(text, merged)


def stated(clause: str) -> str:
    """The clause as a sentence of its own: "맛은 좋았지만" is "맛은 좋았다".

    For the tone alone: a connective tells what follows, not how this half feels.
    """
    return _CONNECTED.sub("다", clause)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    whole = _uncut(text)
    start = 0
    for match in _CUT.finditer(text):
        end = _cut(text, start, match)
        if end > start and not any(
            a < end < b or match.start() < b == end for a, b in whole
        ):
            yield from _short_enough(text, start, end)
            start = end
    if start < len(text):
        yield from _short_enough(text, start, len(text))


def _cut(text: str, start: int, match: re.Match[str]) -> int:
    """Where the clause from `start` ends at this match; `start` where it does not."""
    named = match.lastgroup
    # What stands before must be a statement of its own, too.
    if named == "and" and not _SUBJECT.search(text, start, match.start()):
        return start
    if named == "too" and not _STATES.search(text, start, match.start()):
        return start
    if named == "item" and not _LISTED.match(text):
        return start
    # A sign that opens a line is its bullet: the next sign opens the next.
    if named == "emoji" and _SIGN.match(text, start, match.end()):
        return match.start()
    return match.end()


def _uncut(text: str) -> list[tuple[int, int]]:
    if not _LATIN_OR_LIST.search(text):
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
    if end - start <= 2 * LONGEST:
        return _MEANING.search(text, start, end) is not None
    # Its ends are enough: endless signs would take endless time.
    first, last = (start, start + LONGEST), (end - LONGEST, end)
    return any(_MEANING.search(text, a, b) for a, b in (first, last))


def _trimmed(text: str, pieces: list[tuple[int, int]]) -> list[Clause]:
    out = []
    for start, end in pieces:
        part = text[start:end]
        left = start + len(part) - len(part.lstrip())
        right = start + len(part.rstrip())
        if right > left:
            out.append(Clause(left, right))
    return out
