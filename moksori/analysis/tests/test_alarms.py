"""Surprise over several weeks, its control over time, charts and change-points."""

from __future__ import annotations

import json

import numpy as np
import pytest

from moksori.analysis.alarms.changepoints import Cost, change_points
from moksori.analysis.alarms.charts import cusum, ewma, p_chart, run_length, u_chart
from moksori.analysis.alarms.online import Lord
from moksori.analysis.alarms.weekly import FULL, NO_YEAR, ONE_YEAR, new_watch, outlook


def quiet(rng, series=30, weeks=140, level=20):
    return rng.poisson(level, (series, weeks))


def test_quiet_series_surprise_as_often_as_they_say():
    found = outlook(quiet(np.random.default_rng(1)), last=26)
    assert (found.chance < 0.01).mean() < 0.02
    assert ((found.seen >= found.low) & (found.seen <= found.high)).mean() > 0.92


def test_a_moderate_lasting_rise_surprises_more_week_by_week():
    rng = np.random.default_rng(2)
    y = quiet(rng)
    y[0, -4:] = rng.poisson(40, 4)
    y[1, -4:] = rng.poisson(6, 4)
    found = outlook(y, last=8)
    assert found.chance[0, -1] < 1e-4
    assert found.direction[0, -1] == 1
    assert found.chance[1, -1] < 5e-3
    assert found.direction[1, -1] == -1


def test_growth_of_everything_is_no_news():
    rng = np.random.default_rng(3)
    totals = np.full(140, 1000)
    totals[-3:] = 2500
    y = rng.poisson(totals * 0.02, (20, 140))
    assert (outlook(y, last=1).chance < 1e-4).mean() > 0.5
    assert (outlook(y, totals, last=1).chance < 1e-3).mean() < 0.1


@pytest.mark.parametrize(
    ("weeks", "said"), [(40, NO_YEAR), (70, ONE_YEAR), (130, FULL)]
)
def test_the_history_it_rests_on_is_said(weeks, said):
    found = outlook(quiet(np.random.default_rng(4), weeks=weeks), last=4)
    assert found.assumed == said
    assert np.isfinite(found.chance).all()


def test_too_little_history_says_nothing_instead_of_guessing():
    found = outlook(quiet(np.random.default_rng(5), weeks=9), last=4)
    assert np.isnan(found.chance).all()
    with pytest.raises(ValueError, match="no week"):
        outlook(np.zeros((3, 0)))


def test_constant_and_empty_series_bear_being_looked_at():
    y = np.zeros((3, 120))
    y[1] = 7
    y[2, :] = np.nan
    found = outlook(y, last=4)
    assert np.isnan(found.chance[0]).all()
    assert (found.chance[1] > 0.5).all()
    assert np.isnan(found.chance[2]).all()


def test_a_watch_goes_on_next_week_as_if_it_had_never_stopped():
    p = np.random.default_rng(6).uniform(size=60) ** 3
    p[10] = 1e-9
    at_once = new_watch(30).test_all(p)
    kept = new_watch(30)
    parts = kept.test_all(p[:30])
    resumed = Lord.resumed(json.loads(json.dumps(kept.state())))
    assert parts + resumed.test_all(p[30:]) == at_once


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_chance_is_refused(bad):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Lord().test(bad)


def test_memory_alone_is_no_change_point():
    rng = np.random.default_rng(7)
    false = 0
    for _ in range(200):
        y = np.zeros(150)
        for i in range(1, 150):
            y[i] = 0.5 * y[i - 1] + rng.normal()
        false += bool(change_points(y[50:]).changes)
    assert false / 200 < 0.05


def test_two_changes_are_found_where_they_are():
    rng = np.random.default_rng(8)
    totals = np.full(90, 400)
    share = np.r_[np.full(30, 0.05), np.full(30, 0.12), np.full(30, 0.05)]
    found = change_points(
        rng.binomial(totals, share), exposure=totals, cost=Cost.POISSON
    )
    assert [change.last for change in found.changes] == pytest.approx([29, 59], abs=1)


def test_short_flat_and_gappy_series_have_no_change():
    assert change_points([]).changes == ()
    assert change_points([3.0]).levels == (3.0,)
    assert change_points([5.0] * 40).changes == ()
    y = [1.0, np.nan] * 10 + [9.0, np.nan] * 10
    assert [change.last for change in change_points(y).changes] == [18]
    with pytest.raises(ValueError, match="finite"):
        change_points([1.0, np.inf, 2.0])


def test_charts_mark_what_is_out():
    values = np.r_[np.zeros(10), np.full(12, 1.0)]
    assert cusum(values, target=0, sd=1).first == 18
    assert not ewma(np.zeros(20), target=0, sd=1).is_out.any()
    assert ewma(np.full(20, 2.0), target=0, sd=1).is_out.any()
    chart = p_chart([5, 6, 5, 30, 0], [100, 100, 100, 100, 0])
    assert chart.is_out.tolist() == [False, False, False, True, False]
    assert np.isnan(chart.values[4])
    assert u_chart([2, 3, 2, 20], [1, 1, 1, 1]).is_out.tolist()[-1]
    assert run_length(0.5, 4, 2) < run_length(0.5, 4, 1)


def test_charts_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="above zero"):
        cusum([1, 2], target=0, sd=0)
    with pytest.raises(ValueError, match="between 0 and their total"):
        p_chart([5], [3])
    with pytest.raises(ValueError, match="one total for each count"):
        p_chart([0], [0])
