"""Published intervals of shares, their changes, and the net promoter score."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.proportions import change, newcombe, nps, wilson


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_prints_newcombes_table_of_single_shares(x, n, low, high) -> None:
    """Newcombe 1998a, Statistics in Medicine 17: 857, Table I, method 3."""
    share = wilson(x, n)

    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


CHANGES = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0),
]


@pytest.mark.parametrize(("one", "other", "low", "high"), CHANGES)
def test_a_change_prints_newcombes_table_of_differences(one, other, low, high) -> None:
    """Newcombe 1998b, Statistics in Medicine 17: 873, Table II, method 10."""
    found = newcombe(*one, *other)

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(("one", "other", "low", "high"), CHANGES)
def test_square_and_add_of_wilsons_limits_prints_the_same(one, other, low, high):
    """Zou and Donner 2008, Statistics in Medicine 27: 1693: MOVER with Wilson's limits
    is Newcombe's method 10."""
    found = change(wilson(*one), wilson(*other))

    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nps_of_fifty_thirty_twenty() -> None:
    """Rocks 2016, J. Mark. Anal. 4: 83 (adjusted Wald: ¾, ¾ and 3 added); variance
    p + d − (p − d)² = .61 for 50 promoters, 30 passives and 20 detractors."""
    scores = np.repeat([9, 7, 6], [50, 30, 20])
    votes = np.repeat([1, 0, -1], [50, 30, 20])
    found = nps(scores)

    assert found.value == pytest.approx(0.30)
    assert votes.var() == pytest.approx(0.61)
    assert (round(found.low, 4), round(found.high, 4)) == (0.1405, 0.4420)
