"""All combinations of up to three attributes: how many rows, and what is among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtr, stdtr

from moksori.analysis.segments.levels import Attribute

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_DENSE = 1 << 16
_TERMS = 100_000


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells with enough rows in and outside of them.

    `conditions` (cells, depth) holds numbers of conditions in ascending order, −1 where
    there are fewer; condition `starts[a] + l` is level l of attribute a. `n` counts
    rows, `sums` (cells, outcomes) adds up the outcome and `squares` its square.
    """

    conditions: NDArray[np.int32]
    n: Floats
    sums: Floats
    squares: Floats

    def __len__(self) -> int:
        return len(self.n)


def starts_of(attributes: Sequence[Attribute]) -> Ints:
    """The number of the first condition of each attribute."""
    sizes = [len(one.levels) for one in attributes]
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def count_cells(
    attributes: Sequence[Attribute],
    outcomes: Sequence[Floats],
    *,
    depth: int,
    minimum: int,
) -> Cells:
    """Every combination of levels of up to `depth` attributes with enough rows.

    `outcomes` have one finite number per row each. A cell needs `minimum` rows, and as
    many outside of it.
    """
    rows = len(outcomes[0])
    chosen = [np.flatnonzero(outcome) for outcome in outcomes]
    weights = [outcome[at] for outcome, at in zip(outcomes, chosen, strict=True)]
    found: list[tuple[Any, ...]] = []
    for group, codes, radix in _subsets(attributes, depth):
        cells, n, where = _sizes(codes, radix)
        kept = np.flatnonzero((n >= minimum) & (rows - n >= minimum))
        conditions, is_whole = _conditions(cells[kept], group, attributes, depth)
        kept, conditions = kept[is_whole], conditions[is_whole]
        if not kept.size:
            continue
        sums, squares = [], []
        for at, weight in zip(chosen, weights, strict=True):
            of = where[at]
            is_one = bool((weight == 1).all())
            first = np.bincount(of, None if is_one else weight, minlength=cells.size)
            again = first if is_one else np.bincount(of, weight**2, cells.size)
            sums.append(first[kept])
            squares.append(again[kept])
        found.append((conditions, n[kept], np.stack(sums, 1), np.stack(squares, 1)))
    if not found:
        nothing = np.zeros((0, len(outcomes)))
        return Cells(np.zeros((0, depth), np.int32), np.zeros(0), nothing, nothing)
    parts = [
        np.concatenate(part).astype(np.float64) for part in zip(*found, strict=True)
    ]
    return Cells(parts[0].astype(np.int32), parts[1], parts[2], parts[3])


def _subsets(
    attributes: Sequence[Attribute], depth: int
) -> Iterator[tuple[tuple[int, ...], Ints, int]]:
    """Attributes with more than one level, combined: codes of rows and their radix.

    Digit 0 is a row that is in no level, so that nothing has to be masked.
    """
    telling = [i for i, one in enumerate(attributes) if len(one.levels) > 1]
    digits = {i: attributes[i].codes.astype(np.int64) + 1 for i in telling}
    for size in range(1, depth + 1):
        for group in combinations(telling, size):
            codes, radix = digits[group[0]], len(attributes[group[0]].levels) + 1
            for i in group[1:]:
                base = len(attributes[i].levels) + 1
                codes, radix = codes * base + digits[i], radix * base
            yield group, codes, radix


def _sizes(codes: Ints, radix: int) -> tuple[Ints, Floats, Ints]:
    """The cells that may occur, how many rows each has, and the cell of each row."""
    if radix <= max(_DENSE, 2 * codes.size):
        sizes = np.bincount(codes, minlength=radix)
        return np.arange(radix), sizes.astype(np.float64), codes
    cells, where, sizes = np.unique(codes, return_inverse=True, return_counts=True)
    return cells, sizes.astype(np.float64), where


