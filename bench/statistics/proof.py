"""How often "proven" is said where nothing happened, and how often a fall is found.

python -m bench.statistics.proof [--runs 200]

Every world has weeks that resemble each other (AR .5) unless it says else. "proven" and
"worse" are verdicts; "below zero" is the interval alone, before the placebos are asked.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.effect import measure_effect
from moksori.analysis.proof.choose import Method
from moksori.analysis.proof.interrupted import Series, interrupted
from moksori.analysis.proof.measures import Settings
from moksori.analysis.proof.outlook import outlook
from moksori.analysis.proof.panel import Measure, Panel
from moksori.analysis.proof.prove import prove
from moksori.analysis.verdict import Verdict

Floats = NDArray[np.float64]
QUICK = Settings(draws=200)
THIRD = -1 / 3


@dataclass(frozen=True, slots=True)
class World:
    """Some of `units` begin at `starts` (periods); each cell is of about `size`."""

    units: int
    starts: tuple[int, ...]
    periods: int = 78
    size: float = 300
    level: float = 0.1
    apart: float = 0.4
    swing: float = 0.1
    memory: float = 0.5
    uneven: float = 0.0  # how much larger some units are than others, log scale
    measure: Measure = Measure.SHARE
    worst: int = 0  # so many of the worst are treated instead of the first


def swings(
    random: np.random.Generator, shape: tuple[int, int], memory: float
) -> Floats:
    noise = random.standard_normal(shape)
    for at in range(1, shape[1]):
        noise[:, at] *= np.sqrt(1 - memory**2)
        noise[:, at] += memory * noise[:, at - 1]
    return noise


def panel_of(world: World, random: np.random.Generator, effect: float) -> Panel:
    """A drawn panel in which the treated changed by the share `effect`."""
    shape = (world.units, world.periods)
    base = np.log(world.level / (1 - world.level))
    levels = base + world.apart * random.standard_normal((world.units, 1))
    common = 0.1 * np.sin(np.arange(world.periods) / 8 + random.uniform(0, 6))
    odds = levels + common + world.swing * swings(random, shape, world.memory)
    share = 1 / (1 + np.exp(-odds))
    sizes = world.size * np.exp(world.uneven * random.standard_normal((world.units, 1)))
    totals = random.poisson(np.broadcast_to(sizes, shape)) + 1
    counts = random.binomial(totals, share)
    starts = _starts(world, counts, totals)
    for unit in np.flatnonzero(np.isfinite(starts)):
        late = slice(int(starts[unit]), None)
        counts[unit, late] = random.binomial(counts[unit, late], 1 + effect)
    return Panel(counts / totals, starts, totals.astype(float), world.measure)


def _starts(
    world: World, counts: NDArray[np.int64], totals: NDArray[np.int64]
) -> Floats:
    starts = np.full(world.units, np.inf)
    chosen = np.arange(len(world.starts))
    if world.worst:
        first = slice(0, world.starts[0])
        seen = counts[:, first].sum(axis=1) / totals[:, first].sum(axis=1)
        chosen = np.argsort(-seen)[: world.worst]
    starts[chosen] = world.starts
    return starts


def each_of_the_worst(panel: Panel) -> Iterator[Panel]:
    """The worst one by one, each beside all that were not chosen."""
    for unit in np.flatnonzero(panel.treated):
        rows = ~panel.treated
        rows[unit] = True
        yield panel.only(rows)


def whole(panel: Panel) -> Iterator[Panel]:
    yield panel


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    world: World
    method: Method
    parts: Callable[[Panel], Iterator[Panel]] = whole


WORST = World(100, (52,) * 5, level=0.05, apart=0.6, worst=5)
CASES = (
    Case("worst 5 of 100 topics", WORST, Method.COLLAPSED, each_of_the_worst),
    Case(
        "worst 5 of 100 equal topics",
        replace(WORST, apart=0.05),
        Method.COLLAPSED,
        each_of_the_worst,
    ),
    Case("1 of 20 regions", World(20, (52,)), Method.SYNTHETIC),
    Case("1 of 20 uneven regions", World(20, (52,), uneven=1.0), Method.SYNTHETIC),
    Case("4 of 20 regions", World(20, (52,) * 4), Method.SYNTHETIC),
    Case("3 of 9 regions", World(9, (52,) * 3), Method.COLLAPSED),
    Case(
        "8 of 20 regions, 4 starts",
        World(20, (40, 40, 44, 44, 48, 48, 52, 52)),
        Method.STAGGERED,
    ),
    Case("1 series, 5 controls", World(6, (52,)), Method.CONTROLS),
    Case(
        "worst 5 of 100, 3 waves before",
        replace(WORST, starts=(3,) * 5, periods=6, size=1500),
        Method.BASELINE,
        each_of_the_worst,
    ),
    Case("1 series alone", World(1, (52,)), Method.INTERRUPTED),
)


def rates(case: Case, runs: int, effect: float) -> tuple[float, float, float, float]:
    """Shares judged proven, judged worse, below zero, and below by two plain means."""
    random = np.random.default_rng(5)
    found = []
    for _ in range(runs):
        panel = panel_of(case.world, random, effect)
        for part in case.parts(panel):
            proof = prove(part, settings=QUICK, method=case.method)
            high = proof.estimate.high if proof.estimate else 1.0
            found.append(
                (
                    proof.verdict is Verdict.PROVEN,
                    proof.verdict is Verdict.WORSE,
                    high < 0,
                    _plain(part),
                )
            )
    proven, worse, below, plain = np.mean(found, axis=0)
    return float(proven), float(worse), float(below), float(plain)


def _plain(panel: Panel) -> bool:
    """What a bare before and after would say: weeks taken as if independent."""
    series, _ = panel.series(panel.treated)
    early, late = series[: panel.start], series[panel.start :]
    error = np.sqrt(early.var(ddof=1) / early.size + late.var(ddof=1) / late.size)
    return bool(late.mean() - early.mean() < -1.96 * error)


def memories(runs: int) -> list[tuple[float, float, float]]:
    """A step in one series where there is none: robust errors, and R's own."""
    rows = []
    for memory in (0.0, 0.3, 0.5, 0.7):
        random = np.random.default_rng(6)
        robust = plain = 0
        for _ in range(runs):
            noise = 0.15 * swings(random, (1, 104), memory)[0]
            counts = random.poisson(60 * np.exp(noise)).astype(float)
            found = interrupted(Series(counts), 52)
            robust += not found.change.low <= 0 <= found.change.high
            ratio = found.ratio()
            plain += not ratio.low <= 1 <= ratio.high
        rows.append((memory, robust / runs, plain / runs))
    return rows


