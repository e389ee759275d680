"""One rule for every method: when an effect counts as proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moksori.analysis.estimate import Estimate

MIN_CONTROLS = 3
MIN_WEEKS = 4


class Verdict(StrEnum):
    PROVEN = "proven"
    NOT_PROVEN = "not_proven"
    WORSE = "worse"
    TOO_EARLY = "too_early"


class Reason(StrEnum):
    """Why the verdict is what it is: a stable key for the sentence a page shows.

    "Fell" is the way that was hoped for, also where a score is to rise.
    """

    FELL = "fell"
    FELL_LESS_THAN_EXPECTED = "fell_less_than_expected"
    ROSE = "rose"
    WITHIN_CHANCE = "within_chance"
    OTHERS_FELL_AS_MUCH = "others_fell_as_much"
    ALREADY_FALLING = "already_falling"
    NOTHING_MOVES = "nothing_moves"
    NOT_SEPARABLE = "not_separable"
    NOTHING_TO_COMPARE = "nothing_to_compare"
    UNCHECKED_BEFORE = "unchecked_before"
    UNCHECKED_ELSEWHERE = "unchecked_elsewhere"
    WAIT_LONGER = "wait_longer"
    FEW_WEEKS_AFTER = "few_weeks_after"
    FEW_WEEKS_BEFORE = "few_weeks_before"
    FEW_CONTROLS = "few_controls"
    FEW_MENTIONS = "few_mentions"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about an effect before it is judged.

    `better` is −1 where a fall is good (a share of complaints), 1 where a rise is (a
    score). `pretend` is the same measurement for a start that never was, `placebo_p`
    how often what nobody touched shows as much; None: could not be looked at.
    `controls` is how many untouched ones stand beside it. `expected` is what the action
    was to bring, in the unit of the estimate.
    """

    estimate: Estimate
    pretend: Estimate | None
    placebo_p: float | None
    controls: int
    weeks_after: int
    min_weeks: int = MIN_WEEKS
    expected: float | None = None
    better: int = -1


def judge(evidence: Evidence) -> tuple[Verdict, Reason]:
    """The verdict, the same for every method.

    "Worse": the interval lies wholly on the wrong side. "Proven" needs an interval
    wholly on the right side, at least three untouched ones of which hardly any shows as
    much (placebo in space), and no such change before the start (placebo in time). A
    series that nothing untouched stands beside is never proven: it is associated.
    """
    low, high = _towards_less(evidence.estimate, evidence.better)
    if low > 0:
        return Verdict.WORSE, Reason.ROSE
    expected = evidence.expected
    hoped_for = expected is None or low <= -evidence.better * expected
    if high < 0:
        return _judge_fall(evidence, hoped_for=hoped_for)
    if evidence.weeks_after < 2 * evidence.min_weeks and hoped_for:
        return Verdict.TOO_EARLY, Reason.WAIT_LONGER
    return Verdict.NOT_PROVEN, Reason.WITHIN_CHANCE


def _judge_fall(evidence: Evidence, *, hoped_for: bool) -> tuple[Verdict, Reason]:
    lacking = _unchecked(evidence)
    if lacking is not None:
        return Verdict.NOT_PROVEN, lacking
    # With fewer than 20 units no rank can reach 5 %: then it has to be the strongest.
    rarest = max(0.05, 1 / (evidence.controls + 1)) + 1e-9
    if evidence.placebo_p is not None and evidence.placebo_p > rarest:
        return Verdict.NOT_PROVEN, Reason.OTHERS_FELL_AS_MUCH
    if not hoped_for:
        return Verdict.PROVEN, Reason.FELL_LESS_THAN_EXPECTED
    return Verdict.PROVEN, Reason.FELL


def _unchecked(evidence: Evidence) -> Reason | None:
    """What keeps a fall from being put down to the action, before any rank is asked."""
    if not evidence.controls:
        return Reason.NOTHING_TO_COMPARE
    if evidence.pretend is None:
        return Reason.UNCHECKED_BEFORE
    if _towards_less(evidence.pretend, evidence.better)[1] < 0:
        return Reason.ALREADY_FALLING
    if evidence.controls < MIN_CONTROLS or evidence.placebo_p is None:
        return Reason.UNCHECKED_ELSEWHERE
    return None


def _towards_less(estimate: Estimate, better: int) -> tuple[float, float]:
    """The interval as if less were better."""
    if better < 0:
        return estimate.low, estimate.high
    return -estimate.high, -estimate.low
