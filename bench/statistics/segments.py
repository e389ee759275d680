"""Micro-segments: false ones where there are none, planted ones found, and speed.

python bench/statistics/segments.py [--runs 200] [--rows 1000000]
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.groups.funnel import funnel
from moksori.analysis.proportions import beyond_chance
from moksori.analysis.segments.disproportion import gamma_mixture
from moksori.analysis.segments.microsegments import MicroSegments
from moksori.analysis.segments.numbers import MicroSegment

REGIONS = ["서울", "부산", "대구", "광주", "제주", "인천"]
CHANNELS, TIERS = ["app", "web", "store", "call"], ["gold", "silver", "basic"]


def customers(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Six attributes: two with skewed levels, one a number, one seldom known."""
    skewed = 1 / np.arange(1, 13)
    age = rng.integers(18, 75, n).astype(float)
    age[rng.random(n) < 0.2] = np.nan
    return {
        "age": age,
        "region": np.array(REGIONS)[rng.integers(0, 6, n)],
        "channel": np.array(CHANNELS)[rng.integers(0, 4, n)],
        "tier": np.array(TIERS)[rng.choice(3, n, p=[0.1, 0.3, 0.6])],
        "product": rng.choice(12, n, p=skewed / skewed.sum()).astype(str),
        "language": np.where(rng.random(n) < 0.1, "en", "ko"),
    }


def named(found: MicroSegments) -> list[frozenset[str]]:
    return [frozenset(str(part) for part in one.rule) for one in found.segments_]


def null_runs(runs: int, n: int, share: float) -> tuple[float, float]:
    """How many data sets without any segment give one: of shares, and of means."""
    shares = means = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        table = customers(rng, n)
        search = MicroSegments().fit(table, rng.random(n) < share)
        shares += bool(search.segments_)
        scores = np.clip(np.round(rng.normal(7.5, 2.5, n)), 0, 10)
        means += bool(MicroSegments(direction="less").fit(table, scores).segments_)
    return shares / runs, means / runs


def of_the_best_twenty(runs: int, n: int, share: float) -> float:
    """The same, were false findings controlled over the best twenty cells alone."""
    false = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        search = MicroSegments().fit(customers(rng, n), rng.random(n) < share)
        best = np.sort(search.p_.ravel())[:20]
        false += bool(beyond_chance(best).any())
    return false / runs


PLANTED = [
    frozenset({"region: 제주", "channel: call"}),
    frozenset({"age: < 30", "tier: gold", "channel: app"}),
]


def planted_runs(runs: int, n: int) -> tuple[float, float, list[MicroSegment]]:
    """Share of planted segments found exactly, extra findings per run."""
    found = extra = 0
    stable: list[MicroSegment] = []
    for seed in range(runs):
        rng = np.random.default_rng(1000 + seed)
        table = customers(rng, n)
        one = (table["region"] == "제주") & (table["channel"] == "call")
        other = (table["age"] < 30) & (table["tier"] == "gold")
        other &= table["channel"] == "app"
        chance = np.where(one, 0.12, np.where(other, 0.25, 0.05))
        search = MicroSegments().fit(table, rng.random(n) < chance)
        names = named(search)
        found += sum(name in names for name in PLANTED)
        extra += sum(name not in PLANTED for name in names)
        stable += search.segments_
    return found / (2 * runs), extra / runs, stable


def speed(rows: int) -> tuple[float, float, int, list[frozenset[str]]]:
    """CPU seconds for six attributes: one outcome, twenty at once; cells tested."""
    rng = np.random.default_rng(7)
    table = customers(rng, rows)
    one = (table["region"] == "제주") & (table["channel"] == "call")
    complains = rng.random(rows) < np.where(one, 0.07, 0.05)
    started = time.process_time()
    search = MicroSegments().fit(table, complains)
    single = time.process_time() - started
    many: NDArray[np.bool_] = rng.random((rows, 20)) < 0.03
    many[:, 0] = complains
    started = time.process_time()
    MicroSegments().fit(table, many)
    return single, time.process_time() - started, search.tested_, named(search)


def shrinking(runs: int) -> tuple[float, float]:
    """CPU seconds for 17,000 pairs, and how often equal teams are flagged."""
    rng = np.random.default_rng(1)
    expected = rng.lognormal(-1, 1.5, 17_000)
    counts = rng.poisson(expected * rng.gamma(2, 0.5, 17_000))
    seen = counts > 0
    started = time.process_time()
    gamma_mixture(counts[seen], expected[seen])
    seconds = time.process_time() - started
    flagged = []
    for _ in range(runs):
        n = rng.integers(40, 400, 60)
        flagged.append(funnel(rng.binomial(n, 0.2), n).flagged.mean())
    return seconds, float(np.mean(flagged))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    shares, means = null_runs(asked.runs, 10_000, 0.1)
    print(f"nothing planted, {asked.runs} data sets: {shares:.1%} of shares and")
    print(f"  {means:.1%} of means show a segment (limit 5 %)")
    best = of_the_best_twenty(min(asked.runs, 100), 10_000, 0.1)
    print(f"  controlled over the best twenty cells alone: {best:.0%}")
    found, extra, segments = planted_runs(max(asked.runs // 4, 10), 20_000)
    stable = [one.stability for one in segments]
    times = [one.times.value for one in segments if one.times]
    shrunken = [one.shrunken.value for one in segments]
    print(f"two planted in 20,000: {found:.0%} found exactly, {extra:.2f} extra a run")
    print(f"  stability {np.mean(stable):.2f}, ratio {np.mean(times):.2f}")
    print(f"  shrunken {np.mean(shrunken):.2f}")
    single, many, tested, names = speed(asked.rows)
    print(f"{asked.rows:,} rows x 6 attributes: {single:.1f} CPU s, {tested:,} cells")
    print(f"  {[sorted(name) for name in names]}; twenty outcomes: {many:.1f} CPU s")
    seconds, flagged = shrinking(asked.runs)
    print(f"EBGM of 17,000 pairs: {seconds:.1f} CPU s")
    print(f"equal teams flagged {flagged:.2%}")


if __name__ == "__main__":
    main()
