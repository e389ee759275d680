"""Where texts with days are denser of late than chance allows: the scan statistic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """Every point with its nearest neighbours of the same part, at several sizes.

    `parts` (n,) numbers from 0: points of different parts are never compared. An author
    counts once in each place. Days play no role in what the places are: dealing the
    days out anew tells exactly what chance does.
    """

    def __init__(
        self, points: Vectors, parts: Numbers, authors: Numbers, sizes: Sequence[int]
    ) -> None:
        self.parts = parts
        self.sizes = np.array(sizes)
        near = _neighbours(points, parts, int(self.sizes[-1]))
        # The nearest first, all places side by side: what is summed lies together.
        self._near = np.ascontiguousarray(near.T)
        counted = (near >= 0) & _first_of_each(authors[near])
        self._counted = np.ascontiguousarray(counted.T)
        self._each = np.bincount(parts)

    def ratios(self, recent: Flags, free: Flags | None = None) -> Ratios:
        """The likelihood ratio of each place (sizes, n), 0 where nothing prevails."""
        counted = self._counted if free is None else self._counted & free[self._near]
        usual = np.bincount(self.parts, recent) / np.maximum(self._each, 1)
        count = self._summed(counted & recent[self._near])
        return ratio(count, self._summed(counted), usual[self.parts])

    def best(self, windows: Sequence[Flags], free: Flags) -> Place:
        """The place with the largest ratio among free points."""
        best = Place(0.0, 0, np.zeros(0, np.int64))
        for window, recent in enumerate(windows):
            found = np.where(free, self.ratios(recent, free), 0)
            size, at = np.unravel_index(int(found.argmax()), found.shape)
            if found[size, at] > best.ratio:
                near = self._near[: self.sizes[size], at]
                near = near[near >= 0]
                best = Place(float(found[size, at]), window, near[free[near]])
        return best

    def chance(self, windows: Sequence[Flags], *, worlds: int, seed: int) -> Chance:
        """What chance does in worlds where each part's days were dealt out anew.

        The tail is a Gumbel distribution (Abrams, Kulldorff, Kleinman 2010), so that a
        hundred worlds tell of one in a thousand.
        """
        rng = np.random.default_rng(seed)
        most = np.empty(worlds)
        for world in range(worlds):
            dealt = _dealt(self.parts, rng)
            most[world] = max(self.ratios(recent[dealt]).max() for recent in windows)
        spread = max(float(most.std(ddof=1)) * np.sqrt(6) / np.pi, 1e-3)
        return Chance(float(most.mean()) - _EULER * spread, spread)

    def _summed(self, flags: Flags) -> Numbers:
        starts = [0, *self.sizes[:-1]]
        rings = [
            flags[start:end].sum(axis=0, dtype=np.int64)
            for start, end in zip(starts, self.sizes, strict=True)
        ]
        return np.cumsum(rings, axis=0)


def ratio(count: Numbers, of: Numbers, usual: float | Ratios) -> Ratios:
    """The log likelihood ratio (Kulldorff 1997) of `count` recent ones among `of`.

    0 where the share is not above the usual one.
    """
    share = count / np.maximum(of, 1)
    rest = np.clip(1 - share, 1e-12, 1)
    usual = np.clip(usual, 1e-6, 1 - 1e-6)
    found = count * np.log(np.maximum(share, 1e-12) / usual)
    found += (of - count) * np.log(rest / (1 - usual))
    return np.where(share > usual, found, 0.0)


def _neighbours(points: Vectors, parts: Numbers, most: int) -> Numbers:
    """The nearest points (n, most) of the same part, itself first; −1 beyond them.

    Points that are equally near come in the order of the rows, which must not follow
    the days.
    """
    out = np.full((len(points), most), -1, np.int64)
    for part in range(int(parts.max(initial=-1)) + 1):
        ids = np.flatnonzero(parts == part)
        width = min(most, len(ids))
        for start in range(0, len(ids), BLOCK):
            some = ids[start : start + BLOCK]
            close = points[some] @ points[ids].T
            close[np.arange(len(some)), np.arange(start, start + len(some))] = 2
            top = np.argpartition(-close, width - 1, axis=1)[:, :width]
            values = np.take_along_axis(close, top, axis=1)
            order = np.lexsort((top, -values), axis=1)
            out[some, :width] = ids[np.take_along_axis(top, order, axis=1)]
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
