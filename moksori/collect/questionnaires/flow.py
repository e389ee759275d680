"""What is asked next, for the answers given so far.

A page that is asked once for each chosen option comes in copies, whose questions are
called "q3@option". The answers are one flat mapping, as they are stored:

    "q3"          the value, as `definition.Type` says it
    "q3?"         why there is none: not_applicable, prefer_not_to_say, skipped
    "q3:option"   the customer's own words to an option that asks for them

Only what was shown counts: an answer to a question that is no longer on the path
decides nothing, and comes back when the path does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from moksori.collect.questionnaires.definition import (
    END,
    MATRICES,
    NOT_APPLICABLE,
    OUT,
    Option,
    Page,
    Question,
    Questionnaire,
    Quota,
    Type,
)
from moksori.collect.questionnaires.expressions import Around, holds, names
from moksori.collect.questionnaires.order import (
    fixed_pages,
    shuffled,
    shuffled_in_runs,
)
from moksori.collect.questionnaires.words import Words

CODE, OWN, COPY = "?", ":", "@"  # none of them can be part of an id
NO_SHUFFLE = frozenset({Type.WITHOUT})  # its answers are a scale


class End(StrEnum):
    """How a path ends: as meant, or with somebody whom the survey does not mean."""

    END = END
    OUT = OUT


@dataclass(frozen=True, slots=True)
class State:
    """One response so far: answers, and what chance decided when it began."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    variant: str = ""
    language: str = "ko"


@dataclass(frozen=True, slots=True)
class Step:
    """One screen: a page, or one of its copies, with what is shown on it now.

    The questions are as they are to be shown: their options in order, without those
    that are hidden. `waiting` are those that an answer on this very page may bring out,
    `around` is what its rules know.
    """

    page: Page
    item: Option | None
    questions: tuple[Question, ...]
    waiting: tuple[Question, ...] = ()
    around: Around = field(default_factory=Around)

    @property
    def key(self) -> str:
        return named(self.page.id, self.item)


def named(id: str, item: Option | None) -> str:
    return f"{id}{COPY}{item.id}" if item else id


def path(q: Questionnaire, state: State) -> tuple[Step, ...]:
    """All steps in the order in which they are asked, as far as the answers tell."""
    return tuple(_Walk(q, state).steps)


def ending(q: Questionnaire, state: State) -> End:
    """How the path of these answers ends."""
    return _Walk(q, state).end


def step(q: Questionnaire, state: State, step_key: str) -> Step | None:
    """The step of this name; None if it is not on the path (any more)."""
    return next((one for one in path(q, state) if one.key == step_key), None)


def step_after(q: Questionnaire, state: State, step_key: str) -> Step | End | None:
    """The step after this one, or how it ends; None if it is not on the path.

    After "" comes the first step.
    """
    walk = _Walk(q, state)
    keys = ["", *(one.key for one in walk.steps)]
    if step_key not in keys:
        return None
    place = keys.index(step_key)
    return walk.steps[place] if place < len(walk.steps) else walk.end


def step_before(q: Questionnaire, state: State, step_key: str) -> Step | None:
    """The step before this one; None before the first, or where going back is barred.

    From a step that is no longer on the path it is the last one.
    """
    if not q.may_go_back:
        return None
    steps = path(q, state)
    keys = [one.key for one in steps]
    place = keys.index(step_key) if step_key in keys else len(steps)
    return steps[place - 1] if place else None


def around(q: Questionnaire, state: State) -> Around:
    """What a rule knows when everything on the path was asked."""
    return _Walk(q, state).around(None, None, {})


def quotas(q: Questionnaire, state: State) -> tuple[Quota, ...]:
    """The quotas in which this response counts."""
    known = around(q, state)
    return tuple(quota for quota in q.quotas if holds(quota.when, known))


def chosen_items(over: Question, answers: Mapping[str, Any]) -> Iterator[Option]:
    """The options over which a loop runs, in the order chosen; own words in place."""
    value = answers.get(over.id)
    for id in value if isinstance(value, list) else []:
        option = over.option(id) if isinstance(id, str) else None
        if option is None or option.is_exclusive:
            continue
        own = answers.get(f"{over.id}{OWN}{id}") if option.is_other else None
        yield replace(option, text=Words({"": own})) if isinstance(own, str) else option


def fitting(question: Question, value: Any) -> Any:
    """The value without what is not offered (any more); None if nothing is left.

    Only looks at options and rows; `checks` judges the rest.
    """
    if not question.options:
        return value
    offered = {option.id for option in question.options}
    if isinstance(value, list):
        return [one for one in value if _is_in(one, offered)] or None
    if question.type in MATRICES and isinstance(value, dict):
        return _fitting_rows(question, value, offered)
    if isinstance(value, dict):
        return {id: one for id, one in value.items() if id in offered} or None
    return value if _is_in(value, offered) else None


def _fitting_rows(
    question: Question, value: Mapping[str, Any], offered: set[str]
) -> dict[str, Any] | None:
    if question.may_not_apply:
        offered = offered | {NOT_APPLICABLE}
    rows = {row.id for row in question.rows}
    kept = {
        row: [one for one in cell if _is_in(one, offered)]
        if isinstance(cell, list)
        else cell
        for row, cell in value.items()
        if row in rows and (isinstance(cell, list) or _is_in(cell, offered))
    }
    return {row: cell for row, cell in kept.items() if cell} or None


