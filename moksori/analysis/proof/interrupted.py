"""One series that was interrupted: did it step aside, or turn, when the action began?

Segmented regression as in Bernal, Cummins and Gasparrini (2017), "Interrupted time
series regression for the evaluation of public health interventions", International
Journal of Epidemiology 46(1): what R's `glm(…, family = quasipoisson)` gives, and
errors that allow for weeks that resemble each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from moksori.analysis.estimate import Estimate
from moksori.analysis.regression import FAMILIES, Fit, fit

Floats = NDArray[np.float64]
METHODS = {
    "poisson": "Interrupted series, quasi-Poisson, errors for resembling weeks",
    "binomial": "Interrupted series, quasi-binomial, errors for resembling weeks",
    "gaussian": "Interrupted series, linear, errors for resembling weeks",
}
ASSUMED = (
    "Without the action the trend and the season before would have gone on.",
    "Nothing else happened to the series when the action began.",
)
STEP, TURN = "step", "turn"


class Change(StrEnum):
    """What the action may have changed: the level, or the level and the slope."""

    LEVEL = "level"
    LEVEL_AND_SLOPE = "level_and_slope"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """On the scale of the link. `se` is R's; `robust` allows for serial correlation."""

    value: float
    se: float
    robust: float


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A fitted series. `coefficients` by name: intercept, trend, step, turn, sin1 …

    `dispersion` and `freedom` are those of the quasi-likelihood. `fitted` and
    `expected` (without the action) are in the unit of the series. `correlation` is
    that of neighbouring residuals.
    """

    coefficients: dict[str, Coefficient]
    dispersion: float
    freedom: float
    correlation: float
    fitted: Floats
    expected: Floats
    start: int
    change: Estimate
    method: str

    def ratio(self, name: str = STEP, level: float = 0.95) -> Estimate:
        """The step (or turn, a week) as a factor, with R's z interval of exp(b)."""
        found = self.coefficients[name]
        margin = -_quantile((1 - level) / 2, np.inf) * found.se
        low, high = np.exp(found.value - margin), np.exp(found.value + margin)
        n = self.fitted.size
        return Estimate(
            float(np.exp(found.value)), float(low), float(high), n, self.method, level
        )


@dataclass(frozen=True, slots=True)
class Series:
    """One value a period and, for counts and shares, out of how many.

    For "poisson" `totals` is the exposure (people, days), for "binomial" the number
    that each share is of.
    """

    values: Floats
    totals: Floats | None = None
    family: str = "poisson"


def interrupted(
    series: Series,
    start: int,
    *,
    change: Change = Change.LEVEL,
    period: float = 365.25 / 7,
    harmonics: int = 0,
    level: float = 0.95,
) -> Interrupted:
    """Fit level, trend, step (and turn) and `harmonics` pairs of a season.

    `change` of the answer is the mean change after the start, in the unit of the
    series, with Student's t on the more cautious of two robust errors: Newey and West
    (1987), and the model's own times the AR(1) inflation of its residuals. Raises
    ValueError when there are fewer periods than terms, or none before or after.
    """
    x, names = _design(series.values.size, start, change, period, harmonics)
    if series.values.size <= x.shape[1] + 1:
        raise ValueError("There are fewer periods than the season and trend need.")
    found = _fitted(series, x)
    if not bool(found.converged):
        raise ValueError("Trend, season and step cannot be told apart in this series.")
    rough, correlation = _robust(series, x, found)
    quasi = found.covariance * found.dispersion
    pairs = zip(
        names,
        found.coefficients,
        np.sqrt(np.diag(quasi)),
        np.sqrt(np.diag(rough)),
        strict=True,
    )
    without = x.copy()
    without[:, [k for k, name in enumerate(names) if name in (STEP, TURN)]] = 0.0
    expected = _mean(series, without @ found.coefficients)
    fitted = _mean(series, x @ found.coefficients)
    return Interrupted(
        coefficients={
            name: Coefficient(float(b), float(se), float(r)) for name, b, se, r in pairs
        },
        dispersion=float(found.dispersion),
        freedom=float(found.freedom),
        correlation=correlation,
        fitted=fitted,
        expected=expected,
        start=start,
        change=_change(
            series, (x, without), (fitted, expected), (rough, found), start, level
        ),
        method=METHODS[series.family],
    )


