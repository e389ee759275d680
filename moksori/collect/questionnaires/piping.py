"""Earlier answers in later words: "You gave {q1}. Why, {name|dear customer}?"

`{q1}` is the answer to q1, `{q1|words}` with words for the case that there is none, and
`{item}` is the option that a repeated page is about. Anything else in braces stays as
it is. The result is plain text, nothing of it is markup, and it is never piped again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import override

from moksori.collect.questionnaires.definition import (
    MATRICES,
    Option,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.flow import COPY, OWN, State, Step, walked
from moksori.collect.questionnaires.words import ITEM, PIPE, Words

LONGEST = 200  # characters of one answer inside other words
_ISOLATE = "\u2068{}\u2069"


def filled(
    words: Words,
    q: Questionnaire,
    state: State,
    *,
    item: Option | None = None,
    otherwise: str = "",
) -> str:
    """The words in the language of the response, earlier answers put in.

    `otherwise` stands where there is no answer, and the words do not say what then.
    """
    text = q.said(words, state.language)
    if "{" not in text:
        return text

    def put_in(found: re.Match[str]) -> str:
        name = found.group(1)
        question = q.question(name)
        if question is None and name != ITEM:
            return found.group(0)
        if question is None:
            told = q.said(item.text, state.language) if item else ""
        else:
            told = said(question, q, state, item=item)
        return _tidy(told) or found.group(2) or otherwise

    return PIPE.sub(put_in, text)


def filled_step(step: Step, q: Questionnaire, state: State) -> Step:
    """The step with all its words filled, for a page that is shown as it is.

    Only answers that count are put in, not what lies beside the path.
    """
    state = replace(state, answers=walked(q, state).answers)

    def full(words: Words) -> Words:
        if not words:
            return words
        return Words({state.language: filled(words, q, state, item=step.item)})

    def option(one: Option) -> Option:
        return replace(one, text=full(one.text))

    def question(one: Question) -> Question:
        return replace(
            one,
            text=full(one.text),
            help=full(one.help),
            low_words=full(one.low_words),
            high_words=full(one.high_words),
            unit=full(one.unit),
            options=tuple(map(option, one.options)),
            rows=tuple(map(option, one.rows)),
        )

    return replace(
        step,
        page=replace(step.page, title=full(step.page.title)),
        questions=tuple(map(question, step.questions)),
        waiting=tuple(map(question, step.waiting)),
    )


def said(
    question: Question, q: Questionnaire, state: State, *, item: Option | None = None
) -> str:
    """An answer in the words of the questionnaire; "" where there is none."""
    id = question.id
    if item and f"{id}{COPY}{item.id}" in state.answers:
        id = f"{id}{COPY}{item.id}"
    value = state.answers.get(id)
    if question.type in MATRICES or isinstance(value, bool) or value is None:
        return ""
    if question.type == Type.DATE and isinstance(value, str):
        return _day(value, state.language)
    if question.options:
        return _chosen(question, id, value, q, state)
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return value if isinstance(value, str) else ""


def _chosen(
    question: Question, id: str, value: Any, q: Questionnaire, state: State
) -> str:
    if isinstance(value, Mapping):
        return ""
    ids: Sequence[Any] = value if isinstance(value, list) else [value]
    found = []
    for one in ids:
        option = question.option(one) if isinstance(one, str) else None
        if option is None:
            continue
        own = state.answers.get(f"{id}{OWN}{one}") if option.is_other else None
        found.append(
            own if isinstance(own, str) and own else q.said(option.text, state.language)
        )
    return ", ".join(found)


def _day(value: str, language: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return ""
    with override(language):
        return str(date_format(day, "DATE_FORMAT"))


def _tidy(text: str) -> str:
    """One line, not too long, and what runs from right to left kept to itself."""
    text = " ".join("".join(map(_harmless, text)).split())
    if len(text) > LONGEST:
        text = text[: LONGEST - 1].rstrip() + "…"
    if any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in text):
        return _ISOLATE.format(text)
    return text


def _harmless(letter: str) -> str:
    # Marks that turn the direction of all that follows, and control characters.
    if unicodedata.category(letter) == "Cc":
        return " "
    turning = unicodedata.bidirectional(letter) in {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip
    return "" if turning else letter
