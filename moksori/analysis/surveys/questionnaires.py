"""The health of a questionnaire: which question to mend, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.drivers.subsets import Floats
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.analysis.surveys.mending import ALIKE, verdicts
from moksori.analysis.surveys.questions import (
    ENOUGH,
    Answers,
    Health,
    Pair,
    Question,
    Questionnaire,
    State,
)
from moksori.analysis.surveys.reliability import (
    Item,
    Reliability,
    correlation,
    reliability,
)

SPEEDING = 1 / 3
MOST_MISSING = 0.5
BATTERY = 4
Bools = NDArray[np.bool_]


def questionnaire_health(
    questions: Sequence[Question], answers: Answers
) -> Questionnaire:
    """How each question does, from what people did with it.

    Nothing is said of what fewer than 30 people saw, and the whole interval, not the
    value alone, must lie beyond a limit before a question is called bad (`mending`).
    Raises ValueError for shapes that do not fit.
    """
    _must_fit(questions, answers)
    batteries = _batteries(questions, answers)
    pairs = _pairs(questions, answers)
    left = _left_at(answers.states, answers.finished)
    usual = _usual(answers.seconds)
    found = []
    for at, question in enumerate(questions):
        health = _health(question, at, answers, left)
        health = replace(health, item=_item(question, batteries))
        faults = verdicts(health, pairs=pairs, batteries=batteries, usual=usual)
        found.append(replace(health, verdicts=faults))
    found.sort(key=lambda one: (-one.weight, one.position))
    last, told = len(questions), answers.finished
    took = _times(answers.seconds)
    return Questionnaire(
        questions=tuple(found),
        batteries=batteries,
        pairs=pairs,
        straight=_straight(questions, answers),
        finished=_share_of(left == last if told is None else told),
        speeders=_speeders(took),
        minutes=float(np.median(took)) / 60 if took.size else None,
        n=len(answers.states),
    )


def _must_fit(questions: Sequence[Question], answers: Answers) -> None:
    shape = answers.states.shape
    if shape[1:] != (len(questions),) or answers.values.shape != shape:
        raise ValueError("Answers need a row a person and a column a question.")
    for beside in (answers.seconds, answers.heard):
        if beside is not None and beside.shape != shape:
            raise ValueError("Times and mentions need the shape of the answers.")


def _health(
    question: Question, at: int, answers: Answers, left: NDArray[np.int64]
) -> Health:
    states = answers.states[:, at]
    shown = states != State.NOT_SHOWN
    given = states == State.ANSWERED
    values = answers.values[given, at]
    values = values[np.isfinite(values)]
    scale = values if question.is_scale else np.empty(0)
    words = values if question.is_open else np.empty(0)
    heard = None if answers.heard is None else answers.heard[given, at]
    time = None if answers.seconds is None else answers.seconds[given, at]
    came = (left == at) | (shown & (left > at))
    return Health(
        question=question,
        position=at + 1,
        shown=int(shown.sum()),
        not_shown=int((~shown).sum()),
        answered=_share(given, shown),
        skipped=_share(states == State.SKIPPED, shown),
        not_applicable=_share(states == State.NOT_APPLICABLE, shown),
        mean=float(scale.mean()) if scale.size else None,
        top=_share_of(scale == question.high),
        bottom=_share_of(scale == question.low),
        leaving=_share(left == at, came) if at else None,
        seconds=_median(time),
        speeders=_speeders(_usable(time)),
        length=_median(words),
        heard=_heard(heard) if question.is_open else None,
    )


def _share(of: Bools, among: Bools) -> Estimate | None:
    return _share_of(of[among])


def _share_of(these: Bools) -> Estimate | None:
    return wilson(int(these.sum()), these.size) if these.size else None


def _usable(given: Floats | None) -> Floats:
    """Times that a clock can have shown."""
    if given is None:
        return np.empty(0)
    return given[np.isfinite(given) & (given > 0)]


def _median(given: Floats | None) -> float | None:
    known = _usable(given)
    return float(np.median(known)) if known.size else None


def _heard(heard: Floats | None) -> Estimate | None:
    if heard is None:
        return None
    return _share_of(heard[np.isfinite(heard)] > 0)


def _usual(seconds: Floats | None) -> float | None:
    """The median of the questions' median times."""
    if seconds is None:
        return None
    known = [_median(column) for column in seconds.T]
    return _median(np.array([one for one in known if one is not None]))


