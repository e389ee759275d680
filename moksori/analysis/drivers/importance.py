"""Drivers: how much each theme or item tells about how satisfied people are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.drivers.dominance import INDICES, Outcomes, told_by
from moksori.analysis.drivers.intervals import bca, percentile
from moksori.analysis.drivers.predictors import LeftOut, Reason, Table, table_of
from moksori.analysis.drivers.relative_weights import relative_weights
from moksori.analysis.drivers.resampling import Resampling, products, resampling
from moksori.analysis.drivers.subsets import (
    Floats,
    every_subset,
    fair_parts,
    gain_weights,
    sampled_subsets,
    unexplained,
)
from moksori.analysis.estimate import Estimate
from moksori.analysis.estimator import Estimator
from moksori.analysis.proportions import beyond_chance

MOST_EXACT = 12
ORDERS = 32
NOISE = 999
NOISE_TOGETHER = 3
METHODS = {
    "lmg": "Shapley parts of R² (LMG), bootstrap interval",
    "johnson": "Johnson's relative weights, bootstrap interval",
    "dominance": "General dominance on {index} R², bootstrap interval",
    "sampled": "General dominance on {index} R², sampled orders, bootstrap interval",
}
INDEX_NAMES = {
    "mcfadden": "McFadden",
    "cox_snell": "Cox-Snell",
    "nagelkerke": "Nagelkerke",
    "estrella": "Estrella",
}
ASSUMED = (
    "Associated, not caused: those who speak of it may differ in other ways too.",
    "Each feedback counts once and speaks for itself.",
)


@dataclass(frozen=True, slots=True)
class Driver:
    """How much one predictor tells about the outcome, beside the others.

    `importance` is its part of R², `share` that part of what all explain together (all
    shares add up to 1). `correlation` and `coefficient` are standardised, their sign is
    the direction; both None for a driver of several columns. `p` is how often a random
    predictor seems as important; `is_clear` says that it is beyond chance, with at most
    one in twenty such claims false. The rank runs from 1, its range covers the level.
    """

    name: str
    importance: Estimate
    share: Estimate
    correlation: float | None
    coefficient: float | None
    p: float
    is_clear: bool
    rank: int
    rank_low: int
    rank_high: int

    @property
    def direction(self) -> int:
        """1: more of it, more of the outcome; −1: less; 0: several columns."""
        return 0 if self.correlation is None else int(np.sign(self.correlation))

    @property
    def turns(self) -> bool:
        """Whether, beside the others, it points the other way than alone."""
        if self.correlation is None or self.coefficient is None:
            return False
        return self.correlation * self.coefficient < 0


class Drivers(Estimator):
    """Parts of R² that fairly belong to each predictor, with bootstrap intervals.

    `method` "auto": for a number LMG up to 12 predictors (Lindeman, Merenda and Gold
    1980; R's relaimpo), Johnson's relative weights (2000) beyond; for a yes or no
    general dominance on a pseudo R² (Azen and Traxel 2009; R's dominanceanalysis),
    beyond 12 predictors over a sample of orders. `index` is "mcfadden", "cox_snell",
    "nagelkerke" or "estrella"; `interval` "percentile" or "bca".

    After `fit`: `drivers_` (most important first), `r2_` (Estimate, None without),
    `importance_` (k,) in the order of `names_`, `resampled_` (b, k), `left_out_`, `n_`,
    `incomplete_`, `method_`, `reason_` (why there are none, else None).
    """

    def __init__(
        self,
        *,
        method: str = "auto",
        index: str = "mcfadden",
        resamples: int = 200,
        interval: str = "percentile",
        level: float = 0.95,
        seed: int = 0,
    ) -> None:
        self.method = method
        self.index = index
        self.resamples = resamples
        self.interval = interval
        self.level = level
        self.seed = seed

    def fit(
        self,
        X: ArrayLike,  # noqa: N803 – scikit-learn's names
        y: ArrayLike,
        *,
        names: Sequence[str] = (),
        sample_weight: Any = None,
        counts: Any = None,
    ) -> Self:
        """Learn from predictors (n, p) and an outcome (n,); see `predictors.table_of`.

        Too few rows, an outcome that is always the same or no usable predictor are no
        error: there are no drivers then, and `reason_` says why.
        """
        self._must_make_sense()
        table = table_of(X, y, names=names, weight=sample_weight, counts=counts)
        self.names_ = table.names
        self.left_out_: tuple[LeftOut, ...] = table.left_out
        self.n_, self.incomplete_ = table.n, table.incomplete
        self.reason_: Reason | None = table.reason
        self.method_ = self._method(table)
        self.drivers_: list[Driver] = []
        self.r2_: Estimate | None = None
        self.importance_ = np.full(len(table.names), np.nan)
        self.resampled_ = np.empty((0, len(table.names)))
        if table.reason is None:
            self._learn(table)
        return self

    def _must_make_sense(self) -> None:
        if self.method not in {"auto", "lmg", "johnson", "dominance"}:
            raise ValueError(f"There is no method {self.method!r}.")
        if self.index not in INDICES:
            raise ValueError(f"There is no index {self.index!r}.")
        if self.interval not in {"percentile", "bca"} or self.resamples < 20:
            raise ValueError("Give percentile or bca, and 20 resamples or more.")
        if not 0 < self.level < 1:
            raise ValueError("The level lies between 0 and 1.")

    def _method(self, table: Table) -> str:
        many = len(table.names) > MOST_EXACT
        asked = self.method
        if asked == "auto" and not table.is_yes_or_no:
            asked = "johnson" if many else "lmg"
        if asked in {"lmg", "johnson"}:
            return METHODS[asked]
        known = METHODS["sampled" if many else "dominance"]
        return known.format(index=INDEX_NAMES[self.index])

    def _learn(self, table: Table) -> None:
        again = resampling(
            table.rows,
            table.weight,
            resamples=self.resamples,
            noise=NOISE,
            rng=np.random.default_rng(self.seed),
        )
        if self.interval != "bca":
            again = replace(again, draws=again.draws[: self.resamples + 1])
        if self.method == "dominance" or (self.method == "auto" and table.is_yes_or_no):
            parts, random = self._logistic(table, again)
        else:
            kind = "johnson" if "Johnson" in self.method_ else "lmg"
            parts, random = _linear(table, again, kind, self.seed)
        self._keep(table, parts, random)

    def _logistic(self, table: Table, again: Resampling) -> tuple[Floats, Floats]:
        if not table.is_yes_or_no:
            raise ValueError("Dominance on a pseudo R² needs a yes or no.")
        count = len(table.names)
        plan = every_subset(count)
        if count > MOST_EXACT:
            plan = sampled_subsets(count, orders=ORDERS, seed=self.seed)
        outcomes = Outcomes(table.x, table.y, table.trials, table.weighted)
        told = told_by(outcomes, plan, table.of, index=self.index, again=again)
        exact = plan.weights @ told.value
        return np.concatenate([exact[None], told.resampled[1:]]), told.random

    def _keep(self, table: Table, parts: Floats, random: Floats) -> None:
        value, drawn = parts[0], parts[1 : self.resamples + 1]
        drawn = drawn[np.isfinite(drawn).all(axis=1)]
        left = parts[self.resamples + 1 :]
        self.importance_, self.resampled_ = value, drawn
        total = value.sum()
        self.r2_ = self._estimate(total, drawn.sum(axis=1), left.sum(axis=1))
        chances = _chances(value, random, table.sizes, self.seed)
        clear = beyond_chance(chances)
        ranks = _ranks(value[None])[0]
        low, high = percentile(_ranks(drawn).astype(np.float64), self.level)
        alone, beside = _directions(table)
        for at in np.lexsort((np.arange(len(value)), -value)).tolist():
            several = table.sizes[at] > 1
            column = int(np.argmax(table.of == at))
            with np.errstate(divide="ignore", invalid="ignore"):
                shares = drawn[:, at] / drawn.sum(axis=1)
                beyond = left[:, at] / left.sum(axis=1)
            self.drivers_.append(
                Driver(
                    name=table.names[at],
                    importance=self._estimate(value[at], drawn[:, at], left[:, at]),
                    share=self._estimate(
                        value[at] / total if total > 0 else 0.0, shares, beyond
                    ),
                    correlation=None if several else float(alone[column]),
                    coefficient=None if several else float(beside[column]),
                    p=float(chances[at]),
                    is_clear=bool(clear[at]),
                    rank=int(ranks[at]),
                    rank_low=int(np.floor(low[at])),
                    rank_high=int(np.ceil(high[at])),
                )
            )

    def _estimate(self, value: float, drawn: Floats, left: Floats) -> Estimate:
        drawn = drawn[np.isfinite(drawn)]
        if self.interval == "bca":
            low, high = bca(float(value), drawn, left, level=self.level)
        else:
            low, high = (float(end) for end in percentile(drawn, self.level))
        return Estimate(
            value=float(value),
            low=low,
            high=high,
            n=self.n_,
            method=self.method_,
            level=self.level,
            assumed=ASSUMED,
        )


def _linear(
    table: Table, again: Resampling, kind: str, seed: int
) -> tuple[Floats, Floats]:
    """Parts (b, k) of R² on each resample, and those of random predictors (m,)."""
    gram, cross = _correlations(table, again)
    ties = _noise(table, len(again.noise), seed)
    if kind == "johnson":
        return _gathered(relative_weights(gram, cross), table), _noisy_weights(
            gram[0], cross[0], ties
        )
    total = np.ones((len(gram), 1))
    rest = unexplained(gram, cross[..., None], total, table.sizes)[..., 0]
    random = unexplained(
        gram[:1],
        np.concatenate([cross[:1, :, None], ties.T[None, :-1]], axis=2),
        np.concatenate([total[:1], ties.T[None, -1]], axis=1),
        table.sizes,
    )[0, :, 1:]
    spare = table.n - 1 - every_subset(len(table.names)).members @ np.array(table.sizes)
    gains = random**2 * ((table.n - 1) / np.maximum(spare, 1))[:, None]
    return fair_parts(1 - rest), gain_weights(len(table.names) + 1) @ gains


def _noise(table: Table, count: int, seed: int) -> Floats:
    """Correlations (m, p + 1) of columns and outcome with numbers that mean nothing.

    With normal numbers they are normal themselves, so the numbers need not be drawn.
    """
    heavy = np.column_stack([table.x, table.y]) * table.weight[:, None]
    spread = (heavy * table.rows[:, None]).T @ heavy / table.weighted.sum() ** 2
    values, vectors = np.linalg.eigh(spread)
    drawn = np.random.default_rng([seed, 2]).standard_normal((count, len(spread)))
    return np.asarray(drawn * np.sqrt(np.maximum(values, 0.0)) @ vectors.T)


def _correlations(table: Table, again: Resampling) -> tuple[Floats, Floats]:
    """Correlations among predictors (b, p, p) and with the outcome (b, p)."""
    both = np.column_stack([np.ones(len(table.x)), table.x, table.y])
    squares = products(both, table.weight, again)
    wide = both.shape[1]
    summed = (again.draws @ squares.reshape(len(squares), -1)).reshape(-1, wide, wide)
    spread = summed / summed[:, :1, :1]
    mean = spread[:, 0, 1:]
    spread = spread[:, 1:, 1:] - mean[:, :, None] * mean[:, None, :]
    sd = np.sqrt(np.maximum(np.diagonal(spread, axis1=1, axis2=2), 0.0))
    scale = np.where(sd > 1e-9, 1 / np.where(sd > 1e-9, sd, 1.0), 0.0)
    found = spread * scale[:, :, None] * scale[:, None, :]
    # A resample in which everyone answers alike tells nothing.
    found[sd[:, -1] <= 1e-9] = np.nan
    return np.nan_to_num(found[:, :-1, :-1]), found[:, :-1, -1]


def _gathered(weights: Floats, table: Table) -> Floats:
    """Weights of columns (b, p) added up to those of drivers (b, k)."""
    return weights @ np.eye(len(table.names))[table.of]


def _noisy_weights(gram: Floats, cross: Floats, ties: Floats) -> Floats:
    """The relative weight of each random predictor beside the others.

    A few stand in one table together: they hardly know of each other.
    """
    p, few = len(gram), NOISE_TOGETHER
    ties = ties[: len(ties) // few * few].reshape(-1, few, p + 1)
    found = np.zeros((len(ties), p + few, p + few))
    found[:, :p, :p] = gram
    found[:, p:, :p] = ties[:, :, :p]
    found[:, :p, p:] = np.swapaxes(ties[:, :, :p], 1, 2)
    found[:, range(p, p + few), range(p, p + few)] = 1.0
    beside = np.empty((len(ties), p + few))
    beside[:, :p], beside[:, p:] = cross, ties[:, :, p]
    return relative_weights(found, beside)[:, p:].ravel()


def _chances(
    value: Floats, random: Floats, sizes: list[int], seed: int
) -> NDArray[np.float64]:
    """How often a driver of as many random columns seems as important."""
    rng = np.random.default_rng([seed, 1])
    found = np.empty(len(value))
    for size in set(sizes):
        drawn = sum(rng.permutation(random) for _ in range(size))
        for at in np.flatnonzero(np.array(sizes) == size):
            found[at] = (1 + int((drawn >= value[at]).sum())) / (1 + len(random))
    return found


def _ranks(parts: Floats) -> NDArray[np.int64]:
    order = np.argsort(-parts, axis=1, kind="stable")
    return np.argsort(order, axis=1, kind="stable") + 1


def _directions(table: Table) -> tuple[Floats, Floats]:
    """Correlation of each column with the outcome, alone and beside the others."""
    y = table.y / table.trials
    weights = table.weighted * table.trials
    y = y - np.average(y, weights=weights)
    spread = np.sqrt(np.average(y**2, weights=weights))
    centred = table.x - np.average(table.x, axis=0, weights=weights)
    sd = np.sqrt(np.average(centred**2, axis=0, weights=weights))
    centred = centred / np.where(sd > 0, sd, 1.0)
    y = y / spread if spread > 0 else y
    alone = (weights * y) @ centred / weights.sum()
    gram = (centred * weights[:, None]).T @ centred / weights.sum()
    return alone, np.linalg.lstsq(gram, alone, rcond=None)[0]
