"""Shrinkage: what many small groups say about each other, by empirical Bayes."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln, chdtrc, digamma, ndtri

from moksori.analysis.estimate import Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """How shares differ between groups: a beta distribution with `a` and `b`.

    `a / (a + b)` is the usual share, `a + b` the number of observations that it is
    worth beside a group's own.
    """

    a: float
    b: float
    method: str

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    def posterior_mean(self, successes: ArrayLike, n: ArrayLike) -> Floats:
        x, total = _counts(successes, n)
        return np.asarray((x + self.a) / (total + self.a + self.b))

    def share(self, successes: float, n: float, *, level: float = 0.95) -> Estimate:
        """A group's share, shrunk towards the usual one."""
        x, total = _counts(successes, n)
        a, b = float(x + self.a), float(total - x + self.b)
        tail = (1 - level) / 2
        return Estimate(
            value=a / (a + b),
            low=float(betaincinv(a, b, tail)),
            high=float(betaincinv(a, b, 1 - tail)),
            n=round(float(total)),
            method="Beta-binomial empirical Bayes",
            level=level,
            assumed=("The groups are alike before anything is known of each.",),
        )


def beta_prior_by_moments(successes: ArrayLike, n: ArrayLike) -> BetaPrior:
    """The beta distribution with the mean and variance of the raw shares.

    As in Bayesian Data Analysis (Gelman et al. 2013, section 5.1): the deviation of
    shares of few observations is taken for a difference between groups, so it shrinks
    less than `beta_prior`. ValueError where all shares are equal, or differ by more
    than any beta distribution.
    """
    x, total = _groups(successes, n)
    shares = x / total
    mean, variance = float(shares.mean()), float(shares.var(ddof=1))
    worth = mean * (1 - mean) / variance - 1 if variance > 0 else 0.0
    if worth <= 0:
        raise ValueError("These shares are all equal, or no beta distribution fits.")
    return BetaPrior(mean * worth, (1 - mean) * worth, "moments of the shares")


_MOST_WORTH = 1e6


