"""Since when is it different? Change-points that a memory of its own does not fake."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy

Floats = NDArray[np.float64]
PENALTY = 3.0
SHORTEST = 2
METHOD = "Optimal partition, penalty 3 log n × long-run variance"
_ROUNDS = 6
_LONG = 80
_MOST_MEMORY = 0.9


class Cost(StrEnum):
    GAUSSIAN = "gaussian"
    POISSON = "poisson"


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """The level changed after position `last`: from `before` to `after`.

    Levels are means, or rates per unit of exposure.
    """

    last: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Partition:
    """A series cut where its level changed.

    `long_run` is the variance the penalty was scaled by (Poisson: the dispersion with
    memory, at least 1), `memory` the lag-one correlation it holds, `n` the values.
    """

    changes: tuple[ChangePoint, ...]
    levels: tuple[float, ...]
    long_run: float
    memory: float
    n: int
    method: str = METHOD


def change_points(
    values: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    cost: Cost | str = Cost.GAUSSIAN,
    penalty: float = PENALTY,
    shortest: int = SHORTEST,
) -> Partition:
    """Where the level of a series changed, exactly (dynamic programming, Jackson 2005).

    Each change costs `penalty` · log n · the long-run variance. The long-run variance
    is that of an AR(1) process, from what one change would leave (and then from what
    the changes found leave): a series that remembers its last week wanders, and with
    the plain variance every third such series "changes". `cost` "poisson" is for
    counts, with `exposure` for rates. Missing values are left out. Raises ValueError
    for infinite values, negative counts and exposures that are not positive where
    counts are.
    """
    cost = Cost(cost)
    y, e, kept = _given(values, exposure, cost)
    n = y.size
    if n < 2 * shortest or np.ptp(y / e) == 0:
        level = float(y.sum() / e.sum()) if n else float("nan")
        return Partition((), (level,) if n else (), 0.0, 0.0, n)
    table = _costs(y, e, cost)
    # A rise and a fall back look like a long memory to who allows for one change only;
    # in a short series two changes are as easily seen in a memory.
    guesses = [1, 2] if n >= _LONG else [1]
    best: tuple[list[int], tuple[float, float]] = ([0], _long_run(y, e, [0], cost))
    for changes in guesses:
        starts = _cut(table, changes, shortest)
        for _ in range(_ROUNDS):
            spread = _long_run(y, e, starts, cost)
            found = _partition(table, penalty * np.log(n) * spread[0], shortest)
            if found == starts:
                break
            starts = found
        if found == starts and (len(found) > len(best[0]) or changes == 1):
            best = found, spread
    return _described(y, e, kept, *best)


def _described(
    y: Floats,
    e: Floats,
    kept: NDArray[Any],
    starts: list[int],
    spread: tuple[float, float],
) -> Partition:
    bounds = [*starts, y.size]
    levels = tuple(float(y[a:b].sum() / e[a:b].sum()) for a, b in pairwise(bounds))
    changes = tuple(
        ChangePoint(int(kept[start - 1]), levels[i], levels[i + 1])
        for i, start in enumerate(starts[1:])
    )
    return Partition(changes, levels, *spread, n=y.size)


def _costs(y: Floats, e: Floats, cost: Cost) -> Floats:
    """The cost of every piece [i, j): entry (i, j)."""
    ys, es = np.append(0.0, y.cumsum()), np.append(0.0, e.cumsum())
    total, size = ys[None, :] - ys[:, None], es[None, :] - es[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        if cost is Cost.POISSON:
            parts = np.append(0.0, xlogy(y, y / e).cumsum())
            found = 2 * (parts[None, :] - parts[:, None] - xlogy(total, total / size))
        else:
            squares = np.append(0.0, (y * y).cumsum())
            found = squares[None, :] - squares[:, None] - total**2 / size
    return np.asarray(np.where(size > 0, np.maximum(found, 0.0), np.inf))


def _partition(table: Floats, price: float, shortest: int) -> list[int]:
    """The starts of the pieces of the cheapest partition."""
    n = len(table) - 1
    best = np.full(n + 1, np.inf)
    best[0] = -price
    came = np.zeros(n + 1, dtype=np.int64)
    for end in range(shortest, n + 1):
        options = best[: end - shortest + 1] + table[: end - shortest + 1, end] + price
        came[end] = int(np.argmin(options))
        best[end] = options[came[end]]
    starts, at = [], n
    while at > 0:
        at = int(came[at])
        starts.append(at)
    return starts[::-1]


def _cut(table: Floats, changes: int, shortest: int) -> list[int]:
    """The starts of the pieces of the cheapest partition with so many changes."""
    n = len(table) - 1
    best, came = table[0].copy(), []
    best[:shortest] = np.inf
    for done in range(1, changes + 1):
        following, at = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=np.int64)
        for end in range(shortest * (done + 1), n + 1):
            stop = end - shortest + 1
            options = best[:stop] + table[:stop, end]
            at[end] = int(np.argmin(options))
            following[end] = options[at[end]]
        best = following
        came.append(at)
    starts, end = [], n
    for at in reversed(came):
        end = int(at[end])
        starts.append(end)
    return [0, *starts[::-1]]


def _long_run(
    y: Floats, e: Floats, starts: list[int], cost: Cost
) -> tuple[float, float]:
    """The long-run variance around the pieces, and the memory in it.

    Scaled by the share of freedom that the pieces leave; the memory is corrected for
    how short series understate it (Kendall 1954), once for each level that was fitted.
    """
    bounds = [*starts, y.size]
    rest = np.empty_like(y)
    for a, b in pairwise(bounds):
        level = y[a:b].sum() / e[a:b].sum()
        spread = np.sqrt(np.maximum(level * e[a:b], 1e-12))
        rest[a:b] = (y[a:b] - level * e[a:b]) / (
            spread if cost is Cost.POISSON else 1.0
        )
    n, pieces = y.size, len(starts)
    variance = float((rest**2).sum() / max(n - pieces, 1))
    memory = float((rest[1:] * rest[:-1]).sum() / max((rest**2).sum(), 1e-300))
    memory = float(np.clip(memory + pieces * (1 + 3 * memory) / n, 0.0, _MOST_MEMORY))
    long_run = variance * (1 + memory) / (1 - memory)
    return (max(long_run, 1.0) if cost is Cost.POISSON else long_run), memory


def _given(
    values: ArrayLike, exposure: ArrayLike | None, cost: Cost
) -> tuple[Floats, Floats, NDArray[Any]]:
    y = np.asarray(values, dtype=np.float64).ravel()
    e = np.ones_like(y) if exposure is None else np.asarray(exposure, dtype=np.float64)
    if y.shape != e.shape:
        raise ValueError("There must be one exposure for each value.")
    if np.isinf(y).any() or np.isinf(e).any() or (e < 0).any():
        raise ValueError("Values and exposures must be finite, exposures not negative.")
    if cost is Cost.POISSON and (y < 0).any():
        raise ValueError("Counts must not be negative.")
    kept = np.flatnonzero(np.isfinite(y) & np.isfinite(e) & (e > 0))
    return y[kept], e[kept], kept
