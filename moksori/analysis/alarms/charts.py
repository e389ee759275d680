"""Control charts: is a process still what it was?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]
_NODES = 64


@dataclass(frozen=True, slots=True)
class Chart:
    """A statistic with its limits, value by value; `is_out` marks what is beyond.

    Where nothing can be said (no cases that week) there is NaN, and nothing is out.
    """

    centre: Floats
    low: Floats
    high: Floats
    values: Floats
    method: str

    @property
    def is_out(self) -> NDArray[np.bool_]:
        with np.errstate(invalid="ignore"):
            return np.asarray((self.values > self.high) | (self.values < self.low))


@dataclass(frozen=True, slots=True)
class Cusum:
    """Sums of what lies above and below the target, in standard deviations.

    `is_out` marks where either is beyond `limit`; the sums go on and do not restart.
    """

    above: Floats
    below: Floats
    limit: float

    @property
    def is_out(self) -> NDArray[np.bool_]:
        return np.asarray((self.above > self.limit) | (self.below > self.limit))

    @property
    def first(self) -> int | None:
        """The position of the first signal."""
        found = np.flatnonzero(self.is_out)
        return int(found[0]) if found.size else None


def cusum(
    values: ArrayLike, *, target: float, sd: float, k: float = 0.5, h: float = 4.0
) -> Cusum:
    """Tabular CUSUM (Page 1954; Montgomery, chapter 9): shifts of about 2 · `k` · `sd`.

    A missing value leaves both sums as they are. Raises ValueError when `sd` is not
    positive.
    """
    if not sd > 0:
        raise ValueError("A control chart needs a standard deviation above zero.")
    z = (_numbers(values) - target) / sd
    above, below = np.zeros(z.size), np.zeros(z.size)
    up = down = 0.0
    for i, one in enumerate(z):
        if np.isfinite(one):
            up, down = max(0.0, up + one - k), max(0.0, down - one - k)
        above[i], below[i] = up, down
    return Cusum(above, below, h)


@cache
def run_length(k: float = 0.5, h: float = 4.0, shift: float = 0.0) -> float:
    """How many values a one-sided CUSUM waits on average before it signals.

    Page's integral equation for normal values whose mean is `shift` standard deviations
    up, solved by Gauss-Legendre quadrature. k = 0.5, h = 4: 335 without a shift, 8.38
    with a shift of one (two-sided without a shift: half of 335).
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    x, w = h * (nodes + 1) / 2, h * weights / 2

    def density(t: Any) -> Any:
        return np.exp(-((t - shift) ** 2) / 2) / np.sqrt(2 * np.pi)

    # Unknown: the run length from 0 (an atom, for the sum rests there) and from x.
    starts = np.concatenate([[0.0], x])
    matrix = np.eye(_NODES + 1)
    matrix[:, 0] -= ndtr(k - starts - shift)
    matrix[:, 1:] -= w * density(x[None, :] + k - starts[:, None])
    return float(np.linalg.solve(matrix, np.ones(_NODES + 1))[0])


def ewma(
    values: ArrayLike,
    *,
    target: float,
    sd: float,
    weight: float = 0.2,
    width: float = 3,
) -> Chart:
    """Exponentially weighted moving average (Roberts 1959), with its exact limits.

    Raises ValueError for a `weight` outside 0–1 or an `sd` that is not positive.
    """
    if not 0 < weight <= 1 or not sd > 0:
        raise ValueError("EWMA needs a weight in (0, 1] and a deviation above zero.")
    z = _numbers(values)
    smooth, last = np.zeros(z.size), target
    for i, one in enumerate(z):
        last = weight * one + (1 - weight) * last if np.isfinite(one) else last
        smooth[i] = last
    ages = 1 - (1 - weight) ** (2 * np.arange(1, z.size + 1))
    reach = width * sd * np.sqrt(weight / (2 - weight) * ages)
    centre = np.full(z.size, float(target))
    return Chart(centre, centre - reach, centre + reach, smooth, "EWMA")


def p_chart(
    cases: ArrayLike, totals: ArrayLike, *, width: float = 3, is_wide: bool = False
) -> Chart:
    """Shares of changing totals against their common share (Shewhart's p-chart).

    `is_wide` widens the limits by what weeks differ beyond chance (Laney 2002), which
    is what large totals need: with thousands a week everything is "out" otherwise.
    """
    x, n = _numbers(cases), _numbers(totals)
    if ((x > n) | (x < 0)).any():
        raise ValueError("Cases must lie between 0 and their total.")
    p = _overall(x, n)
    chart = _Shewhart("p-chart", p, float(np.sqrt(p * (1 - p))), 1.0, is_wide)
    return chart.drawn(x, n, width)


def u_chart(
    cases: ArrayLike, exposures: ArrayLike, *, width: float = 3, is_wide: bool = False
) -> Chart:
    """Counts per unit of exposure against their common rate (u-chart)."""
    x, n = _numbers(cases), _numbers(exposures)
    if (x < 0).any():
        raise ValueError("Counts must not be negative.")
    u = _overall(x, n)
    chart = _Shewhart("u-chart", u, float(np.sqrt(u)), np.inf, is_wide)
    return chart.drawn(x, n, width)


@dataclass(frozen=True, slots=True)
class _Shewhart:
    """A chart of rates around `centre`, one unit of exposure varying by `sd`."""

    name: str
    centre: float
    sd: float
    top: float
    is_wide: bool

    def drawn(self, x: Floats, n: Floats, width: float) -> Chart:
        known = n > 0
        safe = np.where(known, n, 1.0)
        share, error = x / safe, self.sd / np.sqrt(safe)
        if self.is_wide and self.sd > 0 and known.sum() > 1:
            z = ((share - self.centre) / error)[known]
            # Mean moving range over 1.128 estimates the deviation of neighbours.
            error = error * max(float(np.abs(np.diff(z)).mean()) / 1.128, 1.0)
        nothing = np.where(known, 0.0, np.nan)
        low = np.maximum(self.centre - width * error, 0.0) + nothing
        high = np.minimum(self.centre + width * error, self.top) + nothing
        method = f"{self.name}, widened (Laney)" if self.is_wide else self.name
        centre = np.full(x.size, self.centre)
        return Chart(centre, low, high, share + nothing, method)


def _overall(x: Floats, n: Floats) -> float:
    if x.shape != n.shape or (n < 0).any() or not n.sum() > 0:
        raise ValueError("A chart needs one total for each count, and one above zero.")
    return float(x.sum() / n.sum())


def _numbers(values: ArrayLike) -> Floats:
    found = np.asarray(values, dtype=np.float64).ravel()
    if np.isinf(found).any():
        raise ValueError("Values must be finite.")
    return found
