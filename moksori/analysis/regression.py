"""Generalised linear models for many series at once.

Iterated weighted least squares in numpy alone: pages fit hundreds of small models, and
loading a statistics package would take longer than that. Checked against statsmodels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, xlogy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
TOLERANCE = 1e-9  # of the deviance, relative, as R's glm asks by 1e-8
ROUNDS = 50
_FAR = 30.0  # a linear predictor beyond this is a fitted zero or one
_TINY = 1e-10


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution with its canonical link.

    `variance` is a function of the mean; `deviance` gives each observation's part for
    (y, mean); `start` a first mean that no observation makes impossible.
    """

    name: str
    mean: Callable[[Floats], Floats]
    link: Callable[[Floats], Floats]
    variance: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]
    start: Callable[[Floats], Floats]


def _poisson_deviance(y: Floats, mean: Floats) -> Floats:
    return np.asarray(2 * (xlogy(y, y / mean) - (y - mean)))


def _binomial_deviance(y: Floats, mean: Floats) -> Floats:
    lost = xlogy(1 - y, (1 - y) / (1 - mean))
    return np.asarray(2 * (xlogy(y, y / mean) + lost))


FAMILIES = {
    "gaussian": Family(
        "gaussian",
        mean=lambda eta: eta,
        link=lambda mean: mean,
        variance=np.ones_like,
        deviance=lambda y, mean: (y - mean) ** 2,
        start=lambda y: y,
    ),
    "poisson": Family(
        "poisson",
        mean=lambda eta: np.exp(np.clip(eta, -_FAR, _FAR)),
        link=np.log,
        variance=lambda mean: mean,
        deviance=_poisson_deviance,
        start=lambda y: y + 0.1,
    ),
    "binomial": Family(
        "binomial",
        mean=lambda eta: np.clip(expit(eta), _TINY, 1 - _TINY),
        link=lambda mean: np.log(mean / (1 - mean)),
        variance=lambda mean: mean * (1 - mean),
        deviance=_binomial_deviance,
        start=lambda y: (y + 0.5) / 2,
    ),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """Fitted models; every array starts with the shape of the stack.

    `coefficients` (…, p), `fitted` means (…, n), `deviance` (…), `covariance`
    (…, p, p) for a dispersion of one: multiply by `dispersion` (…), the Pearson
    statistic over the residual degrees of freedom `freedom` (…), for quasi families
    and for the Gaussian. `leverage` (…, n) is the diagonal of the hat matrix.
    `converged` (…) is False where the rounds ran out or the design does not tell its
    columns apart; such coefficients mean nothing.
    """

    coefficients: Floats
    fitted: Floats
    deviance: Floats
    covariance: Floats
    dispersion: Floats
    freedom: Floats
    leverage: Floats
    converged: Bools

    def errors(self, *, quasi: bool = True) -> Floats:
        """Standard errors (…, p); `quasi` scales them by the dispersion."""
        variance = np.diagonal(self.covariance, axis1=-2, axis2=-1)
        if quasi:
            variance = variance * self.dispersion[..., None]
        return np.sqrt(np.maximum(variance, 0.0))


def fit(
    design: ArrayLike,
    y: ArrayLike,
    *,
    family: str = "poisson",
    offset: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> Fit:
    """Fit `y` (…, n) on `design` (…, n, p), one model for each row of the stack.

    `family` is "gaussian", "poisson" or "binomial" (y a share, `weights` the number
    of trials), each with its canonical link. `weights` (…, n) are prior weights; an
    observation of weight 0 is left out, which is how series of unequal length go
    together. `offset` (…, n) is added to the linear predictor. Shapes are broadcast.

    Iterated weighted least squares (Nelder and Wedderburn 1972), stopped like R's
    `glm` by the relative change of the deviance. Raises ValueError for values that
    the family cannot have or that are not finite, and for shapes that do not fit.
    """
    given = _given(design, y, offset, weights)
    known = FAMILIES.get(family)
    if known is None:
        raise ValueError(f"There is no family {family!r}: {', '.join(FAMILIES)}.")
    _must_suit(known, given)
    return _Iteration(known, given).run()


@dataclass(frozen=True, slots=True)
class _Given:
    x: Floats
    y: Floats
    offset: Floats
    weights: Floats


def _given(design: Any, y: Any, offset: Any, weights: Any) -> _Given:
    x = np.asarray(design, dtype=np.float64)
    said = np.asarray(y, dtype=np.float64)
    if x.ndim < 2 or said.ndim < 1 or x.shape[-2] != said.shape[-1]:
        raise ValueError("A fit needs a design (…, n, p) and values (…, n).")
    stack = np.broadcast_shapes(x.shape[:-2], said.shape[:-1])
    shape = (*stack, said.shape[-1])
    more = np.asarray(0.0 if offset is None else offset, dtype=np.float64)
    heavy = np.asarray(1.0 if weights is None else weights, dtype=np.float64)
    return _Given(
        x=np.broadcast_to(x, (*stack, *x.shape[-2:])),
        y=np.broadcast_to(said, shape),
        offset=np.broadcast_to(more, shape),
        weights=np.broadcast_to(heavy, shape),
    )


def _must_suit(family: Family, given: _Given) -> None:
    counted = given.weights > 0
    if not np.isfinite(given.weights).all() or (given.weights < 0).any():
        raise ValueError("Weights must be finite and not negative.")
    if not np.isfinite(given.x[counted]).all():
        raise ValueError("The design must be finite.")
    y = given.y[counted]
    if not np.isfinite(y).all() or not np.isfinite(given.offset[counted]).all():
        raise ValueError("Values and offsets must be finite.")
    if family.name == "poisson" and (y < 0).any():
        raise ValueError("Counts must not be negative.")
    if family.name == "binomial" and ((y < 0).any() or (y > 1).any()):
        raise ValueError("Shares must lie between 0 and 1.")


class _Iteration:
    """The state of the rounds; models that are done stand still while others go on."""

    def __init__(self, family: Family, given: _Given) -> None:
        self.family = family
        counted = given.weights > 0
        self.weights = given.weights
        # Whatever stands where the weight is 0 must not spoil the sums.
        self.x = np.where(counted[..., None], given.x, 0.0)
        self.y = np.where(counted, given.y, 0.5)
        self.offset = np.where(counted, given.offset, 0.0)
        self.counted = counted

    def run(self) -> Fit:
        mean = self.family.start(self.y)
        eta = self.family.link(mean) if self.family.name != "gaussian" else mean
        deviance = np.full(self.y.shape[:-1], np.inf)
        done = np.zeros(self.y.shape[:-1], dtype=bool)
        beta = np.zeros((*self.y.shape[:-1], self.x.shape[-1]))
        for _ in range(ROUNDS):
            new, _information = self._step(eta, mean)
            beta = np.where(done[..., None], beta, new)
            eta = (self.x @ beta[..., None])[..., 0] + self.offset
            mean = self.family.mean(eta)
            last, deviance = deviance, self._deviance(mean)
            with np.errstate(invalid="ignore"):
                change = np.abs(deviance - last) / (np.abs(deviance) + 0.1)
            done |= change < TOLERANCE
            if done.all():
                break
        return self._fit(beta, eta, mean, deviance, done)

    def _step(self, eta: Floats, mean: Floats) -> tuple[Floats, Floats]:
        variance = np.maximum(self.family.variance(mean), _TINY)
        working = eta - self.offset + (self.y - mean) / variance
        pull = self.weights * variance
        weighted = self.x * pull[..., None]
        information = np.swapaxes(weighted, -1, -2) @ self.x
        score = np.swapaxes(weighted, -1, -2) @ working[..., None]
        return (_inverse(information) @ score)[..., 0], information

    def _deviance(self, mean: Floats) -> Floats:
        parts = self.weights * self.family.deviance(self.y, mean)
        return np.asarray(np.where(self.counted, parts, 0.0).sum(axis=-1))

    def _fit(
        self, beta: Floats, eta: Floats, mean: Floats, deviance: Floats, done: Bools
    ) -> Fit:
        _, information = self._step(eta, mean)
        covariance = _inverse(information)
        variance = np.maximum(self.family.variance(mean), _TINY)
        pull = self.weights * variance
        leverage = pull * np.einsum(
            "...ni,...ij,...nj->...n", self.x, covariance, self.x
        )
        rank = np.linalg.matrix_rank(information, hermitian=True)
        freedom = self.counted.sum(axis=-1) - rank
        pearson = self.weights * (self.y - mean) ** 2 / variance
        total = np.where(self.counted, pearson, 0.0).sum(axis=-1)
        return Fit(
            coefficients=beta,
            fitted=mean,
            deviance=deviance,
            covariance=covariance,
            dispersion=total / np.maximum(freedom, 1),
            freedom=freedom.astype(np.float64),
            leverage=leverage,
            converged=done & (rank == self.x.shape[-1]),
        )


def _inverse(information: Floats) -> Floats:
    """The inverse; the pseudo-inverse where columns cannot be told apart."""
    scale = np.sqrt(np.maximum(np.diagonal(information, axis1=-2, axis2=-1), _TINY))
    apart = scale[..., :, None] * scale[..., None, :]
    return np.asarray(np.linalg.pinv(information / apart, hermitian=True) / apart)
