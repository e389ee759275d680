"""The method fits the data, says why, and calls little proven that is not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from moksori.analysis.proof.baseline import against_baseline, shrunken
from moksori.analysis.proof.choose import Because, Method, choose
from moksori.analysis.proof.interrupted import Change, Series, interrupted
from moksori.analysis.proof.measures import Settings
from moksori.analysis.proof.outlook import outlook
from moksori.analysis.proof.panel import Measure, Panel
from moksori.analysis.proof.prove import prove
from moksori.analysis.proof.staggered import Against, staggered
from moksori.analysis.proof.structural import impact
from moksori.analysis.proof.synthetic import synthetic
from moksori.analysis.verdict import Reason, Verdict

Floats = NDArray[np.float64]
QUICK = Settings(draws=60)
EACH = 250


def panel(
    *starts: float, units: int = 14, periods: int = 60, kept: float = 1.0, seed: int = 3
) -> Panel:
    """Shares about .2; what begins at `starts` keeps `kept` of its share from then."""
    random = np.random.default_rng(seed)
    levels = random.normal(np.log(0.25), 0.2, (units, 1))
    odds = levels + 0.1 * np.sin(np.arange(periods) / 6)
    share = 1 / (1 + np.exp(-(odds + random.normal(0, 0.05, (units, periods)))))
    began = np.full(units, np.inf)
    began[: len(starts)] = starts
    share[np.arange(periods) >= began[:, None]] *= kept
    totals = np.full((units, periods), float(EACH))
    return Panel(random.binomial(EACH, share) / EACH, began, totals)


@pytest.mark.parametrize(
    ("given", "method"),
    [
        (panel(40), Method.SYNTHETIC),
        (panel(40, 40, 40), Method.SYNTHETIC),
        (panel(36, 40, 40, 44, 48), Method.STAGGERED),
        (panel(40, units=6), Method.COLLAPSED),
        (panel(40, units=3), Method.CONTROLS),
        (panel(40, units=1), Method.INTERRUPTED),
        (panel(3, periods=8), Method.BASELINE),
        (panel(6, periods=20), Method.COLLAPSED),
    ],
)
def test_the_shape_of_the_data_chooses_the_method(given: Panel, method: Method) -> None:
    assert choose(given).method is method


def test_means_of_few_units_are_compared_plainly() -> None:
    given = panel(40, units=6)
    means = Panel(given.values, given.starts, given.totals, Measure.MEAN, better=1)

    choice = choose(means)

    assert choice.method is Method.DIFFERENCE
    assert (Method.COLLAPSED, Because.NO_SHARES) in choice.refused
    assert (Method.SYNTHETIC, Because.FEW_UNTOUCHED) in choice.refused


def test_different_starts_of_too_few_are_not_pooled() -> None:
    choice = choose(panel(36, 44, units=8))

    assert choice.method is Method.COLLAPSED
    assert choice.only_first
    assert (Method.STAGGERED, Because.FEW_TREATED) in choice.refused


@pytest.mark.parametrize(
    "given",
    [
        panel(40, kept=0.6),
        panel(36, 40, 40, 44, 48, kept=0.6),
        panel(40, units=8, kept=0.6),
        panel(40, 40, 40, kept=0.6),
    ],
)
def test_a_large_fall_is_proven_whatever_the_shape(given: Panel) -> None:
    found = prove(given, settings=QUICK)

    assert (found.verdict, found.reason) == (Verdict.PROVEN, Reason.FELL)
    assert found.estimate is not None
    assert found.estimate.high < 0
    assert found.before is not None
    assert found.after is not None
    assert found.before > found.after


def test_nothing_is_proven_where_nothing_happened() -> None:
    for seed in range(5):
        for starts in ((40,), (36, 40, 40, 44, 48)):
            found = prove(panel(*starts, seed=seed), settings=QUICK)
            assert found.verdict is not Verdict.PROVEN


def test_one_series_alone_is_associated_and_never_proven() -> None:
    found = prove(panel(40, units=1, kept=0.5), settings=QUICK)

    assert found.estimate is not None
    assert found.estimate.high < 0
    assert found.verdict is Verdict.NOT_PROVEN
    assert found.reason is Reason.NOTHING_TO_COMPARE


def test_two_untouched_are_too_few_to_ask_whether_they_fell_too() -> None:
    found = prove(panel(40, units=3, kept=0.5), settings=QUICK)

    assert found.reason is Reason.UNCHECKED_ELSEWHERE


def test_a_score_that_rose_is_proven_where_a_rise_was_hoped_for() -> None:
    random = np.random.default_rng(1)
    means = random.normal(70, 1, (14, 60))
    means[0, 40:] += 4
    starts = np.where(np.arange(14) == 0, 40.0, np.inf)
    hoped = Panel(means, starts, measure=Measure.MEAN, better=1)

    assert prove(hoped, settings=QUICK).verdict is Verdict.PROVEN
    feared = Panel(means, starts, measure=Measure.MEAN, better=-1)
    assert prove(feared, settings=QUICK).verdict is Verdict.WORSE


def test_before_any_time_has_passed_it_is_too_early_and_no_error() -> None:
    for given in (panel(60), panel(75), panel(40).until(40).beginning(40)):
        found = prove(given, expected=-0.05)
        assert (found.verdict, found.estimate) == (Verdict.TOO_EARLY, None)
    assert prove(panel(60), expected=-0.05).outlook.periods is not None


def test_tiny_panels_get_an_answer() -> None:
    for units in (1, 2, 3):
        for periods in (1, 2, 3, 5):
            for start in (0, 1, 2):
                found = prove(panel(start, units=units, periods=periods))
                assert found.verdict in (Verdict.TOO_EARLY, Verdict.NOT_PROVEN)


def test_constant_series_prove_nothing() -> None:
    flat = np.full((14, 60), 0.2)
    starts = np.where(np.arange(14) == 0, 40.0, np.inf)

    found = prove(Panel(flat, starts, np.full((14, 60), 100.0)), settings=QUICK)

    assert found.verdict is Verdict.NOT_PROVEN


@pytest.mark.parametrize(
    "values", [np.array([[0.1, np.nan]]), np.array([[0.1, 1.2]]), np.array([[-1, 0.5]])]
)
def test_values_that_cannot_be_shares_are_refused(values: Floats) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        Panel(values, np.array([1.0]))


def test_the_more_that_swings_the_longer_it_takes() -> None:
    random = np.random.default_rng(2)
    calm, wild = random.normal(0, 0.1, 52), random.normal(0, 0.3, 52)

    soon, late = outlook(calm, expected=-0.2), outlook(wild, expected=-0.2)

    assert soon.periods is not None
    assert late.periods is None or late.periods > soon.periods
    assert late.smallest > soon.smallest
    assert outlook(calm[:2]).periods is None


def test_a_chosen_extreme_is_shrunken_towards_its_peers() -> None:
    random = np.random.default_rng(4)
    true = random.beta(20, 180, 100)
    x, n = random.binomial(100, true), np.full(100, 100)
    worst = int(x.argmax())

    levels = shrunken(x, n)

    assert levels.centre == pytest.approx(0.1, abs=0.015)
    assert x[worst] / 100 > levels.shares[worst] > levels.centre
    again = random.binomial(100, true)
    change = against_baseline((x, n), (again, n), worst)
    assert change.low < 0 < change.high


def test_the_step_and_the_turn_of_a_series_are_told_apart() -> None:
    at = np.arange(80)
    mean = np.exp(4 - 0.3 * (at >= 40) - 0.01 * np.maximum(at - 40, 0))
    counts = np.random.default_rng(5).poisson(mean).astype(float)

    found = interrupted(Series(counts), 40, change=Change.LEVEL_AND_SLOPE)

    assert found.coefficients["step"].value == pytest.approx(-0.3, abs=0.12)
    assert found.coefficients["turn"].value == pytest.approx(-0.01, abs=0.005)
    assert found.change.high < 0


def test_resembling_weeks_widen_the_interval_of_a_step() -> None:
    random = np.random.default_rng(6)
    walk = np.zeros(100)
    for at in range(1, 100):
        walk[at] = 0.8 * walk[at - 1] + random.normal(0, 0.1)
    counts = random.poisson(80 * np.exp(walk)).astype(float)

    step = interrupted(Series(counts), 50).coefficients["step"]

    assert step.robust > 1.1 * step.se


def test_only_those_not_yet_treated_are_left_where_all_begin_some_time() -> None:
    random = np.random.default_rng(7)
    y = random.normal(0, 0.3, (30, 10))
    starts = np.repeat([3.0, 5.0, 8.0], 10)
    y[np.arange(10) >= starts[:, None]] += 2

    with pytest.raises(ValueError, match="never treated"):
        staggered(y, starts)
    found = staggered(y, starts, against=Against.NOT_YET)

    assert found.overall().value == pytest.approx(2, abs=0.8)
    assert {cell.group for cell in found.cells} == {3.0, 5.0}
    ages = found.by_age()
    assert abs(ages[-1.0].value) < 1
    for whole in (
        found.overall_by_group(),
        found.overall_by_age(),
        found.overall_by_time(),
    ):
        assert whole.value == pytest.approx(2, abs=0.3)


def test_covariates_that_say_why_groups_move_apart_are_allowed_for() -> None:
    random = np.random.default_rng(8)
    x = random.normal(size=400)
    treated = random.random(400) < 1 / (1 + np.exp(-x))
    y = np.column_stack([np.zeros(400), x]) + random.normal(0, 0.2, (400, 2))
    starts = np.where(treated, 1.0, np.inf)

    bare = staggered(y, starts).overall()
    allowed = staggered(y, starts, covariates=x).overall()

    assert bare.low > 0.3
    assert allowed.low < 0 < allowed.high


def test_what_cannot_be_compared_is_refused_in_words() -> None:
    y = np.ones((3, 6))
    with pytest.raises(ValueError, match="untouched"):
        synthetic(y, np.ones(3, dtype=bool), 3)
    with pytest.raises(ValueError, match="does not move"):
        impact(np.ones(20), np.random.default_rng(0).normal(size=(2, 20)), 10)
    with pytest.raises(ValueError, match="fewer periods"):
        interrupted(Series(np.arange(6.0)), 3, harmonics=2)
