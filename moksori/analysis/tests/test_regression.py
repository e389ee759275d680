"""Batched models agree with statsmodels, and say when they mean nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from moksori.analysis.regression import fit


def _world(seed: int, n: int = 80) -> tuple[Any, Any, Any]:
    draw = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), draw.normal(size=n), draw.random(n)])
    return draw, x, x @ np.array([0.4, 0.5, -0.8])


@pytest.mark.parametrize("family", ["gaussian", "poisson", "binomial"])
def test_one_model_is_that_of_statsmodels(family: str) -> None:
    import statsmodels.api as sm  # noqa: PLC0415 – seconds to load

    draw, x, eta = _world(1)
    trials = np.full(80, 1.0)
    if family == "gaussian":
        y, theirs = eta + draw.normal(size=80), sm.families.Gaussian()
    elif family == "poisson":
        y, theirs = draw.poisson(np.exp(eta)).astype(float), sm.families.Poisson()
    else:
        trials = draw.integers(1, 30, 80).astype(float)
        y = draw.binomial(trials.astype(int), 1 / (1 + np.exp(-eta))) / trials
        theirs = sm.families.Binomial()
    known = sm.GLM(y, x, family=theirs, var_weights=trials).fit(tol=1e-12)

    found = fit(x, y, family=family, weights=trials)

    assert found.converged
    assert found.coefficients == pytest.approx(known.params, rel=1e-6)
    assert found.deviance == pytest.approx(known.deviance, rel=1e-6)
    assert found.dispersion == pytest.approx(known.pearson_chi2 / 77, rel=1e-6)
    assert found.fitted == pytest.approx(known.mu, rel=1e-6)
    hat = known.get_hat_matrix_diag(observed=False)
    if family != "gaussian":  # theirs divides by the scale there
        assert found.leverage == pytest.approx(hat, rel=1e-5)
    scaled = known.cov_params() / known.scale
    assert found.covariance == pytest.approx(scaled, rel=1e-5, abs=1e-12)


def test_a_stack_is_fitted_as_each_alone_and_weight_zero_leaves_out() -> None:
    draw, x, eta = _world(2)
    y = draw.poisson(np.exp(eta), size=(7, 80)).astype(float)
    kept = np.ones((7, 80))
    kept[3, 40:] = 0
    y[3, 40:] = np.nan

    together = fit(x, y, weights=kept)

    for at in range(7):
        rows = kept[at] > 0
        alone = fit(x[rows], y[at, rows])
        assert together.coefficients[at] == pytest.approx(alone.coefficients, rel=1e-7)
        assert together.dispersion[at] == pytest.approx(alone.dispersion, rel=1e-7)
        assert together.freedom[at] == alone.freedom


def test_an_offset_is_added_and_not_estimated() -> None:
    draw, x, eta = _world(3)
    exposure = draw.integers(50, 500, 80)
    y = draw.poisson(np.exp(eta) * exposure)

    found = fit(x, y, offset=np.log(exposure))

    assert found.coefficients == pytest.approx([0.4, 0.5, -0.8], abs=0.1)


def test_columns_that_cannot_be_told_apart_have_not_converged() -> None:
    _, x, eta = _world(4)
    twice = np.column_stack([x, x[:, 1]])

    found = fit(twice, np.exp(eta))

    assert not found.converged
    assert np.isfinite(found.fitted).all()


def test_separated_and_all_zero_data_stay_finite() -> None:
    x = np.column_stack([np.ones(20), np.arange(20.0)])

    split = fit(x, (np.arange(20) >= 10).astype(float), family="binomial")
    zero = fit(x, np.zeros(20))

    assert np.isfinite(split.coefficients).all()
    assert np.isfinite(zero.deviance)
    assert zero.fitted == pytest.approx(np.zeros(20), abs=1e-6)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([1.0, -1.0], "negative"),
        ([1.0, float("inf")], "finite"),
        ([1.0, 2.0, 3.0], "needs a design"),
    ],
)
def test_values_that_cannot_be_are_refused(y: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fit(np.ones((2, 1)), y)
