"""What to do first: reach × impact ÷ effort, with ranges, and how sure the order is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate

Floats = NDArray[np.float64]
DRAWS = 10_000
LEVEL = 0.90


@dataclass(frozen=True, slots=True)
class Range:
    """A number that is known from `low` to `high`, perhaps with a `likely` one.

    Without `likely` every value between is as likely; with it the distribution is that
    of PERT (beta with weight 4 on the likely value, Malcolm et al. 1959), or of a
    `triangle`. ValueError where the order is wrong or a number is not finite.
    """

    low: float
    high: float
    likely: float | None = None
    triangle: bool = False

    def __post_init__(self) -> None:
        middle = self.low if self.likely is None else self.likely
        if not all(isfinite(one) for one in (self.low, middle, self.high)):
            raise ValueError("A range needs finite numbers.")
        if not self.low <= middle <= self.high:
            raise ValueError("A range runs from low over likely to high.")

    @property
    def is_certain(self) -> bool:
        return self.low == self.high

    @property
    def middle(self) -> float:
        """The mean of the range."""
        if self.likely is None:
            return (self.low + self.high) / 2
        weight = 1.0 if self.triangle else 4.0
        return (self.low + weight * self.likely + self.high) / (weight + 2)

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        if self.is_certain:
            return np.full(size, self.low)
        if self.likely is None:
            return rng.uniform(self.low, self.high, size)
        if self.triangle:
            return rng.triangular(self.low, self.likely, self.high, size)
        width = self.high - self.low
        a = 1 + 4 * (self.likely - self.low) / width
        b = 1 + 4 * (self.high - self.likely) / width
        return np.asarray(self.low + width * rng.beta(a, b, size))


CERTAIN = Range(1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be done.

    `reach` is how many it helps, `impact` how much it helps each, `confidence` how
    likely it is to help at all (0–1), `effort` what it takes. Their units are up to the
    caller, the same for all options; none is negative, effort is above zero.
    """

    reach: Range
    impact: Range
    effort: Range
    confidence: Range = CERTAIN

    def __post_init__(self) -> None:
        if min(self.reach.low, self.impact.low, self.confidence.low) < 0:
            raise ValueError("Reach, impact and confidence must not be negative.")
        if self.confidence.high > 1:
            raise ValueError("Confidence lies between 0 and 1.")
        if self.effort.low <= 0:
            raise ValueError("Effort must be above zero.")

    @property
    def value(self) -> float:
        """Reach × impact × confidence ÷ effort, of the middles of the ranges."""
        gained = self.reach.middle * self.impact.middle * self.confidence.middle
        return gained / self.effort.middle

    def draw(self, rng: np.random.Generator, size: int) -> Floats:
        gained = self.reach.draw(rng, size) * self.impact.draw(rng, size)
        return gained * self.confidence.draw(rng, size) / self.effort.draw(rng, size)


@dataclass(frozen=True, slots=True)
class Priority:
    """Where an option stands: `index` is its place in what was given.

    `rank` orders by `value` (equal ones share a rank); `rank_low`–`rank_high` hold its
    rank in 90 % of the draws, `first` is how often it was the best of all.
    """

    index: int
    rank: int
    rank_low: int
    rank_high: int
    first: float
    value: Estimate


def priorities(
    options: Sequence[Option],
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> list[Priority]:
    """Options, the most for the least effort first; equal ones keep their order.

    Value is reach × impact × confidence ÷ effort (RICE). Each draw takes a value from
    every range, by itself, and ranks the options; equal ones share the ranks between
    them. What is certain is computed exactly.
    """
    if not options:
        return []
    rng = np.random.default_rng(seed)
    certain = all(_is_certain(option) for option in options)
    drawn = np.stack(
        [_drawn(option, rng, 1 if certain else draws) for option in options]
    )
    best, worst = _ranks(drawn)
    at_top = best == 1
    first = (at_top / at_top.sum(axis=0)).mean(axis=1)
    tail = (1 - level) / 2
    low = np.quantile(best, tail, axis=1, method="inverted_cdf")
    high = np.quantile(worst, 1 - tail, axis=1, method="inverted_cdf")
    values = np.array([_same(option.value) for option in options])
    ranks = (values[:, None] < values[None, :]).sum(axis=1) + 1
    found = [
        Priority(
            index=i,
            rank=int(ranks[i]),
            rank_low=int(min(low[i], ranks[i])),
            rank_high=int(max(high[i], ranks[i])),
            first=float(first[i]),
            value=_estimate(values[i], drawn[i], level),
        )
        for i in range(len(options))
    ]
    return sorted(found, key=lambda one: (one.rank, one.index))


def _is_certain(option: Option) -> bool:
    parts = (option.reach, option.impact, option.effort, option.confidence)
    return all(part.is_certain for part in parts)


def _drawn(option: Option, rng: np.random.Generator, size: int) -> Floats:
    if _is_certain(option):
        return np.full(size, _same(option.value))
    return option.draw(rng, size)


def _same(value: float) -> float:
    """Without the last digits: 3 × 0.1 and 1 × 0.3 are the same value."""
    return float(f"{value:.12g}")


def _ranks(drawn: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """In each draw the best and the worst rank of an option among its equals."""
    order = np.argsort(-drawn, axis=0, kind="stable")
    ordered = np.take_along_axis(drawn, order, axis=0)
    places = np.arange(1, len(drawn) + 1)[:, None]
    is_new = np.ones(drawn.shape, bool)
    is_new[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(is_new, places, 0), axis=0)
    is_last = np.ones(drawn.shape, bool)
    is_last[:-1] = is_new[1:]
    ends = np.where(is_last, places, len(drawn) + 1)[::-1]
    last = np.minimum.accumulate(ends, axis=0)[::-1]
    best, worst = np.empty(drawn.shape, np.int64), np.empty(drawn.shape, np.int64)
    np.put_along_axis(best, order, first, axis=0)
    np.put_along_axis(worst, order, last, axis=0)
    return best, worst


def _estimate(value: float, drawn: Floats, level: float) -> Estimate:
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(
        value=float(value),
        low=float(min(low, value)),
        high=float(max(high, value)),
        n=int(drawn.size),
        method="Simulation of the ranges",
        level=level,
        assumed=("The ranges hold the truth, and have nothing to do with each other.",),
    )
