"""How bad was it really: levels freed of luck, against regression to the mean.

What is acted on was chosen because it looked bad, and part of that is luck that does
not return. Shrinking each level towards its peers takes the luck out (Efron and Morris
1975; for shares the beta-binomial, Gelman et al., Bayesian Data Analysis, 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln

from moksori.analysis.estimate import Estimate

Floats = NDArray[np.float64]
METHOD = "Against a baseline shrunken towards its peers (beta-binomial)"
ASSUMED = (
    "The levels of the peers say how far this one can have been bad by luck.",
    "Without the action it would have moved like its peers.",
)
DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Levels:
    """The spread of true shares, Beta(`a`, `b`), and each one's shrunken share."""

    a: float
    b: float
    shares: Floats

    @property
    def centre(self) -> float:
        return self.a / (self.a + self.b)


def shrunken(counts: NDArray[Any], totals: NDArray[Any]) -> Levels:
    """Each share pulled towards the others, as far as its own n leaves it to luck.

    The prior is the one under which the counts are likeliest (marginal maximum
    likelihood). Raises ValueError for fewer than three units with any total.
    """
    x, n = _checked(counts, totals)
    used = n > 0
    if used.sum() < 3:
        raise ValueError("At least three units with answers are needed.")
    a, b = _prior(x[used], n[used])
    return Levels(a, b, (a + x) / (a + b + n))


def against_baseline(
    before: tuple[NDArray[Any], NDArray[Any]],
    after: tuple[NDArray[Any], NDArray[Any]],
    unit: int,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """The change of unit's share against what its shrunken level lets one expect.

    `before` and `after` are (counts, totals) of all units; all but `unit` must be
    untouched. The untouched say how all moved together, and how far one moves by
    itself beyond counting error. The interval holds the doubt of the unit's level (its
    posterior), of the common move, and of counting.
    """
    (x0, n0), (x1, n1) = _checked(*before), _checked(*after)
    levels = shrunken(x0, n0)
    others = np.delete(np.arange(len(x0)), unit)
    moved, doubt, own = _common_move(levels, others, x1, n1)
    random = np.random.default_rng(seed)
    true = random.beta(levels.a + x0[unit], levels.b + n0[unit] - x0[unit], DRAWS)
    logit = np.log(true) - np.log1p(-true) + moved
    logit += np.sqrt(doubt + own) * random.standard_normal(DRAWS)
    expected = 1 / (1 + np.exp(-logit))
    now = random.beta(x1[unit] + 0.5, n1[unit] - x1[unit] + 0.5, DRAWS)
    low, high = np.quantile(now - expected, [0.5 - level / 2, 0.5 + level / 2])
    share = x1[unit] / max(n1[unit], 1.0)
    return Estimate(
        value=float(share - expected.mean()),
        low=float(min(low, share - expected.mean())),
        high=float(max(high, share - expected.mean())),
        n=int(n0[unit] + n1[unit]),
        method=METHOD,
        level=level,
        assumed=ASSUMED,
    )


def _common_move(
    levels: Levels, others: NDArray[Any], x1: Floats, n1: Floats
) -> tuple[float, float, float]:
    """On log odds: how all moved, its variance, and that of one's own moves."""
    used = others[n1[others] > 0]
    if used.size < 3:
        return 0.0, 0.0, 0.0
    was = levels.shares[used]
    change = np.log((x1[used] + 0.5) / (n1[used] - x1[used] + 0.5)) - np.log(
        was / (1 - was)
    )
    noise = 1 / (x1[used] + 0.5) + 1 / (n1[used] - x1[used] + 0.5)
    shrunk = (levels.a + levels.b) * was
    noise = noise + 1 / np.maximum(shrunk, 0.5)
    moved = float(np.average(change, weights=1 / noise))
    beyond = float(((change - moved) ** 2 / noise).sum() - (used.size - 1))
    own = max(0.0, beyond / float((1 / noise).sum()))
    return moved, float(1 / (1 / (noise + own)).sum()), own


def _prior(x: Floats, n: Floats) -> tuple[float, float]:
    share = float(np.clip(x.sum() / n.sum(), 1e-6, 1 - 1e-6))

    def unlikely(given: Floats) -> float:
        centre, size = 1 / (1 + np.exp(-given[0])), np.exp(given[1])
        a, b = centre * size, (1 - centre) * size
        return float(-(betaln(a + x, b + n - x) - betaln(a, b)).sum())

    begin = np.array([np.log(share / (1 - share)), np.log(10.0)])
    # Beyond a million peers' worth of weight all levels are one.
    bounds = [(-14.0, 14.0), (-3.0, 14.0)]
    found = minimize(unlikely, begin, method="L-BFGS-B", bounds=bounds).x
    centre, size = 1 / (1 + np.exp(-found[0])), np.exp(found[1])
    return float(centre * size), float((1 - centre) * size)


def share_interval(levels: Levels, x: float, n: float, level: float = 0.95) -> Estimate:
    """A shrunken share with its posterior interval."""
    a, b = levels.a + x, levels.b + n - x
    return Estimate(
        value=a / (a + b),
        low=float(betaincinv(a, b, 0.5 - level / 2)),
        high=float(betaincinv(a, b, 0.5 + level / 2)),
        n=int(n),
        method=METHOD,
        level=level,
        assumed=ASSUMED[:1],
    )


def _checked(counts: NDArray[Any], totals: NDArray[Any]) -> tuple[Floats, Floats]:
    x = np.asarray(counts, dtype=np.float64)
    n = np.asarray(totals, dtype=np.float64)
    if x.ndim != 1 or x.shape != n.shape:
        raise ValueError("Counts and totals must be one a unit.")
    if not (np.isfinite(x).all() and np.isfinite(n).all()):
        raise ValueError("Counts and totals must be finite.")
    if (x < 0).any() or (x > n).any():
        raise ValueError("A count must lie between 0 and its total.")
    return x, n
