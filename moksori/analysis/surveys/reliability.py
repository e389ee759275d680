"""Whether several questions measure one thing: alpha, omega, and each one's part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri, ndtri

from moksori.analysis.drivers.intervals import percentile
from moksori.analysis.drivers.subsets import Floats
from moksori.analysis.estimate import Estimate

LEVEL = 0.95
FEWEST = 10
ALPHA = "Cronbach's alpha, Feldt's interval"
OMEGA = "McDonald's omega of one factor (maximum likelihood), bootstrap interval"
CORRELATION = "Correlation, Fisher's interval"
ASSUMED = (
    "The questions measure one thing.",
    "Each answer counts once and speaks for itself.",
)
_ROUNDS = 500
_CLOSE = 1e-7
_NEAR = 1e-4  # of a resample, whose own chance is much larger
_LEAST_OWN = 0.005


@dataclass(frozen=True, slots=True)
class Item:
    """One question among the others.

    `rest` is its correlation with the sum of the others; `alpha_without` what alpha
    would be without it, None where two are left; `loading` its standardised loading on
    the one factor.
    """

    name: str
    rest: Estimate
    alpha_without: float | None
    loading: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well questions agree. `standardised` is alpha of the correlations.

    `omega` is None for fewer than three questions and where no one factor fits.
    `incomplete` rows lacked an answer and are left out.
    """

    alpha: Estimate
    standardised: float
    omega: Estimate | None
    items: tuple[Item, ...]
    n: int
    incomplete: int


def alpha_interval(
    alpha: float, n: int, items: int, *, level: float = LEVEL
) -> tuple[float, float]:
    """Feldt's interval (1965) of an alpha from `n` rows and `items` questions."""
    if n < 2 or items < 2:
        raise ValueError("Alpha needs two rows and two questions.")
    free = (n - 1, (n - 1) * (items - 1))
    tail = (1 - level) / 2
    low = 1 - (1 - alpha) * float(fdtri(*free, 1 - tail))
    high = 1 - (1 - alpha) * float(fdtri(*free, tail))
    return low, high


def correlation(r: float, n: int, *, level: float = LEVEL) -> Estimate:
    """A correlation of `n` pairs with Fisher's interval; it needs four pairs."""
    if n < 4:
        raise ValueError("A correlation needs four pairs.")
    r = float(np.clip(r, -1.0, 1.0))
    margin = float(ndtri(0.5 + level / 2)) / np.sqrt(n - 3)
    z = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return Estimate(
        value=r,
        low=float(np.tanh(z - margin)),
        high=float(np.tanh(z + margin)),
        n=n,
        method=CORRELATION,
        level=level,
        assumed=("Each answer counts once and speaks for itself.",),
    )


def reliability(
    answers: ArrayLike,
    *,
    names: Sequence[str] = (),
    resamples: int = 200,
    level: float = LEVEL,
    seed: int = 0,
) -> Reliability | None:
    """Alpha (Cronbach 1951) and omega (McDonald 1999) of answers (n, k).

    Rows with a missing answer are left out, and so are questions that everyone answers
    alike. None where fewer than two questions or ten whole rows remain: nothing can be
    said then. Raises ValueError for a table of another shape.
    """
    given = np.asarray(answers, dtype=np.float64)
    names = list(names) or [f"x{at + 1}" for at in range(given.shape[-1])]
    if given.ndim != 2 or given.shape[1] != len(names):
        raise ValueError("Give a table: rows of people, a named column a question.")
    whole = given[np.isfinite(given).all(axis=1)]
    varied = [at for at in range(given.shape[1]) if len(whole) and np.ptp(whole[:, at])]
    if len(varied) < 2 or len(whole) < FEWEST:
        return None
    x = whole[:, varied]
    spread = np.atleast_2d(np.cov(x, rowvar=False))
    value = float(alpha_of(spread[None])[0])
    low, high = alpha_interval(value, len(x), len(varied), level=level)
    omega, loadings = _omega(x, resamples, level, seed)
    return Reliability(
        alpha=Estimate(value, low, high, len(x), ALPHA, level, ASSUMED),
        standardised=float(
            alpha_of(np.atleast_2d(np.corrcoef(x, rowvar=False))[None])[0]
        ),
        omega=omega,
        items=_items(x, spread, [names[at] for at in varied], loadings),
        n=len(x),
        incomplete=len(given) - len(whole),
    )


