"""Who is likely to leave, and whether what is promised comes true."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.special import expit, logit

from moksori.analysis.customers.calibration import calibration, expected_error, groups
from moksori.analysis.customers.churn import Churn
from moksori.analysis.customers.drift import kept_promises, shifts, stability
from moksori.analysis.customers.smooth import lowess


def _customers(n=3000, seed=0, weights=(1.0, -0.6, 0.0), start=-2.0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, len(weights)))
    left = rng.uniform(size=n) < expit(start + x @ np.array(weights))
    return x, left, np.arange(n) * 6 // n


def test_true_probabilities_are_found_well_calibrated():
    rng = np.random.default_rng(2)
    p = rng.beta(1, 3, 4000)

    found = calibration(p, rng.uniform(size=4000) < p)

    assert found.slope.low < 1 < found.slope.high
    assert found.intercept.low < 0 < found.intercept.high
    assert found.p > 0.01
    assert found.eavg < 0.03
    assert found.dxy == pytest.approx(2 * found.c - 1)


def test_too_extreme_promises_have_a_slope_below_one():
    rng = np.random.default_rng(3)
    p = rng.uniform(0.05, 0.95, 4000)
    left = rng.uniform(size=4000) < p

    found = calibration(expit(2 * logit(p)), left)

    assert found.slope.value == pytest.approx(0.5, abs=0.05)
    assert not found.is_sound
    assert found.u_p < 0.001


def test_spiegelhalter_and_brier_follow_their_formulas():
    p, y = np.array([0.1, 0.4, 0.8, 0.7]), np.array([0, 1, 1, 0])

    found = calibration(p, y)

    top = ((y - p) * (1 - 2 * p)).sum()
    assert found.z == pytest.approx(
        top / np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    )
    assert found.brier == pytest.approx(((p - y) ** 2).mean())
    assert found.c == 0.75


def test_certain_probabilities_are_left_out_of_the_slope_only():
    p = np.array([0, 0.2, 0.4, 0.6, 0.9, 1])

    found = calibration(p, [0, 0, 1, 0, 1, 1])

    assert (found.n, found.left_out) == (6, 2)
    assert np.isfinite(list(found.as_dict().values())).all()


@pytest.mark.parametrize(
    ("p", "y"),
    [([0.5], [1]), ([0.2, 1.4], [0, 1]), ([0.2, 0.3], [1, 1]), ([0.2, 0.2], [0, 1]),
     ([0.2, 0.3], [0, 2])],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(p, y):
    with pytest.raises(ValueError, match=r"[Cc]alibration|Probabilities|came true"):
        calibration(p, y)


def test_groups_of_the_picture_cover_everybody_once():
    rng = np.random.default_rng(4)
    p = np.round(rng.uniform(size=500), 1)
    found = groups(p, rng.uniform(size=500) < p)

    assert sum(group.found.n for group in found) == 500
    assert expected_error(p, rng.uniform(size=500) < p) < 0.1


def test_lowess_is_that_of_statsmodels():
    module = pytest.importorskip("statsmodels.nonparametric.smoothers_lowess")
    rng = np.random.default_rng(5)
    x, y = np.round(rng.uniform(size=300), 2), rng.normal(size=300)

    theirs = module.lowess(y, x, frac=2 / 3, it=0, delta=0.01 * np.ptp(x))

    assert lowess(x, y)(theirs[:, 0]) == pytest.approx(theirs[:, 1], abs=1e-6)


def test_churn_is_learned_and_stays_calibrated_in_the_next_period():
    x, left, when = _customers()

    churn = Churn().fit(x, left, when=when)
    new, gone, _ = _customers(seed=9)
    found = calibration(churn.predict_proba(new), gone)

    assert churn.state_ == "calibrated"
    assert 0.85 <= found.slope.value <= 1.15
    # No reweighting: as many are promised to leave as do.
    assert churn.predict_proba(new).mean() == pytest.approx(gone.mean(), abs=0.02)


def test_the_fit_is_that_of_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    x, left, _ = _customers(800)

    ours = Churn(penalty=10.0).fit(x, left)
    even = ours._columns.of(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = linear.LogisticRegression(C=0.1, tol=1e-10).fit(even, left)

    assert ours._model.weights == pytest.approx(theirs.coef_[0], abs=1e-5)


def test_contributions_add_up_to_the_probability():
    x, left, when = _customers()
    x[::7, 1] = np.nan

    churn = Churn().fit(x, left, when=when)
    odds = churn.base_ + churn.contributions(x[:20]).sum(axis=1)

    assert expit(odds) == pytest.approx(churn.predict_proba(x[:20]))
    for one in churn.estimate(x[:5]):
        assert 0 <= one.low <= one.value <= one.high <= 1


def test_when_times_change_the_probabilities_are_corrected_and_it_is_said():
    x, left, when = _customers(seed=1)
    late = when >= 4
    rng = np.random.default_rng(8)
    left[late] = rng.uniform(size=late.sum()) < expit(-0.8 + 0.4 * x[late, 0])

    churn = Churn().fit(x, left, when=when)

    assert churn.state_ == "recalibrated"
    assert churn.validation_ is not None
    held = churn.predict_proba(x[late])
    assert held.mean() == pytest.approx(left[late].mean(), abs=0.04)


def test_missing_infinite_and_constant_features_do_no_harm():
    x, left, _ = _customers(400)
    x[0, 0], x[1, 0], x[2, 1] = np.inf, -np.inf, np.nan
    x = np.column_stack([x, np.ones(400), np.full(400, np.nan)])

    churn = Churn().fit(x, left, names=["a", "b", "c", "same", "none"])

    assert set(churn.dropped_) == {"none", "same"}
    assert np.isfinite(churn.predict_proba(np.full((1, 5), np.nan))).all()
    assert np.isfinite(churn.predict_proba(np.full((1, 5), 1e300))).all()


def test_too_few_leavers_are_said_in_numbers():
    x, _, _ = _customers(100)

    with pytest.raises(ValueError, match="5 left and 95 stayed"):
        Churn().fit(x, np.arange(100) < 5)
    with pytest.raises(ValueError, match="No feature differs"):
        Churn().fit(np.ones((100, 2)), np.arange(100) < 50)


def test_a_shift_is_told_from_chance():
    rng = np.random.default_rng(6)
    before = rng.normal(size=(500, 2))
    now = np.column_stack([rng.normal(size=300), rng.normal(0.8, 1, 300)])

    found = {one.name: one for one in shifts(before, now, names=["still", "moved"])}

    assert found["moved"].level == "much"
    assert found["still"].level == "none"
    assert stability(before[:, 0], before[:, 0]) == pytest.approx(0)
    assert np.isfinite(stability([1.0, 1.0], [np.nan, 2.0]))


def test_promises_are_held_against_each_period():
    found = kept_promises([0.1] * 100 + [0.1] * 100, [1] * 10 + [0] * 90 + [1] * 40
                          + [0] * 60, ["spring"] * 100 + ["summer"] * 100)  # fmt: skip

    assert [one.is_off for one in found] == [False, True]
