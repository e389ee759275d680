"""Shrinkage, fair comparison, funnels and priorities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.analysis.groups.case_mix import (
    common_odds_ratio,
    observed_to_expected,
    standardised,
)
from moksori.analysis.groups.funnel import funnel
from moksori.analysis.groups.shrinkage import (
    NormalPrior,
    beta_prior,
    beta_prior_by_moments,
    james_stein,
    normal_prior,
)
from moksori.analysis.priority import Option, Range, priorities
from moksori.analysis.segments.disproportion import (
    GammaMixture,
    Points,
    gamma_mixture,
    squash,
)
from moksori.analysis.segments.pairs import pair_counts

MIXTURE = GammaMixture(0.3, 0.2, 4.0, 5.0, 0.3)


def test_groups_that_differ_by_chance_alone_are_shrunk_to_the_usual_share():
    n = np.full(200, 50)
    x = np.random.default_rng(0).binomial(n, 0.2)

    prior = beta_prior(x, n)

    assert prior.a + prior.b > 200
    assert prior.mean == pytest.approx(0.2, abs=0.01)


def test_a_prior_is_found_again():
    rng = np.random.default_rng(1)
    n = rng.integers(20, 80, 800)
    x = rng.binomial(n, rng.beta(3, 9, 800))

    prior = beta_prior(x, n)

    assert prior.a == pytest.approx(3, rel=0.2)
    assert prior.b == pytest.approx(9, rel=0.2)


@pytest.mark.parametrize(
    ("x", "n"), [([1], [2]), ([0, 0], [5, 5]), ([5, 5], [5, 5]), ([3, 2], [2, 2])]
)
def test_too_little_for_a_prior_is_refused(x, n):
    with pytest.raises(ValueError, match=r"prior|Successes"):
        beta_prior(x, n)


def test_equal_shares_have_no_moments_to_fit():
    with pytest.raises(ValueError, match="all equal"):
        beta_prior_by_moments([1, 2], [2, 4])


def test_shrinking_needs_four_groups_and_a_variance():
    with pytest.raises(ValueError, match="four groups"):
        james_stein([1, 2, 3], 1)
    with pytest.raises(ValueError, match="variance"):
        james_stein([1, 2, 3, 4], 0)
    assert james_stein([2, 2, 2, 2], 1).values.tolist() == [2, 2, 2, 2]


def test_means_are_shrunk_by_how_little_is_known_of_them():
    prior = normal_prior([1.0, 2.0, 9.0, 4.0, 6.0], [0.5, 0.5, 0.5, 0.5, 0.5])

    sure = prior.estimate(9.0, 0.1, n=100)
    vague = prior.estimate(9.0, 5.0, n=3)

    assert sure.value > vague.value > prior.mean
    assert normal_prior([1, 1.01], [1, 1]).sd == 0
    assert NormalPrior(0, 0).estimate(3, 1, n=5).value == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.floats(0.05, 100))
def test_ebgm_lies_within_its_interval_and_grows_with_the_count(count, expected):
    value = float(MIXTURE.ebgm(count, expected))
    low = float(MIXTURE.quantile(0.05, count, expected))
    high = float(MIXTURE.quantile(0.95, count, expected))

    assert low < value < high
    assert value < float(MIXTURE.ebgm(count + 1, expected))


def test_quantiles_and_means_are_those_of_the_posterior():
    rng = np.random.default_rng(3)
    q = float(MIXTURE.first_share(6, 2.0))
    one, other = rng.gamma(6.3, 1 / 2.2, 200_000), rng.gamma(10, 1 / 7, 200_000)
    drawn = np.where(rng.random(200_000) < q, one, other)

    assert float(MIXTURE.quantile(0.05, 6, 2.0)) == pytest.approx(
        np.quantile(drawn, 0.05), rel=0.01
    )
    assert float(MIXTURE.ebgm(6, 2.0)) == pytest.approx(
        np.exp(np.log(drawn).mean()), rel=0.01
    )


@pytest.mark.parametrize(
    ("counts", "expected"), [([1], [1]), ([1, -1], [1, 1]), ([1, 2], [0, 1])]
)
def test_pairs_that_cannot_be_are_refused(counts, expected):
    with pytest.raises(ValueError, match=r"pairs|Counts|expected"):
        gamma_mixture(counts, expected)


def test_a_squash_without_enough_points_is_refused():
    points = Points(np.ones(50), np.ones(50), np.ones(50))

    with pytest.raises(ValueError, match="Too few"):
        squash(points)


def test_squashing_keeps_the_largest_expectations_and_the_sum():
    expected = np.arange(1.0, 24.0)
    points = Points(np.ones(23), expected, np.ones(23))

    small = squash(points, bin_size=5, keep_bins=1)

    assert small.weights.tolist() == [1, 1, 1, 1, 1, 5, 5, 5, 3]
    assert small.expected[:5].tolist() == [19, 20, 21, 22, 23]
    assert small.expected[5] == 3
    assert (small.weights * small.expected).sum() == expected.sum()


def test_expected_counts_add_up_over_strata():
    first = ["A", "B", "A", "B"]
    second = ["x", "y", "x", "x"]
    strata = [1, 1, 2, 2]

    found = {(p.first, p.second): p for p in pair_counts(first, second, strata=strata)}

    assert found["A", "x"].expected == pytest.approx(1 * 1 / 2 + 1 * 2 / 2)
    assert pair_counts([], []) == []
    with pytest.raises(ValueError, match="same number"):
        pair_counts(["A"], [])


def test_a_ratio_within_strata_needs_strata_that_compare():
    with pytest.raises(ValueError, match="No stratum"):
        common_odds_ratio([[[5, 0], [5, 0]]])
    with pytest.raises(ValueError, match="two rows"):
        common_odds_ratio([[1, 2], [3, 4]])


def test_a_team_with_harder_cases_is_not_blamed_for_them():
    groups = ["a"] * 100 + ["b"] * 100
    strata = ["hard"] * 80 + ["easy"] * 20 + ["hard"] * 20 + ["easy"] * 80
    hard, easy = [1, 0] * 40, [0] * 20
    outcomes = [*hard, *easy, *[1, 0] * 10, *[0] * 80]

    one, other = standardised(groups, strata, outcomes)

    assert one.observed > other.observed
    assert one.ratio.value == pytest.approx(1)
    assert other.adjusted == pytest.approx(one.adjusted)


def test_nothing_observed_has_an_upper_limit():
    found = observed_to_expected(0, 2.0)

    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(3.688879 / 2, rel=1e-6)


def test_equal_teams_are_rarely_flagged_and_an_outlier_always():
    rng = np.random.default_rng(4)
    flagged, outlier = [], []
    for _ in range(60):
        n = rng.integers(60, 400, 50)
        events = rng.binomial(n, 0.2)
        flagged.append(funnel(events, n).flagged.mean())
        n[0], events[0] = 300, 110
        outlier.append(funnel(events, n).flagged[0])

    assert np.mean(flagged) <= 0.006
    assert all(outlier)


@pytest.mark.parametrize("spread", ["multiplicative", "additive"])
def test_teams_that_all_differ_widen_the_funnel(spread):
    rng = np.random.default_rng(5)
    n = np.full(80, 300)
    events = rng.binomial(n, rng.beta(8, 32, 80))

    found = funnel(events, n, spread=spread)

    assert found.is_overdispersed
    assert found.flagged.mean() < 0.05
    plain = np.abs((events / n - found.target) / np.sqrt(0.16 / 300)) > 3.09
    assert plain.mean() > found.flagged.mean()


def test_an_empty_team_is_never_flagged_and_two_are_no_funnel():
    found = funnel([0, 5, 6, 7], [0, 30, 30, 30])

    assert not found.flagged[0]
    with pytest.raises(ValueError, match="three groups"):
        funnel([1, 2], [3, 4])


def certain(value: float) -> Range:
    return Range(value, value)


def test_equal_options_share_their_ranks():
    option = Option(certain(5), certain(3), certain(2))

    found = priorities([option] * 3)

    assert [one.rank for one in found] == [1, 1, 1]
    assert [(one.rank_low, one.rank_high) for one in found] == [(1, 3)] * 3
    assert [one.first for one in found] == [1 / 3] * 3


def test_the_same_value_by_other_parts_is_the_same():
    one = Option(certain(3), certain(0.1), certain(1))
    other = Option(certain(1), certain(0.3), certain(1))

    assert [p.rank for p in priorities([one, other])] == [1, 1]


def test_what_is_vague_has_wide_ranks_and_what_is_sure_narrow_ones():
    vague = Option(Range(1, 200), Range(0.1, 1), Range(1, 8, 2))
    sure = [Option(certain(r), certain(1), certain(1)) for r in (40, 30, 20, 1)]

    found = {one.index: one for one in priorities([vague, *sure])}

    assert found[0].rank_high - found[0].rank_low >= 3
    assert found[4].rank_low >= 4
    assert sum(one.first for one in found.values()) == pytest.approx(1)


def test_the_same_seed_gives_the_same_order():
    options = [Option(Range(1, k), Range(0.1, 0.4), Range(1, 3, 2)) for k in (5, 6, 7)]

    assert priorities(options) == priorities(options)
    assert priorities([]) == []


def test_ranges_have_their_means():
    rng = np.random.default_rng(0)
    for one in (Range(1, 9), Range(1, 9, 2), Range(1, 9, 2, triangle=True)):
        assert one.draw(rng, 100_000).mean() == pytest.approx(one.middle, rel=0.01)
        assert 1 <= one.draw(rng, 1000).min() <= one.draw(rng, 1000).max() <= 9


@pytest.mark.parametrize(
    "made",
    [
        lambda: Range(2, 1),
        lambda: Range(1, float("inf")),
        lambda: Range(1, 3, 4),
        lambda: Option(certain(-1), certain(1), certain(1)),
        lambda: Option(certain(1), certain(1), certain(0)),
        lambda: Option(certain(1), certain(1), certain(1), Range(0.5, 2)),
    ],
)
def test_what_no_option_can_be_is_refused(made):
    with pytest.raises(ValueError, match=r"range|Reach|Effort|Confidence"):
        made()
