"""Shares, changes of shares, NPS and means, and how far chance explains them."""

from __future__ import annotations

from math import hypot, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, gammaln, ndtri, stdtrit

from moksori.analysis.estimate import Estimate

LEVEL = 0.95
Counts = NDArray[np.float64]
_FEW = 20


def wilson(successes: float, n: float, *, level: float = LEVEL) -> Estimate:
    """The share `successes / n` with Wilson's score interval (Wilson 1927).

    `successes` and `n` may be fractional (an effective sample size). Raises ValueError
    when `n` is not positive or `successes` lies outside 0…n.
    """
    _must_be_share(successes, n)
    low, high = wilson_limits(successes, n, level)
    return Estimate(
        value=successes / n,
        low=low,
        high=high,
        n=round(n),
        method="Wilson score interval",
        level=level,
        assumed=("Each feedback counts once and speaks for itself.",),
    )


def newcombe(
    x1: float, n1: float, x2: float, n2: float, *, level: float = LEVEL
) -> Estimate:
    """The difference `x1/n1 − x2/n2` of two separate shares (0.05 = 5 points).

    Newcombe's hybrid score interval (Newcombe 1998, method 10), which stays honest for
    small counts. `n` of the answer is `n1 + n2`.
    """
    _must_be_share(x1, n1)
    _must_be_share(x2, n2)
    p1, p2 = x1 / n1, x2 / n2
    low1, high1 = wilson_limits(x1, n1, level)
    low2, high2 = wilson_limits(x2, n2, level)
    change = p1 - p2
    return Estimate(
        value=change,
        low=change - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        high=change + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
        n=round(n1 + n2),
        method="Newcombe hybrid score interval",
        level=level,
        assumed=("The two groups are separate people.",),
    )


def chance_of_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike
) -> NDArray[np.float64]:
    """How often chance alone would make two shares differ this much, cell by cell.

    Two-sided: Fisher's exact test (mid-p, the smaller tail doubled) where a count of
    less than 20 is expected, else the "n − 1" chi-squared test (Campbell 2007), whose
    far tail would promise too much there. NaN where less than 1 is expected, or a side
    is empty: too few to say.
    """
    a, b, c, d = np.broadcast_arrays(
        *(np.asarray(one, dtype=np.float64) for one in (x1, n1, x2, n2))
    )
    n, hits = b + d, a + c
    rare, small = np.minimum(hits, n - hits), np.minimum(b, d)
    with np.errstate(divide="ignore", invalid="ignore"):
        fewest = small * rare / n
        spread = b * d * hits * (n - hits)
        p = chdtrc(1, (n - 1) * (a * d - c * b) ** 2 / spread)
    counted = np.where(b <= d, a, c)
    counted = np.where(hits <= n - hits, counted, small - counted)
    few = (fewest < _FEW) & (counted <= 10 * _FEW)
    p = np.where(few, _exact(counted, small, rare, n), p)
    return np.where(fewest >= 1, p, np.nan)


