"""How long drivers take, how often they claim what is not, and what intervals hold.

python bench/statistics/drivers.py [--runs 300]
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.drivers.importance import Drivers

LIMIT_S = 2.0
Floats = NDArray[np.float64]


def themes(n: int, count: int, seed: int) -> tuple[Floats, Floats, list[str]]:
    """People who name one to three of `count` themes, praising or complaining."""
    rng = np.random.default_rng(seed)
    x = np.zeros((n, 2 * count))
    for _ in range(3):
        named = rng.random(n) < (1.0, 0.5, 0.2)[_]
        theme = np.minimum(rng.geometric(0.15, n) - 1, count - 1)
        side = rng.integers(0, 2, n)
        x[np.flatnonzero(named), (2 * theme + side)[named]] = 1
    weight = np.concatenate([np.linspace(2.5, 0, count // 2), np.zeros(count)])[:count]
    y = 7 + (x[:, 1::2] - x[:, ::2]) @ weight + rng.normal(size=n) * 2
    names = [f"theme {at // 2}" for at in range(2 * count)]
    return x, np.clip(np.round(y), 0, 10), names


def timed(label: str, x: Floats, y: Floats, names: list[str]) -> float:
    start = time.perf_counter()
    found = Drivers(resamples=200).fit(x, y, names=names)
    took = time.perf_counter() - start
    print(f"{label:44}{took:7.2f} s   {found.method_}")
    return took


def speed() -> float:
    print("Time for 200 bootstraps")
    x, y, names = themes(20_000, 20, 1)
    slowest = timed("20 themes, 20,000 feedbacks, a score", x, y, names)
    x, y, names = themes(100_000, 20, 1)
    slowest = max(slowest, timed("20 themes, 100,000 feedbacks, a score", x, y, names))
    rng = np.random.default_rng(2)
    items = np.clip(np.round(3 + rng.normal(size=(1_500, 8))), 1, 5)
    score = np.clip(np.round(items @ np.linspace(0.8, 0, 8) + 2), 0, 10)
    labels = [f"item {at}" for at in range(8)]
    timed("8 items, 1,500 answers, a score", items, score, labels)
    timed("8 items, 1,500 answers, yes or no", items, score >= 9, labels)
    timed("20 themes, 20,000 feedbacks, yes or no", *themes(20_000, 20, 1)[:1],
          themes(20_000, 20, 1)[1] >= 9, themes(20_000, 20, 1)[2])  # fmt: skip
    return slowest


def false_claims(runs: int) -> None:
    """Shares of worlds without any driver in which one is called clear."""
    for label, count, is_yes_or_no in (
        ("8 items, score", 8, False),
        ("8 items, yes or no", 8, True),
        ("20 items, score", 20, False),
    ):
        claims = 0
        for run in range(runs):
            rng = np.random.default_rng([3, run])
            x = rng.normal(size=(300, count)) @ (np.eye(count) + 0.2)
            y = rng.normal(size=300)
            found = Drivers(resamples=20).fit(x, y > 0.8 if is_yes_or_no else y)
            claims += any(one.is_clear for one in found.drivers_)
        print(f"nothing drives, {label:28}{claims / runs:8.1%}")


def coverage(runs: int) -> None:
    """How often the interval of a real driver's part holds the true part."""
    mix, slopes = np.eye(4) + 0.3, np.array([1.0, 0.6, 0.3, 0.0])
    rng = np.random.default_rng(4)
    x = rng.normal(size=(400_000, 4)) @ mix
    y = x @ slopes + rng.normal(size=400_000) * 2
    true = Drivers(resamples=20).fit(x, y).importance_
    for n in (50, 200, 1_000):
        for interval in ("percentile", "bca"):
            held = np.zeros(4)
            for run in range(runs):
                rng = np.random.default_rng([5, n, run])
                x = rng.normal(size=(n, 4)) @ mix
                y = x @ slopes + rng.normal(size=n) * 2
                found = Drivers(interval=interval).fit(x, y)
                for one in found.drivers_:
                    at = int(one.name[1:]) - 1
                    held[at] += one.importance.low <= true[at] <= one.importance.high
            print(f"interval holds the truth, n {n:5} {interval:11}"
                  + "".join(f"{share:8.1%}" for share in held / runs))  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=300)
    runs = options.parse_args().runs
    slowest = speed()
    false_claims(runs)
    coverage(runs)
    print(f"{'ok' if slowest <= LIMIT_S else 'TOO SLOW'}: limit {LIMIT_S} s")
    return int(slowest > LIMIT_S)


if __name__ == "__main__":
    raise SystemExit(main())
