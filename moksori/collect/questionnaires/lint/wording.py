"""The rules of wording: what can be seen in a sentence by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.lint import english, korean
from moksori.collect.questionnaires.lint.notes import Note
from moksori.collect.questionnaires.lint.pieces import Piece, pieces

Look = Callable[[Piece], Iterator[Note]]
LANGUAGES: Mapping[str, tuple[Look, ...]] = {
    "ko": korean.RULES,
    "en": english.RULES,
}


def wording(whole: Questionnaire, language: str) -> Iterator[Note]:
    rules = LANGUAGES.get(language.partition("-")[0], ())
    for piece in pieces(whole, language):
        for rule in rules:
            yield from rule(piece)
