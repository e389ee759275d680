"""Which question to mend, told from planted faults and from nothing at all."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.surveys.questionnaires import questionnaire_health
from moksori.analysis.surveys.questions import Answers, Fault, Question, State
from moksori.analysis.surveys.reliability import (
    alpha_interval,
    alpha_of,
    correlation,
    one_factor,
    reliability,
)


def scale(key, battery="satisfaction"):
    return Question(key, low=1, high=5, battery=battery)


def asked(n=400, q=5, seed=1):
    """Five ordinary questions: they hang together and use the whole scale."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=(n, 1))
    values = np.clip(np.round(3.2 + mood + rng.normal(size=(n, q))), 1, 5)
    return [scale(f"q{at}") for at in range(q)], values, np.zeros((n, q), np.int8)


def health(questions, values, states, **beside):
    values = np.where(states == State.ANSWERED, values, np.nan)
    return questionnaire_health(questions, Answers(values, states, **beside))


def faults(found):
    return {
        one.question.key: [verdict.fault for verdict in one.verdicts]
        for one in found.questions
        if one.verdicts
    }


def test_of_ordinary_questions_nothing_is_to_mend():
    found = health(*asked())

    assert faults(found) == {}
    assert [one.position for one in found.questions] == [1, 2, 3, 4, 5]
    assert found.finished.value == 1
    assert 0.75 < found.batteries["satisfaction"].alpha.value < 0.9


def test_each_planted_fault_is_found_and_the_worst_comes_first():
    questions, values, states = asked(q=6)
    rng = np.random.default_rng(2)
    values[:, 1] = np.where(rng.random(400) < 0.9, 5, 4)
    values[:, 2] = np.where(rng.random(400) < 0.97, values[:, 0], 3)
    states[rng.random(400) < 0.4, 3] = State.SKIPPED
    states[rng.random(400) < 0.5, 4] = State.NOT_APPLICABLE
    values[:, 5] = rng.integers(1, 6, 400)

    found = health(questions, values, states)

    got = faults(found)
    assert got["q1"][0] == Fault.CEILING
    assert got["q2"][0] == Fault.ALIKE
    assert got["q3"][0] == Fault.SKIPPED
    assert got["q4"][0] == Fault.NOT_APPLICABLE
    assert got["q5"][0] == Fault.APART
    assert set(got) == {"q1", "q2", "q3", "q4", "q5"}
    weights = [one.weight for one in found.questions]
    assert weights == sorted(weights, reverse=True)
    twin = next(one for one in found.questions if one.question.key == "q2")
    assert twin.verdicts[0].other == "q0"


def test_a_question_that_runs_the_other_way_is_found():
    questions, values, states = asked()
    noise = np.random.default_rng(2).integers(-1, 2, 400)
    values[:, 4] = np.clip(6 - values[:, 0] + noise, 1, 5)

    assert faults(health(questions, values, states)) == {"q4": [Fault.TURNED]}


def test_the_survey_tool_knows_best_who_came_to_the_end():
    questions, values, states = asked(q=4)
    states[:60, 2:] = State.NOT_SHOWN
    states[60:80, 3] = State.SKIPPED

    found = health(questions, values, states, finished=np.arange(400) >= 60)

    by_key = {one.question.key: one for one in found.questions}
    assert by_key["q2"].leaving.value == pytest.approx(60 / 400)
    assert by_key["q3"].leaving.n == 340
    assert found.finished.value == pytest.approx(340 / 400)


def test_a_question_hardly_anybody_answers_does_not_empty_its_block():
    questions, values, states = asked()
    states[:250, 3] = State.NOT_APPLICABLE

    block = health(questions, values, states).batteries["satisfaction"]

    assert [item.name for item in block.items] == ["q0", "q1", "q2", "q4"]
    assert block.n == 400


def test_three_kinds_of_missing_are_kept_apart():
    questions, values, states = asked(q=3)
    states[:100, 1] = State.NOT_SHOWN
    states[100:130, 1] = State.SKIPPED
    states[130:190, 1] = State.NOT_APPLICABLE

    found = next(one for one in health(questions, values, states).questions[:] if
                 one.question.key == "q1")  # fmt: skip

    assert (found.shown, found.not_shown, found.n) == (300, 100, 210)
    assert found.skipped.value == pytest.approx(0.1)
    assert found.not_applicable.value == pytest.approx(0.2)
    assert found.answered.value == pytest.approx(0.7)


