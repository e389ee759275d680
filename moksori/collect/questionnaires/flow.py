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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from moksori.collect.questionnaires.definition import (
    END,
    MATRICES,
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
from moksori.collect.questionnaires.values import (
    Unfit,
    codes,
    fit,
    offered,
    own_words,
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


@dataclass(frozen=True, slots=True)
class Walked:
    """The whole path of a response: `around` is what rules know at its end, `answers`
    what counts of the answers, as they are stored."""

    steps: tuple[Step, ...]
    end: End
    around: Around
    answers: Mapping[str, Any]

    def step(self, key: str) -> Step | None:
        """The step of this name; None if it is not on the path (any more)."""
        return next((one for one in self.steps if one.key == key), None)

    def after(self, key: str) -> Step | End | None:
        """The step after this one, or how it ends; None if it is not on the path.

        After "" comes the first step.
        """
        keys = ["", *(one.key for one in self.steps)]
        if key not in keys:
            return None
        place = keys.index(key)
        return self.steps[place] if place < len(self.steps) else self.end


def walked(q: Questionnaire, state: State) -> Walked:
    """From the first page to the end, once."""
    walk = _Walk(q, state)
    return Walked(tuple(walk.steps), walk.end, walk.around(walk.known), walk.kept)


def path(q: Questionnaire, state: State) -> tuple[Step, ...]:
    """All steps in the order in which they are asked, as far as the answers tell."""
    return walked(q, state).steps


def ending(q: Questionnaire, state: State) -> End:
    """How the path of these answers ends."""
    return walked(q, state).end


def step(q: Questionnaire, state: State, step_key: str) -> Step | None:
    """The step of this name; None if it is not on the path (any more)."""
    return walked(q, state).step(step_key)


def step_after(q: Questionnaire, state: State, step_key: str) -> Step | End | None:
    """The step after this one, or how it ends; see `Walked.after`."""
    return walked(q, state).after(step_key)


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
    return walked(q, state).around


def quotas(q: Questionnaire, state: State) -> tuple[Quota, ...]:
    """The quotas in which this response counts."""
    known = around(q, state)
    return tuple(quota for quota in q.quotas if holds(quota.when, known))


def counting(question: Question, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What counts of a stored answer, by the endings of its names: "", "?", ":option".

    What is not offered (any more) is left out; what does not fit counts as nothing.
    """
    value, code = answers.get(question.id), answers.get(f"{question.id}{CODE}")
    try:
        fitted = None if value is None else fit(question, offered(question, value))
    except Unfit:
        fitted = None
    if fitted in (None, {}, []):
        is_code = isinstance(code, str) and code in codes(question)
        return {CODE: code} if is_code else {}
    own = {
        option.id: answers.get(f"{question.id}{OWN}{option.id}")
        for option in question.options
        if option.is_other
    }
    words = own_words(question, fitted, own, is_cut=True) if own else {}
    return {"": fitted, **{f"{OWN}{id}": text for id, text in words.items()}}


class _Walk:
    """Page after page, knowing only the answers to what was shown before."""

    def __init__(self, q: Questionnaire, state: State) -> None:
        self.q, self.state = q, state
        self.known: dict[str, Any] = {}  # by the ids of the rules
        self.kept: dict[str, Any] = {}  # by the names of the stored answers
        self.shown: dict[str, Question] = {}  # which a loop may run over
        self.steps: list[Step] = []
        self.end = End.END
        self._hear_silent()
        pages = _pages(q, state.seed)
        place: int | None = 0
        while place is not None and place < len(pages):
            place = self._page(pages, place)

    def around(self, known: Mapping[str, Any], item: Option | None = None) -> Around:
        return Around(
            known,
            variant=self.state.variant or None,
            language=self.state.language or None,
            item=item.id if item else None,
        )

    def _hear_silent(self) -> None:
        """What the link told is known from the start."""
        for question in self.q.questions():
            if question.type == Type.HIDDEN:
                said = counting(question, self.state.answers)
                if text := said.get("") or question.default:
                    self.known[question.id] = self.kept[question.id] = text

    def _page(self, pages: Sequence[Page], place: int) -> int | None:
        """Ask this page; the place of the next one, None at the end."""
        page = pages[place]
        if not holds(page.show, self.around(self.known)):
            return place + 1
        for item in self._items(page):
            step = self._step(page, item)
            if not _is_worth_showing(step):
                continue
            self.steps.append(step)
            to = next((go.to for go in page.go if holds(go.when, step.around)), "")
            if to in {END, OUT}:
                self.end = End(to)
                return None
            if to:
                ids = [one.id for one in pages]
                return max(place + 1, ids.index(to)) if to in ids else place + 1
        return place + 1

    def _items(self, page: Page) -> list[Option | None]:
        """None once, or the options over which a loop runs, in the order chosen."""
        if page.loop is None:
            return [None]
        over = self.shown.get(page.loop.over)
        chosen = self.known.get(over.id) if over else None
        found: list[Option | None] = []
        for id in chosen if over and isinstance(chosen, list) else []:
            option = over.option(id) if over else None
            if option and not option.is_exclusive:
                own = self.kept.get(f"{page.loop.over}{OWN}{id}")
                # Own words stand where the option's would: "Why phone?", not "Other?".
                found.append(replace(option, text=Words({"": own})) if own else option)
        return found[: page.loop.most]

    def _step(self, page: Page, item: Option | None) -> Step:
        """The page as it is shown now; what it says is learned."""
        known = self._apart(page) if item else self.known
        around = self.around(known, item)
        shown: list[Question] = []
        waiting: list[Question] = []
        here: set[str] = set()
        for question in _questions(page, self.state.seed):
            if question.type == Type.HIDDEN:
                continue
            ready = self._ready(question, item, around)
            if holds(question.show, around):
                shown.append(ready)
                self._take(question.id, ready, known)
            elif here & set(names(question.show)):
                waiting.append(ready)
            here.add(question.id)
        if item:
            self._gather(page, item, known)
        else:
            self.shown |= {one.id: one for one in shown}
        last = replace(around, answers=dict(known))
        return Step(page, item, tuple(shown), tuple(waiting), last)

    def _apart(self, page: Page) -> dict[str, Any]:
        """What a copy of a page knows: nothing of the other copies."""
        own = {question.id for question in page.questions}
        return {
            id: value
            for id, value in self.known.items()
            if id.removesuffix(CODE) not in own
        }

    def _gather(self, page: Page, item: Option, known: Mapping[str, Any]) -> None:
        """After its loop, a question has one answer for each option it was about."""
        for question in page.questions:
            for id in (question.id, f"{question.id}{CODE}"):
                if id in known:
                    self.known[id] = {**self.known.get(id, {}), item.id: known[id]}

    def _take(self, id: str, ready: Question, known: dict[str, Any]) -> None:
        for ending, value in counting(ready, self.state.answers).items():
            self.kept[f"{ready.id}{ending}"] = value
            if ending in {"", CODE}:
                known[f"{id}{ending}"] = value

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
        options, rows = _visible(options, around), _visible(rows, around)
        if item is None and options is question.options and rows is question.rows:
            return question
        return replace(
            question,
            id=named(question.id, item),
            code=named(question.key, item) if item else question.code,
            options=options,
            rows=rows,
        )


def _visible(options: tuple[Option, ...], around: Around) -> tuple[Option, ...]:
    if all(one.show is None for one in options):
        return options
    return tuple(one for one in options if holds(one.show, around))


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
