"""Which numbers of a table to hide so that nobody can work out a small group.

Primary: groups that are too small, and groups whose remainder is. Complementary: more
cells, for what is hidden alone is found by subtraction. A linear programme then plays
the intruder who knows everything that is shown; nothing passes that it can solve.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LEAST = 5
LEAST_COMMENTS = 10
_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class Protected:
    """A table with its margins, and what of it may be shown.

    Every array has the shape of the table with one more row, column … for totals.
    `low` and `high` are what an intruder can know of each cell, `is_safe` whether no
    cell that had to be hidden is known to within `width` people.
    """

    counts: Floats
    primary: Bools
    hidden: Bools
    low: Floats
    high: Floats
    width: float
    is_safe: bool

    @property
    def complementary(self) -> Bools:
        return self.hidden & ~self.primary

    @property
    def shown(self) -> Floats:
        """The counts, NaN where they are hidden."""
        return np.where(self.hidden, np.nan, self.counts)


def protect(
    counts: ArrayLike,
    *,
    least: int = LEAST,
    width: float | None = None,
    method: Literal["quick", "optimal"] = "quick",
    primary: ArrayLike | None = None,
) -> Protected:
    """Hide what must be hidden of a table of counts (of any number of attributes).

    `least` people a group; what is hidden stays unknown to within `width` (usually
    `least`). "quick" solves a linear programme for each small cell that the intruder
    would find, in milliseconds; "optimal" lets τ-Argus hide as few people as it can
    for all of them at once (two attributes at most, in a process of its own, half a
    second), where every small cell could be larger by the whole `width`.
    Either is audited, and more is hidden until the audit finds nothing. `primary`
    (with margins) replaces the rule for what is too small. Raises ValueError for
    negative counts.
    """
    full = with_margins(counts)
    must = too_small(full, least=least)
    if primary is not None:
        must = np.asarray(primary, dtype=bool).reshape(full.shape)
    wide = float(least if width is None else width)
    hidden = must.copy()
    if method == "optimal" and must.any():
        from moksori.analysis.surveys.argus import optimal  # noqa: PLC0415 – starts a process

        hidden |= optimal(full, must, wide)
    sums = _sums(full.shape)
    hidden = _until_safe(full, must, hidden, sums, wide)
    low, high = ranges(full, hidden)
    return Protected(
        counts=full,
        primary=must,
        hidden=hidden,
        low=low,
        high=high,
        width=wide,
        is_safe=not _known(full, must, low, high, wide).any(),
    )


def with_margins(counts: ArrayLike) -> Floats:
    """The table with totals as the last entry of every axis."""
    full = np.asarray(counts, dtype=np.float64)
    if full.ndim == 0 or full.size == 0:
        raise ValueError("There is no table.")
    if not np.isfinite(full).all() or (full < 0).any():
        raise ValueError("Counts must be zero or more.")
    for axis in range(full.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    return full


def too_small(full: Floats, *, least: int = LEAST) -> Bools:
    """Cells of 1 to `least` − 1 people, and those whose remainder is that small.

    The remainder is what is left of the total of a row, a column …; it could be found
    by subtraction without any other cell. Nobody (0) is no group.
    """
    small = (full > 0) & (full < least)
    for axis in range(full.ndim):
        if full.shape[axis] == 2:
            continue  # one group only: it is its total
        rest = np.take(full, [-1], axis=axis) - full
        left = (rest > 0) & (rest < least) & (full > 0)
        np.moveaxis(left, axis, 0)[-1] = False
        small |= left
    return small


def ranges(full: Floats, hidden: Bools) -> tuple[Floats, Floats]:
    """What anybody can work out of each hidden cell: the least and most it can be.

    By linear programming over all tables of counts that agree with what is shown.
    """
    low, high = full.copy(), full.copy()
    sums = _sums(full.shape)
    at = np.flatnonzero(hidden)
    if at.size == 0:
        return low, high
    left = sums[:, at]
    right = -sums[:, ~hidden.ravel()] @ full.ravel()[~hidden.ravel()]
    used = np.abs(left).sum(axis=1) > 0
    for place, cell in enumerate(at):
        goal = np.zeros(at.size)
        goal[place] = 1.0
        low.flat[cell] = _best(goal, left[used], right[used])
        high.flat[cell] = -_best(-goal, left[used], right[used])
    return low, high


def safe_filters(
    members: ArrayLike, *, least: int = LEAST, open_before: Sequence[int] = ()
) -> Bools:
    """Which of several filters (k, n people) may be shown side by side.

    In the order given: a filter opens when it holds `least` people, leaves nobody or
    `least` out, and differs from every open filter by nobody or `least` in each
    direction: the difference of two filters is a group too. `open_before` are rows
    whose results are out already, whatever the rule says of them.
    """
    rows = np.asarray(members, dtype=bool)
    if rows.ndim != 2:
        raise ValueError("Give one row of yes and no for every filter.")
    shown = np.zeros(len(rows), dtype=bool)
    shown[list(open_before)] = True
    for at, row in enumerate(rows):
        if shown[at] or not _is_enough(int(row.sum()), least, or_none=False):
            continue
        apart = [int((~row).sum())]
        for other in rows[shown]:
            apart += [int((row & ~other).sum()), int((other & ~row).sum())]
        shown[at] = all(_is_enough(count, least) for count in apart)
    return shown


def may_follow(
    before: Iterable[Any], after: Iterable[Any], *, least: int = LEAST
) -> bool:
    """Whether a group may be shown in this wave after having been shown in the last.

    Who joined, and who left, is a group of its own: nobody, or `least` people.
    """
    was, now = set(before), set(after)
    return _is_enough(len(now), least, or_none=False) and all(
        _is_enough(len(moved), least) for moved in (now - was, was - now)
    )


def open_groups(
    sizes: Sequence[int], *, least: int = LEAST, has_comments: bool = False
) -> Bools:
    """Which groups of one whole may be shown: enough people, and enough left over.

    With comments ten are needed, for words tell more than a score.
    """
    need = max(least, LEAST_COMMENTS) if has_comments else least
    counts = np.asarray(sizes, dtype=np.int64)
    rest = counts.sum() - counts
    return np.asarray((counts >= need) & ((rest == 0) | (rest >= need)))


def _is_enough(count: int, least: int, *, or_none: bool = True) -> bool:
    return count >= least or (or_none and count == 0)


def _sums(shape: tuple[int, ...]) -> Floats:
    """One row a sum of the table: 1 for its parts, −1 for the total; all equal zero."""
    place = np.arange(int(np.prod(shape))).reshape(shape)
    rows = []
    for axis in range(len(shape)):
        lines = np.moveaxis(place, axis, -1).reshape(-1, shape[axis])
        for line in lines:
            row = np.zeros(place.size)
            row[line[:-1]], row[line[-1]] = 1.0, -1.0
            rows.append(row)
    return np.array(rows)


def _best(goal: Floats, left: Floats, right: Floats) -> float:
    found = linprog(goal, A_eq=left, b_eq=right, bounds=(0, None), method="highs")
    if found.status == 3:  # nothing shown limits it
        return float("-inf")
    if found.status != 0:
        raise ArithmeticError("The table could not be audited.")
    return float(found.fun)


def _known(full: Floats, must: Bools, low: Floats, high: Floats, width: float) -> Bools:
    """Cells that had to be hidden and are known too well."""
    return np.asarray(must & (high - low < width - _SURE))


def _until_safe(
    full: Floats, must: Bools, hidden: Bools, sums: Floats, width: float
) -> Bools:
    """Hide more, cell by cell, until the intruder knows nothing; then show again
    whatever was not needed."""
    found, started = hidden.copy(), hidden.copy()
    while True:
        low, high = ranges(full, found)
        leaks = np.flatnonzero(_known(full, must, low, high, width))
        if leaks.size == 0:
            break
        more = found | _cover(full, found, sums, int(leaks[0]), width)
        if (more == found).all():
            found = full > 0  # there is no way but to show nothing
            break
        found = more
    return _spared(full, must, found & ~started, found, width)


def _cover(full: Floats, hidden: Bools, sums: Floats, cell: int, width: float) -> Bools:
    """The cheapest cells that, hidden too, leave this one unknown to within `width`.

    Moves that keep every sum: up and down per cell, no count below zero. What is
    hidden already moves nearly free of charge; hiding many people costs more.
    """
    values = full.ravel()
    cost = np.where(hidden.ravel(), 1e-4, 1.0 + values)
    up = np.where(values == 0, 0.0, np.inf)  # a zero is shown as such
    low, high = np.zeros(2 * values.size), np.concatenate([up, values])
    # A small group could be larger, a large one (whose rest is small) smaller.
    is_up = values[cell] < width
    one, other = (cell, values.size + cell) if is_up else (values.size + cell, cell)
    low[one] = high[one] = width
    high[other] = 0.0
    moves = linprog(
        np.concatenate([cost, cost]),
        A_eq=np.hstack([sums, -sums]),
        b_eq=np.zeros(len(sums)),
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    if moves.status != 0:
        return np.zeros(full.shape, dtype=bool)
    used = (moves.x[: values.size] + moves.x[values.size :]) > _SURE
    return np.asarray(used.reshape(full.shape))


def _spared(
    full: Floats, must: Bools, extra: Bools, hidden: Bools, width: float
) -> Bools:
    """Without those extra cells, largest first, that the secret does not need."""
    found = hidden.copy()
    order = [
        at for at in np.argsort(-full.ravel()) if extra.flat[at] and not must.flat[at]
    ]
    for at in order:
        found.flat[at] = False
        low, high = ranges(full, found)
        if _known(full, must, low, high, width).any():
            found.flat[at] = True
    return found
