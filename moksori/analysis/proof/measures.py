"""Each method on a panel: its number, its placebos, and what would have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from moksori.analysis.estimate import Estimate
from moksori.analysis.proof.baseline import against_baseline
from moksori.analysis.proof.choose import Method
from moksori.analysis.proof.interrupted import Series, interrupted
from moksori.analysis.proof.panel import Measure, Panel
from moksori.analysis.proof.staggered import chance_of_overall, staggered
from moksori.analysis.proof.structural import impact
from moksori.analysis.proof.synthetic import Kind, Synthetic, synthetic

Floats = NDArray[np.float64]
MOST_PLACEBOS = 20
MANY_PLACEBOS = 40  # each draws its own posterior; more tell nothing new
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Measured:
    """`placebos` and `own` in standard errors; `placebo_p` None: none could be made.

    `path` is the treated, `expected` what it would have been (NaN where the method
    does not say), both one a period.
    """

    estimate: Estimate
    path: Floats
    expected: Floats
    placebo_p: float | None = None
    own: float | None = None
    placebos: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """`season` in periods, where there is one; `draws` for placebos of groups."""

    season: float | None = None
    draws: int = 1000
    seed: int = 0


Way = Callable[[Panel, Settings], Measured]


def by_synthetic(panel: Panel, settings: Settings) -> Measured:
    return _from_synthetic(panel, settings, Kind.SDID)


def by_difference(panel: Panel, settings: Settings) -> Measured:
    return _from_synthetic(panel, settings, Kind.DID)


def _from_synthetic(panel: Panel, settings: Settings, kind: Kind) -> Measured:
    found = synthetic(
        panel.values,
        panel.treated,
        panel.start,
        kind=kind,
        draws=settings.draws,
        seed=settings.seed,
    )
    noise = _noise(panel)
    steady = noise[~panel.treated]
    own_noise = float(np.sqrt((noise[panel.treated] ** 2).mean() / panel.treated.sum()))
    usual = float(np.sqrt((steady**2).mean() / panel.treated.sum()))
    # A small unit among large ones swings more than they do: its error is theirs
    # times as much, and never less than theirs.
    se = found.se * max(1.0, own_noise / usual if usual > 0 else 1.0)
    placebos = found.placebos / np.maximum(steady, 1e-300)
    own = found.value / max(own_noise, 1e-300)
    p = max(found.rank_p, _rank(own, placebos))
    if not np.isfinite(se) or se <= 0:
        raise ValueError("Too few untouched ones to say how far they move.")
    return Measured(
        estimate=_with_freedom(found, se, panel),
        path=found.path,
        expected=found.expected,
        placebo_p=p,
        own=found.value / se,
        placebos=tuple(float(one) for one in found.placebos / se),
    )


def _with_freedom(found: Synthetic, se: float, panel: Panel) -> Estimate:
    """With few placebos Student's t, as their spread is itself uncertain."""
    margin = float(stdtrit(max(panel.controls - 1, 1), 0.5 + LEVEL / 2)) * se
    return replace(
        found.estimate(LEVEL),
        low=found.value - margin,
        high=found.value + margin,
        n=panel.n,
    )


def _noise(panel: Panel) -> Floats:
    """How far each unit's values lie from one another by counting alone."""
    if panel.totals is None or panel.measure is Measure.COUNT:
        return np.ones(len(panel.values))
    n = np.maximum(panel.totals, 1)
    if panel.measure is Measure.MEAN:
        return np.asarray(np.sqrt((1 / n).mean(axis=1)))
    share = panel.counts.sum(axis=1) / np.maximum(panel.totals.sum(axis=1), 1)
    share = np.clip(share, 1e-4, 1 - 1e-4)[:, None]
    return np.asarray(np.sqrt((share * (1 - share) / n).mean(axis=1)))


def _rank(own: float, placebos: Floats) -> float:
    extreme = int((np.abs(placebos) >= abs(own) * (1 - 1e-9)).sum())
    return (1 + extreme) / (1 + placebos.size)


