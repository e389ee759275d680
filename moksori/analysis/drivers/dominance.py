"""How much every subset of predictors tells about a yes or no."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, xlogy

from moksori.analysis.drivers.resampling import Resampling
from moksori.analysis.drivers.subsets import Floats, Plan

ROUNDS = 40
CELLS = 2_000_000
"""Numbers held at once: subsets are taken in portions of so many."""
_FAR = 30.0
_SETTLED = 1e-11


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Rows of yes and no: `x` (u, p) standardised, `hits` of `trials`, alike `rows`.

    One row of the table may stand for many: `rows` says how many.
    """

    x: Floats
    hits: Floats
    trials: Floats
    rows: Floats

    @property
    def ways(self) -> Floats:
        """The log of the binomial coefficients, which R counts into the likelihood."""
        missed = self.trials - self.hits
        return np.asarray(
            gammaln(self.trials + 1) - gammaln(self.hits + 1) - gammaln(missed + 1)
        )

    def empty(self, again: Resampling) -> Floats:
        """The log likelihood (b,) without predictors, for each resample."""
        per_group = again.parts @ np.column_stack([self.hits, self.trials, self.ways])
        hits, trials, ways = (again.draws @ per_group).T
        missed = trials - hits
        told = xlogy(hits, hits / trials) + xlogy(missed, missed / trials)
        return np.asarray(told + ways)


Index = Callable[[Floats, Floats, float], Floats]


def _mcfadden(with_: Floats, without: Floats, n: float) -> Floats:
    return 1 - with_ / without


def _cox_snell(with_: Floats, without: Floats, n: float) -> Floats:
    return np.asarray(1 - np.exp(2 / n * (without - with_)))


def _nagelkerke(with_: Floats, without: Floats, n: float) -> Floats:
    top = 1 - np.exp(2 / n * without)
    return np.asarray(_cox_snell(with_, without, n) / top)


def _estrella(with_: Floats, without: Floats, n: float) -> Floats:
    return np.asarray(1 - (with_ / without) ** (-2 / n * without))


INDICES: dict[str, Index] = {
    "mcfadden": _mcfadden,
    "cox_snell": _cox_snell,
    "nagelkerke": _nagelkerke,
    "estrella": _estrella,
}
"""Pseudo R² of log likelihoods with and without predictors, and n rows: McFadden
(1974), Cox and Snell (1989), Nagelkerke (1991), Estrella (1998), as R's
dominanceanalysis computes them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What subsets tell: `value` (s,) of each, `resampled` (b, k) parts, `random` (m,)
    parts of predictors that mean nothing."""

    value: Floats
    resampled: Floats
    random: Floats


def told_by(
    outcomes: Outcomes,
    plan: Plan,
    groups: NDArray[np.int64],
    *,
    index: str,
    again: Resampling,
) -> Told:
    """The pseudo R² of every subset in the plan.

    `groups` (p,) says which predictor each column belongs to. On a resample, each model
    takes one Newton step from its first fit instead of a whole fit (Davidson and
    MacKinnon 1999): the likelihood that it misses is of third order.
    """
    n = float(outcomes.rows.sum())
    scale = INDICES[index]
    empties = outcomes.empty(again)[:, None]
    nothing = empties[0]
    value = np.zeros(len(plan.members))
    parts = np.zeros((len(again.draws), len(plan.weights)))
    random = np.zeros(len(again.noise))
    for portion in _portions(len(plan.members), outcomes.rows.size):
        fits = _fitted(outcomes, plan.members[portion][:, groups])
        likely = fits.each @ outcomes.rows
        value[portion] = scale(likely, nothing, n)
        with np.errstate(divide="ignore", invalid="ignore"):
            refitted = scale(_resampled(fits, again), empties, n)
        parts += refitted @ plan.weights[:, portion].T
        gained = scale(likely + _gains(fits, again), nothing, n)
        random += (gained - value[portion]) @ plan.newcomer[portion]
    return Told(value, parts, random)


