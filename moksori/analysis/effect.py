"""Did an action make a pain point rarer, beyond what would have happened anyway?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from moksori.analysis.counterfactual import (
    Floats,
    collapse,
    gap,
    log_odds,
    own_variance,
    placebo_falls,
)
from moksori.analysis.estimate import Estimate
from moksori.analysis.verdict import MIN_CONTROLS, Evidence, Reason, Verdict, judge

__all__ = ["MIN_EXPECTED", "Baseline", "Effect", "Reason", "Verdict", "measure_effect"]

LEVEL = 0.95
MIN_MENTIONS = 20
MIN_EXPECTED = 5
"""Units that would count fewer after the start are left out: the half count that keeps
log odds finite lifts them, and everything larger would seem to have fallen."""
METHOD = "Difference-in-differences of log odds, weeks collapsed, random effects"
ASSUMED = (
    "Without the action the pain point would have moved like the untouched ones.",
    "The action changed none of the untouched ones.",
    "Who gives feedback, and where, did not change because of the action.",
)


class Baseline(StrEnum):
    """Which weeks stand for "before"."""

    ALL = "all"
    BEFORE_THE_PEAK = "before_the_peak"


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action changed, in shares of feedback, with its doubt.

    `estimate` is the share after the start minus the share expected without the action
    (negative: rarer); None when it cannot be computed yet. `share_before`,
    `share_after` and `share_expected` are the treated unit's. `placebo_space_p` is how
    often an untouched unit shows as strong a fall; `placebo_time` is the same
    measurement for a start that never was, halfway through the weeks before, and
    should include zero. `own_fall` and `placebo_falls` are the falls, in standard
    errors, of the treated unit and of each untouched one, which that p counts.
    `numbers` fills in the sentence of `reason`.
    """

    estimate: Estimate | None
    verdict: Verdict
    reason: Reason
    numbers: Mapping[str, float] = field(default_factory=dict)
    placebo_space_p: float | None = None
    placebo_time: Estimate | None = None
    own_fall: float | None = None
    placebo_falls: tuple[float, ...] = ()
    weeks_before: int = 0
    weeks_after: int = 0
    controls: int = 0
    baseline: Baseline = Baseline.ALL
    share_before: float | None = None
    share_after: float | None = None
    share_expected: float | None = None


@dataclass(frozen=True, slots=True)
class _Panel:
    """Counts (units, weeks) with the treated unit first and the weeks split."""

    x: Floats
    n: Floats
    start: int

    @property
    def before(self) -> slice:
        return slice(0, self.start)

    @property
    def after(self) -> slice:
        return slice(self.start, None)

    @property
    def controls(self) -> int:
        return len(self.x) - 1


def measure_effect(
    panel: NDArray[Any],
    totals: NDArray[Any],
    *,
    treated: int,
    start: int,
    min_weeks: int = 4,
    expected: float | None = None,
) -> Effect:
    """The effect of an action that began in week `start` on unit `treated`.

    `panel` and `totals` are (units, weeks) counts: feedbacks with the pain point, and
    feedbacks at all. Units are themes, or segments of one theme; all but `treated` must
    be untouched. `expected` is the change of the share that the action was to bring
    (−0.02: two points down).

    Difference-in-differences on log odds, weeks collapsed to before and after. The
    untouched units tell how far a unit moves by itself: their mean change, their spread
    beyond counting error and, from six of them on, how far an extreme level falls back
    by itself (see `counterfactual.gap`). "Proven" needs an interval below zero, hardly
    any untouched unit with as strong a fall, and no fall that had begun before. When
    the pain point had peaked just before the start, only the weeks before the peak
    count as "before". Raises ValueError for shapes or indices that do not fit.
    """
    split = _split(panel, totals, treated, start)
    lacking = _lacking(split, min_weeks)
    if (
        split.controls < MIN_CONTROLS
        or not split.x[:, split.after].shape[1]
        or start < 2
    ):
        verdict, reason = lacking or (Verdict.NOT_PROVEN, Reason.FEW_CONTROLS)
        return Effect(None, verdict, reason, _counts(split, min_weeks))
    return _measured(split, lacking, min_weeks=min_weeks, expected=expected)


