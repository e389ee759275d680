"""The answers to one question as numbers with their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import mean, nps, wilson
from moksori.collect.questionnaires.definition import (
    Option,
    Question,
    Questionnaire,
    Type,
)

FEWEST = 5  # answers below which no interval is worth drawing


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, row or step of a scale: how many, and the estimate."""

    label: str
    count: float
    estimate: Estimate | None
    group: str = ""  # the row of a table that it belongs to


@dataclass(frozen=True, slots=True)
class Tally:
    """`whole` stands for the question (NPS, a mean); `lines` for its answers.

    `kind` is how the lines are read: share, score or points; empty where there is
    nothing to count.
    """

    kind: str = ""
    whole: Estimate | None = None
    whole_kind: str = ""
    lines: tuple[Line, ...] = ()


def tally(
    question: Question, values: Sequence[Any], whole: Questionnaire, language: str
) -> Tally:
    """The numbers of one question; what is no fitting value is passed over."""
    count = _COUNTING.get(question.type)
    if count is None:
        return Tally()
    return count(_Asked(question, whole, language), values)


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    whole: Questionnaire
    language: str

    def said(self, option: Option) -> str:
        return self.whole.said(option.text, self.language) or option.id


def _scores(asked: _Asked, values: Sequence[Any]) -> Tally:
    """Each step of the scale with its share, and the mean (or NPS) of all."""
    low, high = asked.question.scale
    found = [v for v in values if _is_number(v) and low <= v <= high]
    lines = _shares(
        {str(step): sum(v == step for v in found) for step in _steps(low, high)},
        len(found),
    )
    if len(found) < FEWEST:
        return Tally("share", lines=lines)
    numbers = np.asarray(found, dtype=np.float64)
    if asked.question.type == Type.NPS:
        return Tally("share", nps(numbers), "nps", lines)
    return Tally("share", mean(numbers), "score", lines)


def _choice(asked: _Asked, values: Sequence[Any]) -> Tally:
    found = Counter(v for v in values if isinstance(v, str))
    return Tally("share", lines=_options(asked, found, sum(found.values())))


def _choices(asked: _Asked, values: Sequence[Any]) -> Tally:
    lists = [v for v in values if isinstance(v, list)]
    found = Counter(id for chosen in lists for id in set(map(str, chosen)))
    return Tally("share", lines=_options(asked, found, len(lists)))


def _ranking(asked: _Asked, values: Sequence[Any]) -> Tally:
    """How often each was put first; the mean place would hide who it matters to."""
    firsts = Counter(str(v[0]) for v in values if isinstance(v, list) and v)
    return Tally("share", lines=_options(asked, firsts, sum(firsts.values())))


def _sums(asked: _Asked, values: Sequence[Any]) -> Tally:
    tables = [v for v in values if isinstance(v, dict)]
    lines = []
    for option in asked.question.options:
        points = [float(t[option.id]) for t in tables if _is_number(t.get(option.id))]
        points += [0.0] * (len(tables) - len(points))  # not given any is none
        lines.append(Line(asked.said(option), sum(points), _mean(points)))
    return Tally("score", lines=tuple(lines))


def _matrix(asked: _Asked, values: Sequence[Any]) -> Tally:
    """Each row's mean where the answers are a scale, else the share of each answer."""
    tables = [v for v in values if isinstance(v, dict)]
    scores = {one.id: one.score for one in asked.question.options}
    lines: list[Line] = []
    is_scale = all(score is not None for score in scores.values())
    for row in asked.question.rows:
        cells = [t[row.id] for t in tables if row.id in t]
        if is_scale:
            found = [float(scores[c] or 0) for c in cells if c in scores]
            lines.append(Line(asked.said(row), len(found), _mean(found)))
            continue
        chosen = [c if isinstance(c, list) else [c] for c in cells]
        counted = Counter(str(id) for ids in chosen for id in ids)
        lines += _options(asked, counted, len(cells), group=asked.said(row))
    return Tally("score" if is_scale else "share", lines=tuple(lines))


def _numbers(_asked: _Asked, values: Sequence[Any]) -> Tally:
    found = [float(v) for v in values if _is_number(v)]
    return Tally("score", _mean(found), "score")


def _consent(_asked: _Asked, values: Sequence[Any]) -> Tally:
    yes = sum(v is True for v in values)
    whole = wilson(yes, len(values)) if len(values) >= FEWEST else None
    return Tally("share", whole, "share")


def _options(
    asked: _Asked, found: Mapping[str, int], n: int, *, group: str = ""
) -> tuple[Line, ...]:
    counted = {asked.said(one): found.get(one.id, 0) for one in asked.question.options}
    return _shares(counted, n, group=group)


def _shares(counted: Mapping[str, int], n: int, *, group: str = "") -> tuple[Line, ...]:
    return tuple(
        Line(label, count, wilson(min(count, n), n) if n >= FEWEST else None, group)
        for label, count in counted.items()
    )


def _steps(low: float, high: float) -> Iterable[int]:
    return range(int(low), int(high) + 1)


def _mean(values: Sequence[float]) -> Estimate | None:
    if len(values) < FEWEST:
        return None
    return mean(np.asarray(values, dtype=np.float64))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_COUNTING: Mapping[Type, Callable[[_Asked, Sequence[Any]], Tally]] = {
    Type.NPS: _scores,
    Type.CSAT: _scores,
    Type.CES: _scores,
    Type.STARS: _scores,
    Type.SMILEYS: _scores,
    Type.SINGLE: _choice,
    Type.WITHOUT: _choice,
    Type.MULTIPLE: _choices,
    Type.RANKING: _ranking,
    Type.SUM: _sums,
    Type.MATRIX: _matrix,
    Type.MATRIX_MULTIPLE: _matrix,
    Type.NUMBER: _numbers,
    Type.CONSENT: _consent,
}
