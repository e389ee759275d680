"""How long customers stay, and what makes them leave sooner."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.customers.hazards import Cox
from moksori.analysis.customers.survival import kaplan_meier, log_rank

RNG = np.random.default_rng(7)


def _simulated(n=600, beta=(0.8, -0.5)):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 2))
    life = rng.exponential(1 / (0.1 * np.exp(x @ np.array(beta))))
    end = rng.uniform(2, 20, n)
    return x, np.ceil(np.minimum(life, end)), life <= end


def test_without_leavers_everybody_stays():
    curve = kaplan_meier([3, 5, 9], [0, 0, 0])

    assert curve.at(9).value == 1
    assert curve.median().value == np.inf
    assert curve.restricted_mean(9).value == 9


@pytest.mark.parametrize("transform", ["log", "log-log", "plain"])
def test_a_curve_never_rises_and_stays_within_its_band(transform):
    durations = RNG.integers(1, 30, 80)
    curve = kaplan_meier(durations, RNG.uniform(size=80) < 0.7, transform=transform)

    assert (np.diff(curve.share) <= 0).all()
    assert (curve.low <= curve.share + 1e-12).all()
    assert (curve.share <= curve.high + 1e-12).all()
    assert np.isfinite(curve.high).all()


def test_the_curve_ends_at_zero_without_nonsense():
    curve = kaplan_meier([1, 2, 3], [1, 1, 1])

    assert curve.share[-1] == 0
    assert np.isfinite([*curve.low, *curve.high, *curve.error]).all()


def test_late_entry_counts_only_those_under_watch():
    curve = kaplan_meier([5, 6, 7], [1, 1, 1], entry=[0, 5, 0])

    assert curve.at_risk.tolist() == [2, 2, 1]


@pytest.mark.parametrize(
    ("durations", "left"), [([], []), ([-1], [1]), ([np.nan], [0]), ([np.inf], [1])]
)
def test_impossible_times_are_refused(durations, left):
    with pytest.raises(ValueError, match=r"customer|Times"):
        kaplan_meier(durations, left)


def test_equal_groups_differ_once_in_twenty():
    rng = np.random.default_rng(3)
    p = [
        log_rank(
            rng.exponential(5, 60), rng.uniform(size=60) < 0.8, np.arange(60) % 2
        ).p
        for _ in range(200)
    ]

    assert 0.01 <= np.mean(np.array(p) < 0.05) <= 0.10


def test_cox_agrees_with_lifelines():
    lifelines = pytest.importorskip("lifelines")
    pandas = pytest.importorskip("pandas")
    x, durations, left = _simulated()
    table = pandas.DataFrame(x, columns=["a", "b"]).assign(T=durations, E=left)

    ours = Cox().fit(x, durations, left)
    theirs = lifelines.CoxPHFitter().fit(table, "T", "E")

    assert ours.coefficients_ == pytest.approx(theirs.params_.to_numpy(), abs=1e-6)
    assert ours.errors_ == pytest.approx(theirs.standard_errors_.to_numpy(), abs=1e-6)
    assert ours.concordance_.value == pytest.approx(theirs.concordance_index_)
    assert ours.log_likelihood_[1] == pytest.approx(theirs.log_likelihood_)


def test_cox_with_late_entry_agrees_with_lifelines():
    lifelines = pytest.importorskip("lifelines")
    pandas = pytest.importorskip("pandas")
    x, durations, left = _simulated()
    entry = np.where(np.arange(durations.size) % 3 == 0, durations / 2, 0)
    table = pandas.DataFrame(x, columns=["a", "b"]).assign(T=durations, E=left, W=entry)

    ours = Cox().fit(x, durations, left, entry=entry)
    theirs = lifelines.CoxPHFitter().fit(table, "T", "E", entry_col="W")

    assert ours.coefficients_ == pytest.approx(theirs.params_.to_numpy(), abs=1e-5)


def test_an_effect_that_fades_is_found_out_and_a_steady_one_is_not():
    rng = np.random.default_rng(5)
    x = rng.integers(0, 2, 1500)
    steady = rng.exponential(np.where(x, 5.0, 10.0))
    early = rng.exponential(np.where(x, 2.0, 10.0))
    fading = np.where(early < 3, early, 3 + rng.exponential(np.where(x, 20.0, 10.0)))

    p = [
        Cox().fit(x, life, np.ones(x.size)).proportionality()[1].p
        for life in (steady, fading)
    ]

    assert p[0] > 0.01
    assert p[1] < 1e-6


def test_columns_that_say_nothing_are_named():
    x, durations, left = _simulated(60)

    with pytest.raises(ValueError, match="never changes says nothing: plan"):
        Cox().fit(np.column_stack([x[:, 0], np.ones(60)]), durations, left,
                  names=["age", "plan"])  # fmt: skip
    with pytest.raises(ValueError, match="repeats"):
        Cox().fit(np.column_stack([x[:, 0], 2 * x[:, 0]]), durations, left)
    with pytest.raises(ValueError, match="Nobody has left"):
        Cox().fit(x, durations, np.zeros(60))


def test_a_column_that_tells_leavers_apart_does_not_pretend_to_have_settled():
    left = np.arange(40) < 20

    durations = np.where(left, 1.0, 5.0) + RNG.uniform(size=40)
    found = Cox().fit(left.astype(float), durations, left)

    assert not found.converged_
    assert np.isfinite(found.coefficients_).all()
