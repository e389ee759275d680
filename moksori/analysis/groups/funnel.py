"""League tables without leagues: who differs by more than chance, of many groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import binom

Floats = NDArray[np.float64]
LEVELS = (0.95, 0.998)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Shares of groups beside the limits within which chance would leave them.

    `limits` holds for each level an array (groups, 2); `z` how far each group is from
    the target in its own deviations, widened by `dispersion` where groups differ by
    more than chance as a whole (`is_overdispersed`). `flagged` groups lie outside the
    limits of the last level.
    """

    target: float
    shares: Floats
    n: Floats
    z: Floats
    dispersion: float
    is_overdispersed: bool
    levels: tuple[float, ...]
    limits: tuple[Floats, ...]
    flagged: NDArray[np.bool_]


def funnel(
    events: ArrayLike,
    n: ArrayLike,
    *,
    target: float | None = None,
    levels: Sequence[float] = LEVELS,
    winsorise: float = 0.1,
    spread: str = "multiplicative",
) -> Funnel:
    """Funnel limits for shares (Spiegelhalter 2005).

    `target` is the share everybody is held against (None: all events over all n). The
    dispersion is the mean of squared z, of which the `winsorise` outermost at either
    end are drawn in; it counts only above 1 + 2 √(2 / groups). Then limits are widened
    by its root ("multiplicative") or by a deviation between groups ("additive"). Else
    they are exact binomial limits, interpolated. Groups without observations have no
    limits (NaN) and are never flagged. ValueError for fewer than three groups.
    """
    y, total = np.asarray(events, np.float64), np.asarray(n, np.float64)
    if y.shape != total.shape or y.ndim != 1 or not ((y >= 0) & (y <= total)).all():
        raise ValueError("Events must lie between 0 and n, one of each per group.")
    heard = total > 0
    if heard.sum() < 3:
        raise ValueError("A funnel needs at least three groups with observations.")
    share = float(y.sum() / total.sum()) if target is None else target
    if not 0 < share < 1:
        raise ValueError("A funnel needs a target between 0 and 1.")
    shares = np.divide(y, total, out=np.full(y.shape, np.nan), where=heard)
    error = np.sqrt(share * (1 - share) / np.where(heard, total, np.nan))
    z = (shares - share) / error
    phi = _dispersion(z[heard], winsorise)
    groups = int(heard.sum())
    is_over = phi > 1 + 2 * sqrt(2 / groups)
    wide = error
    if is_over:
        wide = _widened(error, phi, groups, spread)
    limits = tuple(
        _normal_limits(share, wide, level) if is_over else _exact(share, total, level)
        for level in levels
    )
    outer = limits[-1]
    flagged = heard & ((shares < outer[:, 0]) | (shares > outer[:, 1]))
    return Funnel(
        target=share,
        shares=shares,
        n=total,
        z=(shares - share) / wide,
        dispersion=phi,
        is_overdispersed=is_over,
        levels=tuple(levels),
        limits=limits,
        flagged=flagged,
    )


def _dispersion(z: Floats, winsorise: float) -> float:
    low, high = np.quantile(z, [winsorise, 1 - winsorise])
    return float((np.clip(z, low, high) ** 2).mean())


def _widened(error: Floats, phi: float, groups: int, spread: str) -> Floats:
    if spread == "multiplicative":
        return np.asarray(error * sqrt(phi))
    if spread != "additive":
        raise ValueError("Choose a multiplicative or an additive spread.")
    weights = 1 / error[np.isfinite(error)] ** 2
    size = weights.sum() - (weights**2).sum() / weights.sum()
    between = max((groups * phi - (groups - 1)) / size, 0.0)
    return np.asarray(np.sqrt(error**2 + between))


def _normal_limits(share: float, error: Floats, level: float) -> Floats:
    margin = float(ndtri(0.5 + level / 2)) * error
    return np.stack(
        [np.clip(share - margin, 0, 1), np.clip(share + margin, 0, 1)], axis=1
    )


def _exact(share: float, n: Floats, level: float) -> Floats:
    """Binomial quantiles, drawn between two counts so that the tail is exact."""
    tail = (1 - level) / 2
    return np.stack([_quantile(share, n, tail), _quantile(share, n, 1 - tail)], axis=1)


def _quantile(share: float, n: Floats, chance: float) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        sizes = np.where(n > 0, n, np.nan)
        count = binom.ppf(chance, sizes, share)
        upper, below = (
            binom.cdf(count, sizes, share),
            binom.cdf(count - 1, sizes, share),
        )
        part = (upper - chance) / (upper - below)
        return np.asarray(np.clip((count - part) / sizes, 0, 1))
