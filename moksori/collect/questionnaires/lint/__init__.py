"""Is it well asked? Questions, scales and whole questionnaires, in Korean and English.

Nothing here forbids anything: a note says what is doubtful, why, and what would be
better. The rules of wording know Korean and English; those of structure any language.
"""

from __future__ import annotations

from collections.abc import Iterator

from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.lint.notes import ORDER, Note, Rule, Severity
from moksori.collect.questionnaires.lint.structure import structure
from moksori.collect.questionnaires.lint.wording import wording

__all__ = ["Note", "Rule", "Severity", "lint"]


def lint(questionnaire: Questionnaire, language: str) -> tuple[Note, ...]:
    """All notes on what is said in this language, in the order of the questions."""
    return tuple(_in_order(questionnaire, language))


def _in_order(whole: Questionnaire, language: str) -> Iterator[Note]:
    found = [*wording(whole, language), *structure(whole, language)]
    seen: set[tuple[str, Rule]] = set()
    for note in sorted(
        found, key=lambda note: (_place(note.path), ORDER[note.severity])
    ):
        if (note.path, note.rule) not in seen:
            seen.add((note.path, note.rule))
            yield note


def _place(path: str) -> tuple[tuple[int, str], ...]:
    """Numbers by their size, so that question 10 comes after question 9."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in path.split(".")
    )