def _is_in(one: Any, offered: set[str]) -> bool:
    return isinstance(one, str) and one in offered


class _Walk:
    """Page after page, knowing only the answers to what was shown before."""

    def __init__(self, q: Questionnaire, state: State) -> None:
        self.q, self.state = q, state
        self.known: dict[str, Any] = dict(_silent(q, state.answers))
        self.shown: dict[str, Question] = {}  # which a loop may run over
        self.steps: list[Step] = []
        self.end = End.END
        pages = _pages(q, state.seed)
        place: int | None = 0
        while place is not None and place < len(pages):
            place = self._page(pages, place)

    def around(
        self, page: Page | None, item: Option | None, own: Mapping[str, Any]
    ) -> Around:
        """What a rule knows now; on a copy of a page nothing of its other copies."""
        apart = {question.id for question in page.questions} if page and item else set()
        known = {
            id: value
            for id, value in self.known.items()
            if id.removesuffix(CODE) not in apart
        }
        return Around(
            {**known, **own},
            variant=self.state.variant or None,
            language=self.state.language or None,
            item=item.id if item else None,
        )

    def _page(self, pages: Sequence[Page], place: int) -> int | None:
        """Ask this page; the place of the next one, None at the end."""
        page = pages[place]
        if not holds(page.show, self.around(page, None, {})):
            return place + 1
        for item in self._items(page):
            step, own = self._step(page, item)
            if not _is_worth_showing(step):
                continue
            self.steps.append(step)
            self._learn(step, own)
            to = _goal(page, self.around(page, item, own))
            if to in {END, OUT}:
                self.end = End(to)
                return None
            if to:
                later = [one.id for one in pages]
                return max(place + 1, later.index(to)) if to in later else place + 1
        return place + 1

    def _items(self, page: Page) -> Iterable[Option | None]:
        if page.loop is None:
            return [None]
        over = self.shown.get(page.loop.over)
        answers = {**self.state.answers, **self.known}
        return list(chosen_items(over, answers))[: page.loop.most] if over else []

    def _step(self, page: Page, item: Option | None) -> tuple[Step, dict[str, Any]]:
        """The page as it is shown now, and its answers by the ids of the rules."""
        own: dict[str, Any] = {}
        shown: list[Question] = []
        waiting: list[Question] = []
        here: set[str] = set()
        for question in _questions(page, self.state.seed):
            if question.type == Type.HIDDEN:
                continue
            around = self.around(page, item, own)
            ready = self._ready(question, item, around)
            if holds(question.show, around):
                shown.append(ready)
                own |= dict(self._answer(question.id, ready))
            elif here & set(names(question.show)):
                waiting.append(ready)
            here.add(question.id)
        step = Step(
            page, item, tuple(shown), tuple(waiting), self.around(page, item, own)
        )  # fmt: skip
        return step, own

    def _ready(
        self, question: Question, item: Option | None, around: Around
    ) -> Question:
        """The question as it is shown: its own name, its options in their order."""
        options, rows = question.options, question.rows
        if question.is_random and question.type not in NO_SHUFFLE:
            if question.type in MATRICES:  # their options are a scale
                rows = shuffled(rows, self.state.seed, question.id)
            else:
                options = shuffled(options, self.state.seed, question.id)
        return replace(
            question,
            id=named(question.id, item),
            code=named(question.key, item) if item else question.code,
            options=tuple(one for one in options if holds(one.show, around)),
            rows=tuple(one for one in rows if holds(one.show, around)),
        )

    def _answer(self, id: str, ready: Question) -> Iterator[tuple[str, Any]]:
        """What rules may know of an answer, under the id that they use."""
        answers = self.state.answers
        value = fitting(ready, answers.get(ready.id))
        if value is not None:
            yield id, value
        elif isinstance(code := answers.get(f"{ready.id}{CODE}"), str):
            yield f"{id}{CODE}", code

    def _learn(self, step: Step, own: Mapping[str, Any]) -> None:
        if step.item is None:
            self.known.update(own)
            self.shown |= {question.id: question for question in step.questions}
            return
        # After the loop, a rule finds one answer for each option that was asked about.
        for id, value in own.items():
            self.known[id] = {**self.known.get(id, {}), step.item.id: value}


def _silent(q: Questionnaire, answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the link told, known from the start."""
    for question in q.questions():
        if question.type == Type.HIDDEN:
            value = answers.get(question.id, question.default)
            if isinstance(value, str) and value:
                yield question.id, value


def _pages(q: Questionnaire, seed: int) -> Sequence[Page]:
    if not q.is_random:
        return q.pages
    return shuffled_in_runs(q.pages, fixed_pages(q), seed, "")


def _questions(page: Page, seed: int) -> Sequence[Question]:
    if not page.is_random:
        return page.questions
    asked = {name for one in page.questions for name in names(one.show)}
    fixed = {
        one.id
        for one in page.questions
        if one.type == Type.SECTION or one.id in asked or one.show is not None
    }
    return shuffled_in_runs(page.questions, fixed, seed, page.id)


def _is_worth_showing(step: Step) -> bool:
    """Words alone are worth a screen only on a page that never asks anything."""
    if any(one.type != Type.SECTION for one in step.questions):
        return True
    silent = {Type.SECTION, Type.HIDDEN}
    return bool(step.questions) and all(
        one.type in silent for one in step.page.questions
    )


def _goal(page: Page, around: Around) -> str:
    return next((go.to for go in page.go if holds(go.when, around)), "")
