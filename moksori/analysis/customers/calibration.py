"""Whether promised probabilities come true: slope, intercept, Brier and what else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import erfc, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, expit, logit, ndtri

from moksori.analysis.customers.smooth import lowess
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson

Numbers = NDArray[np.float64]
LEVEL = 0.95
SOUND = (0.85, 1.15)  # slopes that need no correction
_EDGE = 1e-12


@dataclass(frozen=True, slots=True)
class Group:
    """Customers of like promise: the mean promised, and the share that came true."""

    promised: float
    found: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """How probabilities fared, with the names of R's `rms::val.prob`.

    `intercept` and `slope` are those of the logistic recalibration (0 and 1 are
    perfect; a slope below 1: too extreme), `in_the_large` the intercept when the slope
    is held at 1. `c` is the area under the ROC curve, `dxy` = 2c − 1, `r2`
    Nagelkerke's. `u` is unreliability, `d` discrimination, `q` = d − u, per
    observation. `emax`, `e90`, `eavg` are distances to a lowess curve, `z` and `p`
    Spiegelhalter's test (1986), `ece` the expected calibration error over ten
    intervals of equal width (Naeini 2015). `left_out` probabilities of exactly 0 or 1
    do not enter intercept, slope, d and u.
    """

    n: int
    events: int
    intercept: Estimate
    slope: Estimate
    in_the_large: Estimate
    c: float
    dxy: float
    r2: float
    d: float
    d_chi2: float
    d_p: float
    u: float
    u_chi2: float
    u_p: float
    q: float
    brier: float
    emax: float
    e90: float
    eavg: float
    z: float
    p: float
    ece: float
    left_out: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether the slope is near enough to one to take promises at their word."""
        return SOUND[0] <= self.slope.value <= SOUND[1]

    def as_dict(self) -> dict[str, float]:
        """Plain numbers by name."""
        found = {}
        for each in fields(self):
            value = getattr(self, each.name)
            found[each.name] = value.value if isinstance(value, Estimate) else value
        return found


def calibration(
    promised: ArrayLike, came_true: ArrayLike, *, level: float = LEVEL
) -> Calibration:
    """How probabilities `promised` (n,) compare with what `came_true` (n,), 0 or 1.

    Raises ValueError for probabilities outside 0–1, outcomes other than 0 and 1, fewer
    than two observations, or outcomes all alike: then nothing can be compared.
    """
    p, y = _checked(promised, came_true)
    inside = (p > 0) & (p < 1)
    x, seen = logit(p[inside]), y[inside]
    if np.unique(x).size < 2 or np.unique(seen).size < 2:
        raise ValueError("Calibration needs different probabilities and both outcomes.")
    beta, cov = _logistic(np.column_stack([np.ones(x.size), x]), seen)
    both = _deviance(beta[0] + beta[1] * x, seen)
    null = _deviance(np.full(x.size, logit(seen.mean())), seen)
    as_said = _deviance(x, seen)
    n = x.size
    c = _area(p, y)
    lr, u_chi2 = null - both, as_said - both
    smooth = np.abs(p - lowess(p, y)(p))
    z = _spiegelhalter(p, y)
    return Calibration(
        n=p.size,
        events=int(y.sum()),
        intercept=_wald(float(beta[0]), float(cov[0, 0]), p.size, level),
        slope=_wald(float(beta[1]), float(cov[1, 1]), p.size, level),
        in_the_large=_in_the_large(x, seen, level),
        c=c,
        dxy=2 * c - 1,
        r2=float((1 - np.exp(-lr / n)) / (1 - np.exp(-null / n))),
        d=(lr - 1) / n,
        d_chi2=lr,
        d_p=float(chdtrc(1, max(lr, 0))),
        u=(u_chi2 - 2) / n,
        u_chi2=u_chi2,
        u_p=float(chdtrc(2, max(u_chi2, 0))),
        q=(lr - 1) / n - (u_chi2 - 2) / n,
        brier=float(((p - y) ** 2).mean()),
        emax=float(smooth.max()),
        e90=float(np.quantile(smooth, 0.9)),
        eavg=float(smooth.mean()),
        z=z,
        p=erfc(abs(z) / sqrt(2)),
        ece=expected_error(p, y),
        left_out=int((~inside).sum()),
    )


