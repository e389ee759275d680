"""Whether customers, or what becomes of them, differ from what was learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson

Numbers = NDArray[np.float64]
SOME, MUCH = 0.1, 0.25
_BINS = 10


@dataclass(frozen=True, slots=True)
class Shift:
    """How far one feature moved: the population stability index and what it means.

    `chance` is what the index of two samples of this size exceeds once in a hundred
    times by chance (Yurdakul 2018). `level` is "none", "some" (from 0.1) or "much"
    (from 0.25), "none" while chance explains it.
    """

    name: str
    index: float
    chance: float
    level: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One period: what was promised on average, and what share left."""

    period: str
    promised: float
    found: Estimate

    @property
    def is_off(self) -> bool:
        return not self.found.low <= self.promised <= self.found.high


def stability(before: ArrayLike, now: ArrayLike, *, bins: int = _BINS) -> float:
    """The population stability index Σ (q − p) ln(q / p) over quantiles of `before`.

    Missing values are a bin of their own; half a count is added to each bin, so that
    an empty one does not make it infinite. Raises ValueError if a side is empty.
    """
    p, q, _ = _shares(before, now, bins)
    return float(((q - p) * np.log(q / p)).sum())


def shifts(
    before: ArrayLike, now: ArrayLike, *, names: Sequence[str]
) -> tuple[Shift, ...]:
    """The shift of each column of (n, p) tables, largest first."""
    old, new = np.asarray(before, dtype=np.float64), np.asarray(now, dtype=np.float64)
    found = [_shift(name, old[:, at], new[:, at]) for at, name in enumerate(names)]
    return tuple(sorted(found, key=lambda shift: -shift.index))


def kept_promises(
    promised: ArrayLike, left: ArrayLike, periods: Sequence[str]
) -> tuple[Kept, ...]:
    """By period, in order of first appearance: mean promise and what came of it."""
    p, y = np.asarray(promised, dtype=np.float64), np.asarray(left, dtype=np.float64)
    when = np.asarray(periods)
    found = []
    for one in dict.fromkeys(periods):
        here = when == one
        share = wilson(float(y[here].sum()), float(here.sum()))
        found.append(Kept(str(one), float(p[here].mean()), share))
    return tuple(found)


def _shift(name: str, before: Numbers, now: Numbers) -> Shift:
    p, q, used = _shares(before, now, _BINS)
    index = float(((q - p) * np.log(q / p)).sum())
    chance = float(chdtri(max(used - 1, 1), 0.01)) * (1 / before.size + 1 / now.size)
    level = "none"
    if index > max(SOME, chance):
        level = "much" if index > MUCH else "some"
    return Shift(name, index, chance, level)


def _shares(
    before: ArrayLike, now: ArrayLike, bins: int
) -> tuple[Numbers, Numbers, int]:
    old = np.asarray(before, dtype=np.float64).ravel()
    new = np.asarray(now, dtype=np.float64).ravel()
    if not old.size or not new.size:
        raise ValueError("A shift needs values before and now.")
    known = old[np.isfinite(old)]
    cuts = np.linspace(0, 1, bins + 1)[1:-1]
    edges = np.unique(np.quantile(known, cuts)) if known.size else np.zeros(0)

    def counted(values: Numbers) -> Numbers:
        place = np.searchsorted(edges, values, side="left")
        place = np.where(np.isfinite(values), place, edges.size + 1)
        return np.bincount(place, minlength=edges.size + 2).astype(np.float64)

    one, other = counted(old), counted(new)
    there = one + other > 0
    one, other = one[there] + 0.5, other[there] + 0.5
    return one / one.sum(), other / other.sum(), int(there.sum())
