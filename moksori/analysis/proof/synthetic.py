"""Synthetic difference-in-differences, synthetic control and plain DiD, as synthdid.

Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), "Synthetic Difference-in-
Differences", American Economic Review 111(12). The weights are found by the steps of
their R package `synthdid`, with its stopping rule, so that the printed digits agree;
all three estimators are one formula with other weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from moksori.analysis.estimate import Estimate
from moksori.analysis.proof.weights import MOST_STEPS, convex_weights

Floats = NDArray[np.float64]
DRAWS = 1000
"""Fewer draws leave the placebo error itself too uncertain: 8.4 to 10.9 with 200."""
AT_ONCE = 4_000_000
"""Numbers in the products of a batch of placebos: what fits a cache and the memory."""


STEPS_OF_PLACEBOS = 1000
"""Further steps move single placebos by some thousandths, and their spread by less."""


class Kind(StrEnum):
    SDID = "sdid"
    CONTROL = "control"
    DID = "did"


METHODS = {
    Kind.SDID: "Synthetic difference-in-differences, placebo standard error",
    Kind.CONTROL: "Synthetic control, placebo standard error",
    Kind.DID: "Difference-in-differences, placebo standard error",
}
ASSUMED = (
    "Without the action the treated would have moved like the weighted untouched ones.",
    "The action changed none of the untouched ones.",
    "All of them swing about equally by themselves.",
)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """An effect on the mean treated unit, in the unit of the outcome.

    `se` is the placebo standard error (NaN with too few controls for one), `rank_p`
    how often an untouched unit shows as extreme an effect, counting the treated one
    among them (two-sided; `placebos` are the effects of each control as if treated).
    `units` and `periods` are the weights. `path` is the mean treated unit, `expected`
    what it would have been, period by period.
    """

    kind: Kind
    value: float
    se: float
    rank_p: float
    placebos: Floats
    units: Floats
    periods: Floats
    path: Floats
    expected: Floats
    start: int
    n: int

    def estimate(self, level: float = 0.95) -> Estimate:
        """The effect with its placebo interval."""
        margin = float(ndtri(0.5 + level / 2)) * self.se
        return Estimate(
            value=self.value,
            low=self.value - margin,
            high=self.value + margin,
            n=self.n,
            method=METHODS[self.kind],
            level=level,
            assumed=ASSUMED,
        )


@dataclass(frozen=True, slots=True)
class _Worlds:
    """Stacks: `controls` (worlds, units, periods), `acted` the mean treated of each."""

    controls: Floats
    acted: Floats
    treated: int
    start: int
    begin: Floats | None = None
    steps: int = MOST_STEPS


def synthetic(
    outcomes: NDArray[Any],
    treated: NDArray[Any],
    start: int,
    *,
    kind: Kind = Kind.SDID,
    draws: int = DRAWS,
    seed: int = 0,
) -> Synthetic:
    """The effect on the `treated` rows of `outcomes` (units, periods) from `start` on.

    `treated` marks rows (bool); the others must be untouched. The standard error is
    that of placebo groups: `draws` random groups of controls as if treated, or with
    one treated unit every control once, as nothing else is valid then. Raises
    ValueError for missing values, no control, or fewer than two periods before and one
    after.
    """
    y, marked = _checked(outcomes, treated, start)
    controls, acted = y[~marked], y[marked]
    mean = acted.mean(axis=0)
    world = _Worlds(controls[None], mean[None], len(acted), start)
    values, units, periods = _effects(world, kind)
    value = float(values[0])
    search = _Search(kind, units[0], draws, seed)
    placebos = _as_if(controls, 1, start, search)
    spread = placebos
    if len(acted) > 1:
        spread = _as_if(controls, len(acted), start, search)
    alike = units[0] @ controls
    extreme = int((np.abs(placebos) >= abs(value) * (1 - 1e-9)).sum())
    return Synthetic(
        kind=kind,
        value=value,
        se=float(spread.std()) if spread.size > 1 else float("nan"),
        rank_p=(1 + extreme) / (1 + placebos.size),
        placebos=placebos,
        units=units[0],
        periods=periods[0],
        path=mean,
        expected=alike + float(periods[0] @ (mean - alike)[:start]),
        start=start,
        n=int(y.size),
    )


def _effects(worlds: _Worlds, kind: Kind) -> tuple[Floats, Floats, Floats]:
    """Of each world the effect, and the weights of its controls and periods."""
    units, periods = _weigh(worlds, kind)
    gap = worlds.acted - np.einsum("mn,mnt->mt", units, worlds.controls)
    before = (periods * gap[:, : worlds.start]).sum(axis=1)
    return gap[:, worlds.start :].mean(axis=1) - before, units, periods


def _weigh(worlds: _Worlds, kind: Kind) -> tuple[Floats, Floats]:
    controls, start = worlds.controls, worlds.start
    m, n0, t = controls.shape
    if kind is Kind.DID:
        return np.full((m, n0), 1 / n0), np.full((m, start), 1 / start)
    moves = np.diff(controls[:, :, :start], axis=2).reshape(m, -1)
    noise = moves.std(axis=1, ddof=1) if moves.shape[1] > 1 else np.zeros(m)
    least = 1e-5 * noise
    before = np.concatenate(
        [controls[:, :, :start], worlds.acted[:, None, :start]], axis=1
    ).transpose(0, 2, 1)
    if kind is Kind.CONTROL:
        flat = convex_weights(
            before,
            1e-6 * noise,
            least,
            begin=worlds.begin,
            centred=False,
            steps=worlds.steps,
        )
        return flat, np.zeros((m, start))
    by_period = np.concatenate(
        [controls[:, :, :start], controls[:, :, start:].mean(axis=2)[:, :, None]],
        axis=2,
    )
    apart = (worlds.treated * (t - start)) ** 0.25 * noise
    return (
        convex_weights(before, apart, least, begin=worlds.begin, steps=worlds.steps),
        convex_weights(by_period, 1e-6 * noise, least, steps=worlds.steps),
    )


@dataclass(frozen=True, slots=True)
class _Search:
    """How placebos are found; `begin` are the real weights, from which they start."""

    kind: Kind
    begin: Floats
    draws: int
    seed: int


def _as_if(controls: Floats, treated: int, start: int, search: _Search) -> Floats:
    """Effects on controls as if they were the treated; none when there are too few."""
    count = len(controls)
    rest = count - treated
    if rest < 1:
        return np.empty(0)
    if treated == 1:
        orders = np.array([np.roll(np.arange(count), -at - 1) for at in range(count)])
    else:
        random = np.random.default_rng(search.seed)
        orders = np.array([random.permutation(count) for _ in range(search.draws)])
    found = [np.empty(0)]
    size = max(1, AT_ONCE // (rest * max(rest, controls.shape[1])))
    for at in range(0, len(orders), size):
        part = orders[at : at + size]
        first = search.begin[part[:, :rest]]
        total = first.sum(axis=1, keepdims=True)
        first = np.where(total > 0, first / np.where(total > 0, total, 1), 1 / rest)
        acted = controls[part[:, rest:]].mean(axis=1)
        world = _Worlds(
            controls[part[:, :rest]], acted, treated, start, first, STEPS_OF_PLACEBOS
        )
        found.append(_effects(world, search.kind)[0])
    return np.concatenate(found)


def _checked(
    outcomes: NDArray[Any], treated: NDArray[Any], start: int
) -> tuple[Floats, NDArray[np.bool_]]:
    y = np.asarray(outcomes, dtype=np.float64)
    marked = np.asarray(treated, dtype=bool)
    if y.ndim != 2 or marked.shape != (len(y),):
        raise ValueError("Outcomes must be (units, periods), with one mark a unit.")
    if not np.isfinite(y).all():
        raise ValueError("Every unit needs a value in every period.")
    if not marked.any() or marked.all():
        raise ValueError("At least one unit must be treated, and one untouched.")
    if not 2 <= start < y.shape[1]:
        raise ValueError("Two periods before the start are needed, and one after.")
    return y, marked
