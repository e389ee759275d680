"""Micro-segments, shrinkage and fair comparison against published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.groups.case_mix import common_odds_ratio
from moksori.analysis.groups.shrinkage import beta_prior_by_moments, james_stein
from moksori.analysis.priority import Option, Range, priorities
from moksori.analysis.proportions import beyond_chance
from moksori.analysis.segments.cells import Everything, chance_of_more
from moksori.analysis.segments.disproportion import (
    Points,
    gamma_mixture,
    negative_log_likelihood,
    squash,
)
from moksori.analysis.segments.microsegments import MicroSegments
from moksori.analysis.segments.numbers import weighted_relative_accuracy
from moksori.analysis.segments.pairs import pair_counts


def test_false_discoveries_of_benjamini_and_hochberg():
    """Benjamini and Hochberg (1995), section 3.2: fifteen p-values of a study of
    thrombolysis; four are rejected at .05, by Bonferroni three.
    """
    p = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262,
         .5719, .6528, .7590, 1.0]  # fmt: skip

    assert beyond_chance(p).sum() == 4
    assert (np.array(p) <= 0.05 / 15).sum() == 3


# Survivors of all, by sex: the 156 passengers of the package's titanic.csv.
WOMEN, MEN = (40, 56), (14, 100)


def test_the_subgroup_of_pysubgroups_first_page():
    """pysubgroup (Lemmerich and Becker 2018), README: Sex=='female', WRAcc .132150."""
    every = Everything(156, 54, 54)

    found = weighted_relative_accuracy(WOMEN[1], WOMEN[0], every)

    assert round(found, 6) == 0.132150


def test_the_same_subgroup_is_found():
    """The same passengers: the segment is the women."""
    sex = ["female"] * WOMEN[1] + ["male"] * MEN[1]
    survived = [k < WOMEN[0] for k in range(56)] + [k < MEN[0] for k in range(100)]

    (segment,) = MicroSegments().fit({"Sex": sex}, survived).segments_

    assert str(segment.rule[0]) == "Sex: female"
    assert (segment.hits, segment.n) == WOMEN
    assert segment.p == pytest.approx(float(chance_of_more(40, 56, 54, 156)))


# Tumours among female rats of type F344: historical groups, then the current one.
TUMOURS = [*[0] * 14, *[1] * 8, *[2] * 9, 1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10,
           *[4] * 7, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9,
           4]  # fmt: skip
RATS = [*[20] * 7, *[19] * 4, 18, 18, 17, *[20] * 4, 19, 19, 18, 18, 25, 24, 23,
        *[20] * 6, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, *[20] * 7, 48,
        19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24,
        14]  # fmt: skip


def test_rats_of_bayesian_data_analysis():
    """Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.1, Table 5.1:
    Beta(1.4, 8.6) from the 70 historical groups, and .223 for 4 of 14.
    """
    assert len(TUMOURS) == len(RATS) == 71

    prior = beta_prior_by_moments(TUMOURS[:-1], RATS[:-1])

    assert (round(prior.a, 1), round(prior.b, 1)) == (1.4, 8.6)
    assert (round(prior.a, 3), round(prior.b, 3)) == (1.356, 8.615)
    assert round(float(prior.posterior_mean(4, 14)), 4) == 0.2234
    assert round(prior.share(4, 14).value, 3) == 0.223


# Hits in the first 45 at bats of 1970, and the average of the rest of the season.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
REST = np.array([.346, .298, .276, .222, .273, .270, .263, .210, .269, .230, .264, .256,
                 .303, .264, .226, .285, .316, .200])  # fmt: skip


def test_batting_averages_of_efron_and_morris():
    """Efron and Morris (1977), Scientific American; Efron (2010), Large-Scale
    Inference, Table 1.1: c = .212, Clemente .400 -> .294, error ratio .28.
    """
    average = HITS / 45
    usual = average.mean()

    found = james_stein(average, usual * (1 - usual) / 45)

    assert round(found.kept, 3) == 0.212
    assert round(float(found.values[0]), 3) == 0.294
    error = ((found.values - REST) ** 2).sum() / ((average - REST) ** 2).sum()
    assert round(float(error), 2) == 0.28
    assert round(float(error), 3) == 0.283


# Admitted and rejected men, admitted and rejected women, departments A to F.
BERKELEY = [[512, 313, 89, 19], [353, 207, 17, 8], [120, 205, 202, 391],
            [138, 279, 131, 244], [53, 138, 94, 299], [22, 351, 24, 317]]  # fmt: skip


def test_admissions_at_berkeley_within_departments():
    """R datasets, UCBAdmissions (Bickel, Hammel and O'Connell 1975):
    mantelhaen.test gives .9046968 (.7719074 to 1.0603298), X² 1.4269, p .2323, where
    the table without departments has an odds ratio of 1.84.
    """
    found = common_odds_ratio(np.array(BERKELEY).reshape(6, 2, 2))

    assert round(found.crude, 2) == 1.84
    assert round(found.ratio.value, 7) == 0.9046968
    assert round(found.ratio.low, 7) == 0.7719074
    assert round(found.ratio.high, 6) == 1.060330
    assert round(found.statistic, 4) == 1.4269
    assert round(found.chance, 5) == 0.23226


def test_a_certain_priority_is_the_product_of_its_parts():
    """RICE (McBride 2016, Intercom): 500 × 3 × 100 % ÷ 2 = 750."""
    option = Option(Range(500, 500), Range(3, 3), Range(2, 2))

    (only,) = priorities([option])

    assert (only.value.value, only.value.low, only.value.high) == (750, 750, 750)
    assert (only.rank, only.rank_low, only.rank_high, only.first) == (1, 1, 1, 1.0)


def test_pairs_are_counted_as_openebgm_counts_them():
    """The definition in Canida and Ihrie (2017), The R Journal 9(2), section 2: a
    report counts once in a margin, and ratios are by those margins.
    """
    first = ["A", "A", "B", "B", "A"]
    second = ["x", "y", "x", "x", "x"]
    reports = [1, 1, 2, 2, 3]

    found = {
        (p.first, p.second): p for p in pair_counts(first, second, reports=reports)
    }

    assert found["A", "x"].count == 2
    assert found["A", "x"].expected == pytest.approx(2 * 3 / 3)
    assert found["A", "y"].expected == pytest.approx(2 * 1 / 3)
    assert found["B", "x"].count == 1
    assert found["B", "x"].proportional == pytest.approx(1 / 1 / (2 / 2))


def test_each_part_of_the_mixture_is_truncated_by_itself():
    """The likelihood of openEBGM (negLL, negLLsquash): truncated parts are mixed."""
    from scipy.stats import nbinom

    counts, expected = np.array([1.0, 2, 7, 1, 3]), np.array([0.2, 1.1, 2, 0.9, 3])
    a1, b1, a2, b2, p = theta = (0.2, 0.1, 2.0, 4.0, 1 / 3)
    one = nbinom.pmf(counts, a1, b1 / (b1 + expected))
    one = one / (1 - nbinom.pmf(0, a1, b1 / (b1 + expected)))
    other = nbinom.pmf(counts, a2, b2 / (b2 + expected))
    other = other / (1 - nbinom.pmf(0, a2, b2 / (b2 + expected)))
    by_hand = -np.log(p * one + (1 - p) * other).sum()

    points = Points(counts, expected, np.ones(5))

    assert negative_log_likelihood(theta, points) == pytest.approx(by_hand, rel=1e-12)


@pytest.fixture(scope="module")
def drawn() -> Points:
    rng = np.random.default_rng(5)
    expected = rng.lognormal(0, 1.5, 6000)
    is_first = rng.random(6000) < 0.2
    ratio = np.where(is_first, rng.gamma(1, 1 / 0.2, 6000), rng.gamma(5, 1 / 6, 6000))
    counts = rng.poisson(expected * ratio).astype(float)
    return Points(counts, expected, np.ones(6000))


def test_what_was_drawn_from_a_mixture_is_found_again(drawn):
    """DuMouchel (1999): the prior of simulated counts, those of zero among them."""
    found = gamma_mixture(drawn.counts, drawn.expected, smallest=0)

    assert found.p == pytest.approx(0.2, abs=0.03)
    assert found.alpha1 == pytest.approx(1, rel=0.1)
    assert found.beta1 == pytest.approx(0.2, rel=0.1)
    assert found.alpha2 == pytest.approx(5, rel=0.1)
    assert found.beta2 == pytest.approx(6, rel=0.15)


def test_squashed_counts_say_the_same(drawn):
    """DuMouchel and Pregibon (2001): bins of 20 pairs counted once stand for all."""
    seen = drawn.counts > 0
    points = Points(drawn.counts[seen], drawn.expected[seen], drawn.weights[seen])

    whole = gamma_mixture(points.counts, points.expected)
    small = squash(points, bin_size=20)
    less = gamma_mixture(small.counts, small.expected, weights=small.weights)

    assert len(small.counts) < seen.sum() == small.weights.sum()
    assert less.alpha1 == pytest.approx(whole.alpha1, rel=0.02)
    assert less.beta2 == pytest.approx(whole.beta2, rel=0.02)
    assert less.p == pytest.approx(whole.p, rel=0.02)
