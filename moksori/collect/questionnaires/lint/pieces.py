"""The texts of a questionnaire, one by one, with what each is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from moksori.collect.questionnaires.definition import (
    MATRICES,
    WRITING,
    Option,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.words import Words

LONGEST = 500  # characters
# Into these something private can be written, or sent along.
_TAKES_PRIVATE = WRITING | {Type.NUMBER, Type.FILE, Type.PHOTO}


class Place(StrEnum):
    """Where a text stands; not every rule is for every place."""

    QUESTION = "question"
    ROW = "row"  # of a table: a question of its own
    OPTION = "option"
    HELP = "help"
    AROUND = "around"  # title, introduction, thanks, words between questions


@dataclass(frozen=True, slots=True)
class Piece:
    path: str
    place: Place
    text: str
    question: Question | None = None

    @property
    def start(self) -> Piece:
        """As much of it as is looked into: nobody reads a longer question."""
        return replace(self, text=self.text[:LONGEST])

    @property
    def type(self) -> Type | None:
        return self.question.type if self.question else None

    @property
    def is_asked(self) -> bool:
        return self.place in {Place.QUESTION, Place.ROW}

    @property
    def is_question(self) -> bool:
        return self.place == Place.QUESTION

    @property
    def is_row(self) -> bool:
        return self.place == Place.ROW

    @property
    def is_scored(self) -> bool:
        return self.question is not None and self.question.is_score

    @property
    def is_rated(self) -> bool:
        """One value is given for it, so that it may be about one thing only."""
        if self.question is None or not self.is_asked:
            return False
        if self.type in MATRICES:
            return self.is_row
        return self.is_scored or self.type == Type.SINGLE

    @property
    def takes_private(self) -> bool:
        return self.type in _TAKES_PRIVATE and self.place in {
            Place.QUESTION, Place.HELP,
        }  # fmt: skip

    @property
    def may_stay_silent(self) -> bool:
        """Whether a customer can keep the answer to themselves, and is told so."""
        return self.question is not None and self.question.may_prefer_not


def pieces(whole: Questionnaire, language: str) -> Iterator[Piece]:
    """What is said in this very language; what is unsaid is not here."""
    for name in ("title", "intro", "thanks", "closed"):
        yield from _piece(getattr(whole, name), name, Place.AROUND, language)
    for p, page in enumerate(whole.pages):
        yield from _piece(page.title, f"pages.{p}.title", Place.AROUND, language)
        for q, question in enumerate(page.questions):
            for piece in _of_question(question, f"pages.{p}.questions.{q}", language):
                yield Piece(piece.path, piece.place, piece.text, question)


def _of_question(question: Question, at: str, language: str) -> Iterator[Piece]:
    if question.type == Type.HIDDEN:
        return
    place = Place.AROUND if question.type == Type.SECTION else Place.QUESTION
    yield from _piece(question.text, f"{at}.text", place, language)
    yield from _piece(question.help, f"{at}.help", Place.HELP, language)
    yield from _of_list(question.rows, f"{at}.rows", Place.ROW, language)
    yield from _of_list(question.options, f"{at}.options", Place.OPTION, language)


def _of_list(
    listed: tuple[Option, ...], at: str, place: Place, language: str
) -> Iterator[Piece]:
    for n, option in enumerate(listed):
        yield from _piece(option.text, f"{at}.{n}.text", place, language)


def _piece(words: Words, path: str, place: Place, language: str) -> Iterator[Piece]:
    if text := words.get(language, "").strip():
        yield Piece(path, place, text)