def _portions(subsets: int, rows: int) -> Iterator[slice]:
    size = max(CELLS // max(rows, 1), 1)
    for start in range(0, subsets, size):
        yield slice(start, min(start + size, subsets))


@dataclass(frozen=True, slots=True)
class _Fits:
    """Of each model (s): the log likelihood of a row, its residual, and the inverse of
    the information, zero where a column is not in the model."""

    design: Floats
    each: Floats
    residual: Floats
    inverse: Floats
    information: Floats


def _fitted(outcomes: Outcomes, columns: NDArray[np.bool_]) -> _Fits:
    design = np.column_stack([np.ones(len(outcomes.x)), outcomes.x])
    inside = np.column_stack([np.ones(len(columns), dtype=bool), columns])
    theta = _solved(outcomes, design, inside)
    eta = np.clip(theta @ design.T, -_FAR, _FAR)
    mean = expit(eta)
    each = outcomes.hits * eta - outcomes.trials * _log_odds_sum(eta) + outcomes.ways
    weights = outcomes.rows * outcomes.trials * mean * (1 - mean)
    both = inside[:, :, None] & inside[:, None, :]
    inverse = np.linalg.inv(_information(weights, design, inside)) * both
    residual = outcomes.hits - outcomes.trials * mean
    return _Fits(design, each, residual, np.asarray(inverse), weights.sum(axis=1))


def _solved(outcomes: Outcomes, design: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Coefficients (s, k) of all models by Newton's method with halved steps."""
    hits, trials = outcomes.rows * outcomes.hits, outcomes.rows * outcomes.trials
    theta = np.zeros(inside.shape)
    theta[:, 0] = np.log(hits.sum() / (trials.sum() - hits.sum()))
    best = _likelihood(theta, design, hits, trials)
    open_ = np.arange(len(theta))
    for _ in range(ROUNDS):
        here = theta[open_]
        mean = expit(np.clip(here @ design.T, -_FAR, _FAR))
        slope = (hits - trials * mean) @ design * inside[open_]
        bend = _information(trials * mean * (1 - mean), design, inside[open_])
        step = np.linalg.solve(bend, slope[..., None])[..., 0]
        after, likely = _climbed(here, step, best[open_], (design, hits, trials))
        moved = likely - best[open_]
        theta[open_], best[open_] = after, likely
        open_ = open_[moved > _SETTLED * (np.abs(likely) + 0.1)]
        if not open_.size:
            break
    return theta


def _climbed(
    here: Floats, step: Floats, best: Floats, given: tuple[Floats, Floats, Floats]
) -> tuple[Floats, Floats]:
    """Where each step leads, halved until it does not lead down."""
    for _ in range(8):
        likely = _likelihood(here + step, *given)
        lower = likely < best
        if not lower.any():
            break
        step = np.where(lower[:, None], step / 2, step)
    else:
        step = np.where(lower[:, None], 0.0, step)
        likely = np.maximum(likely, best)
    return here + step, likely


def _likelihood(theta: Floats, design: Floats, hits: Floats, trials: Floats) -> Floats:
    eta = np.clip(theta @ design.T, -_FAR, _FAR)
    return np.asarray(eta @ hits - _log_odds_sum(eta) @ trials)


def _log_odds_sum(eta: Floats) -> Floats:
    """log(1 + e^eta); what is clipped cannot overflow."""
    return np.asarray(np.log1p(np.exp(eta)))


def _information(weights: Floats, design: Floats, inside: NDArray[np.bool_]) -> Floats:
    """X'WX of each model; the identity where a column is not in it."""
    wide = design.shape[1]
    row, column = np.tril_indices(wide)
    half = weights @ (design[:, row] * design[:, column])
    found = np.zeros((len(weights), wide, wide))
    found[:, row, column] = found[:, column, row] = half
    found *= inside[:, :, None] & inside[:, None, :]
    # Where yes and no are told apart without fail, the information fades to nothing.
    spare = np.where(inside, 1e-9 * (1 + weights.sum(axis=1, keepdims=True)), 1.0)
    found[:, np.arange(wide), np.arange(wide)] += spare
    return found


def _resampled(fits: _Fits, again: Resampling) -> Floats:
    """The log likelihood (b, s) of each model fitted anew, by one Newton step."""
    residual = fits.residual.T
    slopes = np.stack(
        [
            again.draws @ (again.parts @ (residual * column[:, None]))
            for column in fits.design.T
        ]
    )
    # (k, b, s) → (s, b, k), one inverse for each model.
    by_model = slopes.transpose(2, 1, 0)
    gained = 0.5 * (np.matmul(by_model, fits.inverse) * by_model).sum(axis=2).T
    return np.asarray(again.draws @ (again.parts @ fits.each.T) + gained)


def _gains(fits: _Fits, again: Resampling) -> Floats:
    """What a predictor of pure noise would add to each log likelihood (score test)."""
    ties = again.noise @ (again.noisy @ fits.residual.T)
    return np.asarray(0.5 * ties**2 / fits.information)
