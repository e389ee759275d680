"""Attributes of customers as small whole numbers: categories, bins, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Missing = Literal["level", "exclude"]
Rare = Literal["pool", "drop"]
NOWHERE = -1
_DISTINCT = 12


@dataclass(frozen=True, slots=True)
class Level:
    """One value of an attribute, or a range from `low` up to below `high`.

    `kind` is "value", "range" (None: open on that side), "missing" (nothing is known)
    or "other" (all values too rare to be looked at alone).
    """

    label: str
    kind: str = "value"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Coded:
    """A column that is coded already: `codes[i]` is a place in `labels`, −1 missing."""

    codes: Codes
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column as codes of `levels`; −1 is in none of them."""

    name: str
    levels: tuple[Level, ...]
    codes: Codes


@dataclass(frozen=True, slots=True)
class Encoding:
    """How columns become attributes: see `MicroSegments`."""

    minimum: int = 30
    bins: int = 4
    missing: Missing = "level"
    rare: Rare = "pool"


def columns(table: Any) -> Iterator[tuple[str, Any]]:
    """Name and values of each column of a mapping, a data frame or an array."""
    if isinstance(table, Mapping):
        yield from ((str(name), values) for name, values in table.items())
    elif hasattr(table, "columns"):
        yield from ((str(name), table[name]) for name in table.columns)
    else:
        rows = np.asarray(table)
        if rows.ndim != 2:
            raise ValueError("Give columns by name, or an array of rows and columns.")
        yield from ((f"x{i}", rows[:, i]) for i in range(rows.shape[1]))


def attribute(name: str, values: Any, how: Encoding) -> Attribute:
    """The column as levels with at least `how.minimum` rows each.

    Numbers with more than twelve different values are cut into `how.bins` parts of
    about equal size at round numbers; everything else is taken by value. ValueError for
    infinite numbers.
    """
    if isinstance(values, Coded):
        levels = [Level(str(label)) for label in values.labels]
        return _frequent(name, np.asarray(values.codes, np.int32), levels, how)
    numbers = _numbers(name, values)
    if numbers is not None:
        return _binned(name, numbers, how)
    return _frequent(name, *_by_value(values), how)


def edges(numbers: NDArray[np.float64], bins: int) -> list[float]:
    """Where to cut: quantiles, moved to round numbers while they stay apart."""
    cuts = np.quantile(numbers, np.arange(1, bins) / bins)
    low, high = np.quantile(numbers, [0.1, 0.9])
    spread = float(high - low) or float(np.ptp(numbers))
    step = 10 ** np.floor(np.log10(spread)) / 2 if spread > 0 else 1.0
    wanted = len(set(cuts.tolist()))
    for _ in range(4):
        found = sorted({round(float(np.round(cut / step) * step), 10) for cut in cuts})
        if len(found) == wanted:
            break
        step /= 5
    else:
        found = sorted(set(cuts.tolist()))
    smallest = float(numbers.min())
    return [cut for cut in found if cut > smallest]


def ranges(cuts: Sequence[float]) -> list[Level]:
    """The parts between the cuts, the first and the last one open."""
    if not cuts:
        return [Level("all", "range")]
    first = Level(f"< {cuts[0]:g}", "range", None, cuts[0])
    between = [
        Level(f"{low:g} – < {high:g}", "range", low, high)
        for low, high in pairwise(cuts)
    ]
    return [first, *between, Level(f"≥ {cuts[-1]:g}", "range", cuts[-1], None)]


def _numbers(name: str, values: Any) -> NDArray[np.float64] | None:
    """The column as numbers to be cut, or None where it is taken by value."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        return None
    numbers = array.astype(np.float64)
    if np.isinf(numbers).any():
        raise ValueError(f"The column {name} has infinite values.")
    known = numbers[~np.isnan(numbers)]
    return numbers if np.unique(known).size > _DISTINCT else None


def _binned(name: str, numbers: NDArray[np.float64], how: Encoding) -> Attribute:
    known = ~np.isnan(numbers)
    cuts = edges(numbers[known], how.bins)
    codes = np.where(known, np.searchsorted(cuts, numbers, "right"), NOWHERE)
    return _frequent(name, codes.astype(np.int32), ranges(cuts), how)


def _by_value(values: Any) -> tuple[Codes, list[Level]]:
    given = values.tolist() if hasattr(values, "tolist") else list(values)
    known = list(dict.fromkeys(given))
    told = [value for value in known if not _is_missing(value)]
    places = dict.fromkeys(known, NOWHERE) | {v: i for i, v in enumerate(told)}
    codes = np.fromiter(map(places.__getitem__, given), np.int32, len(given))
    return codes, [Level(_label(value)) for value in told]


def _is_missing(value: Any) -> bool:
    if value is None or value == "":
        return True
    if isinstance(value, float):
        return isnan(value)
    return type(value).__name__ in {"NAType", "NaTType"}


def _label(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _frequent(
    name: str, codes: Codes, levels: Sequence[Level], how: Encoding
) -> Attribute:
    """Only levels with enough rows, and what became of the others."""
    sizes = np.bincount(codes[codes >= 0], minlength=len(levels))
    kept = np.flatnonzero(sizes >= how.minimum)
    places = np.full(len(levels) + 1, NOWHERE, np.int32)
    places[kept] = np.arange(kept.size)
    shown = [levels[int(at)] for at in kept]
    rare = int(sizes.sum() - sizes[kept].sum())
    if how.rare == "pool" and rare >= how.minimum:
        places[np.flatnonzero((sizes > 0) & (sizes < how.minimum))] = len(shown)
        shown.append(Level("other", "other"))
    unknown = int((codes < 0).sum())
    if how.missing == "level" and unknown >= how.minimum:
        places[-1] = len(shown)
        shown.append(Level("missing", "missing"))
    return Attribute(name, tuple(shown), places[codes])
