"""Tests of independence that know the design, and tables of who agrees."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency, f

from moksori.analysis.surveys.crosstabs import crosstab, rao_scott, top_box
from moksori.analysis.surveys.design import design, simple
from moksori.analysis.surveys.weights import Margin, rake

draw = np.random.default_rng(5)
GROUPS = draw.integers(0, 4, 500)
AGREES = (draw.random(500) < 0.3 + 0.08 * GROUPS).astype(int)


def test_a_simple_sample_is_pearsons_test() -> None:
    table = np.histogram2d(AGREES, GROUPS, bins=(2, 4))[0]
    usual = chi2_contingency(table, correction=False)
    found = rao_scott(AGREES, GROUPS)
    first = rao_scott(AGREES, GROUPS, statistic="Chisq")

    assert found.pearson == pytest.approx(usual.statistic)
    # R's svychisq of a design without weights: the variance has n − 1.
    assert found.inflation == pytest.approx(500 / 499)
    assert found.statistic == pytest.approx(usual.statistic / 3 * 499 / 500)
    assert (found.df, found.ddf) == (pytest.approx(3), pytest.approx(3 * 499))
    assert found.p == pytest.approx(f.sf(found.statistic, 3, 3 * 499))
    assert first.p == pytest.approx(usual.pvalue, rel=0.05)


def test_the_same_answer_given_five_times_by_each_person_tells_nothing_new() -> None:
    people = np.repeat(np.arange(500), 5)
    five = design(np.ones(2_500), clusters=people)
    once = rao_scott(AGREES, GROUPS)
    found = rao_scott(np.repeat(AGREES, 5), np.repeat(GROUPS, 5), five)

    assert found.statistic == pytest.approx(once.statistic)
    assert found.p == pytest.approx(once.p)
    assert found.pearson == pytest.approx(5 * once.pearson)


def test_scaled_weights_change_nothing() -> None:
    weights = draw.uniform(1, 4, 500)
    one = rao_scott(AGREES, GROUPS, design(weights))
    other = rao_scott(AGREES, GROUPS, design(weights * 1_000))

    assert one.p == pytest.approx(other.p)
    assert one.pearson == pytest.approx(other.pearson)


def test_rows_and_columns_may_change_places() -> None:
    sample = design(draw.uniform(1, 4, 500), clusters=np.repeat(np.arange(50), 10))

    assert rao_scott(AGREES, GROUPS, sample).p == pytest.approx(
        rao_scott(GROUPS, AGREES, sample).p
    )


def test_no_answer_stays_outside_and_keeps_the_design() -> None:
    clusters = np.repeat(np.arange(50), 10)
    sample = design(np.ones(500), clusters=clusters)
    missing = clusters < 20
    found = rao_scott(np.where(missing, -1, AGREES), GROUPS, sample)
    same = rao_scott(AGREES, GROUPS, sample, within=~missing)

    assert found.n == 300
    assert found.p == pytest.approx(same.p)
    assert found.ddf / found.df == pytest.approx(49)


def test_the_test_keeps_its_level_on_clusters() -> None:
    """Trap 11: answers of one shop resemble each other; Pearson would cry wolf."""
    clusters = np.repeat(np.arange(40), 10)
    sample = design(np.ones(400), clusters=clusters)
    mine = np.random.default_rng(1)
    false = {"rao": 0, "pearson": 0}
    for _ in range(150):
        rows = np.repeat(mine.integers(0, 2, 40), 10)
        rows = np.where(mine.random(400) < 0.3, mine.integers(0, 2, 400), rows)
        columns = np.repeat(mine.integers(0, 2, 40), 10)
        false["rao"] += rao_scott(rows, columns, sample).p < 0.05
        false["pearson"] += rao_scott(rows, columns, simple(400)).p < 0.05

    assert false["rao"] <= 15
    assert false["pearson"] > 50


def test_columns_that_differ_are_marked_and_others_are_not() -> None:
    groups = [f"g{code}" for code in GROUPS]
    found = crosstab(AGREES, groups)
    marks = {column.group: column.differs for column in found.columns}

    assert marks["g0"] == -1
    assert marks["g3"] == 1
    assert found.test is not None
    assert found.test.p < 0.01
    assert found.answered == 500


def test_groups_by_chance_alone_are_seldom_marked() -> None:
    mine = np.random.default_rng(2)
    marked = 0
    for _ in range(100):
        groups = mine.integers(0, 10, 300).tolist()
        found = crosstab(mine.integers(0, 2, 300), groups)
        marked += any(column.differs for column in found.columns)

    assert marked <= 10


def test_weights_move_the_shares_and_their_errors() -> None:
    ages = np.where(draw.random(500) < 0.8, "old", "young")
    agrees = np.where(ages == "old", AGREES, 1)
    raked = rake(np.ones(500), [Margin(ages.tolist(), {"old": 0.5, "young": 0.5})])
    found = crosstab(agrees, GROUPS.tolist(), simple(500).raked(raked))

    plain = crosstab(agrees, GROUPS.tolist())
    assert found.everybody.estimate.value > plain.everybody.estimate.value
    assert found.test is not None
    assert "Rao" in found.test.method


def test_a_small_group_has_no_column_and_counts_in_the_whole() -> None:
    found = crosstab([1, 0] * 20 + [1, 1, 1], ["big"] * 40 + ["tiny"] * 3)

    assert [column.group for column in found.columns] == ["big"]
    assert found.left_out == ("tiny",)
    assert found.everybody.estimate.n == 43


@pytest.mark.parametrize(
    ("agrees", "groups"),
    [
        ([1] * 20, ["a"] * 10 + ["b"] * 10),
        ([1, 0] * 10, ["a"] * 20),
        ([1, 0] * 10, ["a"] * 10 + [None] * 10),
        ([1, np.nan] * 10, ["a", "b"] * 10),
    ],
)
def test_what_cannot_be_tested_has_no_test_and_no_nan(agrees, groups) -> None:
    found = crosstab(agrees, groups)

    assert found.test is None
    for column in found.columns:
        assert column.differs == 0
        assert np.isfinite(column.agree.estimate.value)


def test_nobody_answered_is_said() -> None:
    with pytest.raises(ValueError, match="Nobody answered"):
        crosstab([np.nan] * 10, ["a", "b"] * 5)


def test_ten_thousand_groups_are_no_trouble() -> None:
    found = crosstab([1, 0] * 10_000, [f"g{i // 2}" for i in range(20_000)])

    assert found.columns == ()
    assert len(found.left_out) == 10_000


def test_two_hundred_groups_of_fifty_show_the_sixty_largest() -> None:
    found = crosstab([1, 0] * 5_000, [f"g{i % 201}" for i in range(10_000)])

    assert len(found.columns) == 60
    assert found.test is not None


def test_boxes() -> None:
    five = top_box([1, 3, 4, 5, np.nan])
    assert five[:4].tolist() == [0, 0, 1, 1]
    assert np.isnan(five[4])
    assert top_box([5, 6, 7], low=1, high=7).tolist() == [0, 1, 1]
    assert top_box([50, 61, 100], low=0, high=100).tolist() == [0, 1, 1]
    with pytest.raises(ValueError, match="end higher"):
        top_box([1], low=5, high=1)