def _times(seconds: Floats | None) -> Floats:
    """The time of each person over all questions that were timed."""
    if seconds is None or not seconds.size:
        return np.empty(0)
    return _usable(np.nansum(np.where(seconds > 0, seconds, np.nan), axis=1))


def _speeders(times: Floats) -> Estimate | None:
    """Who took less than a third of the usual time."""
    if times.size < ENOUGH:
        return None
    return _share_of(times < SPEEDING * np.median(times))


def _left_at(states: NDArray[np.int8], finished: Bools | None) -> NDArray[np.int64]:
    """The place (n,) of the question at which each person gave up; q: at none.

    Without the survey tool's word: who answers nothing from a question on gave up
    there, if two or more questions that they were shown remain; one last question left
    empty is skipped.
    """
    q = states.shape[1]
    place = np.arange(q)
    reacted = (states == State.ANSWERED) | (states == State.NOT_APPLICABLE)
    last = np.where(reacted, place, -1).max(axis=1, initial=-1)
    after = place > last[:, None]
    if finished is not None:
        return np.asarray(np.where(finished, q, np.minimum(last + 1, q)))
    empty = (states == State.SKIPPED) & after
    gave_up = empty.sum(axis=1) >= 2
    first = np.where(empty, place, q).min(axis=1, initial=q)
    return np.asarray(np.where(gave_up, first, q), dtype=np.int64)


def _batteries(
    questions: Sequence[Question], answers: Answers
) -> dict[str, Reliability]:
    found = {}
    names = dict.fromkeys(one.battery for one in questions if one.battery)
    for name in names if len(answers.values) else ():
        columns = [
            at
            for at in _columns(questions, name)
            # One question that hardly anybody answers would leave no whole row.
            if np.isfinite(answers.values[:, at]).mean() >= MOST_MISSING
        ]
        block = answers.values[:, columns]
        keys = [questions[at].key for at in columns]
        told = reliability(block, names=keys) if len(columns) > 1 else None
        if told is not None and told.n >= ENOUGH:
            found[name] = told
    return found


def _columns(questions: Sequence[Question], battery: str) -> list[int]:
    return [
        at
        for at, one in enumerate(questions)
        if one.battery == battery and one.is_scale
    ]


def _item(question: Question, batteries: dict[str, Reliability]) -> Item | None:
    block = batteries.get(question.battery)
    items = block.items if block else ()
    return next((one for one in items if one.name == question.key), None)


def _pairs(questions: Sequence[Question], answers: Answers) -> tuple[Pair, ...]:
    """Pairs of one block that are surely tied by more than .8, closest first.

    What is closely tied to an overall question is a driver, and not asked twice.
    """
    scales = [at for at, one in enumerate(questions) if one.is_scale]
    found = []
    for place, one in enumerate(scales):
        for other in scales[place + 1 :]:
            if questions[one].battery != questions[other].battery:
                continue
            tie = _tie(answers.values[:, one], answers.values[:, other])
            if tie is not None and tie.low > ALIKE:
                found.append(Pair(questions[one].key, questions[other].key, tie))
    return tuple(sorted(found, key=lambda pair: -pair.tie.value))


def _tie(one: Floats, other: Floats) -> Estimate | None:
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < ENOUGH or not np.ptp(one[both]) or not np.ptp(other[both]):
        return None
    r = float(np.corrcoef(one[both], other[both])[0, 1])
    return correlation(r, int(both.sum()))


def _straight(questions: Sequence[Question], answers: Answers) -> Estimate | None:
    """Who gave one and the same answer throughout a block of four or more."""
    flat = seen = np.zeros(len(answers.values), dtype=bool)
    for name in dict.fromkeys(one.battery for one in questions if one.battery):
        block = answers.values[:, _columns(questions, name)]
        whole = np.isfinite(block).sum(axis=1) >= BATTERY
        low = np.where(np.isfinite(block), block, np.inf).min(axis=1, initial=np.inf)
        high = np.where(np.isfinite(block), block, -np.inf).max(axis=1, initial=-np.inf)
        flat = flat | (whole & (low == high))
        seen = seen | whole
    return _share(flat, seen) if seen.sum() >= ENOUGH else None
