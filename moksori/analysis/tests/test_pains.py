"""Pain points: what hurts more people, more badly and more often comes first."""

import numpy as np
import pytest

from moksori.analysis.pains import (
    Tally,
    mostly_praised,
    rank_pains,
    severity_of,
    usual_share,
)

TOTALS = np.full(12, 250)


def tally(theme: int, weekly: list[int], severity: float = 3.0) -> Tally:
    return Tally(theme, sum(weekly), severity, 0.8, np.array(weekly))


def test_more_reach_ranks_higher() -> None:
    pains = rank_pains(
        [tally(0, [5] * 12), tally(1, [9] * 12)], total=3000, weekly_totals=TOTALS
    )

    assert [pain.theme for pain in pains] == [1, 0]
    assert pains[0].rank == 1
    assert pains[0].reach.value == pytest.approx(108 / 3000)
    assert pains[0].reach.low < 108 / 3000 < pains[0].reach.high


def test_the_same_reach_with_more_severity_ranks_higher() -> None:
    pains = rank_pains(
        [tally(0, [6] * 12, 2.0), tally(1, [6] * 12, 4.5)],
        total=3000,
        weekly_totals=TOTALS,
    )

    assert [pain.theme for pain in pains] == [1, 0]


def test_a_clear_rise_lifts_a_pain_and_an_unclear_one_does_not() -> None:
    steady, rising = tally(0, [10] * 12), tally(1, [4] * 6 + [15] * 6)

    pains = rank_pains([steady, rising], total=3000, weekly_totals=TOTALS)

    assert pains[0].theme == 1
    assert pains[0].trend.direction == "rising"
    assert pains[1].trend.direction == "steady"


def test_a_theme_with_few_complaints_is_not_ranked() -> None:
    assert rank_pains([tally(0, [2] * 12)], total=3000, weekly_totals=TOTALS) == []


def test_equal_pains_share_their_rank_interval() -> None:
    pains = rank_pains(
        [tally(i, [6] * 12) for i in range(3)], total=3000, weekly_totals=TOTALS
    )

    assert [(p.rank_low, p.rank_high) for p in pains] == [(1, 3)] * 3
    assert [p.theme for p in pains] == [0, 1, 2]


def test_a_far_worse_pain_is_first_without_doubt() -> None:
    pains = rank_pains(
        [tally(0, [5] * 12), tally(1, [60] * 12)], total=3000, weekly_totals=TOTALS
    )

    assert (pains[0].rank_low, pains[0].rank_high) == (1, 1)


def test_severity_weighs_words_and_score_alike() -> None:
    severity = severity_of(np.array([-1.0, -0.5, 0.4]), np.array([1.0, np.nan, 0.0]))

    assert severity.tolist() == [5.0, 3.0, 1.0]


def heard(theme: int, negatives: int, *, of: int, praises: int) -> Tally:
    weekly = np.full(12, negatives // 12)
    return Tally(theme, negatives, 3.0, 0.8, weekly, heard=of, praises=praises)


def test_a_theme_that_is_mostly_praised_is_no_pain_point() -> None:
    story = heard(0, 300, of=600, praises=100)
    acting = heard(1, 120, of=900, praises=600)

    pains = rank_pains([story, acting], total=3000, weekly_totals=TOTALS)

    assert [pain.theme for pain in pains] == [0]


def test_the_worst_theme_is_one_even_where_everybody_is_content() -> None:
    late = heard(0, 60, of=300, praises=200)
    rest = heard(1, 40, of=2000, praises=1900)

    pains = rank_pains([late, rest], total=3000, weekly_totals=TOTALS)

    assert [pain.theme for pain in pains] == [0]


def test_a_theme_below_the_mean_is_one_where_nobody_praises() -> None:
    usual = usual_share([heard(0, 700, of=900, praises=5)])

    assert not mostly_praised(heard(1, 200, of=400, praises=20), usual)
    assert not mostly_praised(Tally(2, 40, 3.0, 0.8), usual)
