"""Drivers against published values and the reference programs of R."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.drivers.dominance import INDICES, Outcomes
from moksori.analysis.drivers.importance import Drivers
from tests.published.drivers_data import (
    ATTITUDE,
    ATTITUDE_NAMES,
    ESOPH_CASES,
    ESOPH_CONTROLS,
    ESOPH_LEVELS,
    MTCARS,
    SWISS,
)


def test_lmg_of_the_swiss_provinces():
    """Groemping (2006), J. Stat. Softw. 17(1): relaimpo, `swiss`, to eight digits.

    Agriculture, Examination, Education, Catholic, Infant.Mortality; R² .7067.
    """
    found = Drivers(method="lmg").fit(SWISS[:, 1:], SWISS[:, 0])

    assert found.importance_ == pytest.approx(
        [0.0571, 0.1712, 0.2601, 0.1056, 0.1128], abs=5e-5
    )
    assert found.r2_.value == pytest.approx(0.7067, abs=5e-5)
    # Rescaled, Examination tells 24 % and Catholic 15 %: |SHAP| would say 10 and 24.
    shares = {one.name: one.share.value for one in found.drivers_}
    assert shares["x2"] == pytest.approx(0.24, abs=0.005)
    assert shares["x4"] == pytest.approx(0.15, abs=0.005)


def test_general_dominance_of_what_employees_rate():
    """README of R's dominanceanalysis (Navarrete and Soares), `attitude`."""
    found = Drivers().fit(ATTITUDE[:, 1:], ATTITUDE[:, 0], names=ATTITUDE_NAMES[1:])

    got = {one.name: round(one.importance.value, 3) for one in found.drivers_}
    assert got == {
        "complaints": 0.371,
        "learning": 0.156,
        "raises": 0.120,
        "privileges": 0.051,
        "advance": 0.028,
        "critical": 0.007,
    }
    assert list(got) == sorted(got, key=lambda name: -got[name])


def test_relative_weights_of_cars():
    """R's rwa (Chan), example `mtcars`: raw relative weights to seven digits."""
    found = Drivers(method="johnson").fit(MTCARS[:, 1:], MTCARS[:, 0])

    assert found.importance_ == pytest.approx(
        [0.2096904, 0.1883043, 0.1799590, 0.2706812], abs=5e-8
    )


def esoph(index: str) -> Drivers:
    columns, names = [], []
    for at, name in enumerate(("agegp", "alcgp", "tobgp")):
        for level in np.unique(ESOPH_LEVELS[:, at])[1:]:
            columns.append(ESOPH_LEVELS[:, at] == level)
            names.append(name)
    counts = np.column_stack([ESOPH_CASES, ESOPH_CONTROLS])
    return Drivers(index=index).fit(np.column_stack(columns), counts, names=names)


@pytest.mark.parametrize(
    ("index", "r2"),
    [("mcfadden", 0.591), ("cox_snell", 0.961), ("nagelkerke", 0.965)],
)
def test_pseudo_r2_of_counts_with_categories(index, r2):
    """Tests of R's dominanceanalysis, `esoph` with corrected controls, to .001."""
    found = esoph(index)

    assert found.r2_.value == pytest.approx(r2, rel=0.001)
    assert found.names_ == ("agegp", "alcgp", "tobgp")
    assert found.importance_.sum() == pytest.approx(found.r2_.value)


def test_the_four_indices_are_those_of_the_papers():
    """McFadden (1974), Cox and Snell (1989), Nagelkerke (1991), Estrella (1998)."""
    fitted, empty, n = np.array([-60.0]), np.array([-100.0]), 150.0

    got = {name: float(index(fitted, empty, n)[0]) for name, index in INDICES.items()}

    assert got["mcfadden"] == pytest.approx(0.4)
    assert got["cox_snell"] == pytest.approx(1 - np.exp(-80 / 150))
    top = 1 - np.exp(-200 / 150)
    assert got["nagelkerke"] == pytest.approx((1 - np.exp(-80 / 150)) / top)
    assert got["estrella"] == pytest.approx(1 - 0.6 ** (200 / 150))
    assert Outcomes(
        np.empty((1, 0)), np.array([2.0]), np.array([5.0]), np.ones(1)
    ).ways == pytest.approx(np.log(10))
