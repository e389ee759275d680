"""Is a count more than the same weeks of earlier years let one expect?

Farrington, Andrews, Beale and Catchpole (1996) as R's surveillance computes it
(`algo.farrington`), and its improved version (Noufaily et al. 2013,
`farringtonFlexible`), for many series at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.alarms.quasipoisson import Bools, Fits, Floats, fit
from moksori.analysis.alarms.references import WEEKS, References, blocks, windows
from moksori.analysis.alarms.thresholds import Prediction, Threshold, threshold

METHOD = "Farrington 1996, quasi-Poisson"
IMPROVED = "Farrington, improved by Noufaily et al. 2013"
_AT_ONCE = 2_000_000  # values of a design that are fitted together
_PAIRS = 12
LAGS = 7


@dataclass(frozen=True, slots=True)
class Setup:
    """What `algo.farrington` calls b, w, reweight, alpha, trend, limit54, powertrans.

    `alpha` belongs to both sides together; a week is judged only when the last
    `least[1]` weeks, itself included, hold at least `least[0]` cases. `power` is
    "2/3", "1/2" or "none". With `improved` set, `farringtonFlexible`: `alpha` is
    one-sided, weights fall from residuals of 2.58 on, the year has `parts` levels
    (noPeriods), the newest `skipped` weeks are left out (None: as many as `half`), and
    `limits` is "delta", "nbPlugin" or "muan".
    """

    years: int = 5
    half: int = 3
    reweight: bool = True
    alpha: float = 0.05
    trend: bool = True
    least: tuple[int, int] = (5, 4)
    power: str = "2/3"
    frequency: int = WEEKS
    improved: bool = False
    residual_limit: float | None = None
    trend_chance: float = 0.05
    parts: int = 1
    skipped: int | None = None
    limits: str = "delta"

    @property
    def heavy(self) -> float:
        """From which residual on a week of the past counts for less."""
        if self.residual_limit is not None:
            return self.residual_limit
        return 2.58 if self.improved else 1.0

    @property
    def quantile(self) -> float:
        return 1 - self.alpha if self.improved else 1 - self.alpha / 2


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of each week looked at; arrays (series, weeks).

    `value` is the expected count, `low`–`high` the interval for a single week,
    `chance` the probability of at least the count seen, `error` the standard error of
    `value`, `dispersion` is at least 1, `freedom` the residual degrees of freedom,
    `memory` (…, 7) the correlation with each of the seven weeks before (NaN: too few
    pairs), `used` the earlier weeks that it rests on, `wanted` how many there would be
    with a full history. `is_judged` is False where cases are too few. NaN where
    nothing can be said.
    """

    value: Floats
    low: Floats
    high: Floats
    chance: Floats
    error: Floats
    dispersion: Floats
    freedom: Floats
    memory: Floats
    score: Floats
    has_trend: Bools
    is_judged: Bools
    is_alarm: Bools
    used: NDArray[np.int64]
    wanted: int
    method: str

    @property
    def upperbound(self) -> Floats:
        """`high` as surveillance prints it: 0 where cases are too few to judge."""
        return np.where(self.is_judged, self.high, 0.0)


def farrington(
    counts: ArrayLike,
    at: Sequence[int] | None = None,
    *,
    setup: Setup | None = None,
    dates: Sequence[date] | None = None,
    population: ArrayLike | None = None,
) -> Expected:
    """What the counts of the weeks `at` should have been, from the years before.

    `counts` is (weeks) or (series, weeks), NaN where a week is missing; `at` are
    positions from 0 (None: every week with all its reference weeks). `population`, of
    the same shape, makes it a rate: it enters as an offset. With `dates` (one a week)
    years are calendar years. Raises ValueError for counts that are negative or
    infinite, shapes that do not fit, and settings out of bounds.
    """
    setup = setup or Setup()
    y, exposed = _given(counts, population)
    _must_fit(setup, y, dates)
    if at is None:
        first = setup.frequency * setup.years + setup.half
        at = range(first if setup.improved else first - 2 * setup.half - 1, y.shape[1])
    for k in at:
        if not 0 <= k < y.shape[1]:
            raise ValueError(f"There is no week {k} among {y.shape[1]}.")
    groups = [_references(k, setup, dates) for k in at]
    found = judge(y, exposed, list(at), groups, setup)
    return found if np.ndim(counts) > 1 else _single(found)


def judge(
    counts: ArrayLike,
    population: ArrayLike | None,
    at: list[int],
    groups: list[References],
    setup: Setup,
) -> Expected:
    """The same against weeks that the caller chose: `groups`, one for each of `at`."""
    y, exposed = _given(counts, population)
    columns = setup.parts + 1 if setup.improved else 2
    size = max((group.at.size for group in groups), default=1)
    step = max(1, _AT_ONCE // max(len(y) * size * columns, 1))
    parts = [
        _part(y, exposed, at[i : i + step], groups[i : i + step], setup)
        for i in range(0, len(at), step)
    ]
    if not parts:
        raise ValueError("There is no week to look at: the history is too short.")
    names = [name for name in Expected.__slots__ if name not in ("wanted", "method")]
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=1)
        for name in names
    }
    return replace(parts[0], **joined)


