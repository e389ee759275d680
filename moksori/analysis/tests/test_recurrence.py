"""The watch over what was resolved."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.alarms.recurrence import (
    cusum_sums,
    dispersion_of,
    plan_watch,
    watch,
)

WEEKS = np.full(52, 200)


def test_a_return_from_6_to_12_percent_shows_within_four_weeks():
    plan = plan_watch(0.06, WEEKS)
    size = np.broadcast_to(WEEKS, (500, 52))
    rng = np.random.default_rng(1)
    back = cusum_sums(rng.binomial(size, 0.12), size, plan) > plan.limit
    assert ((back.argmax(axis=1) + 1) <= 4).mean() > 0.97


def test_without_a_return_about_one_watch_in_twenty_cries():
    plan = plan_watch(0.06, WEEKS)
    size = np.broadcast_to(WEEKS, (2000, 52))
    quiet = np.random.default_rng(2).binomial(size, 0.06)
    false = (cusum_sums(quiet, size, plan) > plan.limit).any(axis=1).mean()
    assert 0.02 <= false <= 0.07


def test_an_uncertain_level_and_restless_weeks_widen_the_limit():
    plain = plan_watch(0.06, WEEKS).limit
    assert plan_watch(0.06, WEEKS, usual_n=300).limit > plain
    restless = plan_watch(0.06, WEEKS, dispersion=2.0)
    # Scaled by the dispersion: compare on the scale of counts.
    assert restless.limit * 2 > plain


def test_a_watch_says_where_it_began_and_how_it_stands():
    plan = plan_watch(0.06, WEEKS)
    cases = [12, 10, 11, 12, 20, 22, 26]
    found = watch(cases, [200] * 7, plan)
    assert found.signal in (5, 6)
    assert found.since == 4
    assert found.recent is not None
    assert found.recent.low > 0.06
    assert found.sums[3] < 1 < found.now


def test_weeks_without_feedback_change_nothing():
    plan = plan_watch(0.06, WEEKS)
    with_gap = watch([20, 0, 20], [200, 0, 200], plan)
    assert with_gap.sums[0] == with_gap.sums[1]
    assert watch([], [], plan).signal is None
    assert watch([0], [0], plan).recent is None


def test_a_share_of_nought_can_be_watched():
    plan = plan_watch(0.0, WEEKS, usual_n=500)
    assert 0 < plan.usual < 0.002
    assert watch([0, 1, 0], [200] * 3, plan).signal is None


def test_the_same_question_has_the_same_limit():
    assert plan_watch(0.06, WEEKS) == plan_watch(0.06, WEEKS)


def test_dispersion_is_at_least_one():
    assert dispersion_of([10, 10, 10], [100, 100, 100]) == 1.0
    assert dispersion_of([0, 40, 0, 40], [100] * 4) > 10
    assert dispersion_of([], []) == 1.0


@pytest.mark.parametrize(
    ("usual", "totals", "more"),
    [
        (1.2, [10], {}),
        (0.1, [], {}),
        (0.1, [0, 0], {}),
        (0.1, [-1], {}),
        (0.1, [10], {"returned": 0.05}),
        (0.1, [10], {"rate": 0}),
    ],
)
def test_what_cannot_be_watched_is_refused(usual, totals, more):
    with pytest.raises(ValueError, match=r"watch|rate"):
        plan_watch(usual, totals, **more)


def test_counts_beyond_their_totals_are_refused():
    with pytest.raises(ValueError, match="between 0 and its total"):
        watch([5], [3], plan_watch(0.06, WEEKS))
