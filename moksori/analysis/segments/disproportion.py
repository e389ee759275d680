"""Which pairs come up more often than expected: gamma-Poisson shrinkage (EBGM)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import betainc, digamma, gammainc, gammaln

from moksori.analysis.estimate import Estimate

Floats = NDArray[np.float64]
Theta = tuple[float, float, float, float, float]

STARTS: tuple[Theta, ...] = (
    (0.2, 0.1, 2.0, 4.0, 1 / 3),  # DuMouchel (1999)
    (0.2, 0.2, 2.0, 4.0, 0.1),
    (0.1, 0.1, 10.0, 10.0, 0.2),
    (0.5, 0.5, 5.0, 5.0, 0.5),
    (3.0, 1.0, 5.0, 6.0, 0.05),
)
MOST = 100.0
"""Shapes and rates from here on are taken for a failed search, as openEBGM does."""


@dataclass(frozen=True, slots=True)
class GammaMixture:
    """How ratios of observed to expected differ: two gamma distributions.

    Shapes `alpha1`, `alpha2`, rates `beta1`, `beta2`; `p` is the share of the first.
    `cost` is the negative log-likelihood.
    """

    alpha1: float
    beta1: float
    alpha2: float
    beta2: float
    p: float
    cost: float = float("nan")
    has_converged: bool = True

    def first_share(self, counts: ArrayLike, expected: ArrayLike) -> Floats:
        """The chance that each ratio comes from the first part (Q, equation 6)."""
        n, e = _pairs(counts, expected)
        one = np.log(self.p) + _log_pmf(n, e, self.alpha1, self.beta1)
        other = np.log1p(-self.p) + _log_pmf(n, e, self.alpha2, self.beta2)
        return np.asarray(1 / (1 + np.exp(np.clip(other - one, -700, 700))))

    def ebgm(self, counts: ArrayLike, expected: ArrayLike) -> Floats:
        """The geometric mean of the ratio, given its count (equation 11)."""
        n, e = _pairs(counts, expected)
        q = self.first_share(n, e)
        one = digamma(self.alpha1 + n) - np.log(self.beta1 + e)
        other = digamma(self.alpha2 + n) - np.log(self.beta2 + e)
        return np.asarray(np.exp(q * one + (1 - q) * other))

    def quantile(self, share: float, counts: ArrayLike, expected: ArrayLike) -> Floats:
        """The ratio below which it lies with chance `share` (.05: EB05)."""
        if not 0 < share < 1:
            raise ValueError("A quantile needs a share between 0 and 1.")
        n, e = _pairs(counts, expected)
        q = self.first_share(n, e)

        def below(x: Floats) -> Floats:
            one = gammainc(self.alpha1 + n, (self.beta1 + e) * x)
            other = gammainc(self.alpha2 + n, (self.beta2 + e) * x)
            return np.asarray(q * one + (1 - q) * other)

        low, high = np.zeros_like(e), np.ones_like(e)
        for _ in range(60):
            short = below(high) < share
            if not short.any():
                break
            high = np.where(short, high * 2, high)
        for _ in range(80):
            middle = (low + high) / 2
            is_below = below(middle) < share
            low, high = (
                np.where(is_below, middle, low),
                np.where(is_below, high, middle),
            )
        return np.asarray((low + high) / 2)

    def estimate(self, count: float, expected: float, *, n: int) -> Estimate:
        """EBGM with its 90 % interval (EB05–EB95)."""
        return Estimate(
            value=float(self.ebgm(count, expected)),
            low=float(self.quantile(0.05, count, expected)),
            high=float(self.quantile(0.95, count, expected)),
            n=n,
            method="Gamma-Poisson empirical Bayes (EBGM)",
            level=0.90,
            assumed=("The groups are alike before anything is known of each.",),
        )


@dataclass(frozen=True, slots=True)
class Points:
    """Counts with what was expected, and for how many pairs each point stands."""

    counts: Floats
    expected: Floats
    weights: Floats


def gamma_mixture(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    smallest: int = 1,
    starts: Sequence[Theta] = STARTS,
    most: float = MOST,
) -> GammaMixture:
    """The prior that makes the counts most likely (DuMouchel 1999).

    As R openEBGM does: with `smallest` 1 or more each part is truncated below it by
    itself, and then mixed (`negLL`, `negLLsquash`); with 0 nothing is truncated
    (`negLLzero`), and pairs that never occurred must be among the counts. Counts below
    `smallest` are left out. Of all starts the best that ends with shapes and rates
    below `most` is taken. ValueError with fewer than two pairs.
    """
    points = _points(counts, expected, weights, smallest)
    found = [_search(points, smallest, start) for start in starts]
    inside = [one for one in found if _is_inside(one, most)] or found
    return min(inside, key=lambda one: one.cost)


def negative_log_likelihood(
    theta: Theta, points: Points, *, smallest: int = 1
) -> float:
    """What `gamma_mixture` makes as small as it can: see there."""
    packed = np.array([*np.log(theta[:4]), np.log(theta[4] / (1 - theta[4]))])
    return _cost(packed, points, smallest)[0]


def squash(
    points: Points, *, count: int = 1, bin_size: int = 50, keep_bins: int = 2
) -> Points:
    """Fewer points for the search: bins of similar expectation among equal counts.

    As R openEBGM's `squashData` (DuMouchel and Pregibon 2001): among the pairs counted
    `count` times, all but the `keep_bins × bin_size` with the largest expectation are
    put into bins of `bin_size`, in order; each becomes its mean with the bin's size as
    weight. ValueError where there are too few to fill a bin.
    """
    of = points.counts == count
    chosen = np.flatnonzero(of)
    chosen = chosen[np.argsort(points.expected[chosen], kind="stable")]
    inside = chosen.size - keep_bins * bin_size
    if inside < bin_size:
        raise ValueError("Too few pairs to squash; use smaller or fewer bins.")
    number = np.arange(inside) // bin_size
    sizes = np.bincount(number).astype(np.float64)
    means = np.bincount(number, points.expected[chosen[:inside]]) / sizes
    rest = np.concatenate([np.flatnonzero(~of), chosen[inside:]])
    return Points(
        np.concatenate([points.counts[rest], np.full(sizes.size, float(count))]),
        np.concatenate([points.expected[rest], means]),
        np.concatenate([points.weights[rest], sizes]),
    )


def _search(points: Points, smallest: int, start: Theta) -> GammaMixture:
    packed = np.array([*np.log(start[:4]), np.log(start[4] / (1 - start[4]))])
    best = _walk(packed, points, smallest)
    if not _is_flat(best, points):
        # A ridge: a search with bounds comes along it, where steps alone do not.
        bounds = [(-12.0, 25.0)] * 4 + [(-25.0, 25.0)]
        first = minimize(
            _cost, packed, (points, smallest), jac=True, method="L-BFGS-B",
            bounds=bounds, options={"ftol": 1e-15, "maxiter": 2000},
        )  # fmt: skip
        best = min(
            (best, first, _walk(first.x, points, smallest)),
            key=lambda one: float(one.fun),
        )
    a1, b1, a2, b2 = (float(value) for value in np.exp(best.x[:4]))
    p = float(1 / (1 + np.exp(-best.x[4])))
    flat = _is_flat(best, points)
    return GammaMixture(a1, b1, a2, b2, p, float(best.fun), has_converged=flat)


def _walk(packed: Floats, points: Points, smallest: int) -> Any:
    options = {"gtol": 1e-7, "maxiter": 1000}
    return minimize(
        _cost, packed, (points, smallest), jac=True, method="BFGS", options=options
    )


def _is_flat(found: Any, points: Points) -> bool:
    steepest = float(np.abs(found.jac).max())
    return steepest <= 1e-4 * max(sqrt(float(points.weights.sum())), 1.0)


def _is_inside(one: GammaMixture, most: float) -> bool:
    parts = (one.alpha1, one.beta1, one.alpha2, one.beta2)
    return one.has_converged and max(parts) < most and 1e-9 < one.p < 1 - 1e-9


def _cost(packed: Floats, points: Points, smallest: int) -> tuple[float, Floats]:
    """Negative log-likelihood and its gradient, by logs of the parts and logit p."""
    a1, b1, a2, b2 = np.exp(np.clip(packed[:4], -30, 30))
    p = 1 / (1 + np.exp(-np.clip(packed[4], -30, 30)))
    one, by_one = _part(points, a1, b1, smallest)
    other, by_other = _part(points, a2, b2, smallest)
    mixed = np.logaddexp(np.log(p) + one, np.log1p(-p) + other)
    q = np.exp(np.log(p) + one - mixed)
    weights = points.weights
    gradient = np.array(
        [
            *((weights * q * by).sum() for by in by_one),
            *((weights * (1 - q) * by).sum() for by in by_other),
            (weights * (q - p)).sum(),
        ]
    )
    return -float((weights * mixed).sum()), -gradient


def _part(
    points: Points, alpha: float, beta: float, smallest: int
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Log chances in one part, and their slopes by log alpha and log beta."""
    n, e = points.counts, points.expected
    log = _log_pmf(n, e, alpha, beta)
    slopes = _slopes(n, e, alpha, beta)
    if smallest < 1:
        return log, slopes
    left = np.log(betainc(smallest, alpha, e / (beta + e)) + 1e-300)
    cut_a, cut_b = np.zeros_like(e), np.zeros_like(e)
    for k in range(smallest):
        count = np.full_like(e, k)
        chance = np.exp(_log_pmf(count, e, alpha, beta) - left)
        by_a, by_b = _slopes(count, e, alpha, beta)
        cut_a, cut_b = cut_a + chance * by_a, cut_b + chance * by_b
    return log - left, (slopes[0] + cut_a, slopes[1] + cut_b)


