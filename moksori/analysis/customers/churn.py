"""Who is likely to leave within a period, why, and whether to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, ndtri

from moksori.analysis.customers.calibration import SOUND, Calibration, calibration
from moksori.analysis.customers.columns import Columns
from moksori.analysis.customers.ridge import best_penalty, ridge, unseen
from moksori.analysis.estimate import Estimate
from moksori.analysis.estimator import Estimator

Numbers = NDArray[np.float64]
LEVEL = 0.95
FEWEST = 20  # who left, and who stayed
FEWEST_HELD = 10
METHOD = "Penalised logistic regression, calibrated on a later period"
ASSUMED = (
    "The next period is like those that were learned from.",
    "What goes with leaving is not said to cause it.",
)


class Churn(Estimator):
    """The probability to leave within one period, from what was known before it.

    One row is one customer at the start of one period (a discrete-time hazard when
    customers have several rows). Ridge logistic regression on standardised columns;
    no reweighting of classes, which would promise leaving that never happens. The
    penalty is chosen by predicting customers that were not seen.

    With `when`, the newest rows (at least a fifth of those who left) are kept apart,
    predicted from the older ones alone, and compared: `validation_`. If the slope of
    that comparison lies outside 0.85–1.15, beyond chance, or clearly more or fewer left
    than was promised, the probabilities are recalibrated on it, and `state_` says so.
    Without `when`, unseen customers take that place.

    After `fit`: `weights_` (per standardised feature), `names_`, `dropped_` (features
    that never change), `penalty_`, `base_` (log odds of the usual customer),
    `validation_` (None when too few left to compare), `held_promised_`, `held_left_`,
    `held_when_`, `state_`: "calibrated", "recalibrated", "unclear" (a slope outside
    that chance may explain), or "too few to check".
    """

    def __init__(self, *, penalty: float | None = None, level: float = LEVEL) -> None:
        self.penalty = penalty
        self.level = level

    def fit(
        self,
        features: ArrayLike,
        left: ArrayLike,
        *,
        who: ArrayLike | None = None,
        when: ArrayLike | None = None,
        names: Sequence[str] | None = None,
    ) -> Self:
        """`features` (n, p), NaN where not known; `left` (n,) 0 or 1.

        `who` numbers customers, `when` orders the periods. Raises ValueError with
        fewer than 20 rows that left or 20 that stayed, or when no feature changes.
        """
        table = np.asarray(features, dtype=np.float64)
        table = table[:, None] if table.ndim == 1 else table
        y = np.asarray(left, dtype=np.float64).ravel()
        self.names_ = tuple(names or (f"x{k + 1}" for k in range(table.shape[1])))
        _must_suffice(table, y)
        ids = np.arange(y.size) if who is None else _numbered(who)
        self._columns = Columns.learned(table, self.names_)
        self.dropped_ = self._columns.dropped
        if not self._columns.kept.size and not self._columns.gaps.size:
            raise ValueError("No feature differs between customers.")
        self._validate(table, y, ids, when)
        rows = self._columns.of(table)
        self._model = ridge(rows, y, penalty=self.penalty_)
        self._count = int(y.size)
        self.base_ = self._corrected(np.array([self._model.start]))[0]
        self.weights_ = self._columns.back(self._model.weights[None] * self._slope)[0]
        return self

    def predict_proba(self, features: ArrayLike) -> Numbers:
        """The probability to leave, (n,)."""
        rows = self._columns.of(features)
        return np.asarray(expit(self._corrected(self._model.log_odds(rows))))

    def estimate(self, features: ArrayLike) -> tuple[Estimate, ...]:
        """The same with its interval: the doubt about the weights, not about fate."""
        rows = self._columns.of(features)
        odds = self._corrected(self._model.log_odds(rows))
        margin = self._model.error(rows) * abs(self._slope)
        margin = margin * float(ndtri(0.5 + self.level / 2))
        ends = expit(odds - margin), expit(odds), expit(odds + margin)
        return tuple(
            Estimate(
                value=float(value),
                low=float(low),
                high=float(high),
                n=self._count,
                method=METHOD,
                level=self.level,
                assumed=ASSUMED,
            )
            for low, value, high in zip(*ends, strict=True)
        )

    def contributions(self, features: ArrayLike) -> Numbers:
        """What each feature adds to the log odds of the usual customer, (n, p).

        They add up: `base_` plus the row is the log odds of the probability.
        """
        rows = self._columns.of(features)
        return self._columns.back(rows * self._model.weights * self._slope)

    def _validate(
        self,
        table: Numbers,
        y: Numbers,
        ids: NDArray[np.int64],
        when: ArrayLike | None,
    ) -> None:
        held = _newest(when, y)
        self._start, self._slope = 0.0, 1.0
        rows = Columns.learned(table[~held], self.names_).of(table)
        old, seen = rows[~held], y[~held]
        self.penalty_ = (
            best_penalty(old, seen, ids[~held])
            if self.penalty is None
            else self.penalty
        )
        if held.any():
            odds = ridge(old, seen, penalty=self.penalty_).log_odds(rows[held])
        else:
            odds = unseen(rows, y, ids, penalty=self.penalty_)
        what = held if held.any() else np.ones(y.size, dtype=bool)
        self.held_promised_ = np.asarray(expit(odds))
        self.held_left_ = y[what]
        self.held_when_ = None if when is None else np.asarray(when)[what]
        self.validation_: Calibration | None = None
        self.state_ = "too few to check"
        if min(self.held_left_.sum(), (1 - self.held_left_).sum()) < FEWEST_HELD:
            return
        self.validation_ = calibration(self.held_promised_, self.held_left_)
        self._recalibrate(self.validation_)

    def _recalibrate(self, found: Calibration) -> None:
        """Only beyond chance: a correction by a few leavers would do more harm."""
        slope = found.slope.value
        is_clear = found.slope.high < 1 or found.slope.low > 1
        if not SOUND[0] <= slope <= SOUND[1] and is_clear:
            # A slope below zero: the features point the wrong way, better none.
            self._slope = max(slope, 0.0)
            self._start = found.intercept.value
            if slope <= 0:
                rate = float(self.held_left_.mean())
                self._start = float(np.log(rate / (1 - rate)))
            self.state_ = "recalibrated"
            return
        self.state_ = "calibrated" if found.is_sound else "unclear"
        if found.in_the_large.is_clear:
            self._start = found.in_the_large.value
            self.state_ = "recalibrated"

    def _corrected(self, odds: Numbers) -> Numbers:
        return self._start + self._slope * odds


def _must_suffice(table: Numbers, y: Numbers) -> None:
    if len(table) != y.size:
        raise ValueError("Every row of features needs one outcome.")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("Who left is 1, who stayed is 0.")
    if min(y.sum(), (1 - y).sum()) < FEWEST:
        raise ValueError(
            f"Too few to learn from: {int(y.sum())} left and {int((1 - y).sum())} "
            f"stayed; at least {FEWEST} of each are needed."
        )


def _numbered(who: ArrayLike) -> NDArray[np.int64]:
    _, number = np.unique(np.asarray(who), return_inverse=True)
    # A fixed shuffle, so that folds do not follow the order of names.
    order = np.random.default_rng(0).permutation(int(number.max()) + 1)
    return np.asarray(order[number], dtype=np.int64)


def _newest(when: ArrayLike | None, y: Numbers) -> NDArray[np.bool_]:
    """The newest periods that hold a fifth of those who left; none if that is all."""
    nothing = np.zeros(y.size, dtype=bool)
    if when is None:
        return nothing
    periods = np.asarray(when)
    for start in np.unique(periods)[::-1]:
        held = periods >= start
        rest = y[~held]
        if min(rest.sum(), (1 - rest).sum()) < FEWEST:
            return nothing
        if y[held].sum() >= max(FEWEST_HELD, 0.2 * y.sum()):
            return np.asarray(held)
    return nothing
