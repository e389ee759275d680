"""What was asked, what people did with it, and what is wrong with a question."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.drivers.subsets import Floats
from moksori.analysis.estimate import Estimate
from moksori.analysis.surveys.reliability import Item, Reliability

ENOUGH = 30
"""Answers without which nothing is said about a question."""


class State(IntEnum):
    """What became of a question for one person. Three kinds of missing, kept apart."""

    ANSWERED = 0
    NOT_SHOWN = 1
    SKIPPED = 2
    NOT_APPLICABLE = 3


class Fault(StrEnum):
    """What is wrong with a question: a stable key for the sentence a page shows."""

    CEILING = "ceiling"
    FLOOR = "floor"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not_applicable"
    LEAVING = "leaving"
    ALIKE = "alike"
    TURNED = "turned"
    APART = "apart"
    SLOW = "slow"
    SILENT = "silent"
    EMPTY_WORDS = "empty_words"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `low` and `high` are the ends of a scale, None for own words.

    `battery` names the block of questions that are to measure one thing together; ""
    stands alone.
    """

    key: str
    label: str = ""
    low: float | None = None
    high: float | None = None
    is_open: bool = False
    battery: str = ""

    @property
    def is_scale(self) -> bool:
        return self.low is not None and self.high is not None and not self.is_open


@dataclass(frozen=True, slots=True)
class Answers:
    """What n people did with q questions, in the order they were asked.

    `values` (n, q) holds scores (NaN where there is none) and the length in letters of
    open answers; `states` (n, q) holds `State`; `seconds` (n, q) the time per question
    and `heard` (n, q) whether an open answer gave at least one mention, where known;
    `finished` (n,) whether they came to the end, as the survey tool told it.
    """

    values: Floats
    states: NDArray[np.int8]
    seconds: Floats | None = None
    heard: Floats | None = None
    finished: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing to mend; `weight` (0–1) is about the part of people whom it concerns.

    `numbers` fills in the sentence; `other` is the key of the question it is like.
    """

    fault: Fault
    weight: float
    numbers: dict[str, float] = field(default_factory=dict)
    other: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """One question with the numbers behind its verdicts, worst first.

    `shown` people saw it; of them the shares `answered`, `skipped` and `not_applicable`
    (None where nobody saw it). `top` and `bottom` are the shares of answers at the ends
    of a scale, `leaving` of those who came this far the share that gave up here.
    `seconds` is the median, `speeders` the share faster than a third of it; `length` of
    open answers in letters; `heard` the share of them with a mention. Without enough
    people (`is_judged` False) there are no verdicts.
    """

    question: Question
    position: int
    shown: int
    not_shown: int
    answered: Estimate | None
    skipped: Estimate | None
    not_applicable: Estimate | None
    mean: float | None
    top: Estimate | None
    bottom: Estimate | None
    leaving: Estimate | None
    seconds: float | None
    speeders: Estimate | None
    length: float | None
    heard: Estimate | None
    item: Item | None = None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def n(self) -> int:
        """How many answered."""
        return (
            0 if self.answered is None else round(self.answered.value * self.answered.n)
        )

    @property
    def is_judged(self) -> bool:
        """Whether enough people saw it to say anything."""
        return self.shown >= ENOUGH

    @property
    def weight(self) -> float:
        return max((one.weight for one in self.verdicts), default=0.0)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions whose answers go together."""

    one: str
    other: str
    tie: Estimate


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions, the one to mend first in front, and what holds for the whole.

    `batteries` says how well each block hangs together; `pairs` are questions of scales
    that are nearly the same; `straight` the share of people who gave one and the same
    answer throughout a block of four or more; `speeders` the share who took less than
    a third of the usual time for all; `minutes` the usual time.
    """

    questions: tuple[Health, ...]
    batteries: dict[str, Reliability]
    pairs: tuple[Pair, ...]
    straight: Estimate | None
    finished: Estimate | None
    speeders: Estimate | None
    minutes: float | None
    n: int
