"""What is said of a micro-segment: how much more, how sure, and whether it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from moksori.analysis.estimate import Estimate
from moksori.analysis.segments.cells import Everything, welch
from moksori.analysis.segments.explained import Strata
from moksori.analysis.segments.rules import Part

Floats = NDArray[np.float64]
_ASSUMED = ("Each feedback counts once and speaks for itself.",)


@dataclass(frozen=True, slots=True)
class MicroSegment:
    """A group that an outcome hits harder than the rest, beyond chance.

    `rule` says who is in it, `outcome` which column of `y` is meant. Of yes/no outcomes
    `share` is the group's share, `elsewhere` everybody else's, `times` the first over
    the second, `difference` their difference; of numbers `share`, `elsewhere`, `times`
    are None, and `difference` is the mean less that of the rest. `shrunken` is what is
    left of `times`, or of the difference, once all tested
    cells have been looked at together: what to expect if it is measured again. `gap` is
    the difference of the scores beside it. `p` is the chance of as much, given the
    stronger segments; `q` the share of false ones in a list that ends here; `stability`
    the share of random halves of the data in which it would be found again.
    """

    rule: tuple[Part, ...]
    outcome: int
    n: int
    hits: float
    share: Estimate | None
    elsewhere: Estimate | None
    times: Estimate | None
    difference: Estimate
    shrunken: Estimate
    gap: Estimate | None
    p: float
    q: float
    stability: float


def ratio(
    x1: float, n1: float, x2: float, n2: float, *, level: float = 0.95
) -> Estimate:
    """The share x1/n1 over x2/n2, with the interval on the log scale.

    Katz et al. (1978). Half a count is added to each where one of them is 0. `n` is n1.
    """
    a, b = (x1 + 0.5, x2 + 0.5) if x1 == 0 or x2 == 0 else (x1, x2)
    m1, m2 = (n1 + 0.5, n2 + 0.5) if x1 == 0 or x2 == 0 else (n1, n2)
    middle = log(a / m1) - log(b / m2)
    error = sqrt(max(1 / a - 1 / m1 + 1 / b - 1 / m2, 0.0))
    margin = float(ndtri(0.5 + level / 2)) * error
    return Estimate(
        value=exp(middle),
        low=exp(middle - margin),
        high=exp(middle + margin),
        n=round(n1),
        method="Ratio of shares, interval on the log scale",
        level=level,
        assumed=_ASSUMED,
    )


def difference_of_means(value: float, error: float, freedom: float, n: int) -> Estimate:
    margin = float(stdtrit(max(freedom, 1.0), 0.975)) * error
    return Estimate(
        value=value,
        low=value - margin,
        high=value + margin,
        n=n,
        method="Difference of means, Welch's interval",
        assumed=_ASSUMED,
    )


def signed(one: Estimate, sign: float) -> Estimate:
    """The same estimate, or its opposite where `sign` is −1."""
    low, high = sorted((sign * one.low, sign * one.high))
    return Estimate(
        sign * one.value, low, high, one.n, one.method, one.level, one.assumed
    )


def score_gap(scores: Floats, inside: NDArray[np.bool_]) -> Estimate | None:
    """The mean score inside less that outside, where both have scores (NaN: none)."""
    known = np.isfinite(scores)
    here, every = scores[known & inside], scores[known]
    if here.size < 2 or every.size - here.size < 2:
        return None
    whole = Everything(float(every.size), float(every.sum()), float((every**2).sum()))
    n, sums, squares = (
        np.array([float(part)]) for part in (here.size, here.sum(), (here**2).sum())
    )
    value, error, freedom = (float(x[0]) for x in welch(n, sums, squares, whole))
    return difference_of_means(value, error, freedom, int(here.size))


def stability_of_mean(strata: Strata, cutoff: float) -> float:
    """In how many random halves a mean would be found again (normal approximation)."""
    needed = float(-ndtri(cutoff)) if cutoff > 0 else np.inf
    return float(ndtr((strata.z() / sqrt(2) - needed) * sqrt(2)))


def stability_of_share(
    strata: Strata, cutoff: float, *, halves: int, seed: int
) -> float:
    """In how many random halves of the rows the same test finds a share again.

    A half is drawn from the counts themselves, which is the same as drawing rows.
    """
    rng = np.random.default_rng(seed)
    counts = np.stack(
        [
            strata.sums,
            strata.n - strata.sums,
            strata.all_sums - strata.sums,
            strata.total - strata.n - strata.all_sums + strata.sums,
        ]
    ).astype(np.int64)
    half = int(counts.sum()) // 2
    drawn = rng.multivariate_hypergeometric(
        counts.ravel(), half, size=halves, method="marginals"
    ).reshape(halves, 4, -1)
    n, total = drawn[:, :2].sum(1), drawn.sum(1)
    sums, all_sums = drawn[:, 0], drawn[:, 0] + drawn[:, 2]
    again = [
        Strata(*(part.astype(np.float64) for part in one)).chance(is_share=True)
        for one in zip(n, sums, total, all_sums, all_sums, strict=True)
    ]
    return float((np.array(again) <= cutoff).mean())


def weighted_relative_accuracy(n: float, hits: float, every: Everything) -> float:
    """How much a group adds to what is usual (WRAcc; Lavrač et al. 1999).

    Its share of the rows times how far its share of hits lies above everybody's: what
    subgroup discovery ranks by. It says nothing about chance.
    """
    return n / every.n * (hits / n - every.total / every.n)
