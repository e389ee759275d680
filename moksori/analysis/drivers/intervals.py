"""Bootstrap intervals from resampled values."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from moksori.analysis.drivers.subsets import Floats


def percentile(drawn: Floats, level: float) -> tuple[Floats, Floats]:
    """The ends (…,) of the middle `level` of resampled values (b, …)."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def bca(
    value: float, drawn: Floats, left_out: Floats, *, level: float
) -> tuple[float, float]:
    """Bias-corrected and accelerated ends (Efron 1987).

    `drawn` (b,) are resampled values, `left_out` (j,) values without one part of the
    rows each, from which the acceleration is read.
    """
    below = ((drawn < value).sum() + 0.5 * (drawn == value).sum()) / max(drawn.size, 1)
    # All on one side would be an infinite bias; half a draw is as much as is known.
    bias = ndtri(np.clip(below, 0.5 / drawn.size, 1 - 0.5 / drawn.size))
    away = left_out.mean() - left_out
    square = (away**2).sum()
    bend = (away**3).sum() / (6 * square**1.5) if square > 0 else 0.0
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + ndtri(tail)
        ends.append(float(np.quantile(drawn, ndtr(bias + z / (1 - bend * z)))))
    return ends[0], ends[1]
