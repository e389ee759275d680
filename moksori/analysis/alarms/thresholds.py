"""How far a single count may lie from what was expected of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, ndtr, ndtri

from moksori.analysis.alarms.quasipoisson import Bools, Floats

_EXPONENTS = {"2/3": 2 / 3, "1/2": 1 / 2, "none": 1.0}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What models say of one week each: arrays (series, weeks)."""

    mean: Floats
    link_error: Floats
    dispersion: Floats
    freedom: Floats
    memory: Floats
    trend_p: Floats
    first_converged: Bools
    used: NDArray[np.int64]

    @property
    def error(self) -> Floats:
        """The standard error of the mean, on its own scale."""
        return self.link_error * self.mean

    @classmethod
    def where(cls, choose: Bools, one: Prediction, other: Prediction) -> Prediction:
        pairs = {
            field.name: (getattr(one, field.name), getattr(other, field.name))
            for field in fields(cls)
        }
        return cls(
            **{
                name: np.where(choose if a.ndim == 2 else choose[..., None], a, b)
                for name, (a, b) in pairs.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Threshold:
    """The interval of a single count, and the chance of one at least as high."""

    low: Floats
    high: Floats
    chance: Floats


def threshold(
    found: Prediction, seen: Floats, quantile: float, *, power: str, kind: str
) -> Threshold:
    """The limits at `quantile` (0.975: 2.5 % on each side).

    `kind` "delta" is normal on the scale of the power (Farrington 1996), "nbPlugin"
    and "muan" are negative binomial around the mean, or around the upper limit of the
    mean (Noufaily et al. 2013). Raises ValueError for another name.
    """
    if kind == "delta":
        return _normal(found, seen, quantile, power)
    if kind in ("nbPlugin", "muan"):
        return _negative_binomial(found, seen, quantile, is_plugged=kind == "nbPlugin")
    raise ValueError(f"There are no limits {kind!r}.")


def _normal(found: Prediction, seen: Floats, quantile: float, power: str) -> Threshold:
    if power not in _EXPONENTS:
        raise ValueError(f"The power is one of {', '.join(_EXPONENTS)}, not {power!r}.")
    a = _EXPONENTS[power]
    mean = found.mean
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = mean * (found.dispersion + found.error**2 / mean)
        sd = a * mean ** (a - 1) * np.sqrt(variance)
        middle = mean**a
        reach = float(ndtri(quantile)) * sd
        ends = np.stack([(middle - reach) ** (1 / a), (middle + reach) ** (1 / a)])
        # The lower end has no real root below zero: nothing is too little then.
        low = np.nan_to_num(np.fmin(ends[0], ends[1]), nan=0.0)
        low = np.where(np.isnan(ends[0]), 0.0, np.maximum(low, 0.0))
        chance = ndtr((middle - seen**a) / sd)
    known = np.isfinite(mean)
    return Threshold(
        np.where(known, low, np.nan),
        np.where(known, np.fmax(ends[0], ends[1]), np.nan),
        np.where(known & np.isfinite(seen), chance, np.nan),
    )


def _negative_binomial(
    found: Prediction, seen: Floats, quantile: float, *, is_plugged: bool
) -> Threshold:
    from scipy.stats import nbinom, poisson  # noqa: PLC0415 – loading takes a while

    shift = 0.0 if is_plugged else float(ndtri(quantile))
    with np.errstate(invalid="ignore", over="ignore"):
        mean = found.mean * np.exp(shift * found.link_error)
    known = np.isfinite(mean) & (mean > 0)
    mean = np.where(known, mean, 1.0)
    phi = np.where(known, found.dispersion, 1.0)
    spread = np.where(phi > 1, phi, 2.0)
    size, wide = mean / (spread - 1), phi > 1
    ends = [
        np.where(wide, nbinom.ppf(q, size, 1 / spread), poisson.ppf(q, mean))
        for q in (1 - quantile, quantile)
    ]
    y = np.where(np.isfinite(seen), seen, 0.0)
    at_least = np.maximum(y, 0.5)
    chance = np.where(
        wide, betainc(at_least, size, 1 - 1 / spread), gammainc(at_least, mean)
    )
    chance = np.where(y <= 0, 1.0, chance)
    return Threshold(
        *(np.where(known, one, np.nan) for one in (ends[0], ends[1], chance))
    )