def _measured(
    split: _Panel,
    lacking: tuple[Verdict, Reason] | None,
    *,
    min_weeks: int,
    expected: float | None,
) -> Effect:
    start = split.start
    pretend = _estimate(_Panel(split.x[:, :start], split.n[:, :start], start // 2))
    peaked = pretend.is_clear and pretend.value > 0
    baseline = slice(0, start // 2) if peaked else split.before
    estimate = _estimate(split, baseline)
    units = collapse(split.x, split.n, baseline, split.after)
    own, falls = placebo_falls(units, 0)
    p = (1 + sum(t <= own for t in falls)) / (1 + len(falls))
    verdict, reason = lacking or judge(
        Evidence(
            estimate,
            pretend,
            p,
            split.controls,
            weeks_after=split.x.shape[1] - start,
            min_weeks=min_weeks,
            expected=expected,
        )
    )
    if verdict is Verdict.WORSE and peaked and _estimate(split).low <= 0:
        # A peak that lasts is higher than the time before it, but not a new rise.
        verdict, reason = Verdict.NOT_PROVEN, Reason.WITHIN_CHANCE
    after = _share(split, split.after)
    return Effect(
        estimate=estimate,
        verdict=verdict,
        reason=reason,
        numbers=_counts(split, min_weeks) | {"placebo_space_p": p},
        placebo_space_p=p,
        placebo_time=pretend,
        own_fall=own,
        placebo_falls=tuple(falls),
        weeks_before=start,
        weeks_after=split.x.shape[1] - start,
        controls=split.controls,
        baseline=Baseline.BEFORE_THE_PEAK if peaked else Baseline.ALL,
        share_before=_share(split, baseline),
        share_after=after,
        share_expected=after - estimate.value,
    )


def _split(
    panel: NDArray[Any], totals: NDArray[Any], treated: int, start: int
) -> _Panel:
    x = np.asarray(panel, dtype=np.float64)
    n = np.asarray(totals, dtype=np.float64)
    if x.ndim != 2 or x.shape != n.shape:
        raise ValueError("An effect needs counts and totals of shape (units, weeks).")
    if (x < 0).any() or (x > n).any():
        raise ValueError("A weekly count must lie between 0 and its total.")
    if not 0 <= treated < len(x) or not 0 <= start <= x.shape[1]:
        raise ValueError("The treated unit and the start must lie within the panel.")
    large = _expected_after(x, n, start) >= MIN_EXPECTED
    large[treated] = False
    order = [treated, *np.flatnonzero(large)]
    return _Panel(x[order], n[order], start)


def _expected_after(x: Floats, n: Floats, start: int) -> Floats:
    """Counts after the start if nothing changed, told from the weeks before alone."""
    before = np.maximum(n[:, :start].sum(axis=1), 1.0)
    expected: Floats = x[:, :start].sum(axis=1) / before * n[:, start:].sum(axis=1)
    return expected


def _lacking(split: _Panel, min_weeks: int) -> tuple[Verdict, Reason] | None:
    """What is missing before anything can be judged, if something is."""
    if split.x.shape[1] - split.start < min_weeks:
        return Verdict.TOO_EARLY, Reason.FEW_WEEKS_AFTER
    if split.start < min_weeks:
        return Verdict.NOT_PROVEN, Reason.FEW_WEEKS_BEFORE
    if split.controls < MIN_CONTROLS:
        return Verdict.NOT_PROVEN, Reason.FEW_CONTROLS
    expected = _expected_after(split.x, split.n, split.start)[0]
    if split.x[0, split.before].sum() < MIN_MENTIONS or expected < MIN_EXPECTED:
        return Verdict.NOT_PROVEN, Reason.FEW_MENTIONS
    return None


def _estimate(split: _Panel, baseline: slice | None = None) -> Estimate:
    before = split.before if baseline is None else baseline
    units = collapse(split.x, split.n, before, split.after)
    floor = own_variance(split.x, split.n, 0, before, split.after)
    found = gap(units, 0, own_variance=floor)
    x, n = split.x[:1, split.after].sum(), split.n[:1, split.after].sum()
    later = float(log_odds(np.array([x]), np.array([n]))[0][0])
    low, high = found.interval(LEVEL)

    def points(change: float) -> float:
        return float(expit(later) - expit(later - change))

    return Estimate(
        value=points(found.value),
        low=points(low),
        high=points(high),
        n=int(split.n[0].sum()),
        method=METHOD,
        level=LEVEL,
        assumed=ASSUMED,
    )


def _share(split: _Panel, weeks: slice) -> float:
    return float(split.x[0, weeks].sum() / max(split.n[0, weeks].sum(), 1.0))


def _counts(split: _Panel, min_weeks: int) -> dict[str, float]:
    return {
        "weeks_before": split.start,
        "weeks_after": split.x.shape[1] - split.start,
        "min_weeks": min_weeks,
        "controls": split.controls,
        "min_controls": MIN_CONTROLS,
        "mentions_before": float(split.x[0, split.before].sum()),
        "min_mentions": MIN_MENTIONS,
        "expected_after": float(
            _expected_after(split.x[:1], split.n[:1], split.start)[0]
        ),
        "min_expected": MIN_EXPECTED,
    }
