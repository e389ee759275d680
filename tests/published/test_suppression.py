"""Published tables of statistical disclosure control."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.surveys.suppression import open_groups, protect, with_margins

# sdcTable (Meindl), data set microdata1: regions A–D by gender, 100 people.
REGIONS = np.array([[18, 2], [19, 14], [12, 10], [6, 19]])


@pytest.mark.parametrize("method", ["quick", "optimal"])
def test_one_unsafe_cell_of_sdctable_takes_three_with_it(method) -> None:
    """sdcTable 0.32, tests of protectTable: of 15 cells 1 is unsafe (A, female), and
    A and C are hidden for both genders; what is left open is [0, 12] and [8, 20]."""
    unsafe = np.zeros((5, 3), dtype=bool)
    unsafe[0, 1] = True

    found = protect(REGIONS, primary=unsafe, method=method)

    assert found.counts.size == 15
    assert found.complementary.sum() == 3
    assert [tuple(at) for at in np.argwhere(found.hidden)] == [
        (0, 0), (0, 1), (2, 0), (2, 1)]  # fmt: skip
    assert found.low[0] == pytest.approx([8, 0, 20])
    assert found.high[0] == pytest.approx([20, 12, 20])
    assert found.is_safe


def test_the_table_of_sdctable_adds_up() -> None:
    """sdcTable 0.32, microdata1: 100 people, 55 male and 45 female."""
    assert with_margins(REGIONS)[-1].tolist() == [55, 45, 100]


def test_a_group_whose_remainder_is_small_is_closed_too() -> None:
    """Culture Amp, "Reporting group minimum" (5): Sales 4 beside Technology 9 would be
    found by subtraction, so both are closed; with 6 left over both are open."""
    assert open_groups([4, 9]).tolist() == [False, False]
    assert open_groups([6, 9]).tolist() == [True, True]


def test_comments_need_ten() -> None:
    """Glint, "Confidentiality": 5 answers for scores, 10 for comments."""
    assert open_groups([9, 30]).tolist() == [True, True]
    assert open_groups([9, 30], has_comments=True).tolist() == [False, False]
