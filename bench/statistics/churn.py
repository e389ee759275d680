"""Churn probabilities: calibration next to a reweighted model, and Cox's intervals.

python bench/statistics/churn.py [--runs 40]
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from moksori.analysis.customers.calibration import calibration
from moksori.analysis.customers.churn import Churn
from moksori.analysis.customers.drift import shifts
from moksori.analysis.customers.hazards import Cox
from moksori.analysis.customers.survival import kaplan_meier

Numbers = NDArray[np.float64]
WEIGHTS = np.array([0.8, -0.6, 0.4, 0.0, 0.0, 0.0])


def customers(rng: np.random.Generator, n: int) -> tuple[Numbers, Numbers]:
    x = rng.normal(size=(n, WEIGHTS.size))
    p = expit(-2.2 + x @ WEIGHTS + 0.3 * x[:, 0] * x[:, 1])
    return x, (rng.uniform(size=n) < p).astype(float)


def slopes(runs: int) -> tuple[list[float], list[float], list[float], list[float]]:
    """Slope and mean promise of ours and of a class-weighted logistic regression."""

    ours, theirs, mean, weighted = [], [], [], []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        x, left = customers(rng, 2_000)
        new, gone = customers(rng, 20_000)
        churn = Churn().fit(x, left, when=np.arange(2_000) // 250)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = LogisticRegression(class_weight="balanced").fit(x, left)
        promised = churn.predict_proba(new)
        ours.append(calibration(promised, gone).slope.value)
        mean.append(float(promised.mean() / gone.mean()))
        told = other.predict_proba(new)[:, 1]
        theirs.append(calibration(told, gone).slope.value)
        weighted.append(float(told.mean() / gone.mean()))
    return ours, mean, theirs, weighted


def covered(runs: int) -> tuple[float, float]:
    """How often 95 % intervals hold the truth: Cox's ratio, and S at one year."""
    ratio = share = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=150)
        life = rng.exponential(12 / np.exp(0.5 * x))
        end = rng.uniform(6, 30, 150)
        left = life <= end
        months = np.ceil(np.minimum(life, end))
        found = Cox().fit(x, months, left).ratios_[0]
        ratio += found.low <= np.exp(0.5) <= found.high
        plain = rng.exponential(12, 60)
        curve = kaplan_meier(np.minimum(plain, 20), plain <= 20)
        at = curve.at(12)
        share += at.low <= np.exp(-1) <= at.high
    return ratio / runs, share / runs


def false_drift(runs: int) -> float:
    """Features said to have moved when none has, 200 customers a side."""
    found = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        old, new = rng.normal(size=(200, 10)), rng.normal(size=(200, 10))
        names = [str(at) for at in range(10)]
        found += sum(one.level != "none" for one in shifts(old, new, names=names))
    return found / runs / 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    runs = parser.parse_args().runs
    ours, mean, theirs, weighted = slopes(runs)
    inside = np.mean([0.85 <= one <= 1.15 for one in ours])
    print(f"slope .85-1.15 next period: {100 * inside:.0f} % of {runs} runs")
    print(f"promised / left: {np.mean(mean):.2f}")
    print(
        f"class_weight: slope {np.mean(theirs):.2f}, promised / left "
        f"{np.mean(weighted):.2f}"
    )
    ratio, share = covered(10 * runs)
    print(f"covered: Cox {100 * ratio:.1f} %, Kaplan-Meier {100 * share:.1f} %")
    print(f"drift seen where there is none: {100 * false_drift(runs):.1f} %")


if __name__ == "__main__":
    main()
