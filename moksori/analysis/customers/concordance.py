"""How often the one said to be at greater risk did leave first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from moksori.analysis.estimate import Estimate

if TYPE_CHECKING:
    from moksori.analysis.customers.survival import Spans

Numbers = NDArray[np.float64]


def concordance(risk: Numbers, spans: Spans, *, level: float = 0.95) -> Estimate:
    """Harrell's C, with the jackknife error of R's `concordance`.

    Pairs in which one leaves while the other is still watched; who is only watched
    until that moment counts as staying longer, and two who leave together tell
    nothing. Equal risks count half. Without any such pair: one half, from zero to one.
    """
    right = np.zeros(risk.size)
    pairs = np.zeros(risk.size)
    for time in np.unique(spans.end[spans.left]):
        gone = spans.left & (spans.end == time)
        stay = (spans.end >= time) & (spans.start < time) & ~gone
        rest = np.sort(risk[stay])
        mine = risk[gone]
        lower = np.searchsorted(rest, mine, side="left")
        upto = np.searchsorted(rest, mine, side="right")
        right[gone] += (lower + upto) / 2
        pairs[gone] += rest.size
        ours = np.sort(mine)
        above = ours.size - np.searchsorted(ours, risk[stay], side="right")
        level_up = ours.size - np.searchsorted(ours, risk[stay], side="left")
        right[stay] += (above + level_up) / 2
        pairs[stay] += ours.size
    return _estimate(right, pairs, level)


def _estimate(right: Numbers, pairs: Numbers, level: float) -> Estimate:
    total = float(pairs.sum()) / 2
    value, error = 0.5, 0.5
    if total > 0:
        value = float(right.sum()) / 2 / total
        error = float(np.sqrt((((right - value * pairs) / total) ** 2).sum()))
    margin = float(ndtri(0.5 + level / 2)) * error
    return Estimate(
        value=value,
        low=max(value - margin, 0.0),
        high=min(value + margin, 1.0),
        n=int(pairs.size),
        method="Harrell's concordance, jackknife error",
        level=level,
    )