def _log_pmf(n: Floats, e: Floats, alpha: float, beta: float) -> Floats:
    """The negative binomial: a Poisson count whose ratio is gamma distributed."""
    log = gammaln(n + alpha) - gammaln(alpha) - gammaln(n + 1)
    log = log - alpha * np.log1p(e / beta) + n * (np.log(e) - np.log(beta + e))
    return np.asarray(log)


def _slopes(n: Floats, e: Floats, alpha: float, beta: float) -> tuple[Floats, Floats]:
    by_a = alpha * (digamma(n + alpha) - digamma(alpha) - np.log1p(e / beta))
    by_b = alpha - (alpha + n) * beta / (beta + e)
    return np.asarray(by_a), np.asarray(by_b)


def _points(
    counts: ArrayLike, expected: ArrayLike, weights: ArrayLike | None, smallest: int
) -> Points:
    n, e = (one.ravel() for one in _pairs(counts, expected))
    w = np.ones_like(e) if weights is None else np.asarray(weights, np.float64).ravel()
    if w.shape != n.shape or not (np.isfinite(w) & (w > 0)).all():
        raise ValueError("Each pair needs one weight above zero.")
    kept = n >= smallest
    if kept.sum() < 2:
        raise ValueError("A prior needs at least two pairs.")
    return Points(n[kept], e[kept], w[kept])


def _pairs(counts: ArrayLike, expected: ArrayLike) -> tuple[Floats, Floats]:
    n, e = np.broadcast_arrays(
        np.asarray(counts, np.float64), np.asarray(expected, np.float64)
    )
    if not (np.isfinite(n) & (n >= 0)).all():
        raise ValueError("Counts must be whole numbers from 0 on.")
    if not (np.isfinite(e) & (e > 0)).all():
        raise ValueError("What is expected must be above zero.")
    return n, e
