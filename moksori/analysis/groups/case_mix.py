"""Fair comparison of groups whose customers are not alike: case mix taken out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, chdtri, ndtri

from moksori.analysis.estimate import Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """The odds ratio within strata, beside the one that ignores them.

    `statistic` and `chance` are of the Cochran-Mantel-Haenszel test that it is 1, with
    continuity correction.
    """

    ratio: Estimate
    crude: float
    statistic: float
    chance: float


def common_odds_ratio(tables: ArrayLike, *, level: float = 0.95) -> CommonOdds:
    """Mantel-Haenszel odds ratio of k 2×2 tables, shape (k, 2, 2).

    Rows are groups, columns outcomes, as in R's `mantelhaen.test`; the interval is by
    the variance of Robins, Breslow and Greenland (1986). Strata with fewer than two
    observations are left out. ValueError where no stratum compares anything.
    """
    x = np.asarray(tables, dtype=np.float64)
    if x.ndim != 3 or x.shape[1:] != (2, 2) or not (np.isfinite(x) & (x >= 0)).all():
        raise ValueError("Give counts as k tables of two rows and two columns.")
    x = x[x.sum((1, 2)) > 1]
    a, b, c, d = x[:, 0, 0], x[:, 0, 1], x[:, 1, 0], x[:, 1, 1]
    n = x.sum((1, 2))
    r, s = a * d / n, b * c / n
    if r.sum() <= 0 or s.sum() <= 0:
        raise ValueError("No stratum holds both groups with both outcomes.")
    ratio = float(r.sum() / s.sum())
    p, q = (a + d) / n, (b + c) / n
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    margin = float(ndtri(0.5 + level / 2)) * sqrt(float(variance))
    whole = x.sum(0)
    crude = whole[0, 0] * whole[1, 1] / (whole[0, 1] * whole[1, 0])
    statistic = _mantel_haenszel(a, a + b, a + c, n)
    return CommonOdds(
        ratio=Estimate(
            value=ratio,
            low=exp(log(ratio) - margin),
            high=exp(log(ratio) + margin),
            n=int(n.sum()),
            method="Mantel-Haenszel odds ratio",
            level=level,
            assumed=("The odds ratio is the same in every stratum.",),
        ),
        crude=float(crude),
        statistic=statistic,
        chance=float(chdtrc(1, statistic)),
    )


def _mantel_haenszel(a: Floats, row: Floats, column: Floats, n: Floats) -> float:
    """The squared deviation of `a` from what its margins make expected."""
    expected = row * column / n
    variance = row * (n - row) * column * (n - column) / (n**2 * (n - 1))
    apart = abs(float((a - expected).sum()))
    corrected = apart - min(0.5, apart)
    return corrected**2 / float(variance.sum()) if variance.sum() > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Standardised:
    """One group: what was observed beside what its case mix makes expected.

    `ratio` is observed over expected; `adjusted` the share it would have with
    everybody's case mix (the usual share times the ratio, at most 1).
    """

    group: Hashable
    n: int
    observed: int
    expected: float
    ratio: Estimate
    adjusted: float


def standardised(
    groups: Sequence[Hashable],
    strata: Sequence[Hashable],
    outcomes: ArrayLike,
    *,
    level: float = 0.95,
) -> list[Standardised]:
    """Each group against everybody's shares in its strata (indirect standardisation).

    One entry each per observation; `outcomes` are 0 or 1. Ratios have exact Poisson
    intervals; groups in the order of their first observation.
    """
    y = np.asarray(outcomes, dtype=np.float64)
    if not len(groups) == len(strata) == y.size or not np.isin(y, (0.0, 1.0)).all():
        raise ValueError("Each observation needs a group, a stratum and a 0 or 1.")
    if not y.size:
        return []
    names, of = _coded(groups)
    _, layer = _coded(strata)
    share = np.bincount(layer, y) / np.bincount(layer)
    expected = np.bincount(of, share[layer])
    observed, sizes = np.bincount(of, y), np.bincount(of)
    usual = float(y.mean())
    found = []
    for i, name in enumerate(names):
        if expected[i] <= 0:
            continue
        ratio = observed_to_expected(observed[i], expected[i], level=level)
        adjusted = min(usual * ratio.value, 1.0)
        n, hits = int(sizes[i]), int(observed[i])
        found.append(Standardised(name, n, hits, float(expected[i]), ratio, adjusted))
    return found


def observed_to_expected(
    observed: float, expected: float, *, level: float = 0.95
) -> Estimate:
    """A count over what was expected, with the exact Poisson interval (Ulm 1990)."""
    if observed < 0 or not expected > 0:
        raise ValueError("A ratio needs a count from 0 on and an expectation above 0.")
    tail = (1 - level) / 2
    low = chdtri(2 * observed, 1 - tail) / 2 if observed else 0.0
    high = chdtri(2 * (observed + 1), tail) / 2
    return Estimate(
        value=float(observed / expected),
        low=float(low / expected),
        high=float(high / expected),
        n=round(observed),
        method="Observed over expected, exact Poisson interval",
        level=level,
        assumed=("What was expected is known, and each case comes by itself.",),
    )


def _coded(values: Sequence[Hashable]) -> tuple[list[Hashable], NDArray[np.int64]]:
    known: dict[Hashable, int] = {}
    codes = [known.setdefault(value, len(known)) for value in values]
    return list(known), np.array(codes, dtype=np.int64)