def _part(
    y: Floats, exposed: Floats, at: list[int], groups: list[References], setup: Setup
) -> Expected:
    models = _Models.of(y, exposed, at, groups, setup)
    plain = models.fitted(trend=False)
    chosen = plain
    has_trend = np.zeros(plain.mean.shape, dtype=bool)
    if setup.trend and setup.years >= 3:
        sloped = models.fitted(trend=True)
        most = np.where(models.weights > 0, models.y, -np.inf).max(axis=-1).T
        with np.errstate(invalid="ignore"):
            has_trend = sloped.first_converged & (sloped.trend_p < setup.trend_chance)
            has_trend &= sloped.mean <= most
        chosen = Prediction.where(has_trend, sloped, plain)
    seen = y[:, at]
    limits = threshold(
        chosen, seen, setup.quantile, power=setup.power, kind=setup.limits
    )
    found = _expected(y, at, setup, chosen, limits)
    wanted = max((group.wanted for group in groups), default=0)
    return replace(found, has_trend=has_trend, wanted=wanted)


def _expected(
    y: Floats, at: list[int], setup: Setup, chosen: Prediction, limits: Threshold
) -> Expected:
    seen = y[:, at]
    last = [slice(max(k - setup.least[1] + 1, 0), k + 1) for k in at]
    recent = np.stack([np.nansum(y[:, part], axis=1) for part in last], axis=1)
    judged = recent >= setup.least[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (seen - chosen.mean) / (limits.high - chosen.mean)
        alarm = judged & (score > 1) & ((seen != 0) | (not setup.improved))
    return Expected(
        value=chosen.mean,
        low=limits.low,
        high=limits.high,
        chance=limits.chance,
        error=chosen.error,
        dispersion=chosen.dispersion,
        freedom=chosen.freedom,
        memory=chosen.memory,
        score=np.where(judged, score, 0.0),
        has_trend=np.zeros(seen.shape, dtype=bool),
        is_judged=judged,
        is_alarm=alarm,
        used=chosen.used,
        wanted=0,
        method=IMPROVED if setup.improved else METHOD,
    )


@dataclass(frozen=True, slots=True)
class _Models:
    """One model for each week and series: arrays (weeks, series, references)."""

    y: Floats
    weights: Floats
    offset: Floats
    ahead: Floats
    time: Floats
    part: NDArray[np.int64]
    setup: Setup

    @classmethod
    def of(
        cls,
        y: Floats,
        exposed: Floats,
        at: list[int],
        groups: list[References],
        setup: Setup,
    ) -> _Models:
        size = max(max((group.at.size for group in groups), default=1), 1)
        index = np.zeros((len(at), size), dtype=np.int64)
        part, there = np.zeros_like(index), np.zeros((len(at), size))
        for i, group in enumerate(groups):
            index[i, : group.at.size] = group.at
            part[i, : group.at.size] = group.part
            there[i, : group.at.size] = 1.0
        chosen, people = _turned(y[:, index]), _turned(exposed[:, index])
        known = np.isfinite(chosen) & (people > 0)
        offset = np.log(np.where(known, people, 1.0))
        with np.errstate(divide="ignore"):
            ahead = np.log(exposed[:, at]).T
        time = (index - np.asarray(at)[:, None]) / setup.frequency
        weights = np.where(known, there[:, None, :], 0.0)
        return cls(
            np.where(known, chosen, 0.0), weights, offset, ahead, time, part, setup
        )

    def fitted(self, *, trend: bool) -> Prediction:
        setup = self.setup
        x = self._design(trend=trend)
        first = fit(x, self.y, self.weights, self.offset)
        last, omega = first, self.weights
        if setup.reweight:
            omega = self.weights * _omega(self, first)
            last = fit(x, self.y, omega, self.offset)
        return self._predicted(first, last, omega, trend=trend)

    def _predicted(
        self, first: Fits, last: Fits, omega: Floats, *, trend: bool
    ) -> Prediction:
        phi = np.maximum(last.dispersion, 1.0)
        scale, p_fits = phi, last
        if self.setup.improved:
            # farringtonFlexible puts the prior weights where the working weights
            # were, so that R's summary() takes this for the dispersion from then on.
            rest = (self.y - last.mean) / last.mean
            kept = omega if self.setup.reweight else omega * last.mean
            with np.errstate(divide="ignore", invalid="ignore"):
                scale = (kept * rest**2).sum(axis=-1) / last.freedom
            p_fits = replace(last, dispersion=scale)
        eta = last.coefficients[..., 0] + self.ahead
        mean = np.where(np.isfinite(self.ahead), np.exp(np.minimum(eta, 50.0)), np.nan)
        with np.errstate(invalid="ignore"):
            link_error = np.sqrt(last.covariance[..., 0, 0] * scale)
        known = (last.freedom > 0) & (self.weights.sum(axis=-1) > 0)
        if self.setup.improved:
            known &= first.converged
        return Prediction(
            mean=np.where(known, mean, np.nan).T,
            link_error=np.where(known, link_error, np.nan).T,
            dispersion=np.where(known, phi, np.nan).T,
            freedom=last.freedom.T,
            memory=np.swapaxes(self._memory(last), 0, 1),
            trend_p=(p_fits.chance(1) if trend else np.ones_like(mean)).T,
            first_converged=first.converged.T,
            used=(self.weights > 0).sum(axis=-1).T,
        )

    def _memory(self, last: Fits) -> Floats:
        """The correlation of a week's residual with that of 1 … 7 weeks before.

        Corrected for what fitting takes from it; NaN with fewer than twelve pairs.
        """
        rest = (self.y - last.mean) / np.sqrt(last.mean)
        counted = self.weights > 0
        spread = np.sqrt(np.maximum(last.dispersion, 1.0))[..., None]
        rest = np.where(counted, np.clip(rest, -3 * spread, 3 * spread), 0.0)
        square = np.maximum((rest**2).sum(axis=-1), 1e-12)
        used, columns = counted.sum(axis=-1), last.coefficients.shape[-1]
        found = []
        for lag in range(1, LAGS + 1):
            apart = (self.time[:, lag:] - self.time[:, :-lag]) * self.setup.frequency
            pairs = counted[..., lag:] & counted[..., :-lag]
            pairs &= np.isclose(apart, lag)[:, None, :]
            n = pairs.sum(axis=-1)
            together = (rest[..., lag:] * rest[..., :-lag] * pairs).sum(axis=-1)
            with np.errstate(divide="ignore", invalid="ignore"):
                raw = together / square * used / n + columns / n
            found.append(np.where(n >= _PAIRS, np.clip(raw, -1.0, 1.0), np.nan))
        return np.stack(found, axis=-1)

    def _design(self, *, trend: bool) -> Floats:
        """Columns that are 0 at the week itself, beside the intercept."""
        columns = [np.ones_like(self.time)]
        if trend:
            columns.append(self.time)
        columns += [
            (self.part == level).astype(np.float64)
            for level in range(1, self.setup.parts)
        ]
        return np.stack(columns, axis=-1)


def _turned(values: Floats) -> Floats:
    """(series, weeks, references) with the weeks first."""
    return np.ascontiguousarray(np.swapaxes(values, 0, 1))


def _omega(models: _Models, first: Fits) -> Floats:
    """Weights that take earlier outbreaks out of what is usual."""
    counted = models.weights > 0
    phi = np.maximum(first.dispersion, 1.0)[..., None]
    mean = first.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = 1.5 * (models.y ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean))
        residual = raw / np.sqrt(phi * np.maximum(1 - first.leverage, 1e-12))
        light = np.where(residual > models.setup.heavy, residual**-2.0, 1.0)
    light = np.where(counted, np.nan_to_num(light, nan=1.0), 0.0)
    total = np.maximum(light.sum(axis=-1, keepdims=True), 1e-300)
    return np.asarray(light * counted.sum(axis=-1, keepdims=True) / total)


