"""Farrington's expectation: by hand with another program, and at its edges."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from moksori.analysis.alarms.farrington import Setup, farrington
from moksori.analysis.alarms.references import blocks, windows


def by_hand(y, k, *, years=5, half=3, alpha=0.05):
    """The same steps with statsmodels, fitted to convergence."""
    import statsmodels.api as sm  # noqa: PLC0415 – loading takes seconds

    at = np.concatenate(
        [
            np.arange(k - 52 * i - half, k - 52 * i + half + 1)
            for i in range(years, 0, -1)
        ]
    )
    past = y[at]

    def fitted(x, weights):
        family = sm.families.Poisson()
        model = sm.GLM(past, x, family=family, var_weights=weights)
        return model.fit(scale="X2", tol=1e-12)

    def both(x):
        first = fitted(x, np.ones(len(past)))
        phi = max(first.scale, 1)
        leverage = first.get_influence().hat_matrix_diag
        s = 1.5 * (past ** (2 / 3) * first.mu ** (-1 / 6) - np.sqrt(first.mu))
        s = s / np.sqrt(phi * (1 - leverage))
        omega = np.where(s > 1, s**-2.0, 1.0)
        return fitted(x, omega * len(past) / omega.sum())

    sloped = both(np.column_stack([np.ones(len(past)), at - k]))
    p = 2 * stats.t.sf(abs(sloped.tvalues[1]), sloped.df_resid)
    has_trend = p < 0.05 and np.exp(sloped.params[0]) <= past.max()
    chosen = sloped if has_trend else both(np.ones((len(past), 1)))
    mean, phi = np.exp(chosen.params[0]), max(chosen.scale, 1)
    error = chosen.bse[0] / np.sqrt(chosen.scale) * np.sqrt(phi) * mean
    sd = np.sqrt(4 / 9 * mean ** (1 / 3) * (phi + error**2 / mean))
    return (
        mean,
        (mean ** (2 / 3) + stats.norm.ppf(1 - alpha / 2) * sd) ** 1.5,
        has_trend,
    )


def some_years(seed=1, weeks=312):
    rng = np.random.default_rng(seed)
    t = np.arange(weeks)
    mean = 6 * np.exp(0.3 * np.sin(2 * np.pi * t / 52) + 0.002 * t)
    return rng.negative_binomial(3, 3 / (3 + mean))


def test_each_week_is_what_the_steps_give_by_hand():
    y = some_years()
    weeks = range(281, 312, 6)
    found = farrington(y, weeks)
    for i, k in enumerate(weeks):
        mean, high, has_trend = by_hand(y, k)
        assert found.value[i] == pytest.approx(mean, rel=2e-4)
        assert found.high[i] == pytest.approx(high, rel=2e-4)
        assert bool(found.has_trend[i]) == has_trend


def test_many_series_at_once_are_what_each_is_alone():
    y = np.stack([some_years(seed) for seed in range(4)])
    together = farrington(y, range(300, 312))
    for i, series in enumerate(y):
        alone = farrington(series, range(300, 312))
        np.testing.assert_allclose(together.high[i], alone.high, rtol=1e-9)
        np.testing.assert_array_equal(together.is_alarm[i], alone.is_alarm)


def test_a_week_far_above_is_an_alarm_and_an_old_outbreak_is_not_usual():
    y = np.random.default_rng(1).poisson(10, 312)
    y[311] = 40
    assert farrington(y, [311]).is_alarm.tolist() == [True]
    y[207] = 90  # two years before: weighs little, so the alarm stays
    assert farrington(y, [311]).is_alarm.tolist() == [True]
    unweighted = farrington(y, [311], setup=Setup(reweight=False))
    assert unweighted.is_alarm.tolist() == [False]


def test_few_cases_are_not_judged():
    y = np.zeros(312)
    y[311] = 4
    found = farrington(y, [311])
    assert found.is_judged.tolist() == [False]
    assert found.is_alarm.tolist() == [False]
    assert found.upperbound.tolist() == [0.0]
    y[311] = 5
    assert farrington(y, [311]).is_alarm.tolist() == [True]


def test_a_rate_does_not_rise_when_everything_grows():
    n = np.full(312, 1000.0)
    n[311] = 3000
    y = n / 100
    assert farrington(y, [311]).is_alarm.tolist() == [True]
    found = farrington(y, [311], population=n)
    assert found.value[0] == pytest.approx(30, rel=1e-6)
    assert found.is_alarm.tolist() == [False]


def test_missing_weeks_and_no_history_give_no_number():
    y = some_years().astype(float)
    y[207:212] = np.nan
    assert np.isfinite(farrington(y, [311]).high).all()
    found = farrington(y[:60], [3])
    assert np.isnan(found.value).all()
    assert not found.is_alarm.any()


@pytest.mark.parametrize("bad", [[-1.0] * 300, [np.inf] * 300])
def test_what_is_no_count_is_refused(bad):
    with pytest.raises(ValueError, match="finite and not negative"):
        farrington(bad, [299])


def test_years_by_date_find_the_nearest_same_weekday():
    days = [date(2015, 1, 5) + timedelta(weeks=i) for i in range(320)]
    found = windows(310, years=3, half=1, dates=days)
    assert all(days[i].weekday() == 0 for i in found.at)
    middle = [days[i] for i in found.at[1::3]]
    for back, day in enumerate(middle, start=1):
        same = days[310].replace(year=days[310].year - back)
        assert abs((day - same).days) <= 3


def test_parts_of_the_year_cover_it_once():
    found = blocks(200, years=3, half=3, parts=10, skipped=26)
    assert found.at.tolist() == list(range(200 - 156 - 3, 174))
    assert set(found.part.tolist()) == set(range(10))
    assert (found.part == 0).sum() == 3 * 7


@pytest.mark.parametrize("limits", ["delta", "nbPlugin", "muan"])
def test_the_improved_version_finds_the_same_outbreak(limits):
    y = some_years(3)
    y[311] = 90
    setup = Setup(improved=True, parts=10, skipped=26, limits=limits)
    found = farrington(y, [300, 311], setup=setup)
    assert found.is_alarm.tolist() == [False, True]
    assert (found.chance >= 0).all()
    assert (found.chance <= 1).all()
