"""Recurrence: how soon 6 → 12 % is found, and how often nothing is called a return.

python bench/statistics/recurrence.py [--runs 4000]
"""

from __future__ import annotations

import argparse

import numpy as np

from moksori.analysis.alarms.recurrence import cusum_sums, plan_watch

WEEKS = 52


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=4000)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(7)
    steady = np.full(WEEKS, 200)
    uneven = rng.integers(60, 400, WEEKS)
    for name, totals in (("200 a week", steady), ("60 to 400 a week", uneven)):
        plan = plan_watch(0.06, totals)
        size = np.broadcast_to(totals, (runs, WEEKS))
        quiet = cusum_sums(rng.binomial(size, 0.06), size, plan) > plan.limit
        back = cusum_sums(rng.binomial(size, 0.12), size, plan) > plan.limit
        waits = np.where(back.any(axis=1), back.argmax(axis=1) + 1, 99)
        shares = rng.binomial(size, 0.06) / size
        sigma = np.sqrt(0.06 * 0.94 / size)
        naive = (shares > 0.06 + 2 * sigma).any(axis=1).mean()
        print(
            f"| {name}, 6 → 12 % | median {int(np.median(waits))} weeks, "
            f"{(waits <= 4).mean():.1%} within 4 |"
        )
        print(
            f"| {name}, no return in 52 weeks | {quiet.any(axis=1).mean():.1%} false "
            f"alarms (2-sigma rule: {naive:.0%}) |"
        )
    guessed(runs, rng)


def guessed(runs: int, rng: np.random.Generator) -> None:
    """The usual share is itself estimated, from 600 feedbacks."""
    size, false = np.full(WEEKS, 200), 0
    for seed in range(runs // 20):
        hits = rng.binomial(600, 0.06)
        plan = plan_watch(hits / 600, size, usual_n=600, draws=1000, seed=seed)
        sums = cusum_sums(rng.binomial(size, 0.06), size, plan)
        false += bool((sums > plan.limit).any())
    print(
        "| usual share known from 600 feedbacks only, no return in 52 weeks | "
        f"{false / (runs // 20):.1%} false alarms |"
    )


if __name__ == "__main__":
    main()
