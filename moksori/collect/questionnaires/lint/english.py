"""What to look for in English questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from moksori.collect.questionnaires.definition import MATRICES, Type
from moksori.collect.questionnaires.lint.english_parting import two_things
from moksori.collect.questionnaires.lint.notes import Rule
from moksori.collect.questionnaires.lint.pieces import Piece
from moksori.collect.questionnaires.lint.said import Find
from moksori.collect.questionnaires.lint.vocabulary import vocabulary

MOST_WORDS, MOST_CHARACTERS = 30, 250
EN = vocabulary("en")


def finds(piece: Piece) -> Iterator[Find]:
    """All that is doubtful about one text."""
    if piece.is_asked:
        yield from _long(piece)
    piece = piece.start
    yield from _private(piece)
    if not piece.is_asked:
        return
    yield from _jargon(piece)
    if piece.type in {Type.WITHOUT, Type.CONSENT}:
        return  # worded by custom and by law
    yield from _two(piece)
    yield from _leading(piece)
    yield from _loaded(piece)
    yield from _negative(piece)
    yield from _loose(piece)


def _private(piece: Piece) -> Iterator[Find]:
    if piece.takes_private and (found := EN["numbers"].search(piece.text)):
        yield Find(Rule.PERSONAL_NUMBER, found.group())
    if not piece.is_question or piece.is_scored or piece.may_stay_silent:
        return
    if found := EN["sensitive"].search(piece.text):
        yield Find(Rule.SENSITIVE, found.group())


def _long(piece: Piece) -> Iterator[Find]:
    count = len(piece.text.split())
    if count > MOST_WORDS or len(piece.text) > MOST_CHARACTERS:
        yield Find(Rule.TOO_LONG, f"{count} words")


def _jargon(piece: Piece) -> Iterator[Find]:
    if found := EN.jargon.search(piece.text):
        plain = EN.plain[found.group().lower()]
        wording = _put(piece.text, found, plain) if plain else ""
        yield Find(Rule.JARGON, found.group(), wording)
        return
    for found in EN["abbreviation"].finditer(piece.text):
        is_known = found.group() in EN.known or EN["numbers"].fullmatch(found.group())
        if not is_known and not piece.text.isupper():
            yield Find(Rule.JARGON, found.group())
            return


def _two(piece: Piece) -> Iterator[Find]:
    if piece.is_rated and (found := two_things(piece.text)):
        yield Find(Rule.DOUBLE_BARRELLED, *found)


def _leading(piece: Piece) -> Iterator[Find]:
    text = piece.text
    if found := EN["tag"].search(text):
        yield Find(Rule.LEADING, found.group().strip(", "))
    elif found := EN["not_first"].search(text):
        yield Find(
            Rule.LEADING, found.group().lstrip(".!? "), _without_not(text, found)
        )
    elif found := EN["crowd"].search(text):
        yield Find(Rule.LEADING, found.group(), _without_crowd(text, found.end()))
    elif piece.type != Type.LONG_TEXT and (found := EN["agree"].search(text)):
        yield Find(Rule.LEADING, found.group())
    elif found := EN["enjoyed"].search(text):
        plain = EN["enjoyed"].sub("How would you rate", text)
        yield Find(Rule.LEADING, found.group(), EN["praised"].sub("", plain))
    elif found := EN["praised"].search(text):
        yield Find(Rule.LEADING, found.group(), EN["praised"].sub("", text))


def _without_not(text: str, found: re.Match[str]) -> str:
    """Not “Isn't it good?” but “Is it good?”; “Don't you agree” stays one-sided."""
    if re.search(r"you (?:agree|think|say)|should|would", text, re.IGNORECASE):
        return ""
    verb = {"wo": "will", "ca": "can"}.get(found["verb"].lower(), found["verb"])
    start = found.start("verb")
    return text[:start] + verb.capitalize() + text[found.end() :]


def _without_crowd(text: str, end: int) -> str:
    """The question behind “Most people like …”, if it can stand by itself."""
    rest = text[text.find(".", end) + 1 :].strip()
    can_stand = rest != text and len(rest.split()) > 3 and " too" not in rest
    return rest if can_stand else ""


def _loaded(piece: Piece) -> Iterator[Find]:
    if found := EN["heat"].search(piece.text) or EN["presumed"].search(piece.text):
        yield Find(Rule.LOADED, found.group())


def _negative(piece: Piece) -> Iterator[Find]:
    if EN["not_first"].search(piece.text) or EN["tag"].search(piece.text):
        return  # told as leading
    text = EN["not_really"].sub("", piece.text)
    nots = [found.group() for found in EN["not"].finditer(text)]
    against = [found.group() for found in EN["against"].finditer(text)]
    is_statement = piece.is_row or piece.type == Type.SINGLE
    if (piece.is_rated and nots and (is_statement or against)) or (
        len(nots) > 1 or (piece.is_rated and {"no"} & set(against) and len(against) > 1)
    ):
        yield Find(Rule.NEGATIVE, " … ".join([*nots, *against][:3]))


def _loose(piece: Piece) -> Iterator[Find]:
    """Words that promise too much or too little."""
    is_closed = piece.is_rated or piece.type == Type.NUMBER
    found = EN["absolute"].search(piece.text)
    if found and is_closed and not (piece.is_scored or EN["crowd"].search(piece.text)):
        yield Find(Rule.ABSOLUTE, found.group())
    has_period = EN["period"].search(piece.text)
    if is_closed and not has_period and (found := EN["vague"].search(piece.text)):
        yield Find(Rule.VAGUE, found.group())
    if piece.type in MATRICES:
        return
    if found := EN["long_ago"].search(piece.text) or EN["too_fine"].search(piece.text):
        yield Find(Rule.RECALL, found.group())


def _put(text: str, found: re.Match[str], plain: str) -> str:
    return text[: found.start()] + plain + text[found.end() :]
