"""How each method would have done, had it been asked at times gone by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.forecasts.errors import scale_of
from moksori.analysis.forecasts.methods import (
    METHODS,
    Ahead,
    Method,
    NotForThisError,
)

Numbers = NDArray[np.float64]
ORIGINS = 8
FEWEST_KNOWN = 8


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """One method asked at several origins, as often as there are rows.

    `errors` (origins, horizon): what came minus what was said, NaN where it is not
    known yet; `halves` half the width of the interval promised; `scales` (origins,)
    the naive error within what was known then; `origins` how many values were known.
    """

    method: str
    errors: Numbers
    halves: Numbers
    scales: Numbers
    origins: NDArray[np.int64]

    @property
    def scaled(self) -> Numbers:
        return np.asarray(np.abs(self.errors) / self.scales[:, None])

    @property
    def mase(self) -> float | None:
        """Over all errors of all origins; None where nothing ever changed."""
        scaled = self.scaled[np.isfinite(self.scaled)]
        return float(scaled.mean()) if scaled.size else None

    @property
    def n(self) -> int:
        return int(np.isfinite(self.errors).sum())


@dataclass(frozen=True, slots=True)
class Tried:
    """A method, and its error in the backtest (None: could not be asked)."""

    method: str
    mase: float | None


def rolled(
    history: ArrayLike,
    horizon: int,
    *,
    season: int = 1,
    origins: int = ORIGINS,
    methods: Mapping[str, Method] = METHODS,
) -> dict[str, Backtest]:
    """Every method by its name, asked at the last origins (rolling origin).

    The first origin knows at least eight values and two seasons. Methods that cannot
    be asked everywhere are left out. Empty when the history is too short to look back.
    """
    y = np.asarray(history, dtype=np.float64).ravel()
    first = max(FEWEST_KNOWN, 2 * season)
    last = y.size - 1
    places = np.arange(max(first, last - origins + 1), last + 1)
    found: dict[str, Backtest] = {}
    if not places.size:
        return found
    scales = np.array([scale_of(y[:at], season) or np.nan for at in places])
    for name, method in methods.items():
        try:
            asked = [method(y[:at], horizon, season) for at in places]
        except NotForThisError:
            continue
        found[name] = _backtest(name, y, asked, places, scales)
    return found


def _backtest(
    name: str,
    y: Numbers,
    asked: list[Ahead],
    places: NDArray[np.int64],
    scales: Numbers,
) -> Backtest:
    horizon = asked[0].value.size
    errors = np.full((places.size, horizon), np.nan)
    for row, (at, ahead) in enumerate(zip(places, asked, strict=True)):
        came = y[at : at + horizon]
        errors[row, : came.size] = came - ahead.value[: came.size]
    # A method that promises no error at all is not taken at its word.
    least = 0.05 * np.where(np.isfinite(scales), scales, 0.0)
    halves = np.maximum([ahead.half for ahead in asked], least[:, None])
    return Backtest(name, errors, halves, scales, places)
