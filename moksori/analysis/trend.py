"""Is something mentioned more or less often than before?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import newcombe

WINDOW = 6
SPARKLINE_WEEKS = 12


class Direction(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Trend:
    """The last weeks beside the same number of weeks before them.

    `change` is a difference of shares; it is None when there are fewer than two weeks
    with feedback. `ratio` is the later share over the earlier one, kept finite by half
    a count on both sides. `points` are the weekly shares for a sparkline, oldest
    first, NaN where a week has no feedback at all.
    """

    direction: Direction
    change: Estimate | None
    ratio: float
    window: int
    points: tuple[float, ...]


def trend(counts: NDArray[Any], totals: NDArray[Any], *, window: int = WINDOW) -> Trend:
    """The change between the last `window` weeks and the `window` weeks before.

    `counts` and `totals` are weekly, oldest first, of equal length: how many feedbacks
    had the thing, of how many. Newcombe's interval on effective numbers of feedback:
    both windows are shrunk by the weekly dispersion beyond chance (quasi-binomial,
    never below 1), because weeks differ by more than coin tosses. Rising or falling
    only when the interval leaves out zero.
    """
    x = np.asarray(counts, dtype=np.float64)
    n = np.asarray(totals, dtype=np.float64)
    if x.shape != n.shape or x.ndim != 1:
        raise ValueError("A trend needs one count and one total for every week.")
    if (x > n).any() or (x < 0).any():
        raise ValueError("A weekly count must lie between 0 and its total.")
    window = max(min(window, len(n) // 2), 1)
    points = _points(x, n)
    later, earlier = slice(-window, None), slice(-2 * window, -window)
    n1, n0 = n[later].sum(), n[earlier].sum()
    if len(n) < 2 or n1 == 0 or n0 == 0:
        return Trend(Direction.STEADY, None, 1.0, window, points)
    x1, x0 = x[later].sum(), x[earlier].sum()
    phi = _dispersion(x, n, (earlier, later))
    change = _change(x1 / phi, n1 / phi, x0 / phi, n0 / phi, n=round(n1 + n0))
    ratio = ((x1 + 0.5) / (n1 + 1)) / ((x0 + 0.5) / (n0 + 1))
    return Trend(_direction(change), change, float(ratio), window, points)


def _change(x1: float, n1: float, x0: float, n0: float, *, n: int) -> Estimate:
    plain = newcombe(x1, n1, x0, n0)
    return Estimate(
        value=plain.value,
        low=plain.low,
        high=plain.high,
        n=n,
        method="Newcombe hybrid score interval, widened by weekly dispersion",
        level=plain.level,
        assumed=("Who gives feedback, and where, did not change between the weeks.",),
    )


def _direction(change: Estimate) -> Direction:
    if not change.is_clear:
        return Direction.STEADY
    return Direction.RISING if change.value > 0 else Direction.FALLING


def _dispersion(
    x: NDArray[np.float64], n: NDArray[np.float64], windows: tuple[slice, ...]
) -> float:
    """Pearson's chi-square over its degrees of freedom, within the windows."""
    chi, freedom = 0.0, 0
    for part in windows:
        seen = n[part] > 0
        xs, ns = x[part][seen], n[part][seen]
        share = xs.sum() / ns.sum()
        if 0 < share < 1:
            chi += float(((xs - ns * share) ** 2 / (ns * share * (1 - share))).sum())
            freedom += len(ns) - 1
    return max(chi / freedom, 1.0) if freedom else 1.0


def _points(x: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[float, ...]:
    last = slice(-SPARKLINE_WEEKS, None)
    shares = np.divide(
        x[last], n[last], out=np.full(n[last].shape, np.nan), where=n[last] > 0
    )
    return tuple(float(share) for share in shares)