def _references(k: int, setup: Setup, dates: Sequence[date] | None) -> References:
    if not setup.improved:
        return windows(
            k,
            years=setup.years,
            half=setup.half,
            frequency=setup.frequency,
            dates=dates,
        )
    return blocks(
        k,
        years=setup.years,
        half=setup.half,
        parts=setup.parts,
        skipped=setup.half if setup.skipped is None else setup.skipped,
        frequency=setup.frequency,
        dates=dates,
    )


def _given(counts: ArrayLike, population: ArrayLike | None) -> tuple[Floats, Floats]:
    y = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if y.ndim != 2:
        raise ValueError("Counts must be (weeks) or (series, weeks).")
    if np.isinf(y).any() or (y < 0).any():
        raise ValueError("Counts must be finite and not negative.")
    if population is None:
        return y, np.ones_like(y)
    exposed = np.asarray(population, dtype=np.float64)
    if not np.isfinite(exposed).all() or (exposed < 0).any():
        raise ValueError("The population must be finite and not negative.")
    return y, np.broadcast_to(exposed, y.shape)


def _must_fit(setup: Setup, y: Floats, dates: Sequence[date] | None) -> None:
    if dates is not None and len(dates) != y.shape[1]:
        raise ValueError("There must be one date for each count.")
    if setup.years < 1 or setup.half < 0 or not 0 < setup.alpha < 1:
        raise ValueError("The settings are out of bounds.")
    if setup.least[0] < 0 or setup.least[1] < 1:
        raise ValueError("The least cases must be >= 0 in a period of >= 1.")


def _single(found: Expected) -> Expected:
    """The same without the axis of series."""
    arrays = {
        name: getattr(found, name)[0]
        for name in Expected.__slots__
        if name not in ("wanted", "method")
    }
    return replace(found, **arrays)
