"""Nobody can work out what was hidden: by subtraction, by filters, over time."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.surveys.suppression import (
    may_follow,
    open_groups,
    protect,
    ranges,
    safe_filters,
    too_small,
    with_margins,
)


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_cell_of_a_random_table_can_be_solved(seed: int) -> None:
    draw = np.random.default_rng(seed)
    counts = draw.poisson(draw.gamma(1.0, 10.0, (4, 5)))
    found = protect(counts)

    assert found.is_safe
    assert (found.hidden >= found.primary).all()
    open_by = found.high - found.low
    assert (open_by[found.primary] >= 5 - 1e-6).all()
    assert (found.low <= found.counts + 1e-6).all()
    assert (found.high >= found.counts - 1e-6).all()


def test_thresholds_alone_leak() -> None:
    """Trap 15: what the small-group rule hides is found by subtraction."""
    counts = np.array([[3, 40, 20], [30, 40, 50], [60, 2, 30]])
    full = with_margins(counts)
    small = (full > 0) & (full < 5)
    low, high = ranges(full, small)

    assert (high[small] - low[small] < 1e-6).all()
    assert protect(counts).is_safe


def test_a_table_that_needs_nothing_is_shown_whole() -> None:
    found = protect([[20, 30], [40, 50]])

    assert not found.hidden.any()
    assert found.shown[-1, -1] == 140


def test_one_small_group_takes_another_with_it() -> None:
    found = protect([40, 3, 12, 25])

    assert found.hidden.tolist() == [False, True, True, False, False]


def test_zeros_are_shown() -> None:
    found = protect([[0, 3, 40], [30, 50, 60], [20, 10, 30]])

    assert not found.hidden[0, 0]
    assert found.is_safe


def test_three_attributes() -> None:
    draw = np.random.default_rng(1)
    found = protect(draw.poisson(12, (3, 3, 2)))

    assert found.counts.shape == (4, 4, 3)
    assert found.is_safe


def test_where_nothing_else_helps_nothing_is_shown() -> None:
    found = protect([3, 0])

    assert found.hidden.tolist() == [True, False, True]


def test_the_engine_never_hides_less_than_is_safe() -> None:
    counts = np.array([[18, 2, 9], [19, 14, 30], [3, 10, 22]])
    found = protect(counts, method="optimal")

    assert found.is_safe


@pytest.mark.parametrize("counts", [[], [[-1, 2]], [[np.nan, 2]], [np.inf]])
def test_what_is_no_table_is_refused(counts) -> None:
    with pytest.raises(ValueError, match=r"table|zero or more"):
        protect(counts)


def test_the_remainder_is_a_group_too() -> None:
    full = with_margins([9, 4])

    assert too_small(full).tolist() == [True, True, False]


def leaks(members: np.ndarray, shown: np.ndarray) -> int:
    """How many small groups are the difference of two filters, or of all and one."""
    rows = [*members[shown], np.ones(members.shape[1], dtype=bool)]
    found = 0
    for one in rows:
        for other in rows:
            if (other <= one).all():
                found += 0 < (one & ~other).sum() < 5
    return found


def test_three_hundred_filters_do_not_leak() -> None:
    draw = np.random.default_rng(4)
    people = draw.choice(3, (6, 200), p=[0.85, 0.1, 0.05])
    picks = draw.integers(-4, 3, (300, 6))
    members = np.array(
        [
            np.all(
                [(want < 0) | (people[at] == want) for at, want in enumerate(pick)], 0
            )
            for pick in picks
        ]
    )
    shown = safe_filters(members)
    direct = members.sum(axis=1) >= 5

    assert leaks(members, direct) > 20
    assert leaks(members, shown) == 0
    assert 0 < shown.sum() < direct.sum()


def test_what_is_out_already_closes_what_would_betray_it() -> None:
    everybody = np.arange(20) < 20
    most = np.arange(20) < 17
    half = np.arange(20) < 10

    assert safe_filters([everybody, most, half]).tolist() == [True, False, True]
    assert safe_filters([most, half], open_before=[0]).tolist() == [True, True]


def test_the_next_wave_betrays_who_joined() -> None:
    team = range(20)

    assert may_follow(team, range(20))
    assert may_follow(team, range(26))
    assert not may_follow(team, range(21))
    assert not may_follow(team, range(2, 20))
    assert not may_follow(team, range(3))


def test_one_group_that_is_everybody_is_open() -> None:
    assert open_groups([12]).tolist() == [True]
    assert open_groups([4]).tolist() == [False]
    assert open_groups([]).tolist() == []
