from __future__ import annotations

import pytest

from moksori.base.testing.makers import Team
from moksori.collect.answers import Answer, Kind, State, answer_from, main_score
from moksori.collect.tests.makers import make_feedback


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer("q", Kind.NPS, 9), 9.0),
        (Answer("q", Kind.RATING, 1, low=1, high=5), 0.0),
        (Answer("q", Kind.RATING, 5, low=1, high=5), 10.0),
        (Answer("q", Kind.CES, 4), 5.0),
        (Answer("q", Kind.RATING, 7, low=1, high=5), None),
        (Answer("q", Kind.NPS, 9, state=State.SKIPPED), None),
        (Answer("q", Kind.NUMBER, 9), None),
    ],
)
def test_a_score_is_brought_to_the_same_scale(
    answer: Answer, expected: float | None
) -> None:
    assert answer.score_0_10 == expected


def test_an_answer_survives_being_stored() -> None:
    for answer in (
        Answer("점수", Kind.CSAT, 4, low=1, high=5, label="얼마나 만족하세요?"),
        Answer("why", Kind.TEXT, state=State.NOT_SHOWN, label="why"),
        Answer("which", Kind.CHOICES, ["a", "b"], label="which"),
    ):
        assert answer_from(answer.to_json()) == answer


def test_the_three_kinds_of_missing_stay_apart() -> None:
    states = {
        answer_from(Answer("q", Kind.NPS, state=state).to_json()).state
        for state in (State.NOT_SHOWN, State.SKIPPED, State.NOT_APPLICABLE)
    }
    assert len(states) == 3


def test_nps_is_the_main_score() -> None:
    answers = [Answer("a", Kind.CES, 7), Answer("b", Kind.NPS, 2)]
    assert main_score(answers) == 2.0


def test_made_feedback_is_seen_by_its_unit_only(team: Team) -> None:
    feedback = make_feedback("배송이 늦어요", unit=team.ours, score=2)

    assert list(type(feedback).objects.visible_to(team.ada)) == [feedback]
    assert not type(feedback).objects.visible_to(team.eve).exists()