def _design(
    n: int, start: int, change: Change, period: float, harmonics: int
) -> tuple[Floats, list[str]]:
    if not 2 <= start < n:
        raise ValueError("Two periods before the start are needed, and one after.")
    at = np.arange(n, dtype=np.float64)
    after = (at >= start).astype(np.float64)
    columns = {"intercept": np.ones(n), "trend": at, STEP: after}
    if change is Change.LEVEL_AND_SLOPE:
        columns[TURN] = after * (at - start)
    for k in range(1, harmonics + 1):
        columns[f"sin{k}"] = np.sin(2 * np.pi * k * at / period)
        columns[f"cos{k}"] = np.cos(2 * np.pi * k * at / period)
    return np.column_stack(list(columns.values())), list(columns)


def _fitted(series: Series, x: Floats) -> Fit:
    if series.family == "poisson" and series.totals is not None:
        if (series.totals <= 0).any():
            raise ValueError("Each period needs somebody who could be counted.")
        return fit(x, series.values, family="poisson", offset=np.log(series.totals))
    if series.family == "binomial":
        return fit(x, series.values, family="binomial", weights=series.totals)
    return fit(x, series.values, family=series.family, weights=series.totals)


def _mean(series: Series, eta: Floats) -> Floats:
    mean = FAMILIES[series.family].mean(eta)
    if series.family == "poisson" and series.totals is not None:
        return np.asarray(mean * series.totals)
    return mean


def _robust(series: Series, x: Floats, found: Fit) -> tuple[Floats, float]:
    """The more cautious covariance, and the correlation of neighbouring residuals."""
    weights = np.ones(len(x))
    if series.family != "poisson" and series.totals is not None:
        weights = series.totals
    rest = weights * (series.values - found.fitted)
    spread = np.sqrt(
        np.maximum(weights * FAMILIES[series.family].variance(found.fitted), 1e-12)
    )
    pearson = rest / spread
    n, k = x.shape
    rho = float((pearson[1:] * pearson[:-1]).sum() / max((pearson**2).sum(), 1e-12))
    # Residuals understate the memory of the weeks: each fitted term hides some of it.
    true = (
        float(np.clip((n * rho + k) / max(n - 3 * k, 1), 0.0, 0.9))
        if n > 4 * k
        else 0.9
    )
    inflated = found.covariance * found.dispersion * (1 + true) / (1 - true)
    scores = x * rest[:, None]
    lags = int(np.floor(4 * (n / 100) ** (2 / 9)))
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        product = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (product + product.T)
    bread = found.covariance
    newey = bread @ meat @ bread * n / max(n - k, 1)
    step = 2
    return (newey if newey[step, step] > inflated[step, step] else inflated), rho


def _change(
    series: Series,
    designs: tuple[Floats, Floats],
    means: tuple[Floats, Floats],
    errors: tuple[Floats, Fit],
    start: int,
    level: float,
) -> Estimate:
    (x, without), (fitted, expected) = designs, means
    covariance, found = errors
    scale = np.ones(len(x))
    if series.family == "poisson" and series.totals is not None:
        scale = series.totals
    variance = FAMILIES[series.family].variance
    moved = (
        (scale * variance(fitted / scale))[:, None] * x
        - (scale * variance(expected / scale))[:, None] * without
    )[start:].mean(axis=0)
    value = float((fitted - expected)[start:].mean())
    se = float(np.sqrt(max(moved @ covariance @ moved, 0.0)))
    margin = _quantile(0.5 + level / 2, float(found.freedom)) * se
    return Estimate(
        value=value,
        low=value - margin,
        high=value + margin,
        n=int(series.totals.sum())
        if series.family == "binomial" and series.totals is not None
        else series.values.size,
        method=METHODS[series.family],
        level=level,
        assumed=ASSUMED,
    )


def _quantile(p: float, freedom: float) -> float:
    return float(stdtrit(freedom if np.isfinite(freedom) else 1e9, p))
