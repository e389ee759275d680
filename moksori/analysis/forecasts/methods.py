"""Three ways to go on from a history: as a season ago, Theta, exponential smoothing."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Numbers = NDArray[np.float64]
FEWEST = 4
LEVEL = 0.95


class NotForThisError(ValueError):
    """The history is too short for the method, or the method fails on it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """Values ahead (h,), with the interval that the method itself promises."""

    value: Numbers
    low: Numbers
    high: Numbers

    @property
    def half(self) -> Numbers:
        """Half the width of the interval."""
        return np.asarray((self.high - self.low) / 2)


Method = Callable[[Numbers, int, int], Ahead]


def seasonal_naive(
    history: ArrayLike, horizon: int, season: int = 1, *, level: float = LEVEL
) -> Ahead:
    """Each period as one season ago; the interval widens season by season.

    A gap takes the value of the season before. Hyndman and Athanasopoulos (2021),
    5.2 and 5.5. Raises NotForThisError for fewer than `season` values.
    """
    y = _checked(history, horizon, season)
    if y.size < season:
        raise NotForThisError("The history is shorter than one season.")
    y = _carried(y, season)
    steps = y[season:] - y[:-season] if y.size > season else np.zeros(0)
    steps = steps[np.isfinite(steps)]
    sigma = float(np.sqrt((steps**2).mean())) if steps.size else float(y.std())
    ahead = np.arange(horizon)
    value = y[-season:][ahead % season]
    margin = float(ndtri(0.5 + level / 2)) * sigma * np.sqrt(ahead // season + 1.0)
    return Ahead(value, value - margin, value + margin)


def theta(
    history: ArrayLike, horizon: int, season: int = 1, *, level: float = LEVEL
) -> Ahead:
    """The Theta method (Assimakopoulos and Nikolopoulos 2000), season taken out first.

    `Theta` of statsforecast: classical decomposition where a test finds a season,
    multiplicative unless values reach zero; simulated intervals.
    """
    y = _filled(_checked(history, horizon, season))
    from statsforecast.models import Theta  # noqa: PLC0415 – loading takes seconds

    kind = "multiplicative" if y.min() > 0 else "additive"
    return _run(Theta(_season(y, season), decomposition_type=kind), y, horizon, level)


def ets(
    history: ArrayLike, horizon: int, season: int = 1, *, level: float = LEVEL
) -> Ahead:
    """Exponential smoothing, its form chosen by AICc (Hyndman et al. 2002).

    `AutoETS` of statsforecast, as R's `ets`. Seasons longer than 24 periods are not
    modelled.
    """
    y = _filled(_checked(history, horizon, season))
    from statsforecast.models import AutoETS  # noqa: PLC0415 – loading takes seconds

    return _run(AutoETS(_season(y, season) if season <= 24 else 1), y, horizon, level)


METHODS: Mapping[str, Method] = {
    "seasonal naive": seasonal_naive,
    "theta": theta,
    "ets": ets,
}


def _run(model: Any, y: Numbers, horizon: int, level: float) -> Ahead:
    if y.size < FEWEST or float(np.ptp(y)) == 0.0:
        same = np.full(horizon, y[-1])
        return Ahead(same, same, same)
    percent = round(100 * level, 6)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = model.forecast(y=y, h=horizon, level=[percent])
    except Exception as error:
        raise NotForThisError(str(error)) from error
    low, value, high = (
        np.asarray(found[key], dtype=np.float64)
        for key in (_key(found, "lo"), "mean", _key(found, "hi"))
    )
    if not np.isfinite(value).all():
        raise NotForThisError("The method gave no numbers.")
    low = np.where(np.isfinite(low), np.minimum(low, value), value)
    high = np.where(np.isfinite(high), np.maximum(high, value), value)
    return Ahead(value, low, high)


def _key(found: Mapping[str, Any], start: str) -> str:
    return next(name for name in found if name.startswith(start))


def _season(y: Numbers, season: int) -> int:
    """The season, or none when it was not seen twice."""
    return season if y.size >= 2 * season else 1


def _checked(history: ArrayLike, horizon: int, season: int) -> Numbers:
    y = np.asarray(history, dtype=np.float64).ravel()
    if np.isinf(y).any():
        raise ValueError("Values must be finite; leave what is missing as NaN.")
    known = np.flatnonzero(np.isfinite(y))
    if not known.size:
        raise ValueError("A forecast needs values.")
    if horizon < 1 or season < 1:
        raise ValueError("Horizon and season have at least one period.")
    return y[known[0] :]


def _filled(y: Numbers) -> Numbers:
    """Gaps as straight lines, for methods that know no gaps."""
    known = np.isfinite(y)
    return np.interp(np.arange(y.size), np.flatnonzero(known), y[known])


def _carried(y: Numbers, season: int) -> Numbers:
    """Gaps as one season before, else as the line between their neighbours."""
    y = y.copy()
    line = _filled(y)
    for at in np.flatnonzero(~np.isfinite(y)):
        y[at] = y[at - season] if at >= season else line[at]
    return y
