"""Rows made ready for drivers: what is complete, alike, and left out for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.drivers.subsets import Floats

MOSTLY = 0.5
"""A column of which a larger part is missing is left out, not the rows."""
_SPARE_ROWS = 3
_NOTHING_LEFT = 1e-9
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
Bools = NDArray[np.bool_]


class Why(StrEnum):
    """Why something was left out: a stable key for the sentence a page shows."""

    MISSING = "missing"  # mostly empty
    CONSTANT = "constant"  # everyone says the same
    SAME = "same"  # follows from the others without fail


class Reason(StrEnum):
    """Why there are no drivers at all."""

    FEW_ROWS = "few_rows"
    CONSTANT_OUTCOME = "constant_outcome"
    NO_PREDICTOR = "no_predictor"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A driver that could not take part; `like` is what it says the same as."""

    name: str
    why: Why
    like: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that are alike are one: `rows` (u,) says of how many, each of `weight`.

    `x` (u, p) is standardised; `of` (p,) says which of `names` (k,) each column belongs
    to, neighbours together; `column` (p,) which column of the input it was. `y` (u,) is
    the outcome; of yes and no it is `hits` of `trials`. `n` rows were complete,
    `incomplete` were not.
    """

    x: Floats
    y: Floats
    trials: Floats
    rows: Floats
    weight: Floats
    names: tuple[str, ...]
    of: NDArray[np.int64]
    column: NDArray[np.int64]
    left_out: tuple[LeftOut, ...]
    n: int
    incomplete: int
    is_yes_or_no: bool
    reason: Reason | None = None

    @property
    def sizes(self) -> list[int]:
        """How many columns each driver has."""
        return [int(n) for n in np.bincount(self.of, minlength=len(self.names))]

    @property
    def weighted(self) -> Floats:
        return np.asarray(self.rows * self.weight)


def table_of(
    x: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str] = (),
    weight: Any = None,
    counts: Any = None,
) -> Table:
    """Complete rows, standardised, alike ones together.

    `x` (n, p), `y` (n,) a number or a yes or no (two values, or True and False), or
    (n, 2) counts of yes and no. NaN and infinities count as missing. Columns of one
    name are one driver: the values of a category, praise and complaint of a theme.
    `weight` says how much a row is worth, `counts` how many people gave it alike.
    Raises ValueError for shapes that do not fit and for negative weights or counts.
    """
    given = _matrix(x)
    names = list(names) or [f"x{at + 1}" for at in range(given.shape[1])]
    if len(names) != given.shape[1]:
        raise ValueError(f"{given.shape[1]} columns need as many names.")
    outcome, trials, yes_or_no = _outcome(y, len(given))
    weights = _weights(weight, len(given))
    mostly = (~np.isfinite(given)).mean(axis=0) > MOSTLY if len(given) else None
    kept = np.ones(len(names), dtype=bool) if mostly is None else ~mostly
    whole = np.isfinite(given[:, kept]).all(axis=1)
    people = np.floor(_weights(counts, len(given)))
    whole &= np.isfinite(outcome) & (weights > 0) & (people > 0)
    n = int(people[whole].sum())
    mean = np.average(weights[whole], weights=people[whole]) if n else 1.0
    kinds, count = _alike(
        np.column_stack([given[:, kept], outcome, trials, weights / mean])[whole],
        people[whole],
    )
    x = np.full((len(kinds), len(names)), np.nan)
    x[:, kept] = kinds[:, :-3]
    last = (kinds[:, -3], kinds[:, -2], kinds[:, -1])
    rows = _Rows(x, *last, count, n, yes_or_no)
    chosen, left_out = _chosen(rows, names, kept)
    return _packed(rows, names, chosen, (left_out, int(people.sum()) - n))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Kinds of complete rows, `count` of each, `n` in all."""

    x: Floats
    y: Floats
    trials: Floats
    weight: Floats
    count: Floats
    n: int
    is_yes_or_no: bool

    @property
    def weighted(self) -> Floats:
        return np.asarray(self.count * self.weight)


def _matrix(x: ArrayLike) -> Floats:
    found = np.asarray(x, dtype=np.float64)
    if found.ndim != 2:
        raise ValueError("Give a table: rows of people, columns of what may drive.")
    return found


def _outcome(y: ArrayLike, n: int) -> tuple[Floats, Floats, bool]:
    found = np.asarray(y, dtype=np.float64)
    if found.shape[:1] != (n,) or found.ndim > 2 or found.shape[1:] not in {(), (2,)}:
        raise ValueError(f"The outcome needs {n} rows, of a number or of two counts.")
    if found.ndim == 2:
        if (found < 0).any():
            raise ValueError("Counts of yes and no cannot be negative.")
        trials = found.sum(axis=1)
        return np.where(trials > 0, found[:, 0], np.nan), trials, True
    values = np.unique(found[np.isfinite(found)])
    if values.size != 2:
        return found, np.ones(n), False
    return np.where(np.isfinite(found), found == values[1], np.nan), np.ones(n), True


