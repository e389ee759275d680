"""Linearised errors against closed forms, and against samples drawn again."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.proportions import mean, nps, wilson
from moksori.analysis.surveys import design as survey
from moksori.analysis.surveys.design import design, simple
from moksori.analysis.surveys.weights import Margin, rake

draw = np.random.default_rng(11)
Y = draw.normal(5, 2, 120)
STRATA = np.repeat([0, 1, 2], [60, 40, 20])
SIZES = np.repeat([600.0, 800.0, 100.0], [60, 40, 20])
WEIGHTS = SIZES / np.repeat([60, 40, 20], [60, 40, 20])


def test_a_simple_sample_is_what_it_always_was() -> None:
    found = survey.mean(Y, simple(120))
    usual = mean(Y)

    assert found.estimate.low == pytest.approx(usual.low)
    assert found.estimate.high == pytest.approx(usual.high)
    assert (found.df, found.design_effect) == (119, pytest.approx(1))


def test_shares_and_nps_of_a_simple_sample_too() -> None:
    yes, scores = (Y > 6).astype(float), draw.integers(0, 11, 120)
    share, score = survey.share(yes, simple(120)), survey.nps(scores, simple(120))

    plain = wilson(yes.sum(), 120)
    assert (share.estimate.low, share.estimate.high) == pytest.approx(
        (plain.low, plain.high)
    )
    assert (score.estimate.low, score.estimate.high) == pytest.approx(
        (nps(scores).low, nps(scores).high)
    )


def test_strata_agree_with_the_closed_form() -> None:
    """Cochran 1977, (5.12): Σ N²(1 − f)s²/n."""
    found = survey.total(Y, design(WEIGHTS, strata=STRATA, population=SIZES))

    variance = 0.0
    for stratum in range(3):
        y, size = Y[stratum == STRATA], SIZES[stratum == STRATA][0]
        variance += size**2 * (1 - y.size / size) * y.var(ddof=1) / y.size
    assert found.se == pytest.approx(variance**0.5)
    assert found.df == 117


def test_a_share_drawn_says_the_same_as_a_population() -> None:
    drawn = np.repeat([60 / 600, 40 / 800, 20 / 100], [60, 40, 20])
    one = survey.mean(Y, design(WEIGHTS, strata=STRATA, population=SIZES))
    other = survey.mean(Y, design(WEIGHTS, strata=STRATA, population=drawn))

    assert one.se == pytest.approx(other.se)


def test_who_takes_everybody_has_no_error() -> None:
    assert survey.mean(Y, design(np.ones(120), population=120)).se == 0


def test_clusters_agree_with_the_closed_form() -> None:
    """Cochran 1977, (9.1): clusters of one size are a simple sample of their means."""
    clusters = np.repeat(np.arange(24), 5)
    means = Y.reshape(24, 5).mean(axis=1)
    found = survey.mean(Y, design(np.ones(120), clusters=clusters))

    assert found.se == pytest.approx(means.std(ddof=1) / 24**0.5)
    assert found.df == 23


def test_clusters_of_the_same_name_in_two_strata_are_two() -> None:
    names = np.tile(np.repeat(["a", "b", "c"], 2), 20)
    found = design(np.ones(120), strata=STRATA, clusters=names)

    assert found.df == 9 - 3


def test_a_ratio_agrees_with_the_closed_form() -> None:
    """Cochran 1977, (6.9)."""
    x = Y + draw.normal(3, 1, 120)
    found = survey.ratio(Y, x, simple(120))

    r = Y.sum() / x.sum()
    se = ((Y - r * x) ** 2).sum() / 119 / 120 / x.mean() ** 2
    assert found.estimate.value == pytest.approx(r)
    assert found.se == pytest.approx(se**0.5)


def test_a_part_keeps_the_whole_design() -> None:
    clusters = np.repeat(np.arange(12), 10)
    inside = np.isin(clusters, [0, 1, 2, 3])
    sample = design(np.ones(120), clusters=clusters)
    found = survey.mean(Y, sample, within=inside)

    means = [Y[clusters == one].sum() - 10 * found.estimate.value for one in range(4)]
    se = (np.square(means).sum() * 12 / 11) ** 0.5 / 40
    assert found.se == pytest.approx(se)
    assert found.df == 11
    assert found.estimate.n == 40


def test_no_answer_is_outside() -> None:
    y = np.where(np.arange(120) < 20, np.nan, Y)
    found = survey.mean(y, simple(120))

    assert found.estimate.n == 100
    assert found.estimate.value == pytest.approx(Y[20:].mean())


def raked_sample(places: np.ndarray, base: np.ndarray) -> survey.Design:
    targets = {0: 400.0, 1: 350.0, 2: 250.0}
    raked = rake(base, [Margin(places.tolist(), targets)])
    return design(base).raked(raked)


def test_one_margin_is_poststratification() -> None:
    """Residuals around the means of the groups (Särndal et al. 1992, 7.6)."""
    places = draw.integers(0, 3, 120)
    sample = raked_sample(places, np.ones(120))
    found = survey.mean(Y, sample)

    counts = np.bincount(places)
    means = np.bincount(places, Y) / counts
    left = sample.weights * (Y - means[places]) / 1_000
    assert found.se == pytest.approx((120 / 119 * (left**2).sum()) ** 0.5)


def test_what_the_margins_fix_has_no_error() -> None:
    places = draw.integers(0, 3, 120)
    found = survey.mean((places == 1).astype(float), raked_sample(places, np.ones(120)))

    assert found.estimate.value == pytest.approx(0.35)
    assert found.se == pytest.approx(0, abs=1e-9)


def test_raked_errors_agree_with_the_jackknife() -> None:
    """Left out one by one and raked again each time: a different road to the error."""
    one, two = draw.integers(0, 3, 120), draw.integers(0, 2, 120)
    y = Y + one + two

    def margins(kept: np.ndarray) -> list[Margin]:
        return [
            Margin(one[kept].tolist(), {0: 400, 1: 350, 2: 250}),
            Margin(two[kept].tolist(), {0: 700, 1: 300}),
        ]

    everybody = np.ones(120, dtype=bool)
    sample = simple(120).raked(rake(np.ones(120), margins(everybody)))
    again = []
    for left_out in range(120):
        kept = np.arange(120) != left_out
        weights = rake(np.ones(119), margins(kept)).weights
        again.append(weights @ y[kept] / weights.sum())
    jackknife = (119 / 120 * np.square(np.array(again) - np.mean(again)).sum()) ** 0.5

    assert survey.mean(y, sample).se == pytest.approx(jackknife, rel=0.05)


def test_the_weights_before_raking_count_for_the_error() -> None:
    """Trap 10: a regression with the final weights gives another error."""
    places, base = draw.integers(0, 3, 120), draw.uniform(1, 5, 120)
    found = survey.mean(Y, raked_sample(places, base))

    sample = raked_sample(places, base)
    centre = sample.weights @ Y / sample.weights.sum()
    before = np.bincount(places, base * (Y - centre)) / np.bincount(places, base)
    left = sample.weights * (Y - centre - before[places]) / 1_000
    left -= left.mean()
    assert found.se == pytest.approx((120 / 119 * (left**2).sum()) ** 0.5)


def test_a_lonely_stratum_is_refused_or_taken_around_everybody() -> None:
    strata = np.array([0, 0, 0, 1])
    with pytest.raises(ValueError, match="one cluster only"):
        survey.mean([1, 2, 3, 4], design(np.ones(4), strata=strata))
    adjusted = design(np.ones(4), strata=strata, lonely="adjust")

    assert survey.mean([1, 2, 3, 4], adjusted).se > 0


def test_one_answer_has_no_interval() -> None:
    with pytest.raises(ValueError, match="one cluster only"):
        survey.mean([4.0], simple(1))


def test_shares_of_all_and_none_still_have_an_interval() -> None:
    everybody = survey.share(np.ones(10), simple(10)).estimate
    nobody = survey.share(np.zeros(10), simple(10)).estimate

    assert (everybody.low, everybody.high) == pytest.approx((0.7225, 1), abs=1e-4)
    assert (nobody.low, nobody.high) == pytest.approx((0, 0.2775), abs=1e-4)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: design([1, -1]), "positive numbers"),
        (lambda: design([]), "positive numbers"),
        (lambda: design([1, 1], strata=[1]), "one stratum and cluster"),
        (lambda: design([1, 1], population=[0, 1]), "above zero"),
        (lambda: design([1, 1], lonely="no"), "lonely"),
        (lambda: survey.mean([1], simple(2)), "one value for every weight"),
        (lambda: survey.mean([np.nan] * 2, simple(2)), "Nobody answered"),
        (lambda: survey.share([0.5, 1], simple(2)), "yes or no"),
        (lambda: survey.nps([11, 1], simple(2)), "between 0 and 10"),
        (lambda: survey.ratio([1, 1], [0, 0], simple(2)), "divide by"),
        (
            lambda: survey.mean([1, 2, 3], design(np.ones(3), population=2)),
            "more clusters than its population",
        ),
    ],
)
def test_bad_input_is_refused_in_words(call, says) -> None:
    with pytest.raises(ValueError, match=says):
        call()
