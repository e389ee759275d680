"""The typed answer: what a customer said to one question, in any channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an answer's value is, and how it may be counted."""

    TEXT = "text"  # own words
    NPS = "nps"  # 0–10, would you recommend us
    CSAT = "csat"  # how satisfied
    CES = "ces"  # how easy
    RATING = "rating"  # stars and other grades
    NUMBER = "number"
    CHOICE = "choice"  # one of several
    CHOICES = "choices"  # several of several
    DATE = "date"  # ISO 8601


class State(StrEnum):
    """Why there is a value, or none. Three kinds of missing, never mixed up."""

    ANSWERED = "answered"
    NOT_SHOWN = "not_shown"  # the question was not asked
    SKIPPED = "skipped"  # asked, and left empty
    NOT_APPLICABLE = "not_applicable"  # "does not apply to me"


SCORES = frozenset({Kind.NPS, Kind.CSAT, Kind.CES, Kind.RATING})
SCALES: dict[Kind, tuple[float, float]] = {
    Kind.NPS: (0, 10),
    Kind.CSAT: (1, 5),
    Kind.CES: (1, 7),
    Kind.RATING: (1, 5),
}
# Of several scores the one nearest to "would they stay" is the main one.
_MAIN = (Kind.NPS, Kind.CSAT, Kind.RATING, Kind.CES)

Value = str | float | int | list[str] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `low` and `high` are the ends of a score's scale, high is good.

    `key` is stable between files of one source (a column's name, a question's code);
    `label` is what the customer read.
    """

    key: str
    kind: Kind
    value: Value = None
    low: float | None = None
    high: float | None = None
    state: State = State.ANSWERED
    label: str = ""

    @property
    def is_score(self) -> bool:
        return self.kind in SCORES

    @property
    def is_in_scale(self) -> bool:
        """Whether a score lies on its scale; true for everything else."""
        if not self.is_score or not isinstance(self.value, int | float):
            return True
        low, high = self.scale
        return low <= self.value <= high

    @property
    def score_0_10(self) -> float | None:
        """The score stretched linearly to 0–10; None if there is none to trust."""
        if not self.is_score or self.state != State.ANSWERED or not self.is_in_scale:
            return None
        if not isinstance(self.value, int | float):
            return None
        low, high = self.scale
        return (float(self.value) - low) / (high - low) * 10 if high > low else None

    @property
    def scale(self) -> tuple[float, float]:
        low, high = SCALES.get(self.kind, (0, 10))
        return (
            low if self.low is None else self.low,
            high if self.high is None else self.high,
        )

    def to_json(self) -> dict[str, Any]:
        """Only what is set, so that a million answers stay small."""
        found: dict[str, Any] = {"key": self.key, "kind": self.kind.value}
        if self.value is not None:
            found["value"] = self.value
        if self.is_score:
            found["low"], found["high"] = self.scale
        if self.state != State.ANSWERED:
            found["state"] = self.state.value
        if self.label and self.label != self.key:
            found["label"] = self.label
        return found


def answer_from(found: Mapping[str, Any]) -> Answer:
    """The answer stored as JSON; raises ValueError for an unknown kind or state."""
    return Answer(
        key=str(found["key"]),
        kind=Kind(found["kind"]),
        value=found.get("value"),
        low=found.get("low"),
        high=found.get("high"),
        state=State(found.get("state", State.ANSWERED)),
        label=str(found.get("label", found["key"])),
    )


def text_of(answers: Iterable[Answer]) -> str:
    """The customer's own words, one paragraph per answer."""
    return "\n\n".join(
        answer.value
        for answer in answers
        if answer.kind == Kind.TEXT and isinstance(answer.value, str) and answer.value
    )


def main_answer(answers: Iterable[Answer]) -> Answer | None:
    """The score that stands for the feedback: NPS before CSAT, rating and CES."""
    scores = [answer for answer in answers if answer.score_0_10 is not None]
    return min(scores, key=lambda answer: _MAIN.index(answer.kind), default=None)


def main_score(answers: Iterable[Answer]) -> float | None:
    """The main score, stretched to 0–10."""
    main = main_answer(answers)
    return None if main is None else main.score_0_10