def alpha_of(spread: Floats) -> Floats:
    """Alpha (b,) of covariance matrices (b, k, k)."""
    k = spread.shape[-1]
    own = np.trace(spread, axis1=1, axis2=2)
    return np.asarray(k / (k - 1) * (1 - own / spread.sum(axis=(1, 2))))


def one_factor(spread: Floats, *, close: float = _CLOSE) -> tuple[Floats, Floats]:
    """Loadings (b, k) and own variances (b, k) of the one-factor model.

    Maximum likelihood on covariances (b, k, k): given the own variances, the best
    loadings are an eigenvector (Lawley 1940); the two are found in turn. Own variances
    are kept above half a hundredth of the whole. `close` says when to stop.
    """
    whole = np.diagonal(spread, axis1=1, axis2=2)
    own = np.clip(1 / np.diagonal(np.linalg.pinv(spread), axis1=1, axis2=2), 0, None)
    loadings = np.zeros_like(own)
    for _ in range(_ROUNDS):
        own = np.clip(own, _LEAST_OWN * whole, whole)
        scale = 1 / np.sqrt(own)
        values, vectors = np.linalg.eigh(spread * scale[:, :, None] * scale[:, None, :])
        beyond = np.sqrt(np.maximum(values[:, -1:] - 1, 0.0))
        loadings = vectors[:, :, -1] * beyond / scale
        again = whole - loadings**2
        moved = np.abs(again - own).max() / whole.max()
        own = again
        if moved < close:
            break
    turned = np.sign(loadings.sum(axis=1, keepdims=True))
    return loadings * np.where(turned == 0, 1, turned), np.clip(
        own, _LEAST_OWN * whole, whole
    )


def omega_of(loadings: Floats, own: Floats) -> Floats:
    """Omega (b,): the part of the sum's variance that the factor makes."""
    common = loadings.sum(axis=1) ** 2
    return np.asarray(common / (common + own.sum(axis=1)))


def _omega(
    x: Floats, resamples: int, level: float, seed: int
) -> tuple[Estimate | None, Floats | None]:
    n, k = x.shape
    if k < 3:
        return None, None
    rng = np.random.default_rng(seed)
    counts = np.concatenate(
        [np.ones((1, n)), rng.multinomial(n, np.full(n, 1 / n), size=resamples)]
    )
    centred = x - x.mean(axis=0)
    products = (centred[:, :, None] * centred[:, None, :]).reshape(n, -1)
    mean = counts @ centred / n
    spread = (counts @ products / n).reshape(-1, k, k)
    spread -= mean[:, :, None] * mean[:, None, :]
    usable = np.asarray((np.diagonal(spread, axis1=1, axis2=2) > 0).all(axis=1))
    loadings, own = one_factor(spread[:1])
    if not loadings[0].any():
        return None, None
    value = float(omega_of(loadings, own)[0])
    drawn = omega_of(*one_factor(spread[1:][usable[1:]], close=_NEAR))
    low, high = percentile(drawn, level)
    estimate = Estimate(value, float(low), float(high), n, OMEGA, level, ASSUMED)
    return estimate, loadings[0] / np.sqrt(np.diagonal(spread[0]))


def _items(
    x: Floats, spread: Floats, names: list[str], loadings: Floats | None
) -> tuple[Item, ...]:
    k = len(names)
    found = []
    for at in range(k):
        others = [one for one in range(k) if one != at]
        rest = x[:, others].sum(axis=1)
        tied = np.corrcoef(x[:, at], rest)[0, 1] if np.ptp(rest) else 0.0
        without = None
        if k > 2:
            left = spread[np.ix_(others, others)]
            without = float(alpha_of(left[None])[0])
        found.append(
            Item(
                name=names[at],
                rest=correlation(tied, len(x)),
                alpha_without=without,
                loading=None if loadings is None else float(loadings[at]),
            )
        )
    return tuple(found)
