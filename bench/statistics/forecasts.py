"""Forecasts against the seasonal naive, their intervals, and noise taken for signals.

python bench/statistics/forecasts.py [--series 20]

Simulated series of five kinds (fixed seeds), the last season kept apart; and the
quarterly beer of `tests/published`. MASE is the mean over all errors of all series,
each divided by its in-sample seasonal naive error.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.forecasts import (
    METHODS,
    forecast,
    mase_over_all,
    reconciled,
    scale_of,
    seasonal_naive,
    summing,
)
from tests.published.test_forecasts import BEER

SEASON, HORIZON, LENGTH = 12, 6, 60
Numbers = NDArray[np.float64]
Kind = Callable[[np.random.Generator], Numbers]


def level(rng: np.random.Generator) -> Numbers:
    """A level that wanders, Poisson counts around it."""
    walk = np.cumsum(rng.normal(0, 0.05, LENGTH + HORIZON))
    return rng.poisson(80 * np.exp(walk)).astype(float)


def season(rng: np.random.Generator) -> Numbers:
    """A yearly wave and a slow trend."""
    t = np.arange(LENGTH + HORIZON)
    wave = 1 + 0.3 * np.sin(2 * np.pi * (t + rng.integers(12)) / SEASON)
    return rng.poisson(100 * wave * (1 + rng.normal(0, 0.004) * t)).astype(float)


def trend(rng: np.random.Generator) -> Numbers:
    t = np.arange(LENGTH + HORIZON)
    return 50 + rng.uniform(-0.5, 1.5) * t + rng.normal(0, 6, t.size)


def rare(rng: np.random.Generator) -> Numbers:
    """Small counts, many zeros."""
    return rng.poisson(0.8, LENGTH + HORIZON).astype(float)


def jump(rng: np.random.Generator) -> Numbers:
    """A level that changed once."""
    t = np.arange(LENGTH + HORIZON)
    step = np.where(t > rng.integers(20, 50), 60.0, 100.0)
    return rng.normal(step, 8)


KINDS: Mapping[str, Kind] = {
    "wandering level": level,
    "season and trend": season,
    "trend": trend,
    "rare events": rare,
    "one jump": jump,
}


def compare(kind: Kind, count: int) -> dict[str, float | None]:
    """MASE of each method, of the choice, and how many values its interval held."""
    scaled: dict[str, list[Numbers]] = {}
    held, asked = 0, 0
    for seed in range(count):
        y = kind(np.random.default_rng(seed))
        known, came = y[:LENGTH], y[LENGTH:]
        scale = scale_of(known, SEASON) or np.nan
        chosen = forecast(known, HORIZON, season=SEASON)
        ahead = {
            name: method(known, HORIZON, SEASON).value
            for name, method in METHODS.items()
        }
        ahead["chosen"] = np.array([point.value for point in chosen.points])
        for name, value in ahead.items():
            scaled.setdefault(name, []).append(np.abs(came - value) / scale)
        held += sum(
            point.low <= value <= point.high
            for point, value in zip(chosen.points, came, strict=True)
        )
        asked += HORIZON
    found = {name: mase_over_all(errors) for name, errors in scaled.items()}
    return found | {"held": held / asked}


def false_signals(count: int) -> float:
    """How often a signal of pure noise is used."""
    used = 0
    for seed in range(count):
        rng = np.random.default_rng(seed)
        noise = rng.normal(size=LENGTH)
        only = {"seasonal naive": seasonal_naive}
        found = forecast(
            rng.normal(50, 5, LENGTH), 3, signals={"noise": noise}, methods=only
        )
        used += bool(found.used)
    return used / count


def hierarchy(count: int) -> tuple[float, float]:
    """Mean squared error of base and reconciled forecasts over all nodes."""
    parts = [(r, p) for r in range(3) for p in range(2)]
    _nodes, sums = summing(parts)
    before, after = [], []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        truth = rng.uniform(20, 80, (len(parts), 1))
        errors = rng.normal(0, 6, (41, len(sums))) + rng.normal(0, 4, (41, 1))
        base = sums @ truth + errors[0][:, None]
        made = reconciled(base, sums, residuals=errors[1:]).value
        before.append(((base - sums @ truth) ** 2).mean())
        after.append(((made - sums @ truth) ** 2).mean())
    return float(np.mean(before)), float(np.mean(after))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=20)
    count = parser.parse_args().series
    print("| kind | seasonal naive | Theta | ETS | chosen | interval held |")
    print("|---|---|---|---|---|---|")
    for name, kind in KINDS.items():
        found = compare(kind, count)
        cells = [found[key] or 0.0 for key in (*METHODS, "chosen")]
        words = " | ".join(f"{cell:.2f}" for cell in cells)
        print(f"| {name} | {words} | {100 * (found['held'] or 0):.0f} % |")
    beer = np.array(BEER, dtype=float)
    chosen = forecast(beer[:64], 10, season=4)
    errors = beer[64:] - [point.value for point in chosen.points]
    naive = seasonal_naive(beer[:64], 10, 4).value
    scale = scale_of(beer[:64], 4) or 1.0
    print(
        f"beer: chosen {chosen.method} {np.abs(errors).mean() / scale:.2f}, seasonal "
        f"naive {np.abs(beer[64:] - naive).mean() / scale:.2f}"
    )
    print(f"noise used as a signal: {100 * false_signals(100):.0f} %")
    before, after = hierarchy(200)
    print(f"mean squared error: base {before:.1f}, adding up {after:.1f}")


if __name__ == "__main__":
    main()
