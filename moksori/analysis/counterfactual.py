"""What would have happened anyway, learned from units that nobody touched.

Everything is on log odds and collapsed to one value before and one after: units of
different size then move on one scale, and weeks that resemble each other do not count
as separate evidence (Bertrand, Duflo, Mullainathan 2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

SLOPE_FROM = 6
"""Fewer untouched units cannot tell how far an extreme level falls back by itself."""

LUCK = 2.5


@dataclass(frozen=True, slots=True)
class Collapsed:
    """One row a unit: log odds before, their change, and both counting variances."""

    level: Floats
    change: Floats
    level_variance: Floats
    variance: Floats

    def without(self, unit: int) -> Collapsed:
        return Collapsed(
            np.delete(self.level, unit),
            np.delete(self.change, unit),
            np.delete(self.level_variance, unit),
            np.delete(self.variance, unit),
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """A unit's change beyond the expected one, on log odds."""

    value: float
    se: float
    freedom: int

    @property
    def t(self) -> float:
        return self.value / self.se

    def interval(self, level: float) -> tuple[float, float]:
        margin = float(stdtrit(self.freedom, 0.5 + level / 2)) * self.se
        return self.value - margin, self.value + margin


def log_odds(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Log odds and their variance; half a count on each side keeps them finite."""
    yes, no = x + 0.5, n - x + 0.5
    return np.log(yes / no), 1 / yes + 1 / no


def collapse(x: Floats, n: Floats, before: slice, after: slice) -> Collapsed:
    """Weekly (units, weeks) counts as one level and one change a unit."""
    level, before_var = log_odds(x[:, before].sum(axis=1), n[:, before].sum(axis=1))
    later, after_var = log_odds(x[:, after].sum(axis=1), n[:, after].sum(axis=1))
    return Collapsed(level, later - level, before_var, before_var + after_var)


def gap(units: Collapsed, unit: int, *, own_variance: float = 0.0) -> Gap:
    """How far `unit` moved beyond what the other units lead one to expect.

    Random-effects regression of the others' changes on their levels; the slope (kept
    between −1 and 0) is the regression to the mean that an extreme unit shows by
    itself; it reaches as far as luck does, 2.5 deviations of the level's noise. The
    variance holds the counting error of the unit, the spread of the others beyond
    theirs, and the doubt of the line; `own_variance` is a floor for it, for a unit that
    swings more than the others.
    """
    others = units.without(unit)
    centre = float(others.level.mean())
    spread = _spread(others, centre)
    weights = 1 / (others.variance + spread)
    mean, slope, doubt = _line(others, weights, centre)
    luck = LUCK * np.sqrt(float(units.level_variance[unit]) + spread / 2)
    distance = float(np.clip(float(units.level[unit]) - centre, -luck, luck))
    value = float(units.change[unit]) - mean - slope * distance
    alone = max(float(units.variance[unit]) + spread, own_variance)
    se = np.sqrt(alone + doubt[0] + 2 * distance * doubt[1] + distance**2 * doubt[2])
    return Gap(value, float(se), len(others.level) - _parameters(others))


def placebo_falls(units: Collapsed, unit: int) -> tuple[float, list[float]]:
    """The unit's fall in standard errors, and that of each untouched unit.

    Each untouched unit is measured as if it had been the one acted upon, against the
    other untouched ones.
    """
    own = gap(units, unit).t
    untouched = units.without(unit)
    return own, [gap(untouched, i).t for i in range(len(untouched.level))]


def own_variance(x: Floats, n: Floats, unit: int, before: slice, after: slice) -> float:
    """The variance of the unit's change that its own weeks before the start suggest.

    Weekly log odds against the others, as an AR(1) series; its long-run variance is
    shared out over the weeks before and after. Zero when there are under eight weeks.
    """
    weeks = n[unit, before] > 0
    series, _ = log_odds(x[:, before][:, weeks], n[:, before][:, weeks])
    own = series[unit] - np.delete(series, unit, axis=0).mean(axis=0)
    if own.size < 8:
        return 0.0
    dev = own - own.mean()
    rho = float((dev[1:] * dev[:-1]).sum() / max((dev**2).sum(), 1e-12))
    # Short series understate their own memory (Kendall 1954).
    rho = min(max(rho + (1 + 3 * rho) / own.size, 0.0), 0.9)
    long_run = float(own.var(ddof=1)) * (1 + rho) / (1 - rho)
    after_weeks = x[:, after].shape[1]
    return float(long_run * (1 / own.size + 1 / after_weeks))


def _parameters(units: Collapsed) -> int:
    return 2 if len(units.level) >= SLOPE_FROM and np.ptp(units.level) > 1e-9 else 1


def _line(
    units: Collapsed, weights: Floats, centre: float
) -> tuple[float, float, tuple[float, float, float]]:
    """Mean and slope at `centre`, with the entries (11, 12, 22) of their covariance."""
    if _parameters(units) == 1:
        return (
            float(np.average(units.change, weights=weights)),
            0.0,
            (
                float(1 / weights.sum()),
                0.0,
                0.0,
            ),
        )
    away = units.level - centre
    s0, s1, s2 = weights.sum(), (weights * away).sum(), (weights * away**2).sum()
    sy, sxy = (weights * units.change).sum(), (weights * away * units.change).sum()
    det = s0 * s2 - s1 * s1
    slope = float(np.clip((s0 * sxy - s1 * sy) / det, -1.0, 0.0))
    mean = float((sy - slope * s1) / s0)
    return mean, slope, (float(s2 / det), float(-s1 / det), float(s0 / det))


def _spread(units: Collapsed, centre: float) -> float:
    """Variance between units beyond counting error (Paule and Mandel 1982)."""
    freedom = len(units.level) - _parameters(units)
    spread = 0.0
    for _ in range(20):
        weights = 1 / (units.variance + spread)
        mean, slope, _ = _line(units, weights, centre)
        rest = units.change - mean - slope * (units.level - centre)
        excess = float((weights * rest**2).sum()) - freedom
        # The excess is convex and falling in the spread: Newton climbs and stays below.
        slope_of_excess = float((weights**2 * rest**2).sum())
        if slope_of_excess == 0:
            break
        step = excess / slope_of_excess
        if step <= 1e-7 + 1e-5 * spread:
            break
        spread += step
    return spread
