"""How often the intervals of scores hold the truth, at ten to fifty answers.

    python bench/statistics/coverage.py [--samples 20000]

Every interval promises 95 %. Wilson, Newcombe, the adjusted Wald interval of NPS and
Student's t are drawn against the plain Wald intervals that most tools print; weighted
shares and NPS against samples in which the young answer a third as often. Seeds fixed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from math import sqrt
from typing import Any

import numpy as np

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import change, mean, newcombe, nps, nps_from, wilson
from moksori.analysis.surveys import design as survey
from moksori.analysis.surveys.weights import Margin, rake

Z = 1.959964
SIZES = (10, 15, 20, 30, 50)
SHARES = (0.02, 0.05, 0.1, 0.3, 0.5)
VOTERS = ((0.5, 0.2), (0.3, 0.3), (0.9, 0.0), (0.7, 0.05), (0.1, 0.6))


def holds(interval: Estimate | tuple[float, float], truth: float) -> bool:
    if isinstance(interval, Estimate):
        interval = (interval.low, interval.high)
    return interval[0] - 1e-9 <= truth <= interval[1] + 1e-9


def wald(x: float, n: int) -> tuple[float, float]:
    p = x / n
    margin = Z * sqrt(p * (1 - p) / n)
    return p - margin, p + margin


def wald_nps(p: float, d: float, n: int) -> tuple[float, float]:
    margin = Z * sqrt(max(p + d - (p - d) ** 2, 0) / n)
    return p - d - margin, p - d + margin


def shares(
    draw: np.random.Generator, samples: int
) -> Iterator[tuple[str, float, float]]:
    """One share: (n, p), how often Wilson and Wald hold it."""
    for n in SIZES:
        for p in SHARES:
            hits = draw.binomial(n, p, samples)
            ours = {x: holds(wilson(int(x), n), p) for x in set(hits.tolist())}
            plain = {x: holds(wald(x, n), p) for x in set(hits.tolist())}
            yield (
                f"share {p:.0%}, n {n}",
                float(np.mean([ours[x] for x in hits.tolist()])),
                float(np.mean([plain[x] for x in hits.tolist()])),
            )


def changes(
    draw: np.random.Generator, samples: int
) -> Iterator[tuple[str, float, float]]:
    for n in SIZES:
        for p, q in ((0.1, 0.1), (0.3, 0.1), (0.5, 0.3), (0.9, 0.9)):
            one, other = draw.binomial(n, p, samples), draw.binomial(n, q, samples)
            ours = plain = 0
            for x, y in zip(one.tolist(), other.tolist(), strict=True):
                ours += holds(newcombe(x, n, y, n), p - q)
                gap = x / n - y / n
                spread = (x / n * (1 - x / n) + y / n * (1 - y / n)) / n
                margin = Z * sqrt(spread)
                plain += holds((gap - margin, gap + margin), p - q)
            yield (
                f"change {p:.0%} − {q:.0%}, n {n} each",
                ours / samples,
                plain / samples,
            )


def promoters(
    draw: np.random.Generator, samples: int
) -> Iterator[tuple[str, float, float]]:
    for n in SIZES:
        for p, d in VOTERS:
            counts = draw.multinomial(n, [p, d, 1 - p - d], samples)
            ours = plain = 0
            for up, down, _rest in counts.tolist():
                ours += holds(nps_from(up, down, n), p - d)
                plain += holds(wald_nps(up / n, down / n, n), p - d)
            label = f"NPS {100 * (p - d):+.0f} ({p:.0%} / {d:.0%}), n {n}"
            yield label, ours / samples, plain / samples


def nps_changes(
    draw: np.random.Generator, samples: int
) -> Iterator[tuple[str, float, float]]:
    """Two waves; square and add of the adjusted intervals against plain Wald."""
    for n in SIZES:
        for p, d in VOTERS:
            first = draw.multinomial(n, [p, d, 1 - p - d], samples)
            second = draw.multinomial(n, [p, d, 1 - p - d], samples)
            ours = plain = 0
            for (a, b, _c), (e, f, _g) in zip(
                first.tolist(), second.tolist(), strict=True
            ):
                ours += holds(change(nps_from(e, f, n), nps_from(a, b, n)), 0.0)
                one, two = wald_nps(a / n, b / n, n), wald_nps(e / n, f / n, n)
                half = sqrt((one[1] - one[0]) ** 2 + (two[1] - two[0]) ** 2) / 2
                gap = (e - f - a + b) / n
                plain += holds((gap - half, gap + half), 0.0)
            label = f"change of NPS ({p:.0%} / {d:.0%}), n {n} each"
            yield label, ours / samples, plain / samples


def means(
    draw: np.random.Generator, samples: int
) -> Iterator[tuple[str, float, float]]:
    """Grades 1–5 as people give them, mostly 4 and 5."""
    grades, odds = np.arange(1, 6), np.array([0.05, 0.07, 0.18, 0.4, 0.3])
    truth = float(grades @ odds)
    for n in SIZES:
        ours = plain = 0
        for row in draw.choice(grades, (samples, n), p=odds):
            ours += holds(mean(row), truth)
            margin = Z * row.std(ddof=1) / sqrt(n)
            plain += holds((row.mean() - margin, row.mean() + margin), truth)
        yield f"mean grade, n {n}", ours / samples, plain / samples


def weighted(
    draw: np.random.Generator, samples: int
) -> Iterator[tuple[str, float, float]]:
    """The young are half of all customers, answer a third as often, and like it less.

    The right column is the interval of the answers as they came."""
    for n in (30, 50, 100, 300):
        ours = plain = tried = 0
        scores = [0, 0]
        for _ in range(samples):
            young = draw.random(n) < 0.25
            if not 2 <= young.sum() <= n - 2:
                continue
            likes = (draw.random(n) < np.where(young, 0.4, 0.7)).astype(float)
            votes = np.where(likes == 1, 9.0, np.where(draw.random(n) < 0.5, 7.0, 5.0))
            raked = rake(np.ones(n), [Margin(young.tolist(), {True: 0.5, False: 0.5})])
            sample = survey.simple(n).raked(raked)
            tried += 1
            ours += holds(survey.share(likes, sample).estimate, 0.55)
            plain += holds(wilson(likes.sum(), n), 0.55)
            truth = 0.55 - 0.45 / 2
            scores[0] += holds(survey.nps(votes, sample).estimate, truth)
            scores[1] += holds(nps(votes), truth)
        yield f"weighted share, n {n}", ours / tried, plain / tried
        yield f"weighted NPS, n {n}", scores[0] / tried, scores[1] / tried


Found = Callable[[np.random.Generator, int], Iterator[tuple[str, float, float]]]
PARTS: dict[str, tuple[Found, float]] = {
    "shares": (shares, 1.0),
    "changes": (changes, 0.25),
    "promoters": (promoters, 0.25),
    "nps_changes": (nps_changes, 0.1),
    "means": (means, 0.25),
    "weighted": (weighted, 0.05),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    options: Any = parser.parse_args()
    for name, (run, part) in PARTS.items():
        draw = np.random.default_rng(2026)
        found = list(run(draw, max(int(options.samples * part), 200)))
        ours, plain = ([row[at] for row in found] for at in (1, 2))
        print(f"{name}: {len(found)} cases, mean {np.mean(ours):.1%}, "
              f"lowest {min(ours):.1%}, highest {max(ours):.1%}; "
              f"plain: mean {np.mean(plain):.1%}, lowest {min(plain):.1%}")  # fmt: skip
        worst = sorted(found, key=lambda row: row[1])[:2]
        for label, our, other in worst:
            print(f"    {label}: {our:.1%} (plain {other:.1%})")


if __name__ == "__main__":
    main()
