"""Where texts with days are denser of late than chance allows: the scan statistic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.neighbours import BLOCK, Vectors

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Ratios = NDArray[np.float64]

_EULER = 0.5772


@dataclass(frozen=True, slots=True)
class Place:
    """A text with its nearest neighbours, and how much recent ones prevail there.

    `window` is the number of the window in which they do most.
    """

    ratio: float
    window: int
    members: Numbers


@dataclass(frozen=True, slots=True)
class Chance:
    """How the largest ratio spreads when nothing is new: a Gumbel distribution."""

    middle: float
    spread: float

    def of(self, ratio: float) -> float:
        """How often chance alone does as well anywhere."""
        return float(-np.expm1(-np.exp(-(ratio - self.middle) / self.spread)))

    def threshold(self, level: float) -> float:
        return float(self.middle - self.spread * np.log(-np.log1p(-level)))


class Places:
    """Every point with its nearest neighbours, at several sizes.

    `parts` (n,) numbers from 0: what is recent is compared with what is usual in the
    part of each neighbour, and days are only dealt out anew within a part. An author
    counts once in each place. Days play no role in what the places are: dealing them
    out anew tells exactly what chance does.
    """

    def __init__(
        self, points: Vectors, parts: Numbers, authors: Numbers, sizes: Sequence[int]
    ) -> None:
        self.parts = parts
        self.sizes = np.array(sizes)
        near = _neighbours(points, int(self.sizes[-1]))
        # The nearest first, all places side by side: what is summed lies together.
        self._near = np.ascontiguousarray(near.T)
        self._counted = np.ascontiguousarray(_first_of_each(authors[near]).T)
        self._each = np.bincount(parts)

    def usual(self, recent: Flags) -> Ratios:
        """For each point the share of recent ones in its part."""
        return (np.bincount(self.parts, recent) / np.maximum(self._each, 1))[self.parts]

    def best(self, windows: Sequence[Flags], free: Flags) -> Place:
        """The place with the largest ratio among free points."""
        best = Place(0.0, 0, np.zeros(0, np.int64))
        counted = self._counted & free[self._near]
        of = self._summed(counted)
        for window, recent in enumerate(windows):
            expected = self._summed(counted * self.usual(recent)[self._near])
            count = self._summed(counted & recent[self._near])
            found = np.where(free, ratio(count, of, expected), 0)
            size, at = np.unravel_index(int(found.argmax()), found.shape)
            if found[size, at] > best.ratio:
                near = self._near[: self.sizes[size], at]
                best = Place(float(found[size, at]), window, near[free[near]])
        return best

    def chance(self, windows: Sequence[Flags], *, worlds: int, seed: int) -> Chance:
        """What chance does in worlds where each part's days were dealt out anew.

        The tail is a Gumbel distribution (Abrams, Kulldorff, Kleinman 2010), so that a
        hundred worlds tell of one in a thousand.
        """
        rng = np.random.default_rng(seed)
        of = self._summed(self._counted)
        # Dealing within parts does not change what is usual in them.
        expected = [
            self._summed(self._counted * self.usual(recent)[self._near])
            for recent in windows
        ]
        most = np.zeros(worlds)
        for world in range(worlds):
            dealt = _dealt(self.parts, rng)
            for recent, usual in zip(windows, expected, strict=True):
                count = self._summed(self._counted & recent[dealt][self._near])
                most[world] = max(most[world], ratio(count, of, usual).max())
        spread = max(float(most.std(ddof=1)) * np.sqrt(6) / np.pi, 1e-3)
        return Chance(float(most.mean()) - _EULER * spread, spread)

    def _summed(self, values: NDArray[Any]) -> Ratios:
        starts = [0, *self.sizes[:-1]]
        rings = [
            values[start:end].sum(axis=0, dtype=np.float64)
            for start, end in zip(starts, self.sizes, strict=True)
        ]
        return np.asarray(np.cumsum(rings, axis=0))


def ratio(count: Ratios, of: Ratios, expected: Ratios) -> Ratios:
    """The log likelihood ratio (Kulldorff 1997) of `count` recent ones among `of`.

    0 where they are not more than expected.
    """
    of = np.maximum(of, 1)
    expected = np.clip(expected, 1e-6 * of, (1 - 1e-6) * of)
    rest = np.maximum(of - count, 1e-9)
    found = count * np.log(np.maximum(count, 1e-9) / expected)
    found += rest * np.log(rest / (of - expected))
    return np.where(count > expected, found, 0.0)


def _neighbours(points: Vectors, most: int) -> Numbers:
    """The nearest points (n, most), each itself first.

    Points that are equally near come in the order of the rows, which must not follow
    the days.
    """
    out = np.empty((len(points), most), np.int64)
    for start in range(0, len(points), BLOCK):
        close = points[start : start + BLOCK] @ points.T
        close[np.arange(len(close)), np.arange(start, start + len(close))] = 2
        top = np.argpartition(-close, most - 1, axis=1)[:, :most]
        values = np.take_along_axis(close, top, axis=1)
        order = np.lexsort((top, -values), axis=1)
        out[start : start + BLOCK] = np.take_along_axis(top, order, axis=1)
    return out


def _first_of_each(authors: Numbers) -> Flags:
    """In each row, whether its author has not stood further left."""
    order = np.argsort(authors, axis=1, kind="stable")
    ordered = np.take_along_axis(authors, order, axis=1)
    first = np.ones(authors.shape, np.bool_)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    out = np.empty_like(first)
    np.put_along_axis(out, order, first, axis=1)
    return out


def _dealt(parts: Numbers, rng: np.random.Generator) -> Numbers:
    """Whose day each gets, within its part."""
    order = np.argsort(parts, kind="stable")
    mixed = np.lexsort((rng.random(len(parts)), parts))
    out = np.empty(len(parts), np.int64)
    out[order] = mixed
    return out
