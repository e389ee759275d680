"""One forecast of one series: what erred least so far, and its doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.forecasts.backtest import ORIGINS, Backtest, Tried, rolled
from moksori.analysis.forecasts.methods import (
    FEWEST,
    LEVEL,
    METHODS,
    Ahead,
    Method,
    NotForThisError,
    seasonal_naive,
)
from moksori.analysis.forecasts.signals import Signal, judged
from moksori.analysis.proportions import wilson

Numbers = NDArray[np.float64]
NAMES = {
    "seasonal naive": "Seasonal naive, interval by backtest",
    "theta": "Theta, chosen by backtest",
    "ets": "Exponential smoothing, chosen by backtest",
    "theta + ets": "Mean of Theta and exponential smoothing, chosen by backtest",
}
NEAR = 1.1  # times the least error
_ASSUMED = ("What drove the numbers so far goes on.",)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected, period by period, and how wrong that was in the past.

    `method` names the one that erred least, or those whose mean is taken. `mase` is its
    error in the rolling backtest in units of the
    seasonal naive error within the history (below 1 is better), over `errors` errors at
    `origins` times; None when the history is too short, or never changed. `coverage`
    is the share of those errors that the interval would have held, each origin judged
    by the others. `gaps` periods had no value. `one_step` are the errors one period
    ahead, oldest first, for sums of series.
    """

    points: tuple[Estimate, ...]
    method: str
    season: int
    n: int
    gaps: int
    mase: float | None
    errors: int
    origins: int
    coverage: Estimate | None
    tried: tuple[Tried, ...]
    signals: tuple[Signal, ...] = ()
    one_step: tuple[float, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The signals that helped."""
        return tuple(signal.name for signal in self.signals if signal.is_used)


def forecast(
    history: ArrayLike,
    horizon: int,
    *,
    season: int = 1,
    signals: Mapping[str, ArrayLike] | None = None,
    methods: Mapping[str, Method] = METHODS,
    origins: int = ORIGINS,
) -> Forecast:
    """The next `horizon` values of a series of equal periods, oldest first.

    Gaps are NaN. `signals` are series of the same length that might tell something
    early; they are used only where they would have helped beyond chance, and the
    method is then looked at from more origins. A season not seen twice is left out.
    Series that never fell below zero are not forecast below zero.

    Raises ValueError for fewer than four values, infinite ones, or none at all.
    """
    y = _trimmed(history)
    season = season if y.size >= 2 * season + 1 else 1
    found = rolled(y, horizon, season=season, origins=origins, methods=methods)
    names = _best(found)
    name, method = " + ".join(names), _mean_of([methods[one] for one in names])
    ahead, name = _asked(name, y, horizon, season, method)
    back = _pooled(name, [found[one] for one in names if one in found])
    told: list[Signal] = []
    if signals and back is not None:
        wide = rolled(
            y,
            horizon,
            season=season,
            origins=max(origins, 3 * ORIGINS),
            methods={name: method},
        )
        for label, values in signals.items():
            kept = _aligned(values, history)
            signal, with_it, added = judged(label, kept, wide.get(name, back))
            told.append(signal)
            if signal.is_used:
                back = with_it
                ahead = _moved(ahead, added)
                wide = {name: with_it}
    factor, coverage = _widened(back)
    floor = 0.0 if np.nanmin(y) >= 0 else -np.inf
    return Forecast(
        points=_points(ahead, factor, floor, _Said(name, y)),
        method=name,
        season=season,
        n=int(np.isfinite(y).sum()),
        gaps=int(np.isnan(y).sum()),
        mase=back.mase if back else None,
        errors=back.n if back else 0,
        origins=int(back.origins.size) if back else 0,
        coverage=coverage,
        tried=tuple(
            Tried(each, found[each].mase if each in found else None) for each in methods
        ),
        signals=tuple(told),
        one_step=tuple(back.errors[:, 0].tolist()) if back else (),
    )


def _trimmed(history: ArrayLike) -> Numbers:
    y = np.asarray(history, dtype=np.float64).ravel()
    if np.isinf(y).any():
        raise ValueError("Values must be finite; leave what is missing as NaN.")
    known = np.flatnonzero(np.isfinite(y))
    if known.size < FEWEST:
        raise ValueError(
            f"A forecast needs at least {FEWEST} values; there are {known.size}."
        )
    return y[known[0] :]


def _aligned(values: ArrayLike, history: ArrayLike) -> Numbers:
    given = np.asarray(values, dtype=np.float64).ravel()
    y = np.asarray(history, dtype=np.float64).ravel()
    if given.size != y.size:
        raise ValueError("A signal needs one value for each period of the history.")
    return given[np.flatnonzero(np.isfinite(y))[0] :]


def _best(found: Mapping[str, Backtest]) -> list[str]:
    """The method that erred least, and those that erred hardly more.

    Which of two near equals came out first is mostly luck; their mean errs less than
    either (Bates and Granger 1969). The seasonal naive, which learns nothing, is only
    taken when it is plainly the best.
    """
    errors = {name: back.mase for name, back in found.items()}
    known = {name: error for name, error in errors.items() if error is not None}
    if not known:
        return ["seasonal naive"]
    least = min(known.values())
    near = [name for name, error in known.items() if error <= least * NEAR + 1e-9]
    return [name for name in near if name != "seasonal naive"] or near


def _mean_of(methods: Sequence[Method]) -> Method:
    """The mean of what several methods say, their intervals as wide on average."""
    if len(methods) == 1:
        return methods[0]

    def together(y: Numbers, horizon: int, season: int) -> Ahead:
        said = [method(y, horizon, season) for method in methods]
        parts = [(one.value, one.low, one.high) for one in said]
        return Ahead(*np.mean(parts, axis=0))

    return together


def _pooled(name: str, backs: Sequence[Backtest]) -> Backtest | None:
    if not backs:
        return None
    first = backs[0]
    return Backtest(
        name,
        np.mean([back.errors for back in backs], axis=0),
        np.mean([back.halves for back in backs], axis=0),
        first.scales,
        first.origins,
    )


def _asked(
    name: str, y: Numbers, horizon: int, season: int, method: Method
) -> tuple[Ahead, str]:
    try:
        return method(y, horizon, season), name
    except NotForThisError:
        return seasonal_naive(y, horizon, 1), "seasonal naive"


def _moved(ahead: Ahead, added: Numbers) -> Ahead:
    return Ahead(ahead.value + added, ahead.low + added, ahead.high + added)


def _widened(back: Backtest | None) -> tuple[float, Estimate | None]:
    """How much wider intervals must be to hold what they promise, and how they fared.

    Conformal: the quantile of |error| / half the width over the backtest. Judged with
    each origin left out. Fewer than twenty errors leave the interval as promised,
    unless it was too narrow.
    """
    if back is None:
        return 1.0, None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(back.errors) / back.halves
    ratio = np.where((back.errors == 0) & (back.halves == 0), 0.0, ratio)
    ratio[np.isnan(back.errors)] = np.nan
    known = np.isfinite(ratio)
    if not known.any():
        return 1.0, None
    hits = 0
    for row in range(len(ratio)):
        rest = np.delete(ratio, row, axis=0)
        limit = _conformal(rest[np.isfinite(rest)])
        hits += int((ratio[row][known[row]] <= limit).sum())
    coverage = wilson(float(hits), float(known.sum()))
    return _conformal(ratio[known]), coverage


def _conformal(ratio: Numbers) -> float:
    """The quantile that holds the level for one more; at least half the promise."""
    if not ratio.size:
        return 1.0
    place = int(np.ceil((ratio.size + 1) * LEVEL)) - 1
    ordered = np.sort(ratio)
    if place >= ratio.size:
        return max(1.0, float(ordered[-1]))
    return max(0.5, float(ordered[place]))


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    name: str
    y: Numbers

    def estimate(self, value: float, low: float, high: float) -> Estimate:
        return Estimate(
            value=value,
            low=low,
            high=high,
            n=int(np.isfinite(self.y).sum()),
            method=NAMES.get(self.name, self.name),
            level=LEVEL,
            assumed=_ASSUMED,
        )


def _points(
    ahead: Ahead, factor: float, floor: float, said: _Said
) -> tuple[Estimate, ...]:
    low = ahead.value - factor * (ahead.value - ahead.low)
    high = ahead.value + factor * (ahead.high - ahead.value)
    return tuple(
        said.estimate(*(max(float(one), floor) for one in three))
        for three in zip(ahead.value, low, high, strict=True)
    )
