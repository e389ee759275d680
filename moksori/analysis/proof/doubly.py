"""The effect on the treated from two periods, doubly robust, with its influence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.regression import fit

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SURE = 0.995
"""Controls that are this sure to look treated would weigh too much, and are dropped."""


def effect_on_treated(
    change: Floats, treated: Bools, covariates: Floats
) -> tuple[float, Floats]:
    """The mean effect on the treated, and each unit's influence on it.

    `change` is after less before, one a unit; `covariates` (units, k) holds a column
    of ones first. The doubly robust estimator of Sant'Anna and Zhao (2020) with a
    logistic propensity and linear changes, as `drdid_panel` of R's DRDID; with the
    ones alone it is the plain difference of means.
    """
    x, d = covariates, treated.astype(np.float64)
    n = len(change)
    told = fit(x, d, family="binomial")
    p = np.minimum(told.fitted, 1 - 1e-6)
    kept = treated | (p < SURE)
    cont = np.where(kept & ~treated, p / (1 - p), 0.0)
    beta, inverse = _regression(x, change, 1 - d)
    rest = change - x @ beta
    by_line = ((1 - d) * rest)[:, None] * x @ inverse
    by_chance = (d - p)[:, None] * x @ (told.covariance * n)
    eta_t = float((d * rest).mean() / d.mean())
    eta_c = float((cont * rest).mean() / cont.mean())
    of_t = d * (rest - eta_t) - by_line @ (d[:, None] * x).mean(axis=0)
    of_c = (
        cont * (rest - eta_c)
        + by_chance @ ((cont * (rest - eta_c))[:, None] * x).mean(axis=0)
        - by_line @ (cont[:, None] * x).mean(axis=0)
    )
    influence: Floats = of_t / d.mean() - of_c / cont.mean()
    return eta_t - eta_c, influence


def difference_of_means(change: Floats, treated: Bools) -> tuple[float, Floats]:
    """The same without covariates, where it is a difference of two means."""
    share = treated.mean()
    of_treated = float(change[treated].mean())
    of_others = float(change[~treated].mean())
    influence = np.where(
        treated, (change - of_treated) / share, -(change - of_others) / (1 - share)
    )
    return of_treated - of_others, influence


def _regression(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Least squares, and the inverse of the mean product of the covariates."""
    product = (x * weights[:, None]).T @ x / len(x)
    if np.linalg.cond(product) > 1e12:
        raise ValueError("The covariates do not differ enough among the untouched.")
    inverse: Floats = np.asarray(np.linalg.inv(product))
    return inverse @ (x * weights[:, None]).T @ y / len(x), inverse
