"""Reliability against published values."""

from __future__ import annotations

import pytest

from moksori.analysis.surveys.reliability import alpha_interval, reliability
from tests.published.drivers_data import ATTITUDE, ATTITUDE_NAMES


def test_alpha_of_what_employees_rate():
    """Revelle, R's psych, `alpha(attitude)`: raw and standardised alpha .84.

    Corrected item-total correlations (r.drop) and alpha without each question.
    """
    found = reliability(ATTITUDE, names=ATTITUDE_NAMES)

    assert round(found.alpha.value, 2) == 0.84
    assert round(found.standardised, 2) == 0.84
    assert [round(one.rest.value, 2) for one in found.items] == [
        0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46,
    ]  # fmt: skip
    assert [round(one.alpha_without, 2) for one in found.items] == [
        0.81, 0.80, 0.83, 0.80, 0.80, 0.86, 0.84,
    ]  # fmt: skip


def test_feldts_interval():
    """Evans, R code of MRC CBU's statistics wiki: alpha .913, 873 people, 20 items."""
    low, high = alpha_interval(0.913, 873, 20)

    assert low == pytest.approx(0.9044024, abs=5e-8)
    assert high == pytest.approx(0.9211588, abs=5e-8)