def by_staggered(panel: Panel, settings: Settings) -> Measured:
    found = staggered(panel.values, panel.starts).overall()
    draws, seed = min(settings.draws, 499), settings.seed
    p, dealt = chance_of_overall(panel.values, panel.starts, draws=draws, seed=seed)
    # A small unit swings more than a large one: neither scale may make the proof.
    noise = _noise(panel)[:, None]
    even, _ = chance_of_overall(
        panel.values / noise, panel.starts, draws=draws, seed=seed
    )
    # Few units make errors by formula too small; dealing out the starts shows by how
    # much.
    margin = max(found.high - found.value, float(np.quantile(np.abs(dealt), LEVEL)))
    if margin <= 0:
        raise ValueError("Nothing moves in these numbers.")
    se = margin / 1.959964
    path = panel.values[panel.treated].mean(axis=0)
    alike = panel.values[~panel.treated].mean(axis=0)
    gap = float((path - alike)[: panel.start].mean())
    return Measured(
        estimate=replace(
            found, low=found.value - margin, high=found.value + margin, n=panel.n
        ),
        path=path,
        expected=alike + gap,
        placebo_p=max(p, even),
        own=found.value / se,
        placebos=tuple(float(one) for one in dealt / se),
    )


def by_controls(panel: Panel, settings: Settings) -> Measured:
    path, _ = panel.series(panel.treated)
    controls = panel.values[~panel.treated]
    found = impact(
        path, controls, panel.start, draws=settings.draws, seed=settings.seed + 1
    )
    own = found.mean.value / found.sd
    placebos = _swapped(controls[:MOST_PLACEBOS], panel.start, settings)
    before = path[: panel.start]
    return Measured(
        estimate=replace(found.mean, n=panel.n),
        path=path,
        expected=np.concatenate([np.full(before.size, np.nan), found.expected]),
        placebo_p=_rank(own, placebos) if placebos.size else None,
        own=own,
        placebos=tuple(float(one) for one in placebos),
    )


def _swapped(controls: Floats, start: int, settings: Settings) -> Floats:
    """Each control against the others, as if it had been acted on."""
    found = []
    for at in range(len(controls) if len(controls) > 1 else 0):
        if np.ptp(controls[at, :start]) == 0:
            continue
        rest = np.delete(controls, at, axis=0)
        one = impact(
            controls[at], rest, start, draws=settings.draws, seed=settings.seed + 1
        )
        found.append(one.mean.value / one.sd)
    return np.array(found)


def by_interruption(panel: Panel, settings: Settings) -> Measured:
    path, totals = panel.series(panel.treated)
    family = {
        Measure.SHARE: "binomial" if totals is not None else "gaussian",
        Measure.COUNT: "poisson",
        Measure.MEAN: "gaussian",
    }[panel.measure]
    found = interrupted(
        Series(path, totals, family),
        panel.start,
        period=settings.season or 1.0,
        harmonics=_harmonics(path.size, settings.season),
        level=LEVEL,
    )
    return Measured(replace(found.change, n=panel.n), path, found.expected)


def _harmonics(periods: int, season: float | None) -> int:
    """As much of a season as the series is long enough to tell from a trend."""
    if season is None or season < 4 or periods < 1.5 * season:
        return 0
    return 1 if periods < 2 * season else 2


def by_baseline(panel: Panel, settings: Settings) -> Measured:
    x, n, start = *pooled(panel), panel.start
    before = x[:, :start].sum(axis=1), n[:, :start].sum(axis=1)
    after = x[:, start:].sum(axis=1), n[:, start:].sum(axis=1)
    found = against_baseline(before, after, 0, seed=settings.seed)
    rest = [tuple(one[1:] for one in both) for both in (before, after)]
    placebos = np.array(
        [
            _in_errors(against_baseline(rest[0], rest[1], at, seed=settings.seed))
            for at in range(0, panel.controls, 1 + panel.controls // MANY_PLACEBOS)
        ]
    )
    own = _in_errors(found)
    with np.errstate(invalid="ignore", divide="ignore"):
        path = x[0] / n[0]
    return Measured(
        estimate=found,
        path=path,
        expected=np.full(path.size, np.nan),
        placebo_p=_rank(own, placebos),
        own=own,
        placebos=tuple(float(one) for one in placebos),
    )


def _in_errors(estimate: Estimate) -> float:
    return estimate.value / max((estimate.high - estimate.low) / 3.92, 1e-300)


def pooled(panel: Panel) -> tuple[Floats, Floats]:
    """Counts and totals, all treated summed into the first row."""
    if panel.totals is None:
        raise ValueError("Shares without totals cannot be counted.")
    rows = []
    for table in (panel.counts, panel.totals):
        treated = table[panel.treated].sum(axis=0)
        rows.append(np.vstack([treated, table[~panel.treated]]))
    return rows[0], rows[1]


WAYS: dict[Method, Way] = {
    Method.STAGGERED: by_staggered,
    Method.SYNTHETIC: by_synthetic,
    Method.DIFFERENCE: by_difference,
    Method.BASELINE: by_baseline,
    Method.CONTROLS: by_controls,
    Method.INTERRUPTED: by_interruption,
}
