"""An effect is called proven seldom when nothing happened, and often when it did."""

import numpy as np
import pytest
from numpy.typing import NDArray

from moksori.analysis.effect import Baseline, Reason, Verdict, measure_effect

UNITS, BEFORE, AFTER = 16, 20, 10
Counts = NDArray[np.int64]


def world(rng: np.random.Generator, *, level: float = 0.06) -> tuple[Counts, Counts]:
    """Equal themes whose weeks resemble each other (AR .6), under one season."""
    weeks = BEFORE + AFTER
    noise = np.zeros((UNITS, weeks))
    noise[:, 0] = rng.normal(0, 0.2, UNITS)
    for week in range(1, weeks):
        noise[:, week] = 0.6 * noise[:, week - 1] + rng.normal(0, 0.16, UNITS)
    logit = np.log(level / (1 - level)) + noise + 0.2 * np.sin(np.arange(weeks) / 6)
    totals = np.full((UNITS, weeks), 300)
    return rng.binomial(totals, 1 / (1 + np.exp(-logit))), totals


def proven_rate(*, worst: bool, kept: float, runs: int = 120) -> float:
    rng = np.random.default_rng(11)
    proven = 0
    for _ in range(runs):
        x, n = world(rng)
        unit = int(x[:, :BEFORE].sum(axis=1).argmax()) if worst else 0
        x[unit, BEFORE:] = rng.binomial(x[unit, BEFORE:], kept)
        verdict = measure_effect(x, n, treated=unit, start=BEFORE).verdict
        proven += verdict is Verdict.PROVEN
    return proven / runs


def test_nothing_is_proven_when_nothing_happened_though_weeks_resemble_each_other() -> (
    None
):
    assert proven_rate(worst=False, kept=1.0) <= 0.05


def test_nothing_is_proven_beside_many_themes_that_hardly_anybody_mentions() -> None:
    """The half count lifts tiny themes; the large one must not seem to fall."""
    rng = np.random.default_rng(11)
    totals = np.full((90, 64), 25)
    proven = 0
    for _ in range(60):
        shares = np.exp(rng.normal(np.log(0.005), 1.0, 90))
        shares *= min(1.0, 0.8 / shares.sum())
        x = rng.binomial(totals, shares[:, None])
        unit = int(x[:, :52].sum(axis=1).argmax())
        verdict = measure_effect(x, totals, treated=unit, start=52).verdict
        proven += verdict is Verdict.PROVEN
    assert proven / 60 <= 0.05


def test_what_has_too_few_controls_or_equal_ones_still_gets_an_answer() -> None:
    x = np.full((4, 20), 20)
    for units in range(1, 5):
        totals = np.full((units, 20), 200)
        effect = measure_effect(x[:units], totals, treated=0, start=10)
        assert effect.verdict is Verdict.NOT_PROVEN


def test_the_worst_of_many_falling_back_by_itself_is_not_proof() -> None:
    assert proven_rate(worst=True, kept=1.0) <= 0.05


def test_a_fall_by_half_is_found() -> None:
    assert proven_rate(worst=False, kept=0.5) >= 0.8


def calm(
    *, later: int, weeks_after: int = 10, units: int = 12
) -> tuple[Counts, Counts]:
    rng = np.random.default_rng(5)
    totals = np.full((units, 20 + weeks_after), 400)
    counts = rng.binomial(totals, 0.06)
    counts[0, :20] = rng.binomial(400, 0.08, 20)
    counts[0, 20:] = later
    return counts, totals


def test_a_clear_fall_is_proven_with_its_size_and_interval() -> None:
    effect = measure_effect(*calm(later=16), treated=0, start=20, expected=-0.02)

    assert effect.verdict is Verdict.PROVEN
    assert effect.reason is Reason.FELL
    assert effect.estimate is not None
    assert effect.estimate.low < -0.04 < effect.estimate.high < 0
    assert effect.placebo_time is not None
    assert not effect.placebo_time.is_clear
    assert effect.placebo_space_p == pytest.approx(1 / 12)
    assert (effect.weeks_before, effect.weeks_after, effect.controls) == (20, 10, 11)
    assert effect.share_after == pytest.approx(0.04)
    assert effect.estimate.assumed


def test_a_fall_smaller_than_hoped_for_says_so() -> None:
    effect = measure_effect(*calm(later=16), treated=0, start=20, expected=-0.07)

    assert effect.reason is Reason.FELL_LESS_THAN_EXPECTED


def test_a_rise_is_worse() -> None:
    effect = measure_effect(*calm(later=60), treated=0, start=20)

    assert (effect.verdict, effect.reason) == (Verdict.WORSE, Reason.ROSE)


def test_three_weeks_are_too_early_but_already_show_the_number() -> None:
    counts = calm(later=16, weeks_after=3)

    effect = measure_effect(*counts, treated=0, start=20)

    assert effect.verdict is Verdict.TOO_EARLY
    assert effect.reason is Reason.FEW_WEEKS_AFTER
    assert effect.numbers["weeks_after"] == 3
    assert effect.estimate is not None


def test_no_week_after_is_too_early_without_a_number() -> None:
    effect = measure_effect(*calm(later=0, weeks_after=0), treated=0, start=20)

    assert (effect.verdict, effect.estimate) == (Verdict.TOO_EARLY, None)


def test_a_bare_before_and_after_is_never_proven() -> None:
    effect = measure_effect(*calm(later=2, units=1), treated=0, start=20)

    assert (effect.verdict, effect.reason) == (Verdict.NOT_PROVEN, Reason.FEW_CONTROLS)


def test_everything_falling_alike_proves_nothing() -> None:
    counts, totals = calm(later=16)
    counts[1:, 20:] //= 2

    effect = measure_effect(counts, totals, treated=0, start=20)

    assert effect.verdict is Verdict.NOT_PROVEN


def test_a_fall_that_had_begun_before_is_not_the_actions() -> None:
    counts, totals = calm(later=10)
    counts[0, :20] = np.linspace(60, 15, 20)

    effect = measure_effect(counts, totals, treated=0, start=20)

    assert effect.verdict is Verdict.NOT_PROVEN


def test_a_peak_just_before_the_action_is_left_out_of_the_baseline() -> None:
    counts, totals = calm(later=32)
    counts[0, 10:20] = 80

    effect = measure_effect(counts, totals, treated=0, start=20)

    assert effect.baseline is Baseline.BEFORE_THE_PEAK
    assert effect.verdict is Verdict.NOT_PROVEN


def test_a_handful_of_mentions_proves_nothing() -> None:
    counts, totals = calm(later=0)
    counts[0, :20] = 0
    counts[0, ::7] = 1

    effect = measure_effect(counts, totals, treated=0, start=20)

    assert effect.reason is Reason.FEW_MENTIONS


def test_the_same_panel_gives_the_same_effect() -> None:
    panel = calm(later=20)

    assert measure_effect(*panel, treated=0, start=20) == measure_effect(
        *panel, treated=0, start=20
    )


@pytest.mark.parametrize("treated", [-1, 12])
def test_a_unit_outside_the_panel_is_refused(treated: int) -> None:
    with pytest.raises(ValueError, match="within the panel"):
        measure_effect(*calm(later=20), treated=treated, start=20)
