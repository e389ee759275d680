"""Forecasts that say how wrong they were, and add up."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.forecasts import (
    forecast,
    mase,
    mase_over_all,
    reconciled,
    rolled,
    scale_of,
    seasonal_naive,
    summing,
)
from moksori.analysis.forecasts.hierarchy import WAYS
from moksori.analysis.forecasts.methods import METHODS

QUICK = {"seasonal naive": METHODS["seasonal naive"], "theta": METHODS["theta"]}


def _monthly(n=72, seed=0):
    rng = np.random.default_rng(seed)
    return 100 + 10 * np.sin(np.arange(n) * 2 * np.pi / 12) + rng.normal(0, 3, n)


def test_each_error_counts_alike_in_the_mean_over_all():
    one, other = np.array([1.0, 1.0, 1.0]), np.array([5.0])

    assert mase_over_all([one, other]) == 2.0


def test_the_denominator_is_of_the_history_and_not_of_the_horizon():
    history = np.array([1.0, 2, 1, 2, 1, 2])

    assert scale_of(history, 1) == 1
    assert scale_of(history, 2) is None
    assert mase([5.0], [3.0], history, season=1) == 2
    assert mase([5.0], [3.0], np.ones(6)) is None


def test_the_seasonal_naive_repeats_the_season_and_widens():
    ahead = seasonal_naive([1.0, 5, 2, 6, 1, 7], 4, 2)

    assert ahead.value.tolist() == [1, 7, 1, 7]
    assert ahead.half[2] == pytest.approx(ahead.half[0] * np.sqrt(2))


def test_a_forecast_says_its_error_and_how_often_the_interval_held():
    found = forecast(_monthly(), 6, season=12)

    assert found.mase is not None
    assert found.mase < 1
    assert set(found.method.split(" + ")) <= set(METHODS)
    assert found.coverage is not None
    assert found.coverage.high > 0.9
    assert {one.method for one in found.tried} == set(METHODS)
    assert all(p.low <= p.value <= p.high for p in found.points)


def test_no_origin_knows_what_came_later():
    y = _monthly()
    spoiled = y.copy()
    spoiled[66:] = 1e6

    before, after = (
        rolled(s, 1, season=12, methods=QUICK, origins=10) for s in (y, spoiled)
    )

    for name, back in before.items():
        early = back.origins < 66
        assert back.errors[early, 0].tolist() == after[name].errors[early, 0].tolist()


@pytest.mark.parametrize(
    "history",
    [np.zeros(30), np.full(30, 7.0), np.r_[np.zeros(20), 1, np.zeros(9)],
     np.where(np.arange(40) % 5 == 0, np.nan, _monthly(40)), _monthly(4), _monthly(13),
     np.r_[np.full(10, np.nan), _monthly(20)], -_monthly(40)],
    ids=["zero", "constant", "one", "gaps", "four", "thirteen", "late", "negative"],
)  # fmt: skip
def test_odd_histories_give_numbers(history):
    found = forecast(history, 5, season=12, methods=QUICK)

    for point in found.points:
        assert np.isfinite([point.value, point.low, point.high]).all()
        assert point.low <= point.value <= point.high
        if np.nanmin(history) >= 0:
            assert point.low >= 0


@pytest.mark.parametrize(
    "history", [[], [1.0, 2, 3], [np.nan] * 9, [1.0, 2, np.inf, 4, 5]]
)
def test_histories_that_cannot_go_on_are_refused(history):
    with pytest.raises(ValueError, match=r"values|finite"):
        forecast(history, 3)


def test_a_signal_is_used_where_it_helps_and_noise_is_not():
    rng = np.random.default_rng(1)
    early, noise = rng.normal(size=96), rng.normal(size=96)
    y = _monthly(96)
    y[1:] += 8 * early[:-1]

    found = forecast(
        y, 2, season=12, methods=QUICK, signals={"complaints": early, "noise": noise}
    )

    assert found.used == ("complaints",)
    with pytest.raises(ValueError, match="one value for each period"):
        forecast(y, 2, signals={"short": early[:5]}, methods=QUICK)


def test_noise_is_hardly_ever_taken_for_a_signal():
    used = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        found = forecast(
            rng.normal(50, 5, 60),
            2,
            methods={"seasonal naive": METHODS["seasonal naive"]},
            signals={"noise": rng.normal(size=60)},
        )
        used += bool(found.used)

    assert used <= 3


PARTS = [("Seoul", "Loans"), ("Seoul", "Cards"), ("Busan", "Loans")]


@pytest.mark.parametrize("way", WAYS)
def test_wholes_are_the_sum_of_their_parts(way):
    rng = np.random.default_rng(2)
    nodes, sums = summing(PARTS)
    base = rng.uniform(5, 20, (len(nodes), 4))
    residuals = rng.normal(size=(30, len(nodes)))

    found = reconciled(
        base, sums, residuals=residuals, spreads=np.ones_like(base), way=way
    )

    bottom = found.value[-len(PARTS) :]
    assert found.value == pytest.approx(sums @ bottom)
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()


@pytest.mark.parametrize("way", WAYS)
def test_forecasts_that_add_up_already_stay_as_they_are(way):
    _nodes, sums = summing(PARTS)
    base = sums @ np.array([[3.0], [4.0], [5.0]])

    assert reconciled(base, sums, way=way).value == pytest.approx(base)


def test_reconciling_does_not_forecast_less_than_nothing():
    nodes, sums = summing(PARTS)
    base = np.zeros((len(nodes), 1))
    base[-1] = 9

    found = reconciled(base, sums)

    assert (found.value >= 0).all()
    assert found.value == pytest.approx(sums @ found.value[-3:])