def beta_prior(successes: ArrayLike, n: ArrayLike) -> BetaPrior:
    """The beta distribution that makes the counts most likely (beta-binomial).

    Where groups differ by no more than chance, the prior is worth a million
    observations: everything is shrunk to the usual share. ValueError with fewer than
    two groups, or where nobody or everybody succeeded.
    """
    x, total = _groups(successes, n)
    mean = float(x.sum() / total.sum())
    if not 0 < mean < 1:
        raise ValueError("A prior needs some successes and some failures.")

    def cost(parts: Floats) -> tuple[float, Floats]:
        m, worth = 1 / (1 + np.exp(-parts[0])), np.exp(parts[1])
        a, b = m * worth, (1 - m) * worth
        value = float((betaln(x + a, total - x + b) - betaln(a, b)).sum())
        both = digamma(a + b) - digamma(total + a + b)
        by_a = float((digamma(x + a) - digamma(a) + both).sum())
        by_b = float((digamma(total - x + b) - digamma(b) + both).sum())
        by_mean = (by_a - by_b) * worth * m * (1 - m)
        by_worth = by_a * a + by_b * b
        return -value, np.array([-by_mean, -by_worth])

    limits = [(-20.0, 20.0), (np.log(1e-3), np.log(_MOST_WORTH))]
    found = min(
        (
            minimize(
                cost,
                np.array([np.log(mean / (1 - mean)), np.log(worth)]),
                jac=True,
                method="L-BFGS-B",
                bounds=limits,
                options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000},
            )
            for worth in (2.0, 50.0, 1000.0)
        ),
        key=lambda one: float(one.fun),
    )
    m, worth = float(1 / (1 + np.exp(-found.x[0]))), float(np.exp(found.x[1]))
    return BetaPrior(m * worth, (1 - m) * worth, "maximum likelihood")


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Means shrunk towards their mean: `kept` of each deviation is kept (0–1)."""

    values: Floats
    towards: float
    kept: float
    chance: float

    @property
    def is_clear(self) -> bool:
        """Whether the groups differ by more than chance (5 %)."""
        return self.chance <= 0.05


def james_stein(values: ArrayLike, variance: float) -> Shrunk:
    """Means of at least four groups, each known up to `variance`, shrunk together.

    The positive-part estimator of James and Stein (1961) towards the grand mean, as in
    Efron and Morris (1977): 1 − (k − 3) σ² / Σ(x − x̄)² of each deviation is kept.
    `chance` tests whether they differ at all (chi-squared).
    """
    x = np.asarray(values, dtype=np.float64).ravel()
    if x.size < 4:
        raise ValueError("Shrinking needs at least four groups.")
    if not np.isfinite(x).all() or not np.isfinite(variance) or variance <= 0:
        raise ValueError("Shrinking needs finite means and a variance above zero.")
    middle = float(x.mean())
    spread = float(((x - middle) ** 2).sum())
    kept = max(1 - (x.size - 3) * variance / spread, 0.0) if spread > 0 else 0.0
    chance = float(chdtrc(x.size - 1, spread / variance))
    return Shrunk(middle + kept * (x - middle), middle, kept, chance)


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """How true means differ between groups: around `mean`, with deviation `sd`."""

    mean: float
    sd: float

    def estimate(
        self, value: float, error: float, *, n: int, level: float = 0.95
    ) -> Estimate:
        """A group's mean with standard error `error`, shrunk towards the usual one."""
        both = self.sd**2 + error**2
        kept = self.sd**2 / both if both > 0 else 0.0
        middle = self.mean + kept * (value - self.mean)
        margin = float(ndtri(0.5 + level / 2)) * sqrt(kept) * error
        return Estimate(
            value=middle,
            low=middle - margin,
            high=middle + margin,
            n=n,
            method="Normal empirical Bayes",
            level=level,
            assumed=("The groups are alike before anything is known of each.",),
        )


def normal_prior(values: ArrayLike, errors: ArrayLike) -> NormalPrior:
    """Mean and deviation between groups (Paule and Mandel 1982).

    `errors` are standard errors. The deviation is the one with which the weighted
    squares around the weighted mean are as large as their number says; 0 where they are
    smaller without any. ValueError with fewer than two groups.
    """
    x = np.asarray(values, dtype=np.float64).ravel()
    e = np.asarray(errors, dtype=np.float64).ravel()
    known = np.isfinite(x) & np.isfinite(e) & (e > 0)
    x, e = x[known], e[known]
    if x.size < 2:
        raise ValueError("A prior needs at least two groups with a standard error.")

    def excess(tau2: float) -> tuple[float, float]:
        weights = 1 / (e**2 + tau2)
        middle = float((weights * x).sum() / weights.sum())
        return float((weights * (x - middle) ** 2).sum()) - (x.size - 1), middle

    low, high = 0.0, float(x.var()) * x.size + 1e-12
    if excess(0.0)[0] <= 0:
        return NormalPrior(excess(0.0)[1], 0.0)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle)[0] > 0 else (low, middle)
    return NormalPrior(excess(high)[1], sqrt(high))


def _counts(successes: Any, n: Any) -> tuple[Floats, Floats]:
    x, total = np.asarray(successes, np.float64), np.asarray(n, np.float64)
    if not ((x >= 0) & (x <= total)).all():
        raise ValueError("Successes must lie between 0 and n.")
    return x, total


def _groups(successes: Any, n: Any) -> tuple[Floats, Floats]:
    x, total = _counts(successes, n)
    x, total = np.broadcast_arrays(x.ravel(), total.ravel())
    heard = total > 0
    if heard.sum() < 2:
        raise ValueError("A prior needs at least two groups.")
    return x[heard], total[heard]
