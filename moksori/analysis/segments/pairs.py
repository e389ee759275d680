"""How often two things come up together, and how often they would by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pair:
    """`first` and `second` were reported together `count` times.

    `expected` is how often they would be if they had nothing to do with each other;
    `ratio` is count over expected (relative reporting), `proportional` the share of
    `second` where `first` is, over its share elsewhere (infinite: never elsewhere).
    """

    first: str
    second: str
    count: int
    expected: float
    ratio: float
    proportional: float


def pair_counts(
    first: Sequence[str],
    second: Sequence[str],
    *,
    reports: Sequence[object] | None = None,
    strata: Sequence[object] | None = None,
) -> list[Pair]:
    """Every pair that occurs, sorted by its names.

    As R openEBGM's `processRaw`: a report that names a pair, a first or a second
    several times counts once (`reports` says which rows belong together; without it
    each row is one). With `strata`, what is expected is added up over them (DuMouchel
    1999). ValueError for columns of unequal length.
    """
    rows = range(len(first)) if reports is None else reports
    layers: Sequence[object] = [0] * len(first) if strata is None else strata
    if not len(first) == len(second) == len(rows) == len(layers):
        raise ValueError("All columns must have the same number of rows.")
    one, other, report, layer = (_codes(c) for c in (first, second, rows, layers))
    if not len(first):
        return []
    both = _distinct(one, other, report)
    keys, counts = np.unique(both[:, :2], axis=0, return_counts=True)
    expected = _expected(one, other, report, layer, keys)
    n_one = np.bincount(_distinct(one, report)[:, 0])
    n_other = np.bincount(_distinct(other, report)[:, 0])
    total = np.unique(report).size
    names, others = _names(first), _names(second)
    found = [
        Pair(
            first=names[a],
            second=others[b],
            count=int(n),
            expected=float(e),
            ratio=float(n / e),
            proportional=_proportional(int(n), int(n_one[a]), int(n_other[b]), total),
        )
        for (a, b), n, e in zip(keys, counts, expected, strict=True)
    ]
    return sorted(found, key=lambda pair: (pair.first, pair.second))


def _expected(
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    report: NDArray[np.int64],
    layer: NDArray[np.int64],
    keys: NDArray[np.int64],
) -> NDArray[np.float64]:
    """In each stratum the product of both margins over its reports, added up."""
    found = np.zeros(len(keys))
    for stratum in range(int(layer.max()) + 1):
        of = layer == stratum
        ones = np.bincount(
            _distinct(one[of], report[of])[:, 0], minlength=one.max() + 1
        )
        others = np.bincount(
            _distinct(other[of], report[of])[:, 0], minlength=other.max() + 1
        )
        total = np.unique(report[of]).size
        found += ones[keys[:, 0]] * others[keys[:, 1]] / total
    return found


def _proportional(n: int, of_first: int, of_second: int, total: int) -> float:
    elsewhere, rest = of_second - n, total - of_first
    if elsewhere <= 0 or rest <= 0:
        return float("inf")
    return (n / of_first) / (elsewhere / rest)


def _codes(column: Sequence[object]) -> NDArray[np.int64]:
    known: dict[object, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in column], np.int64)


def _names(column: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(column))


def _distinct(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(np.stack(columns, axis=1), axis=0)
