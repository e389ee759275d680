"""Stored answers as the fields of the form in which they were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moksori.collect.questionnaires.definition import MATRICES, Question, Type
from moksori.collect.questionnaires.fields import PART
from moksori.collect.questionnaires.flow import CODE, OWN, Step

Fields = dict[str, list[str]]


def stored_fields(step: Step, answers: Mapping[str, Any]) -> Fields:
    """Every field of a step, the questions that may still come out included."""
    found: Fields = {}
    for question in (*step.questions, *step.waiting):
        found |= dict(_value(question, answers.get(question.id)))
        found |= dict(_beside(question, answers))
    return found


def plain(value: Any) -> str:
    """A number as people write it; "" for nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _value(question: Question, value: Any) -> Iterator[tuple[str, list[str]]]:
    id = question.id
    if isinstance(value, dict):
        for part, cell in value.items():
            is_list = question.type in MATRICES and isinstance(cell, list)
            yield f"{id}{PART}{part}", cell if is_list else [plain(cell)]
    elif question.type == Type.RANKING and isinstance(value, list):
        for place, option in enumerate(value, 1):
            yield f"{id}{PART}{option}", [str(place)]
    elif isinstance(value, list):
        yield id, [str(one) for one in value]
    elif value is not None and value is not False:
        yield id, ["yes"] if value is True else [plain(value)]


def _beside(
    question: Question, answers: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    """Why there is no value, and own words."""
    if code := answers.get(f"{question.id}{CODE}"):
        yield f"{question.id}{CODE}", [str(code)]
    for option in question.options:
        name = f"{question.id}{OWN}{option.id}"
        if own := answers.get(name):
            yield name, [str(own)]
