"""Which themes hurt most: reach × severity × trend, with the doubt about the order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import mean_from, wilson
from moksori.analysis.trend import WINDOW, Direction, Trend, trend

MINIMUM = 30
"""Fewer feedbacks than this that complain about a theme are not ranked."""

TREND_LIMIT = 1.5
_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted about one theme.

    `negatives` feedbacks have at least one negative mention of the theme;
    `severity_mean` and `severity_sd` (sample deviation) describe their severity, one
    value from 1 to 5 each; `weekly` counts them by week, oldest first. `heard`
    feedbacks mention it at all, `praises` feedbacks praise it (0 and 0: not counted).
    What is not `is_ranked` counts for what is usual, and is left out of the ranks.
    """

    theme: int
    negatives: int
    severity_mean: float
    severity_sd: float
    weekly: NDArray[Any] = field(default_factory=lambda: np.zeros(0))
    heard: int = 0
    praises: int = 0
    is_ranked: bool = True


@dataclass(frozen=True, slots=True)
class Pain:
    """A theme that hurts.

    `reach` is the share of all feedback that complains about it, `severity` how bad it
    is for them (1–5). `score` orders the list and has no unit; `rank_low`–`rank_high`
    is where the rank may lie (90 % of draws from the uncertainty of its parts).
    """

    theme: int
    rank: int
    rank_low: int
    rank_high: int
    reach: Estimate
    severity: Estimate
    trend: Trend
    score: float


def rank_pains(
    tallies: Sequence[Tally],
    *,
    total: int,
    weekly_totals: NDArray[Any],
    minimum: int = MINIMUM,
    window: int = WINDOW,
    seed: int = 0,
) -> list[Pain]:
    """Pain points, worst first.

    score = reach × severity × trend. Reach is the share of feedback with a negative
    mention of the theme. Severity runs from 1 (a little) to 5 (very bad). Trend is 1,
    unless the share has clearly changed in the last `window` weeks against the
    `window` weeks before (the interval leaves out zero): then it is the later share
    over the earlier one, at least 2/3 and at most 3/2. A theme with fewer than
    `minimum` complaining feedbacks is not ranked, nor is one that is mostly praised
    (`mostly_praised` beside the `usual_share` of `tallies`). Ties keep their order.
    """
    usual = usual_share(tallies)
    kept = [
        tally
        for tally in tallies
        if tally.is_ranked
        and tally.negatives >= max(minimum, 1)
        and not mostly_praised(tally, usual)
    ]
    if not kept:
        return []
    trends = [trend(tally.weekly, weekly_totals, window=window) for tally in kept]
    factors = np.array([trend_factor(found) for found in trends])
    reaches = [wilson(tally.negatives, total) for tally in kept]
    severities = [_severity(tally) for tally in kept]
    scores = factors * [
        r.value * s.value for r, s in zip(reaches, severities, strict=True)
    ]
    low, high = _rank_interval(kept, total, factors, seed)
    order = np.argsort(-scores, kind="stable")
    return [
        Pain(
            theme=kept[i].theme,
            rank=rank,
            rank_low=int(min(low[i], rank)),
            rank_high=int(max(high[i], rank)),
            reach=reaches[i],
            severity=severities[i],
            trend=trends[i],
            score=float(scores[i]),
        )
        for rank, i in enumerate(order, start=1)
    ]


def usual_share(tallies: Iterable[Tally]) -> float:
    """Of the feedbacks that speak of a theme, the share that complains: its mean."""
    counted = [(tally.negatives, tally.heard) for tally in tallies]
    heard = sum(of for _, of in counted)
    return sum(negatives for negatives, _ in counted) / heard if heard else 0.0


def mostly_praised(tally: Tally, usual: float) -> bool:
    """Whether a theme is no pain point, however many speak of it.

    More feedback praises it than complains about it, and the complaining share of those
    who speak of it is clearly below `usual` (the upper end of its 95 % Wilson interval
    is), the share over all themes. Both, because in a place where everybody complains
    half of the themes are below the mean, and where everybody is content even the worst
    theme is praised.
    """
    if not tally.heard or tally.praises <= tally.negatives:
        return False
    return wilson(tally.negatives, tally.heard).high < usual


def trend_factor(found: Trend) -> float:
    """What a trend multiplies a score by: 1 unless the change is clear."""
    if found.direction is Direction.STEADY:
        return 1.0
    return min(max(found.ratio, 1 / TREND_LIMIT), TREND_LIMIT)


def severity_of(
    sentiment: NDArray[Any], badness: NDArray[Any] | None = None
) -> NDArray[np.float64]:
    """How bad a complaint is, from 1 to 5.

    `sentiment` runs from −1 to 1 (the most negative mention of the feedback), `badness`
    from 0 (best score of the scale) to 1 (worst), NaN where no score was given. With
    both, each counts half: words are exact about the matter, scores about the weight.
    """
    harsh = np.clip(-np.asarray(sentiment, dtype=np.float64), 0, 1)
    if badness is not None:
        bad = np.clip(np.asarray(badness, dtype=np.float64), 0, 1)
        harsh = np.where(np.isnan(bad), harsh, (harsh + bad) / 2)
    return np.asarray(1 + 4 * harsh, dtype=np.float64)


def _severity(tally: Tally) -> Estimate:
    found = mean_from(tally.severity_mean, tally.severity_sd, tally.negatives)
    return Estimate(
        value=found.value,
        low=max(found.low, 1.0),
        high=min(found.high, 5.0),
        n=found.n,
        method=found.method,
        level=found.level,
        assumed=("The tone of the words, and the score beside them, show the weight.",),
    )


def _rank_interval(
    tallies: Sequence[Tally], total: int, factors: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rng = np.random.default_rng(seed)
    hurt = np.array([tally.negatives for tally in tallies], dtype=np.float64)
    sd = np.array([tally.severity_sd for tally in tallies]) / np.sqrt(hurt)
    middle = np.array([tally.severity_mean for tally in tallies])
    size = (_DRAWS, len(tallies))
    reach = rng.beta(hurt + 0.5, total - hurt + 0.5, size)
    severity = np.clip(rng.normal(middle, sd, size), 1, 5)
    draws = reach * severity * factors
    ranks = np.argsort(np.argsort(-draws, axis=1, kind="stable"), axis=1) + 1
    low, high = np.percentile(ranks, [5, 95], axis=0, method="nearest")
    return low.astype(np.intp), high.astype(np.intp)
