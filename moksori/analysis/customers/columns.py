"""Features with gaps made into columns on one scale, and back into contributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
_RARE = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """How features became columns: what is usual, how far they spread, what is known.

    A missing value takes the mean, and where missing itself may tell something a
    column says so. Values beyond the middle 99 % of what was learned from count as its
    edge, so that one strange number cannot say anything at all. `dropped` are the
    names of features that never change.
    """

    names: tuple[str, ...]
    kept: NDArray[np.int64]
    gaps: NDArray[np.int64]
    mean: Numbers
    scale: Numbers
    low: Numbers
    high: Numbers
    gap_mean: Numbers
    gap_scale: Numbers
    dropped: tuple[str, ...]

    @classmethod
    def learned(cls, features: Numbers, names: Sequence[str]) -> Self:
        known = np.where(np.isfinite(features), features, np.nan)
        width = known.shape[1]
        bottom, top, mean, scale = (np.zeros(width) for _ in range(4))
        for at in range(width):
            there = known[:, at][np.isfinite(known[:, at])]
            if there.size:
                bottom[at], top[at] = np.quantile(there, (_RARE, 1 - _RARE))
                there = np.clip(there, bottom[at], top[at])
                mean[at], scale[at] = there.mean(), there.std()
        gap = np.isnan(known)
        rate = gap.mean(axis=0)
        gaps = np.flatnonzero((rate > 0.01) & (rate < 0.99))
        kept = np.flatnonzero(scale > 1e-12)
        lost = sorted(set(range(width)) - set(kept) - set(gaps))
        share = rate[gaps]
        return cls(
            names=tuple(names),
            kept=kept,
            gaps=gaps,
            mean=mean,
            scale=np.where(scale > 1e-12, scale, 1.0),
            low=bottom,
            high=top,
            gap_mean=share,
            gap_scale=np.sqrt(share * (1 - share)),
            dropped=tuple(names[at] for at in lost),
        )

    def of(self, features: ArrayLike) -> Numbers:
        """Features as columns: what is kept, then what says that it is missing."""
        given = np.asarray(features, dtype=np.float64).reshape(-1, len(self.names))
        known = np.isfinite(given)
        clipped = np.clip(np.where(known, given, self.mean), self.low, self.high)
        even = np.where(known, (clipped - self.mean) / self.scale, 0.0)
        missing = (~known[:, self.gaps] - self.gap_mean) / self.gap_scale
        return np.hstack([even[:, self.kept], missing])

    def back(self, parts: Numbers) -> Numbers:
        """Parts of columns (n, columns) as parts of features (n, features)."""
        found = np.zeros((len(parts), len(self.names)))
        found[:, self.kept] += parts[:, : self.kept.size]
        found[:, self.gaps] += parts[:, self.kept.size :]
        return found
