"""Drivers: fair parts of R², exact where they can be counted out by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from moksori.analysis.drivers.importance import MOST_EXACT, Drivers
from moksori.analysis.drivers.predictors import Reason, Why, table_of
from moksori.analysis.drivers.resampling import resampling
from moksori.analysis.drivers.subsets import every_subset, fair_parts, sampled_subsets


def people(n=300, p=4, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) @ (np.eye(p) + 0.4)
    y = x @ np.linspace(1, 0, p) + rng.normal(size=n) * 2
    return x, y


def r2_of(x, y):
    design = np.column_stack([np.ones(len(x)), x])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - rest.var() / y.var()


def by_hand(x, y, columns):
    """Mean gain of each group of columns over all orders, one regression each."""
    parts = np.zeros(len(columns))
    orders = list(permutations(range(len(columns))))
    for order in orders:
        taken, before = [], 0.0
        for one in order:
            taken += columns[one]
            now = r2_of(x[:, taken], y)
            parts[one] += (now - before) / len(orders)
            before = now
    return parts


def test_parts_are_the_mean_gains_over_all_orders():
    x, y = people()

    found = Drivers().fit(x, y)

    assert found.importance_ == pytest.approx(by_hand(x, y, [[0], [1], [2], [3]]))
    assert found.r2_.value == pytest.approx(r2_of(x, y))


def test_columns_of_one_name_are_one_driver():
    x, y = people()

    found = Drivers().fit(x, y, names=["a", "b", "a", "c"])

    assert found.names_ == ("a", "b", "c")
    assert found.importance_ == pytest.approx(by_hand(x, y, [[0, 2], [1], [3]]))


def test_plans_of_subsets_give_the_same_parts_as_the_cube():
    values = np.random.default_rng(0).random((1, 2**5))
    values[0, 0] = 0
    plan = every_subset(5)

    assert plan.weights @ values[0] == pytest.approx(fair_parts(values)[0])
    assert plan.newcomer.sum() == pytest.approx(1)

    sampled = sampled_subsets(5, orders=400, seed=1)
    numbers = sampled.members @ (2 ** np.arange(4, -1, -1))
    parts = sampled.weights @ values[0, numbers]
    assert parts == pytest.approx(fair_parts(values)[0], abs=0.03)
    assert parts.sum() == pytest.approx(values[0, -1])


def likelihood(x, y):
    """By plain Newton steps; a straight reading of the textbook."""
    design = np.column_stack([np.ones(len(y)), x])
    theta = np.zeros(design.shape[1])
    for _ in range(50):
        mean = 1 / (1 + np.exp(-design @ theta))
        bend = (design * (mean * (1 - mean))[:, None]).T @ design
        theta += np.linalg.solve(bend, design.T @ (y - mean))
    mean = 1 / (1 + np.exp(-design @ theta))
    return float(np.log(np.where(y == 1, mean, 1 - mean)).sum())


def test_a_yes_or_no_is_taken_apart_by_mcfadden():
    x, y = people(p=3)
    left = (y > 1).astype(float)
    nothing = likelihood(x[:, []], left)
    parts = np.zeros(3)
    for order in permutations(range(3)):
        gains = [likelihood(x[:, list(order[:size])], left) for size in range(4)]
        parts[list(order)] += np.diff(gains) / -nothing / 6

    found = Drivers().fit(x, left)

    assert found.importance_ == pytest.approx(parts, rel=1e-7)
    assert "McFadden" in found.method_


def test_a_resample_of_a_yes_or_no_comes_near_a_whole_new_fit():
    x, y = people(n=250, p=3)
    left = (y > 0).astype(float)
    table = table_of(x, left)
    rng = np.random.default_rng(0)
    drawn = resampling(table.rows, table.weight, resamples=200, noise=1, rng=rng)

    found = Drivers(seed=0).fit(x, left)

    for at in range(1, 9):
        whole = Drivers(resamples=20).fit(
            table.x, table.y, sample_weight=drawn.draws[at]
        )
        assert found.resampled_[at - 1] == pytest.approx(whole.importance_, abs=0.005)


def test_rows_that_weigh_double_count_double():
    x, y = people(n=120)
    weight = np.where(np.arange(120) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(120), weight.astype(int))

    weighted = Drivers().fit(x, y, sample_weight=weight)

    assert weighted.importance_ == pytest.approx(
        Drivers().fit(x[twice], y[twice]).importance_
    )
    assert weighted.n_ == 120
    left = Drivers().fit(x, y > 0, sample_weight=weight).importance_
    assert left == pytest.approx(
        Drivers().fit(x[twice], y[twice] > 0).importance_, rel=1e-6
    )


def test_people_who_said_the_same_may_be_given_once_with_their_number():
    x, y = people(n=90)
    counts = np.arange(90) % 4
    each = np.repeat(np.arange(90), counts)

    one = Drivers().fit(x, y, counts=counts)
    other = Drivers().fit(x[each], y[each])

    assert one.n_ == other.n_ == counts.sum()
    assert one.drivers_ == other.drivers_


@pytest.mark.parametrize("interval", ["percentile", "bca"])
def test_many_rows_dealt_into_groups_give_the_same_intervals(interval):
    rng = np.random.default_rng(5)
    x = rng.integers(0, 3, (1_500, 3)).astype(float)
    y = x @ [1.0, 0.5, 0] + rng.normal(size=1_500) * 2

    alike = Drivers(interval=interval, resamples=500).fit(x, np.round(y))
    dealt = Drivers(interval=interval, resamples=500).fit(x, y)

    # Of the third, which means nothing, the interval ends at zero and is all chance.
    for one, other in zip(alike.drivers_[:2], dealt.drivers_, strict=False):
        width = one.importance.high - one.importance.low
        other_width = other.importance.high - other.importance.low
        assert other_width == pytest.approx(width, rel=0.35)
        assert one.importance.low <= one.importance.value <= one.importance.high


def test_what_cannot_take_part_is_left_out_and_said_why():
    x, y = people(p=3)
    empty = np.full(300, np.nan)
    empty[:20] = 1.0
    table = np.column_stack([x, np.ones(300), 2 * x[:, 1] - 3, empty])

    found = Drivers().fit(table, y, names=["a", "b", "c", "same", "twin", "rare"])

    told = {one.name: (one.why, one.like) for one in found.left_out_}
    assert told == {
        "same": (Why.CONSTANT, ""),
        "twin": (Why.SAME, "b"),
        "rare": (Why.MISSING, ""),
    }
    assert found.importance_ == pytest.approx(Drivers().fit(x, y).importance_)


def test_rows_with_something_missing_are_left_out_and_counted():
    x, y = people()
    x[:7, 1], y[9] = np.nan, np.inf

    found = Drivers().fit(x, y)

    assert (found.n_, found.incomplete_) == (292, 8)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_rows_are_no_error(n):
    x, y = people()

    found = Drivers().fit(x[:n], y[:n])

    assert found.reason_ == Reason.FEW_ROWS
    assert found.drivers_ == []
    assert found.r2_ is None


def test_an_outcome_that_never_differs_has_no_drivers():
    x, y = people()

    assert Drivers().fit(x, np.ones(300)).reason_ == Reason.CONSTANT_OUTCOME
    assert Drivers().fit(np.ones((300, 2)), y).reason_ == Reason.NO_PREDICTOR
    assert Drivers().fit(x, np.full(300, np.nan)).reason_ == Reason.FEW_ROWS


def test_shapes_that_do_not_fit_are_refused():
    x, y = people()

    for wrong in (
        lambda: Drivers().fit(x[0], y),
        lambda: Drivers().fit(x, y[:5]),
        lambda: Drivers().fit(x, y, names=["a"]),
        lambda: Drivers().fit(x, y, sample_weight=-np.ones(300)),
        lambda: Drivers().fit(x, -np.ones((300, 2))),
        lambda: Drivers(method="magic").fit(x, y),
        lambda: Drivers(method="dominance").fit(x, y),
        lambda: Drivers(index="r3").fit(x, y),
        lambda: Drivers(interval="wide").fit(x, y),
        lambda: Drivers(level=95).fit(x, y),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 – each says something else
            wrong()


def test_yes_and_no_that_are_told_apart_without_fail_stay_finite():
    x = np.column_stack([np.arange(40.0), np.tile([0.0, 1.0], 20)])

    found = Drivers().fit(x, x[:, 0] > 19)

    assert found.r2_.value == pytest.approx(1, abs=0.01)
    assert np.isfinite(found.importance_).all()


def test_beyond_twelve_johnson_and_samples_take_over():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(400, MOST_EXACT + 2))
    y = x[:, 0] + rng.normal(size=400)

    number = Drivers().fit(x, y)
    chance = Drivers().fit(x, y > 0)

    assert "Johnson" in number.method_
    assert "sampled" in chance.method_
    for found in (number, chance):
        assert found.drivers_[0].name == "x1"
        assert [one.name for one in found.drivers_ if one.is_clear] == ["x1"]
        assert found.importance_.sum() == pytest.approx(found.r2_.value)
    assert number.r2_.value == pytest.approx(r2_of(x, y))


def test_of_what_means_nothing_hardly_anything_is_claimed():
    rng = np.random.default_rng(7)
    claimed = 0
    for _ in range(60):
        x = rng.normal(size=(150, 5)) @ (np.eye(5) + 0.3)
        found = Drivers(resamples=20).fit(x, rng.normal(size=150))
        claimed += any(one.is_clear for one in found.drivers_)
    assert claimed <= 7  # 3 expected; 8 or more once in a hundred


def test_the_direction_is_told_and_where_it_turns():
    rng = np.random.default_rng(8)
    good = rng.normal(size=400)
    like = good + rng.normal(size=400) * 0.4
    y = 2 * good - like + rng.normal(size=400) * 0.3

    found = {
        one.name: one
        for one in Drivers()
        .fit(
            np.column_stack([good, like, -good + rng.normal(size=400)]),
            y,
            names=["good", "like", "bad"],
        )
        .drivers_
    }

    assert found["good"].direction == 1
    assert found["bad"].direction == -1
    assert found["like"].turns
    assert not found["good"].turns


def test_the_same_input_gives_the_same_numbers_and_changes_nothing():
    x, y = people()
    before = x.copy()
    one, other = Drivers(seed=3).fit(x, y), Drivers(seed=3).fit(x, y)

    assert one.drivers_ == other.drivers_
    assert np.array_equal(x, before)
    assert Drivers(**one.get_params()).get_params() == one.get_params()
    assert repr(one) == "Drivers(seed=3)"
    assert one.fit(x[:2], y[:2]).drivers_ == []
