"""Published numbers of change-points, control charts and online false discovery."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.alarms.changepoints import Cost, change_points
from moksori.analysis.alarms.charts import run_length
from moksori.analysis.alarms.online import Lord

# Jarrett (1979), Biometrika 66: British coal-mining disasters a year, 1851–1962.
COAL = [
    *(4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5),
    *(5, 3, 4, 2, 5, 2, 2, 3, 4, 2, 1, 3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0),
    *(3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, 2, 3),
    *(3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0),
    *(0, 1, 0, 1),
]


def test_the_nile_changed_after_1898():
    """Zeileis, Kleiber, Krämer, Hornik (2003), CSDA 44: one break, 1898."""
    from statsmodels.datasets import nile

    flow = nile.load_pandas().data["volume"].to_numpy()
    found = change_points(flow)
    assert [1871 + change.last for change in found.changes] == [1898]


def test_coal_mines_became_safer_after_1891():
    """Raftery and Akman (1986), Biometrika 73: about 1891, rates 3.1 and 0.9."""
    assert (len(COAL), sum(COAL)) == (112, 191)
    (change,) = change_points(COAL, cost=Cost.POISSON).changes
    assert 1851 + change.last == 1891
    assert round(change.before, 3) == 3.098
    assert round(change.after, 3) == 0.901


def test_average_run_lengths_of_a_cusum():
    """Montgomery, Introduction to SPC, table 9.3: k = 0.5, h = 4 (two-sided 168)."""
    assert round(run_length(0.5, 4.0, 0.0)) == 335
    assert round(run_length(0.5, 4.0, 0.0) / 2) == 168
    assert round(run_length(0.5, 4.0, 1.0), 2) == 8.38
    # h = 5, the other column: 465 two-sided, 10.4 at a shift of one.
    assert round(run_length(0.5, 5.0, 0.0) / 2) == 465
    assert round(run_length(0.5, 5.0, 1.0), 1) == 10.4


def test_lord_rejects_what_the_package_rejects():
    """onlineFDR, tests/testthat/test_LORD.R: the first and the third of four."""
    found = Lord().test_all([1e-7, 0.1, 0.00025, 0.07])
    assert [one.is_discovery for one in found] == [True, False, True, False]


def test_lord_levels_follow_the_formula():
    """Ramdas et al. (2017): w0 γ(t) + (α − w0) γ(t − τ1) + α Σ γ(t − τj)."""
    steps = np.arange(1, 5)
    gamma = 0.07720838 * np.log(np.maximum(steps, 2))
    gamma = gamma / (steps * np.exp(np.sqrt(np.log(steps))))
    found = [one.level for one in Lord().test_all([1e-7, 0.1, 0.00025, 0.07])]
    assert found == pytest.approx(
        [
            0.005 * gamma[0],
            0.005 * gamma[1] + 0.045 * gamma[0],
            0.005 * gamma[2] + 0.045 * gamma[1],
            0.005 * gamma[3] + 0.045 * gamma[2] + 0.05 * gamma[0],
        ]
    )