def _conditions(
    cells: Ints,
    group: tuple[int, ...],
    attributes: Sequence[Attribute],
    depth: int,
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    starts = starts_of(attributes)
    found = np.full((cells.size, depth), -1, np.int32)
    is_whole, left = np.ones(cells.size, bool), cells
    for place, i in reversed(list(enumerate(group))):
        base = len(attributes[i].levels) + 1
        left, digit = np.divmod(left, base)
        is_whole &= digit > 0
        found[:, place] = starts[i] + digit - 1
    return found, is_whole


def chance_of_more(
    k: ArrayLike, n: ArrayLike, hits: ArrayLike, total: ArrayLike
) -> Floats:
    """P(X ≥ k) of k hits among n rows drawn from `total` with `hits` (hypergeometric).

    Exact: the shorter side of the distribution is added up term by term.
    """
    of = np.broadcast_arrays(
        *(np.asarray(one, np.float64) for one in (k, n, hits, total))
    )
    shape = of[0].shape
    x, rows, good, every = (one.ravel() for one in of)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_upper = x >= rows * good / every
    first = np.where(is_upper, x, x - 1)
    least = np.maximum(0, rows + good - every)
    at = np.flatnonzero((first >= least) & (first <= np.minimum(rows, good)))
    side = np.zeros(x.shape)
    side[at] = _tail(first[at], rows[at], good[at], every[at], is_upper[at])
    side = np.where(is_upper, side, 1 - side)
    return np.asarray(np.clip(side, 0.0, 1.0).reshape(shape))


def _tail(
    k: Floats, n: Floats, hits: Floats, total: Floats, is_up: NDArray[np.bool_]
) -> Floats:
    """The chance of k and what lies beyond it, away from the mean."""
    log = _choose(hits, k) + _choose(total - hits, n - k) - _choose(total, n)
    whole, term = np.ones_like(k), np.ones_like(k)
    left = np.arange(k.size)
    for step in range(_TERMS):
        j, m, h, t = k[left], n[left], hits[left], total[left]
        above, under = j + step, j - step
        rise = (h - above) * (m - above) / ((above + 1) * (t - h - m + above + 1))
        fall = under * (t - h - m + under) / ((h - under + 1) * (m - under + 1))
        ratio = np.where(is_up[left], rise, fall)
        term[left] *= np.maximum(ratio, 0)
        whole[left] += term[left]
        left = left[term[left] > 1e-17 * whole[left]]
        if not left.size:
            break
    return np.asarray(np.exp(log) * whole)


def _choose(n: Floats, k: Floats) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


@dataclass(frozen=True, slots=True)
class Everything:
    """Rows, sum and sum of squares of one outcome over all rows."""

    n: float
    total: float
    squares: float


def share_chances(n: Floats, hits: Floats, every: Everything) -> tuple[Floats, Floats]:
    """Per cell how likely so many hits are by chance, and z to order them."""
    z = permutation_z(n, hits, every.n, every.total, every.squares)
    return chance_of_more(hits, n, every.total, every.n), z


def gap_chances(
    n: Floats, sums: Floats, squares: Floats, every: Everything
) -> tuple[Floats, Floats]:
    """The same for means: Welch's test of a cell against the rest, upper tail."""
    value, error, freedom = welch(n, sums, squares, every)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = value / error
    p = np.where(error > 0, stdtr(freedom, -t), 1.0)
    z = permutation_z(n, sums, every.n, every.total, every.squares)
    return np.where(np.isnan(p), 1.0, p), z


def welch(
    n: Floats, sums: Floats, squares: Floats, every: Everything
) -> tuple[Floats, Floats, Floats]:
    """Mean of each cell less that of the rest, its standard error and freedom."""
    rest = every.n - n
    with np.errstate(invalid="ignore", divide="ignore"):
        here, there = sums / n, (every.total - sums) / rest
        v1 = np.maximum(squares - n * here**2, 0) / (n - 1) / n
        v2 = (
            np.maximum(every.squares - squares - rest * there**2, 0) / (rest - 1) / rest
        )
        freedom = (v1 + v2) ** 2 / (v1**2 / (n - 1) + v2**2 / (rest - 1))
    return here - there, np.sqrt(v1 + v2), np.where(np.isnan(freedom), 1.0, freedom)


def permutation_z(
    n: Floats,
    sums: Floats,
    total: Floats | float,
    all_sums: Floats | float,
    all_squares: Floats | float,
    *,
    correction: float = 0.0,
) -> Floats:
    """How far the sum over n of `total` rows lies above what chance gives it.

    In deviations of a random choice of as many rows; with an axis of strata last, both
    are added up over it (Cochran-Mantel-Haenszel, for 0 and 1).
    """
    strata = np.ndim(n) > 1
    total = np.asarray(total, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.where(total > 0, all_sums / total, 0.0)
        spread = np.maximum(all_squares / total - middle**2, 0)
        each = n * (total - n) / (total - 1) * spread
    above = sums - n * middle
    variance = np.where(total > 1, each, 0.0)
    if strata:
        above, variance = above.sum(-1), variance.sum(-1)
    moved = np.sign(above) * np.maximum(np.abs(above) - correction, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 1e-12, moved / np.sqrt(variance), 0.0)


def upper(z: ArrayLike) -> Floats:
    """The chance of a normal deviate at least as high."""
    return np.asarray(ndtr(-np.asarray(z)))
