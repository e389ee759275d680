"""What makes customers leave sooner: Cox regression, its fit and its assumption."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri

from moksori.analysis.customers.concordance import concordance
from moksori.analysis.customers.partial import Found, Partial
from moksori.analysis.customers.survival import LEVEL, Spans
from moksori.analysis.estimate import Estimate

Numbers = NDArray[np.float64]
_STEPS = 50
_NO_END = 8.0  # standard deviations: a hazard 3,000 times as high
_PROPORTIONAL = "What raises the rate of leaving raises it all the time alike."


@dataclass(frozen=True, slots=True)
class ChiSquared:
    """A chi-squared test: `p` small speaks against what was supposed."""

    statistic: float
    df: int
    p: float


class Cox:
    """Proportional hazards by partial likelihood (Cox 1972), ties after Efron (1977).

    The numbers are those of R's `coxph` (default ties). After `fit`: `coefficients_`
    (log hazard ratios, in the order of the columns), `errors_`, `covariance_`,
    `log_likelihood_` (of no effect, of the fit), `ratios_` (hazard ratios with
    interval), `likelihood_test_`, `wald_test_`, `score_test_`, `concordance_`,
    `converged_` (False when a column tells leavers apart without fail).

    `penalty` is a ridge on the coefficients as they are (0: none, as `coxph`).
    """

    def __init__(self, *, penalty: float = 0.0, level: float = LEVEL) -> None:
        self.penalty = penalty
        self.level = level

    def fit(
        self,
        features: ArrayLike,
        durations: ArrayLike,
        left: ArrayLike,
        *,
        entry: ArrayLike | None = None,
        names: Sequence[str] | None = None,
    ) -> Self:
        """`features` (n, p), times under watch, and who left at their end.

        Raises ValueError for missing or infinite values, a column that never changes,
        columns that repeat each other, or when nobody left.
        """
        table = np.asarray(features, dtype=np.float64)
        table = table[:, None] if table.ndim == 1 else table
        spans = Spans.of(durations, left, entry)
        self.names_ = tuple(names or (f"x{k + 1}" for k in range(table.shape[1])))
        _must_vary(table, spans, self.names_)
        self._centre = table.mean(axis=0)
        self._scale = table.std(axis=0)
        self._partial = Partial((table - self._centre) / self._scale, spans)
        self._learn(table.shape[1])
        self._judge(spans)
        return self

    def linear(self, features: ArrayLike) -> Numbers:
        """The log hazard of each row, above that of a row of means."""
        table = np.asarray(features, dtype=np.float64)
        table = table.reshape(-1, self._centre.size)
        return np.asarray((table - self._centre) @ self.coefficients_)

    def survival(self, features: ArrayLike, times: ArrayLike) -> Numbers:
        """The share that stays beyond each time (rows: features, columns: times)."""
        when = np.asarray(times, dtype=np.float64)
        place = np.searchsorted(self.times_, when, side="right")
        hazard = np.concatenate([[0.0], self.hazard_])[place]
        shares = np.exp(-np.exp(self.linear(features))[:, None] * hazard)
        return np.asarray(shares)

    def proportionality(
        self, transform: str = "km"
    ) -> tuple[tuple[ChiSquared, ...], ChiSquared]:
        """Whether each effect stays the same over time, and all of them together.

        The score test of R's `cox.zph` from survival 3.0 on (Therneau 2019): time
        transformed by "km" (R's default), "rank", "identity" or "log".
        """
        clock = self._clock(transform)
        p = self.coefficients_.size
        score, blocks = self._partial.with_clock(self._beta, clock)
        each = []
        for at in range(p):
            kept = [*range(p), p + at]
            chi2 = _quadratic(score[kept], blocks[np.ix_(kept, kept)])
            each.append(ChiSquared(chi2, 1, float(chdtrc(1, chi2))))
        chi2 = _quadratic(score, blocks)
        return tuple(each), ChiSquared(chi2, p, float(chdtrc(p, chi2)))

    def correlations(
        self, transform: str = "km"
    ) -> tuple[tuple[ChiSquared, ...], ChiSquared]:
        """The same by scaled Schoenfeld residuals (Grambsch and Therneau 1994).

        `cox.zph` before survival 3.0, and lifelines' `proportional_hazard_test`.
        """
        clock = self._partial.per_death(self._clock(transform))
        clock = clock - clock.mean()
        residuals = self._partial.residuals(self._beta)
        covariance = self._scaled
        deaths, spread = clock.size, float((clock**2).sum())
        raw = clock @ residuals
        scaled = raw @ covariance * deaths
        chi2 = scaled**2 / (np.diag(covariance) * deaths * spread)
        whole = float(raw @ covariance @ raw * deaths / spread)
        each = tuple(ChiSquared(float(one), 1, float(chdtrc(1, one))) for one in chi2)
        return each, ChiSquared(whole, raw.size, float(chdtrc(raw.size, whole)))

    def _learn(self, p: int) -> None:
        """Newton's method with halved steps, on standardised columns."""
        ridge = self.penalty / self._scale**2
        beta = np.zeros(p)
        value, score, info = self._partial.at(beta)
        start, first = value, _quadratic(score, info)
        self.converged_ = False
        for _ in range(_STEPS):
            step = np.linalg.solve(info + np.diag(ridge), score - ridge * beta)
            step, found = self._climbed(beta, step, ridge)
            beta, value, score, info = beta + step, *found
            if np.abs(beta).max() > _NO_END:
                break
            if np.abs(step).max() < 1e-9:
                self.converged_ = True
                break
        self._beta = beta
        self.log_likelihood_ = (start, value)
        self._keep(info + np.diag(ridge), first, p)

    def _climbed(
        self, beta: Numbers, step: Numbers, ridge: Numbers
    ) -> tuple[Numbers, Found]:
        """The step, halved until it does not lead down."""
        here = self._gain(self._partial.at(beta)[0], beta, ridge)
        for _ in range(30):
            found = self._partial.at(beta + step)
            there = self._gain(found[0], beta + step, ridge)
            if there >= here - 1e-10 * abs(here):
                break
            step = step / 2
        return step, found

    @staticmethod
    def _gain(value: float, beta: Numbers, ridge: Numbers) -> float:
        return value - float(ridge @ beta**2) / 2

    def _keep(self, info: Numbers, first: float, p: int) -> None:
        self._scaled: Numbers = np.asarray(np.linalg.pinv(info))
        self.coefficients_ = self._beta / self._scale
        self.covariance_ = self._scaled / np.outer(self._scale, self._scale)
        self.errors_ = np.sqrt(np.diag(self.covariance_))
        gain = 2 * (self.log_likelihood_[1] - self.log_likelihood_[0])
        wald = _quadratic(self._beta, self._scaled)
        self.likelihood_test_ = ChiSquared(gain, p, float(chdtrc(p, max(gain, 0))))
        self.wald_test_ = ChiSquared(wald, p, float(chdtrc(p, wald)))
        self.score_test_ = ChiSquared(first, p, float(chdtrc(p, first)))

    def _judge(self, spans: Spans) -> None:
        self.times_ = self._partial.times
        self.hazard_ = self._partial.hazard(self._beta)
        self.concordance_ = concordance(
            self._partial.features @ self._beta, spans, level=self.level
        )
        z = float(ndtri(0.5 + self.level / 2))
        self.ratios_ = tuple(
            Estimate(
                value=float(np.exp(value)),
                low=float(np.exp(value - z * error)),
                high=float(np.exp(min(value + z * error, 700))),
                n=int(spans.end.size),
                method="Cox regression, Efron's ties",
                level=self.level,
                assumed=(_PROPORTIONAL,),
            )
            for value, error in zip(self.coefficients_, self.errors_, strict=True)
        )

    def _clock(self, transform: str) -> Numbers:
        clocks: dict[str, Callable[[], Numbers]] = {
            "km": self._partial.leaving,
            "rank": self._partial.ranks,
            "identity": lambda: self._partial.times,
            "log": lambda: np.asarray(np.log(self._partial.times)),
        }
        if transform not in clocks:
            raise ValueError(f"A transform is one of {', '.join(clocks)}.")
        return np.asarray(clocks[transform]())


def _must_vary(table: Numbers, spans: Spans, names: Sequence[str]) -> None:
    if table.shape[0] != spans.end.size:
        raise ValueError("Every customer needs one row of features.")
    if not np.isfinite(table).all():
        raise ValueError("Features must be numbers, none missing or infinite.")
    if not spans.left.any():
        raise ValueError("Nobody has left, so nothing can be learned.")
    constant = [n for n, sd in zip(names, table.std(axis=0), strict=True) if sd == 0]
    if constant:
        raise ValueError(f"A column that never changes says nothing: {constant[0]}.")
    if np.linalg.matrix_rank(table - table.mean(axis=0)) < table.shape[1]:
        raise ValueError("One column repeats what others say: leave it out.")


def _quadratic(vector: Numbers, matrix: Numbers) -> float:
    return float(vector @ np.linalg.lstsq(matrix, vector, rcond=None)[0])
