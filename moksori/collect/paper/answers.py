"""What a filled sheet says, as the answers of a response.

Paper hides no question and refuses no answer. So what somebody marked counts as it
stands, also beside the printed path and beyond what a question allows; what does not
agree becomes a flag, and a person can look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from moksori.collect.paper.layout import BESIDE, Field, Layout
from moksori.collect.quality import Flag
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import beside_path
from moksori.collect.questionnaires.definition import (
    CHOOSING,
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    Option,
    Page,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.flow import CODE, OWN
from moksori.collect.questionnaires.values import Unfit, fit

INSTEAD = frozenset({NOT_APPLICABLE, PREFER_NOT_TO_SAY})
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Said:
    """One field: the boxes that are marked, or the words that are written."""

    codes: tuple[str, ...] = ()
    text: str = ""
    is_illegible: bool = False  # something is there, and nobody can tell what

    @property
    def is_empty(self) -> bool:
        return not self.codes and not self.text


@dataclass(frozen=True, slots=True)
class Asked:
    """A questionnaire as paper asked it, for these answers, with its path."""

    questionnaire: Questionnaire
    walked: flow.Walked
    end: flow.End
    flags: tuple[Flag, ...]


def answers_of(
    q: Questionnaire, layout: Layout, said: Mapping[str, Said]
) -> dict[str, Any]:
    """The answers by the names of stored ones; what is empty has none."""
    found: dict[str, Any] = {}
    for question in q.questions():
        fields = [one for one in layout.fields if one.question == question.id]
        told = [(one, said[one.id]) for one in fields if one.id in said]
        told = [(field, one) for field, one in told if not one.is_empty]
        if fields:
            found |= dict(_entries(question, told))
    return found


def _entries(
    question: Question, told: Sequence[tuple[Field, Said]]
) -> Iterator[tuple[str, Any]]:
    words = {field.option: one.text for field, one in told if field.option}
    marked = [(field, one) for field, one in told if not field.option or field.row]
    if question.type == Type.SUM:
        marked = list(told)
    value = _value(question, marked)
    if question.type in CHOOSING - MATRICES - {Type.SUM} and words:
        value = _with_words(question, value, words)
    if value not in (None, {}, []):
        yield question.id, value
        for option, text in words.items():
            if question.type != Type.SUM:
                yield f"{question.id}{OWN}{option}", text
        return
    instead = INSTEAD & {code for _field, one in marked for code in one.codes}
    if instead:
        yield f"{question.id}{CODE}", min(instead)
    elif question.type == Type.CONSENT:
        yield question.id, False


def _value(question: Question, told: Sequence[tuple[Field, Said]]) -> Any:
    if question.type in MATRICES:
        rows = [(field.row, one) for field, one in told if field.row != BESIDE]
        return {row: _cell(question, one) for row, one in rows if row}
    if question.type == Type.RANKING:
        return _order(told)
    if question.type == Type.SUM:
        return _points(told)
    marked = [code for _field, one in told for code in one.codes if code not in INSTEAD]
    if question.is_score or question.type in CHOOSING | {Type.CONSENT}:
        return _marked(question, marked)
    text = next((one.text for _field, one in told if one.text), None)
    return number_of(text) if text and question.type == Type.NUMBER else text


def _marked(question: Question, marked: list[str]) -> Any:
    if question.type == Type.MULTIPLE:
        return marked
    if question.type == Type.CONSENT:
        return True if marked else None
    first = next(iter(marked), None)
    return int(first) if first and question.is_score else first


def _cell(question: Question, said: Said) -> Any:
    if question.type == Type.MATRIX_MULTIPLE:
        return [code for code in said.codes if code not in INSTEAD]
    return said.codes[0] if said.codes else None


def _order(told: Sequence[tuple[Field, Said]]) -> list[str]:
    """Options by their place, up to the first place that two of them have."""
    places: dict[int, list[str]] = {}
    for field, one in told:
        for code in one.codes:
            if code.isdigit():
                places.setdefault(int(code), []).append(field.row or field.option)
    found: list[str] = []
    for place in sorted(places):
        if len(places[place]) > 1:
            break
        found += [one for one in places[place] if one not in found]
    return found


def _points(told: Sequence[tuple[Field, Said]]) -> dict[str, Any]:
    found = {field.row or field.option: number_of(one.text) for field, one in told}
    return {id: value for id, value in found.items() if isinstance(value, int | float)}


def number_of(text: str) -> int | float | str | None:
    """What was typed as a number; the text itself where it is none."""
    plain = text.replace(",", "").strip()
    try:
        value = float(plain)
    except ValueError:
        return plain or None
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _with_words(question: Question, value: Any, words: Mapping[str, str]) -> Any:
    """Who wrote beside “other” meant it, also where its box stayed empty."""
    if question.type == Type.MULTIPLE:
        return [*(value or []), *(one for one in words if one not in (value or []))]
    return next(iter(words)) if value is None else value


def as_asked(q: Questionnaire, state: flow.State, warned: Sequence[Flag] = ()) -> Asked:
    """The questionnaire so that all answers count, and what does not agree with it."""
    flags = [*warned, *_unfit(q, state)]
    soft = _softened(q, state.answers)
    real = flow.walked(soft, state)
    beside = set(beside_path(soft, state))
    flags += [
        Flag("paper_path", {"question": _title(question, state)})
        for question in q.questions()
        if question.id in beside
    ]
    shown = {one.id for step in real.steps for one in step.questions} | beside
    flat = replace(soft, pages=tuple(_kept(soft, shown)), is_random=False)
    return Asked(flat, flow.walked(flat, state), real.end, tuple(flags))


def _kept(q: Questionnaire, shown: set[str]) -> Iterator[Page]:
    """The pages with what was asked and what was answered all the same."""
    for page in q.pages:
        if page.loop is not None:
            continue
        questions = tuple(
            replace(one, show=None)
            for one in page.questions
            if one.id in shown or one.type == Type.HIDDEN
        )
        if questions:
            yield replace(page, questions=questions, show=None, go=(), is_random=False)


def _softened(q: Questionnaire, answers: Mapping[str, Any]) -> Questionnaire:
    pages = tuple(
        replace(page, questions=tuple(_soft(one, answers) for one in page.questions))
        for page in q.pages
    )
    return replace(q, pages=pages)


def _soft(question: Question, answers: Mapping[str, Any]) -> Question:
    """The question without the limits that paper cannot keep."""
    value = answers.get(question.id)
    soft = replace(
        question,
        is_required=False,
        is_random=False,
        options=tuple(map(_open, question.options)),
        rows=tuple(map(_open, question.rows)),
    )
    if question.type in {Type.MULTIPLE, Type.MATRIX_MULTIPLE}:
        soft = replace(soft, least=None, most=None)
    elif question.type == Type.RANKING and isinstance(value, list):
        soft = replace(soft, least=len(value), most=None)
    elif question.type == Type.SUM and isinstance(value, Mapping):
        soft = replace(soft, total=sum(value.values()))
    elif question.type in {Type.NUMBER, Type.DATE}:
        soft = replace(soft, low=None, high=None)
    elif question.type in {Type.TEXT, Type.LONG_TEXT}:
        soft = replace(soft, least=None, most=None)
    return soft


def _open(option: Option) -> Option:
    return replace(option, show=None, is_exclusive=False)


def _unfit(q: Questionnaire, state: flow.State) -> Iterator[Flag]:
    """Answers that the web would not have taken."""
    for question in q.questions():
        value = state.answers.get(question.id)
        if value is None or question.type in {Type.HIDDEN, Type.SECTION}:
            continue
        try:
            fit(replace(question, is_required=False), value)
        except Unfit:
            yield Flag("paper_unfit", {"question": _title(question, state)})


def _title(question: Question, state: flow.State) -> str:
    text = question.text.said(state.language)
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1]}…"


def doubts(
    q: Questionnaire, layout: Layout, said: Mapping[str, Said], language: str
) -> Iterator[Flag]:
    """What the paper itself leaves open: marks that nobody can tell, two first places,
    words beside an option that was not chosen."""
    state = flow.State(language=language)
    for question in q.questions():
        told = [
            (field, said[field.id])
            for field in layout.fields
            if field.question == question.id and field.id in said
        ]
        facts = {"question": _title(question, state)}
        for field, one in told:
            if one.is_illegible:
                row = _row(question, field, state)
                named = f"{facts['question']} – {row}" if row else facts["question"]
                yield Flag("paper_illegible", {"question": named})
        given = [(field, one) for field, one in told if not one.is_empty]
        if question.type == Type.RANKING:
            marked = sum(bool(one.codes) for _field, one in given)
            if len(_order(given)) < marked:
                yield Flag("paper_order", facts)
        elif _words_beside(question, given):
            yield Flag("paper_words", facts)


def _row(question: Question, field: Field, state: flow.State) -> str:
    """The words of the row of a table, or of the option whose words are meant."""
    for one in (*question.rows, *question.options):
        if one.id in {field.row, field.option}:
            return one.text.said(state.language)
    return ""


def _words_beside(question: Question, told: Sequence[tuple[Field, Said]]) -> bool:
    if question.type not in {Type.SINGLE, Type.WITHOUT}:
        return False
    chosen = {code for _field, one in told for code in one.codes}
    wrote = {field.option for field, one in told if field.option and one.text}
    return bool(chosen) and bool(wrote - chosen)


def fitted_text(question: Question, text: str) -> str:
    """Typed words in the form of their question; raises `values.Unfit`."""
    soft = _soft(replace(question, options=(), rows=()), {})
    if question.type == Type.SUM:
        number = number_of(text)
        if not isinstance(number, int | float):
            fit(Question(question.id, Type.NUMBER, question.text), number)
        return text.strip()
    if question.type in CHOOSING:  # words to an option of one's own
        return str(fit(Question(question.id, Type.TEXT, question.text), text))
    value = number_of(text) if question.type == Type.NUMBER else text
    return str(fit(soft, value))
