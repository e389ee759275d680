"""A person's own words, without the mails that their program put below them.

Where it is not certain, the words stay: a quotation too much is a nuisance, a
customer's sentence lost is a lie.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moksori.collect.sources.mail import headlines
from moksori.collect.sources.mail.signatures import without_signature

_QUOTE = re.compile(r"^\s{0,3}[>＞](?:\s?[>＞])*")
# ">_<" is a face, not a quotation; "->" and ">>" before words are arrows of people.
_FACE = re.compile(r"^\s*[>＞]\s?[_.,oㅁㅂ0ㅡㅅ^-]+\s?[<＜]")
_BELOW = re.compile(
    r"(?:아래|밑|하단|본문).{0,14}(?:답변|답|회신|표시|적어|적었|기재|빨간|파란)"
    r"|\b(?:see|find) (?:my )?(?:answers?|comments?|repl(?:y"
    r"|ies)).{0,16}\b(?:below|inline)"
    r"|\b(?:answers?|comments?|repl(?:y|ies)) (?:inline|below|in (?:red|blue|line))"
    r"|\binline below\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"[\W_]+")
_LINK = re.compile(
    r"<?https?://\S+>?|\[cid:[^\]]{1,300}\]|\[image[^\]]{0,300}\]", re.IGNORECASE
)
_SHINGLE = 4
_SHORT = 8  # letters; what is shorter may be anybody's
_MOST_FORWARDS = 3  # of a mail passed on by one after the other
OWN, QUOTED, HEAD = "own", "quoted", "head"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some own words, and the quoted line that they answer ("" at the top)."""

    after: str
    words: str


@dataclass(frozen=True, slots=True)
class Stripped:
    """What a person wrote, and what was taken away.

    `is_doubtful` asks a person to look: the words may be elsewhere in the mail.
    """

    words: str
    pieces: tuple[Piece, ...] = ()
    quoted: str = ""
    signature: str = ""
    is_doubtful: bool = False
    is_forward: bool = False


def own_words(text: str, *, is_reply: bool = False, sent: str = "") -> Stripped:
    """Own words of a mail's text. `sent` is what we wrote, if we know it: its lines are
    ours whatever a program did to them, and what stands between them is an answer."""
    return _stripped(text, is_reply=is_reply, sent=sent, depth=0)


def _stripped(text: str, *, is_reply: bool, sent: str, depth: int) -> Stripped:
    lines = text.split("\n")
    marks = _Marks(lines, is_reply=is_reply, ours=_Ours(sent))
    pieces, signature = _pieces(lines, marks)
    words = "\n\n".join(piece.words for piece in pieces)
    if not words and marks.forwarded is not None and depth < _MOST_FORWARDS:
        return _forwarded(lines, marks.forwarded, depth)
    quoted = "\n".join(
        line for line, mark in zip(lines, marks.marks, strict=True) if mark == QUOTED
    )
    return Stripped(
        words=words,
        pieces=tuple(pieces),
        quoted=quoted.strip(),
        signature="\n".join(signature).strip(),
        is_doubtful=_is_doubtful(words, marks, is_reply=is_reply),
    )


def _forwarded(lines: list[str], at: int, depth: int) -> Stripped:
    """Nothing above another's mail: then that mail is what was meant to be heard."""
    below = "\n".join(lines[at:])
    inner = _stripped(below, is_reply=True, sent="", depth=depth + 1)
    return Stripped(
        words=inner.words,
        pieces=inner.pieces,
        quoted=inner.quoted,
        signature=inner.signature,
        is_doubtful=True,
        is_forward=True,
    )


def _is_doubtful(words: str, marks: _Marks, *, is_reply: bool) -> bool:
    if not words:
        return any(mark == QUOTED for mark in marks.marks) and not marks.is_all_ours
    if not marks.is_open:
        return False
    # After a mail that is not marked line by line, own words could hide in it.
    return _BELOW.search(words) is not None or not is_reply


def _pieces(lines: list[str], marks: _Marks) -> tuple[list[Piece], list[str]]:
    found: list[Piece] = []
    signature: list[str] = []
    run: list[str] = []
    after = ""
    for line, mark in [*zip(lines, marks.marks, strict=True), ("", HEAD)]:
        if mark == OWN:
            run.append(line)
            continue
        kept, dropped = without_signature(_trimmed(run))
        signature += dropped
        words = "\n".join(kept).strip()
        if words:
            found.append(Piece(after, _tidied(words)))
        run = []
        if mark == QUOTED and line.strip("> "):
            after = _QUOTE.sub("", line).strip()
    return found, signature


def _trimmed(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _tidied(words: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, words.split("\n"))))


