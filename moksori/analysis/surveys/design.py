"""Numbers of a sample survey: weights, strata and clusters, by linearisation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isnan, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import LEVEL, nps_from, wilson_limits
from moksori.analysis.surveys.weights import Raked, effective_n

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ASSUMED = "Who did not answer thinks like those of the same groups who did."
RANDOM = "The answers are a random sample, drawn as the weights and groups say."


@dataclass(frozen=True)
class Design:
    """How a sample was drawn. Every array has one entry an answer.

    `weights`: how many of the population each stands for. `strata` and `clusters`
    (numbers; None: no strata, everybody drawn alone). `population`: clusters in the
    population of the stratum, or the share drawn of it (≤ 1), for samples that take a
    large part; None: drawn with replacement. `calibration` holds what raking fixed.
    """

    weights: Floats
    strata: NDArray[np.intp] | None = None
    clusters: NDArray[np.intp] | None = None
    population: Floats | None = None
    calibration: tuple[NDArray[np.intp], Floats] | None = None
    lonely: str = "fail"
    _basis: list[Floats] = field(default_factory=list, repr=False, compare=False)

    @property
    def n(self) -> int:
        return int(self.weights.size)

    @property
    def df(self) -> int:
        """Degrees of freedom: clusters less strata, as R `degf`."""
        if self.strata is None and self.clusters is None:
            return self.n - 1
        strata, clusters, _sizes = self._stages()
        return int(clusters.max() + 1 - (strata.max() + 1))

    def raked(self, raked: Raked) -> Design:
        """The same sample with raked weights; its errors know the margins are fixed."""
        return replace(
            self,
            weights=raked.weights,
            calibration=(raked.codes, raked.base),
            _basis=[],
        )

    def covariance(self, influence: ArrayLike) -> Floats:
        """Of totals, from weighted influence values (n,) or (n, k), as R `svyrecvar`.

        Raked weights: the values are first freed of what the margins fix, by a
        regression on them with the weights before raking (Deville and Särndal 1992;
        R `calibrate`, and `rake` where those weights are equal).
        """
        values = np.asarray(influence, dtype=np.float64).reshape(self.n, -1)
        values = self._freed(values)
        if self.strata is None and self.clusters is None and self.population is None:
            return self._of_stratum(values, None, 0)  # the most usual sample, quickly
        strata, clusters, sizes = self._stages()
        totals = np.zeros((clusters.max() + 1, values.shape[1]))
        np.add.at(totals, clusters, values)
        home = np.zeros(len(totals), dtype=np.intp)
        home[clusters] = strata
        found = np.zeros((values.shape[1], values.shape[1]))
        for stratum in range(strata.max() + 1):
            part = totals[home == stratum]
            found += self._of_stratum(part, sizes, stratum)
        return found

    def _of_stratum(self, totals: Floats, sizes: Floats | None, stratum: int) -> Floats:
        drawn = len(totals)
        rest = 1.0
        if sizes is not None:
            size = sizes[stratum]
            rest = 1 - (size if size <= 1 else drawn / size)
            if rest < 0:
                raise ValueError("A stratum has more clusters than its population.")
        if rest < 1e-7:
            return np.zeros((totals.shape[1], totals.shape[1]))
        if drawn > 1:
            apart = totals - totals.mean(axis=0)
            return np.asarray(apart.T @ apart * rest * drawn / (drawn - 1))
        if self.lonely == "fail":
            raise ValueError("A stratum has one cluster only: join it with another.")
        # "adjust": around the mean of everybody, which for linearised values is zero.
        return np.asarray(totals.T @ totals * rest)

    def _stages(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats | None]:
        """Strata and clusters counted from 0, clusters within strata; their sizes."""
        strata = np.zeros(self.n, dtype=np.intp)
        if self.strata is not None:
            strata = np.unique(self.strata, return_inverse=True)[1].ravel()
        clusters = np.arange(self.n)
        if self.clusters is not None:
            inner = np.unique(self.clusters, return_inverse=True)[1].ravel()
            pairs = strata * (inner.max() + 1) + inner
            clusters = np.unique(pairs, return_inverse=True)[1].ravel()
        sizes = None
        if self.population is not None:
            sizes = np.zeros(strata.max() + 1)
            sizes[strata] = self.population
        return strata, clusters, sizes

    def _freed(self, values: Floats) -> Floats:
        if self.calibration is None:
            return values
        codes, base = self.calibration
        root = np.sqrt(base)[:, None]
        if not self._basis:
            columns = [(row[:, None] == np.arange(row.max() + 1)) for row in codes]
            known = np.hstack(columns).astype(np.float64)
            left, sizes, _right = np.linalg.svd(known * root, full_matrices=False)
            self._basis.append(left[:, sizes > sizes[0] * 1e-10])
        basis = self._basis[0]
        scale = self.weights[:, None] / root
        apart = values / scale
        return np.asarray((apart - basis @ (basis.T @ apart)) * scale)


def design(
    weights: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: ArrayLike | None = None,
    lonely: str = "fail",
) -> Design:
    """A sample design, checked. Strata and clusters may be any labels.

    `lonely` strata of one cluster: "fail", or "adjust" as R `survey.lonely.psu`.
    Raises ValueError for weights that are not positive or arrays of other length.
    """
    w = np.asarray(weights, dtype=np.float64).ravel()
    if w.size == 0 or not np.isfinite(w).all() or (w <= 0).any():
        raise ValueError("Weights must be positive numbers.")
    if lonely not in {"fail", "adjust"}:
        raise ValueError("lonely must be “fail” or “adjust”.")
    sizes = None
    if population is not None:
        sizes = np.broadcast_to(np.asarray(population, dtype=np.float64), w.shape)
        if not np.isfinite(sizes).all() or (sizes <= 0).any():
            raise ValueError("The population must be counts or shares above zero.")
    return Design(w, _codes(strata, w), _codes(clusters, w), sizes, lonely=lonely)


def simple(n: int) -> Design:
    """Everybody counts once."""
    return Design(np.ones(n))


@dataclass(frozen=True, slots=True)
class Surveyed:
    """An estimate of a survey, with what the design did to it.

    `estimate.n` counts answers. `effective_n` is the size of a simple random sample
    with the same error; `design_effect` how many times more answers were needed.
    """

    estimate: Estimate
    se: float
    df: int
    effective_n: float
    design_effect: float


def total(
    values: ArrayLike, sample: Design, *, within: ArrayLike | None = None
) -> Surveyed:
    """The sum over the population, of those `within` (n,) alone if given."""
    y, inside = _asked(values, sample, within)
    w = sample.weights * inside
    value = float(w @ y)
    return _surveyed(value, w * y, y, inside, sample)


def mean(
    values: ArrayLike, sample: Design, *, within: ArrayLike | None = None
) -> Surveyed:
    """The mean in the population; NaN values are outside of it. Student's t interval.

    Linearised as R `svymean`; of a part, the whole design is kept (`svyby`).
    """
    y, inside = _asked(values, sample, within)
    w = sample.weights * inside
    value = float(w @ y / w.sum())
    return _surveyed(value, w * (y - value) / w.sum(), y, inside, sample)


def ratio(
    over: ArrayLike,
    under: ArrayLike,
    sample: Design,
    *,
    within: ArrayLike | None = None,
) -> Surveyed:
    """The total of `over` divided by that of `under`, as R `svyratio`."""
    y, inside = _asked(over, sample, within)
    x, also = _asked(under, sample, within)
    inside = inside & also
    w = sample.weights * inside
    if w @ x == 0:
        raise ValueError("A ratio needs something to divide by.")
    value = float(w @ y / (w @ x))
    return _surveyed(value, w * (y - value * x) / (w @ x), y, inside, sample)


def share(
    holds: ArrayLike, sample: Design, *, within: ArrayLike | None = None
) -> Surveyed:
    """The share for which `holds` (0 or 1, NaN: no answer), with Wilson's interval.

    Wilson's interval at the effective sample size (Korn and Graubard 1998), which
    stays honest near 0 and 1 where ± two errors does not.
    """
    y, inside = _asked(holds, sample, within)
    if not np.isin(y[inside], (0.0, 1.0)).all():
        raise ValueError("A share needs yes or no (1 or 0) for every answer.")
    found = mean(values=holds, sample=sample, within=within)
    value, n = found.estimate.value, found.effective_n
    low, high = wilson_limits(value * n, n, LEVEL)
    estimate = replace(
        found.estimate,
        low=min(low, value),
        high=max(high, value),
        method="Wilson score interval at the effective sample size",
    )
    return replace(found, estimate=estimate)


def nps(
    scores_0_10: ArrayLike, sample: Design, *, within: ArrayLike | None = None
) -> Surveyed:
    """Net promoter score (−1…1): the adjusted Wald interval at the effective size."""
    scores, inside = _asked(scores_0_10, sample, within)
    if scores[inside].min() < 0 or scores[inside].max() > 10:
        raise ValueError("NPS scores must lie between 0 and 10.")
    votes = (scores >= 9).astype(np.float64) - (scores <= 6)
    votes = np.where(inside, votes, np.nan)
    found = mean(votes, sample)
    w = sample.weights * inside
    up, down = float(w @ (votes == 1) / w.sum()), float(w @ (votes == -1) / w.sum())
    n = found.effective_n
    usual = nps_from(up * n, down * n, n)
    estimate = replace(
        found.estimate,
        low=usual.low,
        high=usual.high,
        method="Adjusted Wald interval at the effective sample size",
    )
    return replace(found, estimate=estimate)


def _asked(
    values: ArrayLike, sample: Design, within: ArrayLike | None
) -> tuple[Floats, Bools]:
    """Values with zeros where nobody counts, and who counts."""
    given = np.asarray(values, dtype=np.float64).ravel()
    if given.size != sample.n:
        raise ValueError("There must be one value for every weight.")
    inside = np.isfinite(given)
    if within is not None:
        inside = inside & np.asarray(within, dtype=bool).ravel()
    if not inside.any():
        raise ValueError("Nobody answered, so there is nothing to say.")
    return np.where(inside, given, 0.0), inside


def _surveyed(
    value: float, influence: Floats, y: Floats, inside: Bools, sample: Design
) -> Surveyed:
    """An estimate from its influence values; the interval is Student's t."""
    variance = float(sample.covariance(influence)[0, 0])
    se, df = sqrt(max(variance, 0.0)), sample.df
    margin = float(stdtrit(df, 0.5 + LEVEL / 2)) * se if df > 0 else float("inf")
    n = int(inside.sum())
    size = _effective(value, variance, y, inside, sample)
    return Surveyed(
        estimate=Estimate(
            value=value,
            low=value - margin,
            high=value + margin,
            n=n,
            method="Linearised standard error of a weighted sample",
            level=LEVEL,
            assumed=(RANDOM if sample.calibration is None else ASSUMED,),
        ),
        se=se,
        df=df,
        effective_n=size,
        design_effect=n / size,
    )


def _effective(
    value: float, variance: float, y: Floats, inside: Bools, sample: Design
) -> float:
    """Spread of the values over the variance of their mean; Kish's where all agree."""
    w = sample.weights[inside]
    centre = float(w @ y[inside] / w.sum())
    # As the variance of a simple sample is estimated, so that its design effect is 1.
    spread = float(w @ (y[inside] - centre) ** 2 / w.sum()) * w.size / (w.size - 1 or 1)
    scale = float(w.sum()) if abs(value - centre) > abs(centre) * 1e-6 else 1.0
    of_mean = variance / scale**2
    if spread <= 0 or of_mean <= 0 or isnan(of_mean):
        return effective_n(w)
    return spread / of_mean


def _codes(labels: Any, w: Floats) -> NDArray[np.intp] | None:
    if labels is None:
        return None
    found = np.asarray(labels).ravel()
    if found.size != w.size:
        raise ValueError("There must be one stratum and cluster for every weight.")
    return np.asarray(np.unique(found, return_inverse=True)[1].ravel(), dtype=np.intp)
