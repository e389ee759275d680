"""Whether what customers said helps a forecast, judged by what it would have helped."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from moksori.analysis.forecasts.backtest import Backtest

Numbers = NDArray[np.float64]
BURN_IN = 8
RATE = 0.05


@dataclass(frozen=True, slots=True)
class Signal:
    """What a signal known at each origin would have done to the errors.

    `without` and `with_it` are MASE over the same errors, `p` how often chance alone
    helps as much (paired by origin, one-sided t). `is_used` only if it helped beyond
    chance; `n` origins could be compared.
    """

    name: str
    n: int
    without: float | None
    with_it: float | None
    p: float
    is_used: bool


def judged(
    name: str, signal: ArrayLike, backtest: Backtest
) -> tuple[Signal, Backtest, Numbers]:
    """The signal judged, the errors with it, and what it adds to the next forecast.

    `signal` has one value for each period of the history, known when the period is
    over. At each origin the errors known by then are regressed on the signal of their
    origins, one line for each step ahead through the origin of standardised values,
    shrunk by two observations; so no future leaks into the past.
    """
    s = np.asarray(signal, dtype=np.float64).ravel()
    given = s[np.minimum(backtest.origins, s.size) - 1]
    given = np.where(np.isfinite(given), given, np.nan)
    rows, horizon = backtest.errors.shape
    helped = np.full((rows, horizon), np.nan)
    for row in range(rows):
        helped[row] = backtest.errors[row] - _added(given, backtest, row)
    now = _added(np.append(given, s[-1]), backtest, rows)
    with_it = replace(backtest, errors=np.where(np.isnan(helped), np.nan, helped))
    found = _compared(name, backtest, with_it)
    return found, with_it, now


def _added(given: Numbers, backtest: Backtest, row: int) -> Numbers:
    """What the signal of this row says about each step, from earlier errors alone."""
    horizon = backtest.errors.shape[1]
    added = np.zeros(horizon)
    here = backtest.origins[row] if row < backtest.origins.size else np.inf
    for step in range(horizon):
        known = backtest.origins + step + 1 <= here
        known &= np.isfinite(backtest.errors[:, step]) & np.isfinite(
            given[: backtest.origins.size]
        )
        if known.sum() < BURN_IN or not np.isfinite(given[row]):
            continue
        x = given[: backtest.origins.size][known]
        spread = float(x.std())
        if spread <= 1e-12:
            continue
        even = (x - x.mean()) / spread
        slope = float(even @ backtest.errors[known, step]) / (even.size + 2)
        added[step] = slope * (given[row] - float(x.mean())) / spread
    return added


def _compared(name: str, plain: Backtest, helped: Backtest) -> Signal:
    changed = np.abs(helped.errors - plain.errors) > 0
    both = changed & np.isfinite(plain.scaled) & np.isfinite(helped.scaled)
    if not both.any():
        return Signal(name, 0, None, None, 1.0, is_used=False)
    before = np.where(both, plain.scaled, np.nan)
    after = np.where(both, helped.scaled, np.nan)
    rows = both.any(axis=1)
    gain = np.nanmean(before[rows] - after[rows], axis=1)
    n = int(gain.size)
    p = 1.0
    spread = float(gain.std(ddof=1)) if n > 1 else 0.0
    if n > 2 and spread > 0:
        p = float(stdtr(n - 1, -float(gain.mean()) / spread * np.sqrt(n)))
    without, with_it = float(np.nanmean(before)), float(np.nanmean(after))
    is_used = n >= BURN_IN and with_it < without and p < RATE
    return Signal(name, n, without, with_it, p, is_used=is_used)
