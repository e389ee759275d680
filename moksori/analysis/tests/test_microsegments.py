"""Micro-segments: what is planted is found, what is not is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from moksori.analysis.segments.cells import chance_of_more
from moksori.analysis.segments.levels import Coded, Encoding, attribute, edges
from moksori.analysis.segments.microsegments import MicroSegments
from moksori.analysis.segments.numbers import MicroSegment

CITIES = np.array(["서울", "부산", "대구", "광주", "제주"])


def customers(n: int, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "age": rng.integers(18, 75, n),
        "region": CITIES[rng.integers(0, 5, n)],
        "channel": np.array(["app", "web", "store"])[rng.integers(0, 3, n)],
        "tier": np.array(["gold", "basic"])[rng.integers(0, 2, n)],
    }


def named(segment: MicroSegment) -> set[str]:
    return {str(part) for part in segment.rule}


@pytest.fixture(scope="module")
def planted() -> tuple[dict[str, Any], np.ndarray]:
    table = customers(20_000)
    young = (table["age"] < 30) & (table["region"] == "서울")
    chance = np.where(young & (table["channel"] == "app"), 0.25, 0.06)
    chance = np.where(
        (table["tier"] == "gold") & (table["region"] == "제주"), 0.15, chance
    )
    return table, np.random.default_rng(1).random(20_000) < chance


def test_planted_segments_are_found_and_nothing_else(planted):
    table, complains = planted
    scores = np.where(complains, 3.0, 8.0)

    found = MicroSegments().fit(table, complains, scores=scores)

    assert [named(one) for one in found.segments_] == [
        {"region: 제주", "tier: gold"},
        {"age: < 30", "region: 서울", "channel: app"},
    ]
    for one in found.segments_:
        assert one.share is not None
        assert one.elsewhere is not None
        assert one.times is not None
        assert one.gap is not None
        assert one.share.low > one.elsewhere.high
        assert one.times.low > 1.5
        assert 1 < one.shrunken.value < one.times.value
        assert one.gap.high < 0
        assert one.q <= 0.05
        assert one.stability >= 0.8


def test_nothing_is_found_where_there_is_nothing():
    table = customers(5_000)
    rng = np.random.default_rng(2)

    found = [MicroSegments().fit(table, rng.random(5_000) < 0.1) for _ in range(20)]

    assert sum(bool(one.segments_) for one in found) <= 1
    assert all(one.tested_ > 100 for one in found)


def test_a_cell_around_or_inside_a_reported_one_needs_more_than_it():
    table = customers(20_000)
    young = table["region"] == "서울"
    complains = np.random.default_rng(3).random(20_000) < np.where(young, 0.2, 0.05)

    (only,) = MicroSegments().fit(table, complains).segments_

    assert named(only) == {"region: 서울"}


def test_a_mean_can_be_looked_for_as_well():
    table = customers(8_000)
    low = (table["tier"] == "gold") & (table["channel"] == "store")
    score = np.random.default_rng(4).normal(np.where(low, 5.8, 7), 2)
    score[::50] = np.nan

    found = MicroSegments(direction="less").fit(table, score)

    assert named(found.segments_[0]) == {"tier: gold", "channel: store"}
    assert found.segments_[0].difference.high < 0
    assert found.segments_[0].share is None
    assert found.n_ == 8_000 - 160


def test_several_outcomes_share_the_control_of_false_findings(planted):
    table, complains = planted
    rng = np.random.default_rng(6)
    noise = rng.random((20_000, 9)) < 0.1

    found = MicroSegments().fit(table, np.column_stack([noise, complains]))

    assert {one.outcome for one in found.segments_} == {9}
    assert found.tested_ == 10 * len(found.cells_)


def test_control_against_every_dependence_is_stricter(planted):
    table, complains = planted

    strict = MicroSegments(control="BY").fit(table, complains)

    assert strict.cutoff_ < MicroSegments().fit(table, complains).cutoff_
    assert len(strict.segments_) == 2


def test_members_of_a_segment_are_known(planted):
    table, complains = planted
    found = MicroSegments().fit(table, complains)

    inside = found.transform(table)

    assert inside.shape == (20_000, 2)
    assert inside.sum(axis=0).tolist() == [one.n for one in found.segments_]
    assert complains[inside[:, 1]].sum() == found.segments_[1].hits


def test_ten_thousand_values_are_handled():
    rng = np.random.default_rng(8)
    shops = rng.integers(0, 10_000, 30_000).astype(str)
    shops[:300] = "bad shop"
    complains = rng.random(30_000) < np.where(shops == "bad shop", 0.3, 0.05)
    table = {
        "shop": shops,
        "channel": np.array(["app", "web"])[rng.integers(0, 2, 30_000)],
    }

    found = MicroSegments().fit(table, complains)

    assert [named(one) for one in found.segments_] == [{"shop: bad shop"}]
    assert [level.label for level in found.attributes_[0].levels] == [
        "bad shop",
        "other",
    ]


def test_what_is_missing_is_a_level_or_is_left_out():
    values = ["a"] * 50 + [None] * 50
    complains = [False] * 50 + [True] * 40 + [False] * 10

    (found,) = MicroSegments().fit({"x": values}, complains).segments_
    excluded = MicroSegments(missing="exclude").fit({"x": values}, complains)

    assert found.rule[0].level.kind == "missing"
    assert excluded.segments_ == []


@pytest.mark.parametrize("n", [0, 1, 2, 59])
def test_too_few_rows_give_nothing(n):
    found = MicroSegments().fit({"x": ["a", "b"] * n, "y": [1, 2] * n}, [1, 0] * n)

    assert [named(one) for one in found.segments_] == ([{"x: a"}] if n == 59 else [])


@pytest.mark.parametrize("y", [[0] * 100, [1] * 100, [float("nan")] * 100, [5.0] * 100])
def test_outcomes_without_any_difference_give_nothing(y):
    assert MicroSegments().fit({"x": ["a", "b"] * 50}, y).segments_ == []


def test_columns_without_a_difference_give_nothing():
    found = MicroSegments().fit({"x": ["a"] * 100, "y": [None] * 100}, [0, 1] * 50)

    assert found.tested_ == 0
    assert found.segments_ == []


@pytest.mark.parametrize(
    ("table", "y", "problem"),
    [
        ({"x": [1.5, float("inf")] * 20}, [0, 1] * 20, "x has infinite"),
        ({"x": ["a"] * 3}, [0, 1], "another number of rows"),
        ({"x": ["a", "b"]}, [0, float("inf")], "outcome has infinite"),
        ({"x": ["a", "b"]}, ["yes", "no"], "must be numbers"),
        ({"x": ["a", "b"]}, [[0.5, 1], [1, 0]], "must be 0 or 1"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(table, y, problem):
    with pytest.raises(ValueError, match=problem):
        MicroSegments().fit(table, y)


def test_the_order_of_the_rows_changes_nothing(planted):
    table, complains = planted
    mixed = np.random.default_rng(9).permutation(20_000)
    again = {name: values[mixed] for name, values in table.items()}

    one = MicroSegments().fit(table, complains).segments_
    other = MicroSegments().fit(again, complains[mixed]).segments_

    assert [(named(s), s.n, s.p) for s in one] == [(named(s), s.n, s.p) for s in other]


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 400), st.data())
def test_the_tail_is_the_hypergeometric_one(total, data):
    hits = data.draw(st.integers(0, total))
    n = data.draw(st.integers(1, total))
    k = data.draw(st.integers(0, n))

    found = float(chance_of_more(k, n, hits, total))

    assert found == pytest.approx(
        float(hypergeom.sf(k - 1, total, hits, n)), rel=1e-7, abs=1e-12
    )


def test_numbers_are_cut_at_round_places():
    ages = np.random.default_rng(0).integers(18, 80, 1000)
    money = np.random.default_rng(0).lognormal(10, 1, 1000)

    assert all(cut % 5 == 0 for cut in edges(ages.astype(float), 4))
    assert len(edges(money, 4)) == 3
    parts = attribute("age", ages, Encoding()).levels
    assert parts[0].low is None
    assert parts[-1].high is None


def test_codes_may_be_given_instead_of_values():
    codes = np.array([0, 1, -1] * 40, np.int32)

    found = attribute("x", Coded(codes, ["a", "b"]), Encoding())

    assert [level.label for level in found.levels] == ["a", "b", "missing"]
    assert found.codes[:3].tolist() == [0, 1, 2]