def expected_error(
    promised: ArrayLike, came_true: ArrayLike, *, bins: int = 10
) -> float:
    """Mean distance of promise and share over `bins` intervals of equal width."""
    p, y = _checked(promised, came_true)
    place = np.minimum((p * bins).astype(int), bins - 1)
    gap = np.bincount(place, p - y, minlength=bins)
    return float(np.abs(gap).sum() / p.size)


def groups(
    promised: ArrayLike, came_true: ArrayLike, *, count: int = 10, level: float = LEVEL
) -> tuple[Group, ...]:
    """The reliability picture: groups of equal size by promise, and what came true.

    Equal promises stay in one group, so there may be fewer than `count`.
    """
    p, y = _checked(promised, came_true)
    edges = np.unique(np.quantile(p, np.linspace(0, 1, count + 1)))
    place = np.clip(np.searchsorted(edges, p, side="left"), 1, None)
    found = []
    for one in np.unique(place):
        here = place == one
        share = wilson(float(y[here].sum()), float(here.sum()), level=level)
        found.append(Group(float(p[here].mean()), share))
    return tuple(found)


def recalibrated(promised: ArrayLike, intercept: float, slope: float) -> Numbers:
    """Probabilities corrected by a logistic recalibration."""
    p = np.clip(np.asarray(promised, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(expit(intercept + slope * logit(p)))


def _checked(promised: ArrayLike, came_true: ArrayLike) -> tuple[Numbers, Numbers]:
    p = np.asarray(promised, dtype=np.float64).ravel()
    y = np.asarray(came_true, dtype=np.float64).ravel()
    if p.size != y.size or p.size < 2:
        raise ValueError("Calibration needs two probabilities or more, each with what "
                         "came of it.")  # fmt: skip
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("Probabilities lie between 0 and 1.")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("What came true is 0 or 1.")
    return p, y


def _logistic(x: Numbers, y: Numbers, offset: Numbers | float = 0.0) -> tuple[
    Numbers, Numbers
]:  # fmt: skip
    beta = np.zeros(x.shape[1])
    info = np.eye(x.shape[1])
    for _ in range(60):
        p = expit(x @ beta + offset)
        info = x.T @ (x * np.maximum(p * (1 - p), _EDGE)[:, None])
        step = np.linalg.lstsq(info, x.T @ (y - p), rcond=None)[0]
        # Long steps overshoot where promise and outcome part without overlap.
        beta = beta + step * min(1.0, 8 / max(float(np.abs(step).max()), _EDGE))
        if np.abs(step).max() < 1e-10 or np.abs(beta).max() > 1e4:
            break
    return beta, np.asarray(np.linalg.pinv(info))


def _in_the_large(x: Numbers, y: Numbers, level: float) -> Estimate:
    beta, cov = _logistic(np.ones((x.size, 1)), y, offset=x)
    return _wald(float(beta[0]), float(cov[0, 0]), x.size, level)


def _wald(value: float, variance: float, n: int, level: float) -> Estimate:
    margin = float(ndtri(0.5 + level / 2)) * sqrt(max(variance, 0.0))
    return Estimate(
        value=value,
        low=value - margin,
        high=value + margin,
        n=n,
        method="Logistic recalibration, Wald interval",
        level=level,
        assumed=("Each customer counts once and leaves or stays by themselves.",),
    )


def _deviance(log_odds: Numbers, y: Numbers) -> float:
    return float(-2 * (y * log_odds - np.logaddexp(0, log_odds)).sum())


def _area(p: Numbers, y: Numbers) -> float:
    """The chance that one who left was promised more than one who stayed."""
    _, place, size = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(size) - (size - 1) / 2)[place]
    hits = float(y.sum())
    misses = y.size - hits
    if not hits or not misses:
        return nan
    return float((ranks[y == 1].sum() - hits * (hits + 1) / 2) / (hits * misses))


def _spiegelhalter(p: Numbers, y: Numbers) -> float:
    spread = float(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    if not spread > 0:
        return 0.0
    return float(((y - p) * (1 - 2 * p)).sum()) / sqrt(spread)