class _Marks:
    """Each line's mark, and what is known of the whole."""

    def __init__(self, lines: list[str], *, is_reply: bool, ours: _Ours) -> None:
        self.lines = lines
        self.ours = ours
        self.marks = [OWN] * len(lines)
        self.is_open = False  # a quotation up to the end without marks of its own
        self.is_all_ours = False
        self.forwarded: int | None = None
        start = self._cut()
        if start is not None or is_reply:
            self._mark_quotes(after=start or 0)
        else:
            self._mark_quotes(after=len(lines))
        self._mark_ours()

    def _cut(self) -> int | None:
        """Mark from where an earlier mail begins; None if there is none."""
        at = 0
        first: int | None = None
        while at < len(self.lines):
            length, is_sure = self._start(at)
            if not length:
                at += 1
                continue
            first = at if first is None else first
            self._fill(at, at + length, HEAD)
            if is_sure:
                at += length  # the lines below carry their own marks
                continue
            self._close(at, at + length)
            return first
        return first

    def _start(self, at: int) -> tuple[int, bool]:
        """How many lines begin an earlier mail here, and whether ">" marks it."""
        line = self.lines[at]
        if len(line) > headlines.LONGEST or not line.strip() or _QUOTE.match(line):
            return 0, False
        length = headlines.attribution(self.lines, at)
        if not length and headlines.introduces(line):
            # However a program says it: address, colon, and lines behind ">".
            return int(self._is_marked_below(at + 1)), True
        if length:
            if self._is_marked_below(at + length):
                return length, True
            joined = " ".join(self.lines[at : at + length])
            return (length, False) if headlines.names_address(joined) else (0, False)
        length = headlines.separator(self.lines, at)
        return length, bool(length) and self._is_marked_below(at + length)

    def _is_marked_below(self, at: int) -> bool:
        rest = (self.lines[number] for number in range(at, len(self.lines)))
        below = next((line for line in rest if line.strip()), "")
        return bool(_QUOTE.match(below))

    def _close(self, head: int, body: int) -> None:
        """Everything below is another's mail, but for answers between our own lines."""
        self._fill(body, len(self.lines), QUOTED)
        if not any(line.strip() for line in self.lines[:head]):
            self.forwarded = body
        region = range(body, self._next_mail(body))
        ours = {n for n in region if self._is_ours(n)}
        said = [n for n in region if self.lines[n].strip()]
        self.is_open = not ours or 2 * len(ours) < len(said)
        self.is_all_ours = bool(said) and len(ours) >= 0.9 * len(said)
        if self.is_all_ours:
            self.forwarded = None
        if self.is_open:
            return
        first = min(ours)
        for number in said:
            if number not in ours and number > first:
                self.marks[number] = OWN

    def _is_ours(self, number: int) -> bool:
        """Ours, or the end of a line of ours that was broken in two."""
        line = self.lines[number]
        return self.ours.has(line) or (
            number > 0 and self.ours.goes_on(self.lines[number - 1], line)
        )

    def _next_mail(self, at: int) -> int:
        for number in range(at, len(self.lines)):
            if self._start(number)[0]:
                return number
        return len(self.lines)

    def _mark_quotes(self, *, after: int) -> None:
        """Lines behind ">" below the first head; above it people make lists so."""
        marked = [
            number
            for number, line in enumerate(self.lines)
            if _QUOTE.match(line) and not _FACE.match(line)
        ]
        if any(self.ours.has(self.lines[number]) for number in marked):
            after = 0
        for number in marked:
            if number >= after:
                self.marks[number] = QUOTED

    def _mark_ours(self) -> None:
        """Our own sentences, wherever a program put them."""
        for number, mark in enumerate(self.marks):
            if mark == OWN and self.ours.has(self.lines[number]):
                self.marks[number] = QUOTED

    def _fill(self, start: int, end: int, mark: str) -> None:
        self.marks[start:end] = [mark] * (min(end, len(self.lines)) - start)


class _Ours:
    """What we wrote, found again whatever a mail program did to its lines."""

    def __init__(self, sent: str) -> None:
        self._plain = _plain(sent)
        self._whole = "".join(sent.split())
        self._lines = {"".join(line.split()) for line in sent.split("\n")} - {""}
        self._shingles = _shingles(self._plain)

    def has(self, line: str) -> bool:
        if not self._whole:
            return False
        whole = "".join(_QUOTE.sub("", line).split())
        if whole in self._lines:
            return True
        plain = _plain(whole)
        if len(plain) < _SHORT:
            # A part of a link, too; but "9" is an answer, whatever we wrote.
            return len(whole) >= 2 * _SHORT and whole in self._whole
        if len(plain) < 2 * _SHORT:
            # A name in our address is not our line when it stands in a signature.
            return False
        mine = _shingles(plain)
        return plain in self._plain or (
            len(plain) >= 20 and len(mine & self._shingles) >= 0.8 * len(mine)
        )

    def goes_on(self, before: str, line: str) -> bool:
        first, rest = _plain(_QUOTE.sub("", before)), _plain(_QUOTE.sub("", line))
        return len(first) >= _SHORT and bool(rest) and first + rest in self._plain


def _plain(text: str) -> str:
    return _NOTHING.sub("", _LINK.sub("", text)).lower()


def _shingles(plain: str) -> set[str]:
    return {
        plain[at : at + _SHINGLE] for at in range(max(len(plain) - _SHINGLE + 1, 0))
    }


def answers_inline(stripped: Stripped, questions: Sequence[str]) -> dict[str, str]:
    """Words that stand below a question of ours that was quoted, by the question."""
    found: dict[str, str] = {}
    for piece in stripped.pieces:
        after = _plain(piece.after)
        for question in questions:
            asked = _plain(question)
            if (
                asked
                and after
                and (asked in after or (len(after) > 7 and after in asked))
            ):
                found.setdefault(question, piece.words)
    return found