def test_where_people_give_up_is_told_by_position():
    questions, values, states = asked(q=6)
    states[:80, 3:] = State.SKIPPED
    states[80:90, 5] = State.SKIPPED  # the last one alone is skipped, not given up

    found = health(questions, values, states)

    by_key = {one.question.key: one for one in found.questions}
    assert by_key["q3"].leaving.value == pytest.approx(0.2)
    assert by_key["q4"].leaving.n == 320
    assert by_key["q5"].leaving.value == 0
    assert by_key["q0"].leaving is None
    assert Fault.LEAVING in [one.fault for one in by_key["q3"].verdicts]
    assert found.finished.value == pytest.approx(0.8)


def test_time_tells_slow_questions_and_people_in_a_hurry():
    questions, values, states = asked()
    rng = np.random.default_rng(3)
    seconds = rng.lognormal(np.log(8), 0.2, (400, 5))
    seconds[:, 2] *= 5
    seconds[:40] /= 10

    found = health(questions, values, states, seconds=seconds)

    assert faults(found) == {"q2": [Fault.SLOW]}
    assert found.speeders.value == pytest.approx(0.1)
    assert found.minutes == pytest.approx(9 * 8 / 60, rel=0.1)


def test_open_questions_are_judged_by_what_they_yield():
    questions, values, states = asked(q=2)
    questions += [Question("why", is_open=True), Question("wish", is_open=True)]
    values = np.column_stack([values, np.full(400, 24.0), np.full(400, 6.0)])
    states = np.column_stack([states, np.zeros((400, 2), np.int8)])
    states[50:, 2] = State.SKIPPED
    heard = np.zeros((400, 4))
    heard[:, 2] = 1

    found = health(questions, values, states, heard=heard)

    assert faults(found)["why"] == [Fault.SILENT]
    assert faults(found)["wish"] == [Fault.EMPTY_WORDS]
    by_key = {one.question.key: one for one in found.questions}
    assert by_key["why"].length == 24
    assert by_key["why"].heard.value == 1


def test_one_answer_all_the_way_down_is_counted():
    questions, values, states = asked()
    values[:50] = 4

    found = health(questions, values, states)

    assert found.straight.value >= 50 / 400
    assert health(questions[:3], values[:, :3], states[:, :3]).straight is None


def test_nothing_is_said_from_a_handful():
    for n in (0, 1, 2, 20):
        questions, values, states = asked(n=n)
        values[:] = 5
        found = health(questions, values, states)
        assert faults(found) == {}
        assert found.batteries == {}


def test_shapes_that_do_not_fit_are_refused():
    questions, values, states = asked()

    with pytest.raises(ValueError, match="a column a question"):
        questionnaire_health(questions[:2], Answers(values, states))
    with pytest.raises(ValueError, match="shape of the answers"):
        questionnaire_health(questions, Answers(values, states, values[:3]))


def test_alpha_of_the_same_question_twice_is_one():
    one = np.random.default_rng(4).integers(1, 6, 60)

    assert reliability(np.column_stack([one, one])).alpha.value == pytest.approx(1)


def test_fishers_interval_is_even_on_its_own_scale():
    tie = correlation(0.5, 30)

    assert np.arctanh([tie.low, tie.high]) == pytest.approx(
        np.arctanh(0.5) + np.array([-1, 1]) * 1.959964 / np.sqrt(27), abs=1e-6
    )
    assert correlation(1.0, 5).high == pytest.approx(1)


def test_one_factor_finds_the_loadings_that_were_planted():
    loadings, own = np.array([0.9, 0.7, 0.5, 0.8]), np.array([0.2, 0.5, 0.7, 0.4])

    got, rest = one_factor((np.outer(loadings, loadings) + np.diag(own))[None])

    assert got[0] == pytest.approx(loadings, abs=1e-4)
    assert rest[0] == pytest.approx(own, abs=1e-4)


def test_too_little_has_no_reliability():
    assert reliability(np.ones((50, 3))) is None
    assert reliability(np.full((50, 3), np.nan)) is None
    assert reliability(np.eye(5)) is None
    with pytest.raises(ValueError, match="table"):
        reliability(np.ones(5))
    with pytest.raises(ValueError, match="two rows"):
        alpha_interval(0.8, 1, 4)
    with pytest.raises(ValueError, match="four pairs"):
        correlation(0.8, 3)


def test_feldts_interval_holds_its_level():
    rng = np.random.default_rng(5)
    true = 4 * 0.5 / (1 + 3 * 0.5)  # four parallel questions tied by .5
    held = 0
    for _ in range(300):
        x = rng.normal(size=(40, 1)) + rng.normal(size=(40, 4))
        low, high = alpha_interval(alpha_of(np.cov(x.T)[None])[0], 40, 4)
        held += low <= true <= high
    assert 0.91 <= held / 300 <= 0.98
