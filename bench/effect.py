"""How often `measure_effect` cries victory when nothing happened, and finds real falls.

python bench/effect.py [--runs 400]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.counterfactual import log_odds
from moksori.analysis.effect import Verdict, measure_effect
from moksori.analysis.proportions import newcombe

UNITS, BEFORE, AFTER = 30, 26, 12


def world(
    rng: np.random.Generator,
    *,
    units: int = UNITS,
    levels: float = 0.6,
    swing: float = 0.2,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Themes with a common season, AR(.6) swings of their own."""
    weeks = BEFORE + AFTER
    base = np.log(0.05 / 0.95) + levels * rng.standard_normal((units, 1))
    season = 0.2 * np.sin(np.arange(weeks) / 8 + rng.uniform(0, 6))
    noise = np.empty((units, weeks))
    noise[:, 0] = rng.standard_normal(units) * swing
    for week in range(1, weeks):
        fresh = rng.standard_normal(units) * swing * np.sqrt(1 - 0.36)
        noise[:, week] = 0.6 * noise[:, week - 1] + fresh
    logit = base + season + noise
    totals = np.broadcast_to(rng.poisson(300, weeks), logit.shape).copy()
    return rng.binomial(totals, 1 / (1 + np.exp(-logit))), totals


def first(x: NDArray[np.int64], n: NDArray[np.int64]) -> int:
    return 0


def worst(x: NDArray[np.int64], n: NDArray[np.int64]) -> int:
    return int(log_odds(x[:, :BEFORE].sum(1), n[:, :BEFORE].sum(1))[0].argmax())


def peaked(x: NDArray[np.int64], n: NDArray[np.int64]) -> int:
    """The one that rose most in the last four weeks: how people really choose."""
    late = log_odds(x[:, BEFORE - 4 : BEFORE].sum(1), n[:, BEFORE - 4 : BEFORE].sum(1))
    early = log_odds(x[:, : BEFORE - 4].sum(1), n[:, : BEFORE - 4].sum(1))
    return int((late[0] - early[0]).argmax())


def changed(
    rng: np.random.Generator, x: NDArray[np.int64], n: NDArray[np.int64], effect: float
) -> NDArray[np.int64]:
    """Counts thinned (or thickened) to 1 + effect times their expected share."""
    if effect <= 0:
        return rng.binomial(x, 1 + effect)
    return np.minimum(x + rng.binomial(x, effect), n)


def rates(
    choose: Callable[..., int],
    runs: int,
    *,
    effect: float = 0.0,
    seed: int = 1,
    **kind: float,
) -> tuple[float, float, float]:
    """Shares of runs judged proven, worse, and proven by a bare before/after."""
    rng = np.random.default_rng(seed)
    proven = worse = naive = 0
    for _ in range(runs):
        x, n = world(rng, **kind)  # type: ignore[arg-type]
        unit = choose(x, n)
        x[unit, BEFORE:] = changed(rng, x[unit, BEFORE:], n[unit, BEFORE:], effect)
        verdict = measure_effect(x, n, treated=unit, start=BEFORE).verdict
        proven += verdict is Verdict.PROVEN
        worse += verdict is Verdict.WORSE
        naive += _bare(x[unit], n[unit])
    return proven / runs, worse / runs, naive / runs


def _bare(x: NDArray[np.int64], n: NDArray[np.int64]) -> bool:
    early, late = slice(0, BEFORE), slice(BEFORE, None)
    change = newcombe(x[late].sum(), n[late].sum(), x[early].sum(), n[early].sum())
    return change.high < 0


CASES: tuple[tuple[str, Callable[..., int], dict[str, float]], ...] = (
    ("nothing happened, any theme", first, {}),
    ("nothing happened, worst theme", worst, {}),
    ("nothing happened, worst of 100 equal", worst, {"units": 100, "levels": 0.05}),
    ("nothing happened, peaked last month", peaked, {}),
    ("nothing happened, peaked, 100 equal", peaked, {"units": 100, "levels": 0.05}),
    ("nothing happened, five themes", first, {"units": 5}),
    ("nothing happened, calm weeks", first, {"swing": 0.0}),
    ("nothing happened, wild weeks", first, {"swing": 0.5}),
    ("fell by 30 %", first, {"effect": -0.3}),
    ("fell by 40 %", first, {"effect": -0.4}),
    ("fell by 40 %, worst theme", worst, {"effect": -0.4}),
    ("fell by 40 %, five themes", first, {"effect": -0.4, "units": 5}),
    ("rose by 50 %", first, {"effect": 0.5}),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=400)
    runs = options.parse_args().runs
    print(f"{'':38}{'proven':>8}{'worse':>8}{'bare before/after':>19}")
    for name, choose, kind in CASES:
        proven, worse, naive = rates(choose, runs, **kind)
        print(f"{name:38}{proven:8.1%}{worse:8.1%}{naive:19.1%}")


if __name__ == "__main__":
    main()
