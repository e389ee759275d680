"""The rules of wording: what can be seen in a sentence by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.lint import english, korean
from moksori.collect.questionnaires.lint.notes import Note
from moksori.collect.questionnaires.lint.pieces import Piece, pieces
from moksori.collect.questionnaires.lint.said import Find, note

LANGUAGES: Mapping[str, Callable[[Piece], Iterator[Find]]] = {
    "ko": korean.finds,
    "en": english.finds,
}


def wording(whole: Questionnaire, language: str) -> Iterator[Note]:
    look = LANGUAGES.get(language.partition("-")[0])
    if look is None:
        return
    for piece in pieces(whole, language):
        for find in look(piece):
            yield note(piece, find)
