"""Published numbers (Newcombe 1998a and b, Rocks 2016) and what must always hold."""

import numpy as np
import pytest
from scipy.stats import chi2, chi2_contingency, hypergeom

from moksori.analysis.proportions import (
    beyond_chance,
    chance_of_difference,
    mean,
    mean_from,
    newcombe,
    nps,
    wilson,
)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombes_table_of_single_shares(
    x: int, n: int, low: float, high: float
) -> None:
    share = wilson(x, n)

    assert share.value == pytest.approx(x / n)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)
    assert share.n == n


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
    ],
)
def test_a_change_agrees_with_newcombes_table_of_differences(
    x1: int, n1: int, x2: int, n2: int, low: float, high: float
) -> None:
    change = newcombe(x1, n1, x2, n2)

    assert (change.low, change.high) == pytest.approx((low, high), abs=5e-5)


def test_nps_of_50_30_20_has_the_published_interval() -> None:
    scores = np.repeat([10, 8, 3], [50, 30, 20])

    score = nps(scores)

    assert score.value == pytest.approx(0.30)
    assert (score.low, score.high) == pytest.approx((0.1405, 0.4420), abs=5e-5)


@pytest.mark.parametrize("n", [10, 25, 50])
def test_nps_intervals_hold_the_truth_about_95_times_in_100(n: int) -> None:
    rng = np.random.default_rng(7)
    draws = rng.choice([10, 8, 3], p=[0.5, 0.3, 0.2], size=(4000, n))

    held = [s.low <= 0.3 <= s.high for s in map(nps, draws)]

    assert 0.92 <= np.mean(held) <= 0.995


def test_a_mean_has_students_interval() -> None:
    values = np.array([4.0, 5.0, 3.0, 4.0, np.nan])

    estimate = mean(values)

    assert estimate.value == 4.0
    assert estimate.n == 4
    assert estimate.low == pytest.approx(4 - 3.182446 * np.sqrt(2 / 3) / 2, abs=1e-5)
    assert estimate == mean_from(4.0, float(np.std(values[:4], ddof=1)), 4)


def test_one_value_alone_has_no_interval() -> None:
    assert mean(np.array([3.0])).high == float("inf")


@pytest.mark.parametrize(("x", "n"), [(1, 0), (3, 2), (-1, 5)])
def test_an_impossible_share_is_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="A share needs"):
        wilson(x, n)


def test_scores_outside_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 10"):
        nps(np.array([11]))


def test_the_chance_of_a_difference_is_that_of_the_n_minus_one_test() -> None:
    for x1, n1, x2, n2 in [(72, 160, 45, 170), (30, 200, 31, 210)]:
        table = [[x1, x2], [n1 - x1, n2 - x2]]
        squared = chi2_contingency(table, correction=False).statistic
        wanted = chi2.sf(squared * (n1 + n2 - 1) / (n1 + n2), 1)

        found = float(chance_of_difference(x1, n1, x2, n2))
        assert found == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2"),
    [(12, 60, 5, 70), (5, 70, 12, 60), (36, 40, 36, 45), (0, 60, 90, 3000)],
)
def test_of_few_the_chance_is_counted_exactly(
    x1: int, n1: int, x2: int, n2: int
) -> None:
    drawn = hypergeom(n1 + n2, x1 + x2, n1)
    middle = drawn.pmf(x1) / 2
    wanted = 2 * min(drawn.cdf(x1 - 1) + middle, drawn.sf(x1) + middle)

    assert float(chance_of_difference(x1, n1, x2, n2)) == pytest.approx(wanted)


def test_too_few_to_say_has_no_chance() -> None:
    found = chance_of_difference(
        [0, 1, 0, 5], [10, 4, 0, 5], [0, 0, 3, 5], [10, 9, 9, 5]
    )

    assert np.isnan(found).all()


def test_what_is_believed_is_what_benjamini_and_hochberg_say() -> None:
    p = np.array([[0.001, 0.008, 0.039], [0.041, 0.9, np.nan]])

    assert beyond_chance(p).tolist() == [[True, True, False], [False, False, False]]
    assert not beyond_chance([]).any()


def test_where_nothing_differs_hardly_anything_is_believed() -> None:
    dice = np.random.default_rng(3)
    n = np.array([300, 90, 700, 200, 60])
    false = 0
    for _ in range(400):
        x = dice.binomial(n, dice.uniform(0.002, 0.2, size=(70, 1)))
        all_x, all_n = x.sum(1, keepdims=True), n.sum()
        p = chance_of_difference(x, n, all_x - x, all_n - n)
        false += bool(beyond_chance(p).any())

    assert false / 400 < 0.08


def test_what_does_differ_is_found() -> None:
    x, n = np.array([60, 20, 21, 19]), np.array([300, 300, 300, 300])
    p = chance_of_difference(x, n, x.sum() - x, n.sum() - n)

    assert beyond_chance(p)[0]
