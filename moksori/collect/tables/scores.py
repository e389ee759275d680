"""Scores as people write them: digits, stars, fractions, percent, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from moksori.collect.answers import State
from moksori.collect.tables.table import Cell, as_float

_STARS = re.compile(r"^([★⭐✭✮🌟]+)\ufe0f?([☆✩]*)$")
_FRACTION = re.compile(
    r"^(-?\d+(?:[.,]\d+)?)\s*점?\s*(?:/|out of|of|중)\s*(\d+)\s*점?$", re.IGNORECASE
)
_NUMBER = re.compile(
    r"^(?:rated\s*)?(-?\d+(?:[.,]\d+)?)\s*(%|점|점\s*만점|stars?|points?|p)?$",
    re.IGNORECASE,
)
_LEVELS = {
    5: "매우 만족|아주 만족|매우만족|매우 그렇다|매우 좋음|최고|very satisfied|"
    "strongly agree|excellent|very good|extremely satisfied|very easy",
    4: "만족|대체로 만족|그렇다|좋음|satisfied|agree|good|somewhat satisfied|easy",
    3: "보통|보통이다|중립|neutral|neither|neither satisfied nor dissatisfied|average",
    2: "불만족|불만|대체로 불만족|그렇지 않다|나쁨|dissatisfied|disagree|bad|poor|"
    "somewhat dissatisfied|difficult",
    1: "매우 불만족|매우 불만|아주 불만족|매우불만족|전혀 그렇지 않다|매우 나쁨|최악|"
    "very dissatisfied|strongly disagree|very poor|very bad|terrible|very difficult",
}
_WORDS = {word: level for level, words in _LEVELS.items() for word in words.split("|")}
_MISSING = {
    "{question_not_shown}": State.NOT_SHOWN,
    "not shown": State.NOT_SHOWN,
    "미노출": State.NOT_SHOWN,
    "n/a": State.NOT_APPLICABLE,
    "na": State.NOT_APPLICABLE,
    "not applicable": State.NOT_APPLICABLE,
    "해당없음": State.NOT_APPLICABLE,
    "해당 없음": State.NOT_APPLICABLE,
    "해당사항 없음": State.NOT_APPLICABLE,
    "-99": State.SKIPPED,  # Qualtrics: seen, not answered
    "무응답": State.SKIPPED,
    "미응답": State.SKIPPED,
    "no answer": State.SKIPPED,
    "skipped": State.SKIPPED,
    "prefer not to say": State.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class Score:
    """A score as written. `high` is set when the cell itself says its scale (4/5)."""

    value: float
    high: float | None = None
    is_percent: bool = False


def missing_state(value: Cell) -> State | None:
    """Why there is no answer, if the cell says so; None for an answer or a blank."""
    if isinstance(value, State):
        return value
    if isinstance(value, str):
        return _MISSING.get(value.strip().lower())
    return State.SKIPPED if value == -99 else None


def score(value: Cell) -> Score | None:
    """The score in a cell, None if it holds none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        number = as_float(value)
        return None if number is None else Score(number)
    return _written(value) if isinstance(value, str) else None


@lru_cache(maxsize=1_000)
def _written(text: str) -> Score | None:
    text = text.strip()
    if not text or len(text) > 60:
        return None
    number = _NUMBER.match(text)
    if number:
        value = float(number[1].replace(",", "."))
        return Score(value, is_percent=number[2] == "%")
    stars = _STARS.match(text)
    if stars:
        filled, empty = len(stars[1]), len(stars[2])
        return Score(float(filled), high=float(filled + empty) if empty else None)
    fraction = _FRACTION.match(text)
    if fraction:
        return Score(float(fraction[1].replace(",", ".")), high=float(fraction[2]))
    level = _WORDS.get(" ".join(text.lower().split()))
    return Score(float(level), high=5.0) if level else None


def scale_of(scores: Iterable[Score]) -> tuple[float, float]:
    """The scale on which a column of scores lies, from what occurs in it.

    A few outliers do not change it: they are flagged when they are read.
    """
    found = sorted(scores, key=lambda item: item.value)
    if not found:
        return (0.0, 10.0)
    written = {item.high for item in found if item.high}
    if len(written) == 1:
        return (1.0, written.pop())
    percent = any(item.is_percent for item in found)
    usual = [item.value for item in found if item.value <= 10]
    if percent or len(usual) < 0.8 * len(found):
        return (0.0, 100.0)
    # A scale to 100 whose answers nearly all stay below 10 is a slip of the pen.
    edge = len(usual) // 50
    low, high = usual[edge], usual[-1 - edge]
    top = next(end for end in (5.0, 7.0, 10.0) if high <= end)
    if low < 1 and top == 7.0:
        top = 10.0  # nobody counts from 0 to 7
    return (0.0 if low < 1 else 1.0, top)
