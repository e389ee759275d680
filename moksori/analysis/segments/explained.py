"""Which of many overlapping cells to report: those that no reported one explains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.segments.cells import (
    Cells,
    Everything,
    chance_of_more,
    permutation_z,
    upper,
)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
TESTED_AGAIN = 1000
"""So many candidates are tested row by row at most: the weakest are left."""


@dataclass(frozen=True, slots=True)
class Strata:
    """A cell beside everything, in each pattern of what was reported before it.

    `n`, `sums` are of the cell, `total`, `all_sums`, `all_squares` of the stratum.
    """

    n: Floats
    sums: Floats
    total: Floats
    all_sums: Floats
    all_squares: Floats

    def z(self, *, correction: float = 0.0) -> float:
        parts = (self.n, self.sums, self.total, self.all_sums, self.all_squares)
        rows = (part[None, :] for part in parts)
        return float(permutation_z(*rows, correction=correction)[0])

    def chance(self, *, is_share: bool) -> float:
        """How likely the cell is by chance, given what was reported before it.

        Exact where one stratum alone can tell; else the Cochran-Mantel-Haenszel test,
        which for means permutes them within the strata.
        """
        telling = (self.n > 0) & (self.n < self.total)
        if not telling.any():
            return 1.0
        if is_share and telling.sum() == 1:
            at = int(np.flatnonzero(telling)[0])
            parts = (self.sums[at], self.n[at], self.all_sums[at], self.total[at])
            return float(chance_of_more(*parts))
        return float(upper(self.z(correction=0.5 if is_share else 0.0)))


@dataclass(frozen=True, slots=True)
class Reported:
    """A cell to report: its row in `Cells`, and its chance given the stronger ones."""

    cell: int
    p: float
    strata: Strata


@dataclass(frozen=True, slots=True)
class Candidates:
    """The cells of one outcome that are beyond chance by themselves.

    `order` has their rows in `cells`, strongest first; `outcome` its number; `rows`
    gives the rows of the data that are in a cell.
    """

    cells: Cells
    outcome: int
    order: NDArray[np.int64]
    p: Floats
    every: Everything
    is_share: bool
    rows: Callable[[int], Mask]


def unexplained(
    found: Candidates, values: Floats, *, cutoff: float, most: int
) -> list[Reported]:
    """The strongest cell, then each that is still beyond chance given those before.

    A cell around a reported one must stand out without it, a cell inside of one must
    stand out within it, and one that overlaps must do so in both parts.
    """
    alive = np.ones(len(found.order), bool)
    labels = np.zeros(len(values), np.int32)
    reported: list[Reported] = []
    tested = 0
    for place, cell in enumerate(found.order):
        if len(reported) >= most or tested >= TESTED_AGAIN:
            break
        if not alive[place]:
            continue
        tested += 1
        mask = found.rows(int(cell))
        strata = _strata(mask, labels, values)
        p = float(found.p[place])
        if reported:
            p = max(p, strata.chance(is_share=found.is_share))
        if p > cutoff:
            continue
        reported.append(Reported(int(cell), p, strata))
        labels = _split(labels, mask)
        alive &= _still(found, int(cell)) <= cutoff
    return reported


def _strata(mask: Mask, labels: NDArray[np.int32], values: Floats) -> Strata:
    count = int(labels.max(initial=0)) + 1
    inside, here = labels[mask], values[mask]

    def added(at: NDArray[np.int32], weights: Floats | None = None) -> Floats:
        return np.bincount(at, weights, count).astype(np.float64)

    return Strata(
        n=added(inside),
        sums=added(inside, here),
        total=added(labels),
        all_sums=added(labels, values),
        all_squares=added(labels, values**2),
    )


def _split(labels: NDArray[np.int32], mask: Mask) -> NDArray[np.int32]:
    both = labels * 2 + mask
    used = np.bincount(both) > 0
    places = np.cumsum(used, dtype=np.int32) - 1
    return np.asarray(places[both])


def _still(found: Candidates, cell: int) -> Floats:
    """How likely each candidate nested with this cell is by chance, given it."""
    cells, order = found.cells, found.order
    own = cells.conditions[cell]
    own = own[own >= 0]
    theirs = cells.conditions[order]
    around = (np.isin(theirs, own) | (theirs < 0)).all(axis=1)
    inside = np.stack([(theirs == one).any(axis=1) for one in own]).all(axis=0)
    p = np.zeros(len(order))
    for related, is_inside in ((around, False), (inside, True)):
        p = np.where(related, np.maximum(p, _nested(found, cell, is_inside)), p)
    same = order == cell
    return np.where(same, 1.0, p)


def _nested(found: Candidates, cell: int, is_inside: bool) -> Floats:  # noqa: FBT001 - one of two sides
    cells, order, at = found.cells, found.order, found.outcome
    n, sums, squares = cells.n[cell], cells.sums[cell, at], cells.squares[cell, at]
    if is_inside:
        theirs = (cells.n[order], cells.sums[order, at])
        every = Everything(n, sums, squares)
    else:
        theirs = (cells.n[order] - n, cells.sums[order, at] - sums)
        whole = found.every
        every = Everything(whole.n - n, whole.total - sums, whole.squares - squares)
    of = np.maximum(theirs[0], 0), theirs[1]
    if found.is_share:
        hits = np.clip(of[1], 0, of[0])
        return chance_of_more(hits, of[0], every.total, every.n)
    return upper(permutation_z(of[0], of[1], every.n, every.total, every.squares))
