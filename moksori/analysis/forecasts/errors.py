"""How wrong forecasts are, in units of what the seasonal naive one errs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def scale_of(history: ArrayLike, season: int = 1) -> float | None:
    """The mean absolute error of the seasonal naive method within the history.

    The denominator of MASE (Hyndman and Koehler 2006): mean |y_t − y_{t−season}|, pairs
    with a gap left out. None where it is zero or there is no pair: nothing to compare.
    """
    y = np.asarray(history, dtype=np.float64).ravel()
    if season < 1:
        raise ValueError("A season has at least one period.")
    steps = np.abs(y[season:] - y[:-season]) if y.size > season else np.zeros(0)
    steps = steps[np.isfinite(steps)]
    found = float(steps.mean()) if steps.size else 0.0
    return found if found > 0 else None


def mase(
    actual: ArrayLike, ahead: ArrayLike, history: ArrayLike, *, season: int = 1
) -> float | None:
    """Mean absolute scaled error of one forecast; below 1 beats the seasonal naive.

    The denominator is in-sample (`history`, what was known when it was made), not the
    naive error over the same horizon. Missing actual values are left out.
    """
    scale = scale_of(history, season)
    errors = np.abs(np.subtract(actual, ahead, dtype=np.float64))
    errors = errors[np.isfinite(errors)]
    if scale is None or not errors.size:
        return None
    return float(errors.mean()) / scale


def mase_over_all(scaled: Iterable[ArrayLike]) -> float | None:
    """The mean over all scaled errors of all series, each error alike.

    Series with a longer horizon weigh more; the mean of means would give another
    number. Each item is the |error| / `scale_of` of one series.
    """
    given = [np.abs(np.asarray(one, dtype=np.float64)).ravel() for one in scaled]
    errors = np.concatenate(given) if given else np.zeros(0)
    errors = errors[np.isfinite(errors)]
    return float(errors.mean()) if errors.size else None
