"""What raking and trimming must always do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.analysis.surveys.weights import (
    Margin,
    design_effect,
    effective_n,
    rake,
    trim,
)


def groups(seed: int, n: int = 300) -> tuple[list[int], list[int]]:
    draw = np.random.default_rng(seed)
    return draw.integers(0, 3, n).tolist(), draw.integers(0, 4, n).tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_raked_weights_meet_every_margin(seed: int) -> None:
    ages, places = groups(seed)
    wanted = {0: 500.0, 1: 300.0, 2: 200.0}
    there = {0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4}
    raked = rake(
        np.ones(300), [Margin(ages, wanted, "age"), Margin(places, there, "place")]
    )

    assert raked.converged
    assert raked.weights.sum() == pytest.approx(1_000)
    assert np.bincount(ages, raked.weights) == pytest.approx(list(wanted.values()))
    share = np.bincount(places, raked.weights) / 1_000
    assert share == pytest.approx(list(there.values()))
    assert all(gap.weighted == pytest.approx(gap.wanted) for gap in raked.gaps)


def test_shares_keep_the_sum_of_the_weights() -> None:
    raked = rake([1, 1, 2, 2], [Margin("aabb", {"a": 0.5, "b": 0.5})])

    assert raked.weights == pytest.approx([1.5, 1.5, 1.5, 1.5])
    assert raked.design_effect == pytest.approx(1)


def test_a_margin_over_two_attributes_has_pairs() -> None:
    pairs = [("20s", "Seoul"), ("20s", "Busan"), ("30s", "Seoul"), ("20s", "Seoul")]
    targets = {("20s", "Seoul"): 40, ("20s", "Busan"): 30, ("30s", "Seoul"): 30}
    raked = rake(np.ones(4), [Margin(pairs, targets)])

    assert raked.weights == pytest.approx([20, 30, 30, 20])


def test_a_group_of_nobody_that_nobody_answered_for_is_no_trouble() -> None:
    raked = rake(np.ones(2), [Margin("ab", {"a": 1, "b": 3, "c": 0})])

    assert raked.weights == pytest.approx([1, 3])


@pytest.mark.parametrize(
    ("margins", "says"),
    [
        ([], "at least one margin"),
        ([Margin("ab", {"a": 1, "b": 1, "c": 1})], "Nobody of “c” answered"),
        ([Margin("ab", {"a": 1}, "age")], "“age” says nothing of “b”"),
        ([Margin("ab", {"a": 1, "b": 0}, "age")], "has nobody in “b”"),
        ([Margin("a", {"a": 1}, "age")], "must know every answer"),
        ([Margin("ab", {"a": -1, "b": 1}, "age")], "must hold counts or shares"),
        ([Margin("ab", {}, "age")], "must hold counts or shares"),
        (
            [Margin("ab", {"a": 50, "b": 50}), Margin("ab", {"a": 70, "b": 70})],
            "different size",
        ),
    ],
)
def test_margins_that_cannot_be_met_are_refused_in_words(margins, says) -> None:
    with pytest.raises(ValueError, match=says):
        rake(np.ones(2), margins)


@pytest.mark.parametrize("weights", [[], [1, np.nan], [1, -1], [0, 1], [np.inf]])
def test_weights_are_positive_numbers(weights) -> None:
    with pytest.raises(ValueError, match=r"[Ww]eight"):
        rake(weights, [Margin("ab", {"a": 1, "b": 1})])


def test_margins_that_contradict_the_answers_are_reported_as_not_met() -> None:
    # Everybody of "a" is of "x": they cannot be 90 % of one and 50 % of the other.
    raked = rake(
        np.ones(4),
        [Margin("aabb", {"a": 90, "b": 10}), Margin("xxyy", {"x": 50, "y": 50})],
        rounds=50,
    )

    assert not raked.converged
    assert raked.worst > 0.1


def test_trimming_keeps_the_sum_and_the_limits() -> None:
    weights = np.random.default_rng(3).lognormal(0, 1, 200)
    found = trim(weights, low=0.3, high=3.0)

    assert found.sum() == pytest.approx(weights.sum())
    assert found.min() >= 0.3 * (1 - 1e-6)
    assert found.max() <= 3.0 * (1 + 1e-6)
    assert design_effect(found) < design_effect(weights)


def test_what_is_cut_off_is_shared_out_evenly() -> None:
    found = trim([1, 1, 1, 1, 10], high=4)

    assert found == pytest.approx([2.5, 2.5, 2.5, 2.5, 4])


def test_limits_without_the_mean_are_refused() -> None:
    with pytest.raises(ValueError, match="mean weight"):
        trim([1, 2, 3], high=1.5)


def test_equal_weights_cost_nothing() -> None:
    assert design_effect([3, 3, 3]) == pytest.approx(1)
    assert effective_n([1, 1, 4]) == pytest.approx(2)
