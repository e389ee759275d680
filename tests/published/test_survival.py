"""Survival curves and Cox regression as published, to the printed digits."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.customers.hazards import Cox
from moksori.analysis.customers.survival import kaplan_meier, log_rank

# Acute myelogenous leukaemia (Miller 1997, p. 49; R survival::aml). A minus: censored.
MAINTAINED = (9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161)
NOT_MAINTAINED = (5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45)

# Remission of leukaemia (Gehan 1965; R MASS::gehan).
SIX_MP = (10, 7, -32, 23, 22, 6, 16, -34, -32, -25, -11, -20, -19, 6, -17, -35, 6, 13,
          -9, -6, -10)  # fmt: skip
CONTROL = (1, 22, 3, 12, 8, 17, 2, 11, 8, 12, 2, 5, 4, 15, 8, 23, 5, 11, 4, 1, 8)


def _spans(*groups):
    signed = np.concatenate([np.asarray(group, dtype=float) for group in groups])
    which = np.repeat(range(len(groups)), [len(group) for group in groups])
    return np.abs(signed), signed > 0, which


def test_the_curve_of_maintained_leukaemia_is_that_of_r():
    """R survival, `summary(survfit(Surv(time, status) ~ x, aml))`: log bands."""
    durations, left, _ = _spans(MAINTAINED)

    curve = kaplan_meier(durations, left)

    assert curve.times.tolist() == [9, 13, 18, 23, 31, 34, 48]
    assert curve.at_risk.tolist() == [11, 10, 8, 7, 5, 4, 2]
    assert curve.share.round(3).tolist() == [0.909, 0.818, 0.716, 0.614, 0.491, 0.368,
                                             0.184]  # fmt: skip
    errors = (curve.error * curve.share).round(4)
    assert errors.tolist() == [0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535]
    assert curve.low.round(4).tolist() == [0.7541, 0.6192, 0.4884, 0.3769, 0.2549,
                                           0.1549, 0.0359]  # fmt: skip
    assert curve.high.round(3).tolist() == [1, 1, 1, 0.999, 0.946, 0.875, 0.944]


def test_the_median_stays_of_leukaemia_are_those_of_r():
    """R survival, `survfit(Surv(time, status) ~ x, aml)`: 31 (18, NA), 23 (8, NA)."""
    for group, value, low in ((MAINTAINED, 31, 18), (NOT_MAINTAINED, 23, 8)):
        median = kaplan_meier(*_spans(group)[:2]).median()
        assert (median.value, median.low, median.high) == (value, low, np.inf)


def test_maintenance_differs_as_r_says():
    """R survival, `survdiff(Surv(time, status) ~ x, aml)`: 3.4 on 1 df, p .0653."""
    found = log_rank(*_spans(MAINTAINED, NOT_MAINTAINED))

    assert found.observed.tolist() == [7, 11]
    assert found.expected.round(2).tolist() == [10.69, 7.31]
    assert (round(found.statistic, 1), round(found.p, 4)) == (3.4, 0.0653)


def test_six_mercaptopurine_keeps_remission_as_published():
    """Freireich et al. 1963 / Gehan 1965: log-rank 16.79; Cox, Efron: 1.5721 (.4124),

    hazard ratio 4.817, likelihood ratio 16.35 (Venables and Ripley 2002, MASS §13.3).
    """
    durations, left, which = _spans(SIX_MP, CONTROL)

    assert round(log_rank(durations, left, which).statistic, 2) == 16.79
    cox = Cox().fit(which, durations, left)
    assert round(float(cox.coefficients_[0]), 4) == 1.5721
    assert round(float(cox.errors_[0]), 4) == 0.4124
    assert round(cox.ratios_[0].value, 3) == 4.817
    assert round(cox.likelihood_test_.statistic, 2) == 16.35


ROSSI = {
    "fin": (-0.37942, 0.19138),
    "age": (-0.05744, 0.02200),
    "race": (0.31390, 0.30799),
    "wexp": (-0.14980, 0.21222),
    "mar": (-0.43370, 0.38187),
    "paro": (-0.08487, 0.19576),
    "prio": (0.09150, 0.02865),
}


def _rossi(names):
    datasets = pytest.importorskip("lifelines.datasets")
    table = datasets.load_rossi()
    return (
        table[list(names)].to_numpy(float),
        table["week"].to_numpy(float),
        table["arrest"].to_numpy(),
    )


def test_recidivism_is_that_of_fox_and_weisberg():
    """Rossi et al. 1980 as in Fox and Weisberg (2011), Cox appendix, `mod.allison`."""
    cox = Cox().fit(*_rossi(ROSSI), names=list(ROSSI))

    for at, (value, error) in enumerate(ROSSI.values()):
        assert round(float(cox.coefficients_[at]), 5) == value
        assert round(float(cox.errors_[at]), 5) == error
    assert round(cox.likelihood_test_.statistic, 1) == 33.3
    assert round(cox.wald_test_.statistic, 1) == 32.1
    assert round(cox.score_test_.statistic, 1) == 33.5
    assert round(cox.concordance_.value, 2) == 0.64
    error = (cox.concordance_.high - cox.concordance_.value) / 1.959964
    assert round(error, 3) == 0.027


def test_age_breaks_proportionality_as_fox_and_weisberg_print():
    """The same appendix, `cox.zph(mod.allison.4)` of R survival 2.x."""
    cox = Cox().fit(*_rossi(("fin", "age", "prio")))

    each, whole = cox.correlations("km")

    assert [round(test.statistic, 5) for test in each] == [0.00507, 6.54147, 0.77288]
    assert [round(test.p, 4) for test in each] == [0.9433, 0.0105, 0.3793]
    assert (round(whole.statistic, 5), round(whole.p, 4)) == (7.13046, 0.0679)