def _weights(weight: Any, n: int) -> Floats:
    if weight is None:
        return np.ones(n)
    found = np.asarray(weight, dtype=np.float64)
    if found.shape != (n,) or (found < 0).any() or not np.isfinite(found).all():
        raise ValueError(f"Weights need {n} numbers of zero or more.")
    return found


def _chosen(
    rows: _Rows, names: Sequence[str], kept: Bools
) -> tuple[list[int], tuple[LeftOut, ...]]:
    """The columns that take part, and the drivers of which none does."""
    fate: dict[int, LeftOut] = {
        at: LeftOut(names[at], Why.MISSING) for at in np.flatnonzero(~kept).tolist()
    }
    x = rows.x
    for at in np.flatnonzero(kept).tolist():
        if not len(x) or np.ptp(x[:, at]) <= 1e-12 * np.abs(x[:, at]).max():
            fate[at] = LeftOut(names[at], Why.CONSTANT)
    varied = [at for at in range(len(names)) if at not in fate]
    fate |= _following(rows, names, varied)
    chosen = [at for at in varied if at not in fate]
    present = {names[at] for at in chosen}
    gone = {one.name: one for one in fate.values() if one.name not in present}
    return chosen, tuple(gone.values())


def _following(
    rows: _Rows, names: Sequence[str], varied: list[int]
) -> dict[int, LeftOut]:
    """Columns that follow from earlier ones without fail, and from which most."""
    if not varied or rows.n < 2:
        return {}
    standard = standardised(rows.x[:, varied], rows.weighted)
    ties = (standard * rows.weighted[:, None]).T @ standard / rows.weighted.sum()
    rest, found = ties.copy(), {}
    for place, at in enumerate(varied):
        pivot = rest[place, place]
        if pivot <= _NOTHING_LEFT:
            like = varied[int(np.abs(ties[place, :place]).argmax())]
            found[at] = LeftOut(names[at], Why.SAME, names[like])
            continue
        rest = rest - np.outer(rest[:, place], rest[place]) / pivot
    return found


def _packed(
    rows: _Rows,
    names: Sequence[str],
    chosen: list[int],
    rest: tuple[tuple[LeftOut, ...], int],
) -> Table:
    order = list(dict.fromkeys(names[at] for at in chosen))
    chosen = sorted(chosen, key=lambda at: (order.index(names[at]), at))
    left_out, incomplete = rest
    y = rows.y
    if not rows.is_yes_or_no:
        y = standardised(y[:, None], rows.weighted)[:, 0]
    return Table(
        x=standardised(rows.x[:, chosen], rows.weighted),
        y=y,
        trials=rows.trials,
        rows=rows.count,
        weight=rows.weight,
        names=tuple(order),
        of=np.array([order.index(names[at]) for at in chosen], dtype=np.int64),
        column=np.array(chosen, dtype=np.int64),
        left_out=left_out,
        n=rows.n,
        incomplete=incomplete,
        is_yes_or_no=rows.is_yes_or_no,
        reason=_reason(rows, chosen),
    )


def _reason(rows: _Rows, chosen: list[int]) -> Reason | None:
    if rows.n < len(chosen) + _SPARE_ROWS:
        return Reason.FEW_ROWS
    share = rows.y / rows.trials
    if np.ptp(share) == 0 and (not rows.is_yes_or_no or share[0] in {0.0, 1.0}):
        return Reason.CONSTANT_OUTCOME
    return None if chosen else Reason.NO_PREDICTOR


def standardised(x: Floats, weight: Floats) -> Floats:
    """Columns with mean 0 and deviation 1; a constant one is all 0."""
    if not len(x):
        return x
    centred = x - weight @ x / weight.sum()
    spread = np.sqrt(weight @ centred**2 / weight.sum())
    return np.asarray(centred / np.where(spread > 0, spread, 1.0))


def _alike(table: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Each kind of row once, and how many people gave it.

    Rows are told apart by 64 bits drawn from all their values: sorting whole rows of a
    hundred thousand people would take longer than everything that follows.
    """
    bits = np.ascontiguousarray(table + 0.0).view(np.uint64)
    mixed = np.zeros(len(table), dtype=np.uint64)
    for at, odd in enumerate(_odd_numbers(table.shape[1])):
        column = bits[:, at]
        stirred = (column ^ (column >> np.uint64(29))) * np.uint64(odd)
        mixed = (mixed ^ stirred ^ (stirred >> np.uint64(32))) * _GOLDEN
    _, first, kind = np.unique(mixed, return_index=True, return_inverse=True)
    many: Floats = np.bincount(kind, weights=people, minlength=len(first)).astype(float)
    return table[first], many


def _odd_numbers(count: int) -> list[int]:
    drawn = np.random.default_rng(20).integers(1, 2**63, count, dtype=np.uint64)
    return [int(number) | 1 for number in drawn]
