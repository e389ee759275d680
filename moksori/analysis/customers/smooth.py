"""Cleveland's lowess, as R's function of that name computes it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def lowess(
    x: ArrayLike, y: ArrayLike, *, share: float = 2 / 3
) -> Callable[[Numbers], Numbers]:
    """A local line through `share` of the points around each, as a function of x.

    R's `lowess(x, y, f=share, iter=0)` (Cleveland 1979) with its default `delta`:
    points within a hundredth of the range of the last one are interpolated. Between
    points and for equal x, `approx(…, ties=mean)`.
    """
    order = np.argsort(np.asarray(x, dtype=np.float64), kind="stable")
    across = np.asarray(x, dtype=np.float64)[order]
    up = np.asarray(y, dtype=np.float64)[order]
    fitted = _fitted(across, up, share)
    places, which = np.unique(across, return_inverse=True)
    mean = np.bincount(which, fitted) / np.bincount(which)
    return lambda asked: np.interp(asked, places, mean)


def _fitted(x: Numbers, y: Numbers, share: float) -> Numbers:
    n = x.size
    near = max(2, min(n, int(share * n + 1e-7)))
    delta = 0.01 * (x[-1] - x[0])
    fitted = y.copy()
    start, last, at = 0, -1, 0
    while True:
        while start + near < n and x[at] - x[start] > x[start + near] - x[at]:
            start += 1
        value = _local(x, y, at, start, start + near - 1)
        fitted[at] = y[at] if value is None else value
        if last >= 0 and last < at - 1:
            part = (x[last + 1 : at] - x[last]) / (x[at] - x[last])
            fitted[last + 1 : at] = part * fitted[at] + (1 - part) * fitted[last]
        last, at = _next(x, fitted, at, delta)
        if last >= n - 1:
            return fitted


def _next(x: Numbers, fitted: Numbers, last: int, delta: float) -> tuple[int, int]:
    """The last point done (equal x share a value), and the next one to fit."""
    cut = x[last] + delta
    at = last + 1
    while at < x.size and x[at] <= cut:
        if x[at] == x[last]:
            fitted[at] = fitted[last]
            last = at
        at += 1
    return last, max(last + 1, at - 1)


def _local(x: Numbers, y: Numbers, at: int, start: int, end: int) -> float | None:
    here = x[at]
    reach = max(here - x[start], x[end] - here)
    # Ties of the farthest neighbour to the right take part.
    stop = int(np.searchsorted(x, here + 0.999 * reach, side="right"))
    stop = max(stop, int(np.searchsorted(x, here, side="right")))
    piece = slice(start, stop)
    away = np.abs(x[piece] - here)
    weight = np.where(
        away <= 0.001 * reach,
        1.0,
        (1 - (away / (reach or 1.0)) ** 3) ** 3,
    )
    weight = np.where(away <= 0.999 * reach, weight, 0.0)
    total = weight.sum()
    if total <= 0:
        return None
    weight = weight / total
    if reach > 0:
        centre = weight @ x[piece]
        spread = weight @ (x[piece] - centre) ** 2
        if np.sqrt(spread) > 0.001 * (x[-1] - x[0]):
            slope = (here - centre) / spread
            weight = weight * (slope * (x[piece] - centre) + 1)
    return float(weight @ y[piece])
