"""Quasi-Poisson regression of many series at once, step by step as R's `glm` does it.

`analysis.regression` fits to convergence. Here the working weights, the hat matrix and
the covariance are those of the *last but one* round, as in R, because methods that are
published with R's numbers (Farrington's) are compared to their last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, xlogy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
EPSILON = 1e-8
ROUNDS = 25
_LEAST = float(np.log(np.finfo(np.float64).eps))  # R's log link goes no lower
_FAR = 50.0


@dataclass(frozen=True, slots=True)
class Fits:
    """Fitted models; every array starts with the shape of the stack and the series.

    `coefficients` (…, p), `mean` (…, n), `covariance` (…, p, p) for a dispersion of
    one, `leverage` (…, n), `dispersion` (…) = Pearson's statistic over `freedom` (…).
    """

    coefficients: Floats
    mean: Floats
    covariance: Floats
    leverage: Floats
    dispersion: Floats
    freedom: Floats
    converged: Bools

    def chance(self, column: int) -> Floats:
        """The two-sided p of one coefficient (Student's t, unbounded dispersion)."""
        variance = self.covariance[..., column, column] * self.dispersion
        with np.errstate(divide="ignore", invalid="ignore"):
            t = self.coefficients[..., column] / np.sqrt(variance)
            p = 2 * stdtr(self.freedom, -np.abs(t))
        return np.asarray(np.where(self.freedom > 0, p, np.nan))


def fit(x: Floats, y: Floats, weights: Floats, offset: Floats) -> Fits:
    """Fit counts `y` (…, series, n) on `x` (…, n, p), which the series share.

    `weights` and `offset` are shaped like `y`; a weight of 0 leaves a value out.
    Iterated weighted least squares from y + 0.1, at most 25 rounds, until the relative
    change of the deviance is below 1e-8. A model that is done stands still.
    """
    counted = weights > 0
    y = np.where(counted, y, 0.0)
    mean = y + 0.1
    eta = np.log(mean)
    # The part of the deviance that does not change from round to round.
    full = 2 * (weights * (xlogy(y, y) - y)).sum(axis=-1)
    deviance = full + 2 * (weights * (mean - y * eta)).sum(axis=-1)
    done = np.zeros(y.shape[:-1], dtype=bool)
    beta = np.zeros((*y.shape[:-1], x.shape[-1]))
    covariance = np.zeros((*beta.shape, x.shape[-1]))
    pull = np.zeros_like(y)
    shared = _Design.of(x)
    for _ in range(ROUNDS):
        keep = ~done[..., None]
        at = weights * mean
        new, spread = shared.solved(at, eta - offset + (y - mean) / mean)
        beta, pull = np.where(keep, new, beta), np.where(keep, at, pull)
        covariance = np.where(keep[..., None], spread, covariance)
        eta = np.clip(beta @ shared.turned + offset, _LEAST, _FAR)
        mean = np.exp(eta)
        last, deviance = deviance, full + 2 * (weights * (mean - y * eta)).sum(axis=-1)
        done |= np.abs(deviance - last) / (np.abs(deviance) + 0.1) < EPSILON
        if done.all():
            break
    freedom = (counted.sum(axis=-1) - x.shape[-1]).astype(np.float64)
    pearson = (pull * ((y - mean) / mean) ** 2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        dispersion = np.where(freedom > 0, pearson / freedom, np.nan)
    leverage = pull * shared.spread(covariance)
    return Fits(beta, mean, covariance, leverage, dispersion, freedom, done)


@dataclass(frozen=True, slots=True)
class _Design:
    """The design, and its columns' products: one multiplication for all series."""

    x: Floats
    turned: Floats
    products: Floats

    @classmethod
    def of(cls, x: Floats) -> _Design:
        products = (x[..., :, None] * x[..., None, :]).reshape(*x.shape[:-1], -1)
        return cls(x, np.swapaxes(x, -1, -2), products)

    def solved(self, pull: Floats, working: Floats) -> tuple[Floats, Floats]:
        """Coefficients (…, series, p) of weighted least squares, their covariance."""
        p = self.x.shape[-1]
        information = (pull @ self.products).reshape(*pull.shape[:-1], p, p)
        covariance = inverse(information)
        score = (pull * working) @ self.x
        return (covariance @ score[..., None])[..., 0], covariance

    def spread(self, covariance: Floats) -> Floats:
        """x V x′ for each value of each series (…, series, n)."""
        flat = covariance.reshape(*covariance.shape[:-2], -1)
        return np.asarray(flat @ np.swapaxes(self.products, -1, -2))


def inverse(information: Floats) -> Floats:
    """The inverse of (…, p, p); the pseudo-inverse where columns say the same."""
    size = np.diagonal(information, axis1=-2, axis2=-1)
    scale = np.sqrt(np.where(size > 0, size, 1.0))
    apart = scale[..., :, None] * scale[..., None, :]
    even = information / apart
    try:
        found: Any = np.linalg.inv(even)
        if np.isfinite(found).all() and np.abs(found).max(initial=0.0) < 1e12:
            return np.asarray(found / apart)
    except np.linalg.LinAlgError:
        pass
    return np.asarray(np.linalg.pinv(even, hermitian=True) / apart)
