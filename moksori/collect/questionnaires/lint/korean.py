"""What to look for in Korean questions."""

from __future__ import annotations

from collections.abc import Iterator

from moksori.collect.questionnaires.definition import MATRICES, Type
from moksori.collect.questionnaires.lint.korean_parting import (
    two_things,
    with_particle,
)
from moksori.collect.questionnaires.lint.notes import Rule, Severity
from moksori.collect.questionnaires.lint.pieces import Piece
from moksori.collect.questionnaires.lint.said import Find
from moksori.collect.questionnaires.lint.vocabulary import vocabulary

MOST_CHARACTERS = 80
KO = vocabulary("ko")


def finds(piece: Piece) -> Iterator[Find]:
    """All that is doubtful about one text."""
    if piece.is_asked:
        yield from _long(piece)
    piece = piece.start
    yield from _private(piece)
    if not piece.is_asked:
        return
    yield from _jargon(piece)
    if piece.is_question and (found := KO["curt"].search(piece.text)):
        yield Find(Rule.REGISTER, found.group())
    if piece.type in {Type.WITHOUT, Type.CONSENT}:
        return  # worded by custom and by law
    if piece.is_rated and (two := two_things(piece.text)):
        yield Find(Rule.DOUBLE_BARRELLED, *two)
    yield from _leading(piece)
    yield from _loaded(piece)
    yield from _negative(piece)
    yield from _loose(piece)


def _private(piece: Piece) -> Iterator[Find]:
    if piece.takes_private and (found := KO["numbers"].search(piece.text)):
        yield Find(Rule.PERSONAL_NUMBER, found.group())
    if not piece.is_question or piece.is_scored or piece.may_stay_silent:
        return
    if found := KO["sensitive"].search(piece.text):
        yield Find(Rule.SENSITIVE, found.group())


def _long(piece: Piece) -> Iterator[Find]:
    if len(piece.text) > MOST_CHARACTERS:
        yield Find(Rule.TOO_LONG, f"{len(piece.text)}자")


def _jargon(piece: Piece) -> Iterator[Find]:
    if found := KO.jargon.search(piece.text):
        particle = found["particle"] or ""
        word = found.group().removesuffix(particle)
        plain = KO.plain[word.lower()]
        wording = ""
        if plain:
            said = with_particle(plain, particle)
            wording = piece.text[: found.start()] + said + piece.text[found.end() :]
        yield Find(Rule.JARGON, word, wording)
        return
    for found in KO["abbreviation"].finditer(piece.text):
        if found.group() not in KO.known:
            yield Find(Rule.JARGON, found.group())
            return


def _leading(piece: Piece) -> Iterator[Find]:
    text = piece.text
    if (found := KO["not_asked"].search(text)) and not KO["bad_not"].search(text):
        if not KO["negated"].search(text[: found.start()]):
            yield Find(Rule.LEADING, found.group())
    elif found := KO["tag"].search(text):
        yield Find(Rule.LEADING, text[max(0, found.start() - 4) : found.end()])
    elif found := KO["crowd"].search(text):
        rest = text[text.find(".", found.end()) + 1 :].strip()
        yield Find(Rule.LEADING, found.group(), rest if rest != text else "")
    elif piece.type == Type.SINGLE and (found := KO["agree"].search(text)):
        yield Find(Rule.LEADING, found.group(), severity=Severity.DOUBT)
    elif found := KO["praising"].search(text):
        plain = text[: found.start()] + "어떠셨습니까?"
        yield Find(Rule.LEADING, found.group(), plain)
    elif found := KO["praised"].search(text):
        yield Find(Rule.LEADING, found.group(), KO["praised"].sub("", text))


def _loaded(piece: Piece) -> Iterator[Find]:
    if found := KO["heat"].search(piece.text) or KO["presumed"].search(piece.text):
        yield Find(Rule.LOADED, found.group())


def _negative(piece: Piece) -> Iterator[Find]:
    text = piece.text
    nots = [found.group() for found in KO["negated"].finditer(text)]
    is_double = bool(KO["bad_not"].search(text)) or len(nots) > 1
    is_double = is_double or bool(nots and KO["opposed"].search(text))
    is_tail = bool(KO["not_asked"].search(text)) and len(nots) == 1
    if is_double and piece.is_rated:
        found = KO["bad_not"].search(text)
        yield Find(Rule.NEGATIVE, found.group() if found else " … ".join(nots[:2]))
    elif nots and piece.is_row and not is_tail:
        yield Find(Rule.NEGATIVE, nots[0])


def _loose(piece: Piece) -> Iterator[Find]:
    """Words that promise too much or too little."""
    is_closed = piece.is_rated or piece.type == Type.NUMBER
    if (
        is_closed
        and not piece.is_scored
        and (found := KO["absolute"].search(piece.text))
    ):
        yield Find(Rule.ABSOLUTE, found.group())
    has_period = KO["period"].search(piece.text)
    if is_closed and not has_period and (found := KO["vague"].search(piece.text)):
        yield Find(Rule.VAGUE, found.group())
    if piece.type in MATRICES:
        return
    if found := KO["long_ago"].search(piece.text) or KO["too_fine"].search(piece.text):
        yield Find(Rule.RECALL, found.group())