def _exact(x: Counts, draws: Counts, rare: Counts, n: Counts) -> Counts:
    """The two-sided mid-p of `x` rare ones among `draws` of `n`, both below half."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log = gammaln(n - rare + 1) + gammaln(n - draws + 1)
        log = log - gammaln(n + 1) - gammaln(n - rare - draws + 1)
        each, below = np.exp(log), np.zeros_like(log)
        for at in range(int(min(x.max(initial=0), 10 * _FEW))):
            is_below = x > at
            below = below + np.where(is_below, each, 0.0)
            ratio = (rare - at) * (draws - at) / (at + 1) / (n - rare - draws + at + 1)
            each = np.where(is_below, each * ratio, each)
    middle = below + each / 2
    return np.asarray(np.clip(2 * np.minimum(middle, 1 - middle), 0.0, 1.0))


def beyond_chance(p: ArrayLike, *, rate: float = 0.05) -> NDArray[np.bool_]:
    """Which of many differences to believe, of which at most `rate` will be false.

    Benjamini and Hochberg (1995), over all that is not NaN. It holds for separate
    tests and for those that err together (two attributes of the same feedback).
    """
    given = np.asarray(p, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(given.ravel()))
    found = np.zeros(given.size, dtype=bool)
    order = tested[np.argsort(given.ravel()[tested], kind="stable")]
    limits = rate * np.arange(1, order.size + 1) / max(order.size, 1)
    below = np.flatnonzero(given.ravel()[order] <= limits)
    if below.size:
        found[order[: below[-1] + 1]] = True
    return found.reshape(given.shape)


def nps(scores_0_10: NDArray[Any], *, level: float = LEVEL) -> Estimate:
    """Net promoter score as a difference of shares (−1…1), with its interval.

    Promoters give 9 or 10, detractors 0 to 6. The interval is the adjusted Wald one
    (3/4 added to promoters and detractors, 3 to n; Rocks 2016), which keeps its level
    from about ten answers on; it may be centred a little nearer to zero than the value.
    """
    scores = _finite(scores_0_10)
    if scores.size == 0:
        raise ValueError("NPS needs at least one score.")
    if scores.min() < 0 or scores.max() > 10:
        raise ValueError("NPS scores must lie between 0 and 10.")
    promoters = int((scores >= 9).sum())
    detractors = int((scores <= 6).sum())
    return nps_from(promoters, detractors, scores.size, level=level)


def nps_from(
    promoters: float, detractors: float, n: float, *, level: float = LEVEL
) -> Estimate:
    """The same as `nps`, from counts, which may be fractional."""
    _must_be_share(promoters, n)
    _must_be_share(detractors, n)
    if promoters + detractors > n * (1 + 1e-9):
        raise ValueError("There cannot be more promoters and detractors than answers.")
    value, more = (promoters - detractors) / n, n + 3
    p, d = (promoters + 0.75) / more, (detractors + 0.75) / more
    margin = _z(level) * sqrt((p + d - (p - d) ** 2) / more)
    return Estimate(
        value=value,
        # With very many answers of one kind the shrunken centre could pass the value.
        low=min(max(p - d - margin, -1.0), value),
        high=max(min(p - d + margin, 1.0), value),
        n=round(n),
        method="Adjusted Wald interval of the net promoter score",
        level=level,
        assumed=("Each answer counts once and speaks for itself.",),
    )


def change(now: Estimate, before: Estimate) -> Estimate:
    """The difference of two separate estimates, from their intervals alone.

    Square-and-add (MOVER; Zou and Donner 2008): each side brings the distance to its
    own limit. With Wilson's intervals it is Newcombe's; it keeps what they know of
    weights, small samples and the ends of a scale.
    """
    if now.level != before.level:
        raise ValueError("Both estimates need the same level.")
    value = now.value - before.value
    down = hypot(now.value - now.low, before.high - before.value)
    up = hypot(now.high - now.value, before.value - before.low)
    return Estimate(
        value=value,
        low=value - down,
        high=value + up,
        n=now.n + before.n,
        method="Difference of two estimates by their intervals (square and add)",
        level=now.level,
        assumed=("The two groups are separate people.",),
    )


def mean(values: NDArray[Any], *, level: float = LEVEL) -> Estimate:
    """The mean of `values` with Student's t interval; NaN is left out.

    One value alone has no interval: `low` and `high` are then infinite.
    """
    kept = _finite(values)
    if kept.size == 0:
        raise ValueError("A mean needs at least one value.")
    sd = float(kept.std(ddof=1)) if kept.size > 1 else float("inf")
    return mean_from(float(kept.mean()), sd, int(kept.size), level=level)


def mean_from(value: float, sd: float, n: int, *, level: float = LEVEL) -> Estimate:
    """The same interval as `mean`, from a mean, its sample deviation and n."""
    if n < 1:
        raise ValueError("A mean needs at least one value.")
    margin = float("inf")
    if n > 1:
        margin = float(stdtrit(n - 1, 0.5 + level / 2)) * sd / sqrt(n)
    return Estimate(
        value=value,
        low=value - margin,
        high=value + margin,
        n=n,
        method="Student's t interval of the mean",
        level=level,
        assumed=("Each value speaks for itself.",),
    )


def wilson_limits(x: float, n: float, level: float) -> tuple[float, float]:
    """Wilson's interval alone, for sizes that are estimated themselves."""
    z = _z(level)
    centre = (x + z * z / 2) / (n + z * z)
    margin = z / (n + z * z) * sqrt(x * (n - x) / n + z * z / 4)
    # At the ends the limit is exact; rounding must not push it past.
    low = 0.0 if x == 0 else max(centre - margin, 0.0)
    high = 1.0 if x == n else min(centre + margin, 1.0)
    return low, high


def _z(level: float) -> float:
    return float(ndtri(0.5 + level / 2))


def _must_be_share(x: float, n: float) -> None:
    if not n > 0:
        raise ValueError("A share needs n above zero.")
    if not 0 <= x <= n:
        raise ValueError(f"A share needs successes between 0 and n, got {x} of {n}.")


def _finite(values: NDArray[Any]) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64).ravel()
    return numbers[np.isfinite(numbers)]
