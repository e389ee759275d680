"""Trends say rising or falling only when chance is an unlikely reason."""

import numpy as np
import pytest

from moksori.analysis.trend import Direction, trend


def test_a_doubled_share_is_rising() -> None:
    counts = np.array([10] * 6 + [20] * 6)

    found = trend(counts, np.full(12, 200))

    assert found.direction is Direction.RISING
    assert found.change is not None
    assert found.change.value == pytest.approx(0.05)
    assert found.ratio == pytest.approx(2, rel=0.02)
    assert len(found.points) == 12


def test_a_halved_share_is_falling() -> None:
    found = trend(np.array([20] * 6 + [8] * 6), np.full(12, 200))

    assert found.direction is Direction.FALLING


def test_equal_weeks_are_steady() -> None:
    found = trend(np.full(12, 10), np.full(12, 200))

    assert found.direction is Direction.STEADY


def test_noise_is_seldom_called_a_trend_even_when_weeks_are_lumpy() -> None:
    rng = np.random.default_rng(3)
    shares = rng.beta(10, 190, size=(600, 12))
    counts = rng.binomial(300, shares)

    alarms = [trend(row, np.full(12, 300)).direction != "steady" for row in counts]

    assert np.mean(alarms) < 0.09


def test_one_week_has_no_trend() -> None:
    found = trend(np.array([3]), np.array([10]))

    assert found.change is None
    assert found.direction is Direction.STEADY


def test_weeks_without_feedback_are_gaps_not_zeros() -> None:
    found = trend(np.array([1, 0, 1, 2]), np.array([10, 0, 10, 10]), window=2)

    assert np.isnan(found.points[1])


def test_more_mentions_than_feedback_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and its total"):
        trend(np.array([3, 1]), np.array([2, 2]))