def waiting(runs: int) -> tuple[float, float]:
    """Weeks that the outlook asks for, and how often a fall by a third is seen then."""
    random = np.random.default_rng(7)
    world = World(20, (52,), level=0.05)
    asked, found = [], []
    for _ in range(runs):
        panel = panel_of(replace(world, periods=160), random, THIRD)
        share = float(panel.values[0, :52].mean())
        proof = prove(panel.until(52), expected=share * THIRD)
        if proof.outlook.periods is None:
            continue
        asked.append(proof.outlook.periods)
        seen = panel.until(52 + proof.outlook.periods)
        assert seen.totals is not None
        effect = measure_effect(
            np.rint(seen.values * seen.totals), seen.totals, treated=0, start=52
        )
        found.append(effect.estimate is not None and effect.estimate.high < 0)
    return float(np.median(asked)), float(np.mean(found))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--only", default="", help="cases whose name holds this")
    given = options.parse_args()
    runs = given.runs
    print(f"{'':34}{'nothing happened':>32}{'fell by a third':>20}")
    heads = ("proven", "worse", "below 0", "plain", "proven", "below 0")
    print(f"{'':34}" + "".join(f"{head:>9}" for head in heads))
    for case in (case for case in CASES if given.only in case.name):
        some = max(20, runs // 5) if case.world.worst else runs
        proven, worse, below, plain = rates(case, some, 0.0)
        found = rates(case, some, THIRD)
        numbers = (proven, worse, below, plain, found[0], found[2])
        print(f"{case.name:34}" + "".join(f"{x:9.1%}" for x in numbers), flush=True)
    print("\nA step in one series, where there is none (5 % is right)")
    for memory, robust, plain in memories(5 * runs):
        print(f"AR {memory:.1f}   robust {robust:6.1%}   quasi-Poisson {plain:6.1%}")
    weeks, share = waiting(runs)
    print(f"\nOutlook: {weeks:.0f} weeks (median); then below zero in {share:.0%}")
    print(f"(seeds fixed; {outlook.__name__} asks for 80 %)")


if __name__ == "__main__":
    main()
