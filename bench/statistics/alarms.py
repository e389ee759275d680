"""Alarms: false ones over a year of 200 quiet series, and how soon a doubling shows.

python bench/statistics/alarms.py [--runs 40]
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.alarms.changepoints import change_points
from moksori.analysis.alarms.farrington import farrington
from moksori.analysis.alarms.weekly import Outlook, new_watch, outlook

SERIES, YEAR = 200, 52
Counts = NDArray[np.int64]
KINDS = ("Poisson", "overdispersed", "remembers last week (AR .5)")


def world(rng: np.random.Generator, kind: str, weeks: int) -> Counts:
    """Quiet series of 2 to 50 a week with a season; nothing happens in them."""
    level = rng.lognormal(2.3, 0.8, (SERIES, 1))
    time_ = np.arange(weeks) + rng.integers(0, 52, (SERIES, 1))
    mean = level * np.exp(0.2 * np.sin(2 * np.pi * time_ / 52))
    if kind == "overdispersed":
        return rng.negative_binomial(10, 10 / (10 + mean))
    if kind == "Poisson":
        return rng.poisson(mean)
    noise = np.zeros((SERIES, weeks + 20))
    fresh = rng.normal(size=noise.shape)
    for week in range(1, weeks + 20):
        noise[:, week] = 0.5 * noise[:, week - 1] + np.sqrt(0.75) * fresh[:, week]
    return rng.poisson(mean * np.exp(0.2 * noise[:, 20:] - 0.02))


def alarms(found: Outlook, counts: Counts) -> list[tuple[int, int]]:
    """(week, series) of every discovery, larger series asked first."""
    lord, hits = new_watch(SERIES), []
    order = np.argsort(-counts[:, : -found.chance.shape[1]].mean(axis=1))
    for week in range(found.chance.shape[1]):
        for one in order:
            p = found.chance[one, week]
            if np.isfinite(p) and lord.test(float(p)).is_discovery:
                hits.append((week, int(one)))
    return hits


def quiet(runs: int, history: int) -> None:
    for kind in KINDS:
        rng = np.random.default_rng(11)
        loud = uncorrected = 0
        for _ in range(runs):
            counts = world(rng, kind, history + YEAR)
            found = outlook(counts, last=YEAR)
            loud += bool(alarms(found, counts))
            uncorrected += bool((found.chance < 0.05).any())
        print(
            f"| no change, {kind}, {history} weeks before | {loud / runs:.1%} of "
            f"{runs} runs alarm (each week at 5 %: {uncorrected / runs:.0%}) |",
            flush=True,
        )


def doubled(runs: int) -> None:
    for level in (5, 10, 20, 50):
        rng = np.random.default_rng(12)
        waits = []
        for _ in range(runs):
            counts = world(rng, "Poisson", 104 + 26)
            mean = np.full(104 + 26, float(level))
            mean[114:] *= 2
            counts[0] = rng.poisson(mean)
            found = outlook(counts, last=26)
            hits = [week for week, one in alarms(found, counts) if one == 0]
            waits.append(min([week - 9 for week in hits if week >= 10] or [99]))
        share = np.mean(np.array(waits) <= 16)
        print(
            f"| a doubling from {level} a week, one of 200 series | found in "
            f"{share:.0%} within 16 weeks, in the median after "
            f"{int(np.median(waits))} |",
            flush=True,
        )


def speed() -> None:
    rng = np.random.default_rng(13)
    counts = world(rng, "Poisson", 52 * 6)
    for name, ask in (
        ("Farrington 1996, 200 series × 1 week", lambda: farrington(counts, [311])),
        ("Farrington 1996, 200 × 52", lambda: farrington(counts, range(260, 312))),
        ("a page: outlook of 200 series × 4 weeks", lambda: outlook(counts, last=4)),
        (
            "change-points of 200 × 104",
            lambda: [change_points(y) for y in counts[:, :104]],
        ),
    ):
        start = time.perf_counter()
        ask()
        print(f"| {name} | {time.perf_counter() - start:.2f} s |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    speed()
    doubled(max(runs // 2, 5))
    for history in (52, 104):
        quiet(runs, history)


if __name__ == "__main__":
    main()
