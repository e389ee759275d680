"""Results count what was said, with its doubt, and never more than they know."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, Response, Survey
from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.definition import Question, Questionnaire, Type
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.reads.results import results
from moksori.collect.reads.tallies import tally
from moksori.collect.tests.makers import make_feedback
from moksori.collect.tests.test_survey_pages import a_draft, a_survey, at, signed_in
from moksori.collect.writes import surveys as writes
from moksori.collect.writes.building import edit_draft

State = Response.State


def respond(survey: Survey, state: str = State.COMPLETE, **fields: Any) -> Response:
    number = Response.objects.count()
    key = hashlib.sha256(str(number).encode()).hexdigest()
    now = timezone.now()
    made = {"token_hash": key, "receipt_hash": key[::-1], "seed": number,
            "language": "ko", "started_at": now, "changed_at": now}  # fmt: skip
    return Response.objects.create(
        survey=survey, version=survey.version, state=state, **(made | fields)
    )


@pytest.fixture
def published(team: Team) -> Survey:
    survey = a_survey(team)
    writes.publish(survey, by=team.ada)
    return survey


@pytest.mark.django_db
def test_nothing_is_known_before_it_is_published(team: Team) -> None:
    assert results(a_survey(team), by=team.ada, language="ko") is None


@pytest.mark.django_db
def test_complete_answers_count_and_the_others_are_told_apart(
    team: Team, published: Survey
) -> None:
    for score in (10, 10, 9, 7, 3, 0):
        respond(published, answers={"q2": score}, seconds={"p1": 30 + score})
    respond(published, State.STARTED, answers={"q2": 0}, step="p1", seconds={"p1": 5})
    respond(published, State.OUT)
    found = results(published, by=team.ada, language="ko")
    assert found
    assert (found.complete, found.begun) == (6, 8)
    nps = found.results[0]
    assert nps.answered == 6
    assert nps.tally.whole
    assert nps.tally.whole.value == pytest.approx(1 / 6)
    assert nps.tally.whole.low < 1 / 6 < nps.tally.whole.high
    assert found.steps[0].sent == 7
    assert found.steps[0].stopped == 1


@pytest.mark.django_db
def test_of_too_many_the_newest_are_counted_and_how_many_are_not_is_said(
    team: Team, published: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    for score in (0, 0, 0, 9, 10):
        respond(published, answers={"q2": score})
    monkeypatch.setattr("moksori.collect.reads.results.MOST", 2)
    found = results(published, by=team.ada, language="ko")
    assert found
    assert (found.complete, found.left_out) == (2, 3)
    assert [line.count for line in found.results[0].tally.lines][-2:] == [1, 1]


@pytest.mark.django_db
def test_why_there_is_no_answer_is_counted_by_its_reason(
    team: Team, published: Survey
) -> None:
    respond(published, answers={"q2?": "not_applicable", "q3": "느려요"})
    respond(published, answers={"q2?": "skipped", "q3?": "prefer_not_to_say"})
    found = results(published, by=team.ada, language="ko")
    assert found
    score, words = found.results
    assert (score.answered, score.not_applicable, score.skipped) == (0, 1, 1)
    assert (words.answered, words.prefer_not) == (1, 1)


@pytest.mark.django_db
def test_doubtful_responses_count_until_they_are_left_out(
    team: Team, published: Survey
) -> None:
    respond(published, answers={"q2": 9})
    respond(published, answers={"q2": 1}, flags=[{"kind": "fast", "facts": {}}])
    found = results(published, by=team.ada, language="ko")
    assert found
    assert (found.flagged, found.complete, found.flags) == (1, 2, (("fast", 1),))
    without = results(published, by=team.ada, language="ko", with_doubtful=False)
    assert without
    assert without.complete == 1


@pytest.mark.django_db
def test_a_question_is_counted_from_the_version_that_asks_it_like_this(
    team: Team, published: Survey
) -> None:
    respond(published, answers={"q2": 1, "q3": "하나"})
    edit_draft(
        published,
        lambda d: editing.say(d, "pages.0.questions.0.text", "ko", "다른 물음입니까?"),
        by=team.ada,
    )
    writes.publish(published, by=team.ada)
    respond(published, answers={"q2": 9, "q3": "둘"})
    found = results(published, by=team.ada, language="ko")
    assert found
    assert (found.results[0].answered, found.results[0].since) == (1, 2)
    assert (found.results[1].answered, found.results[1].since) == (2, 1)


@pytest.mark.django_db
def test_who_sees_one_region_counts_only_what_came_from_there(
    team: Team, published: Survey
) -> None:
    for region in (team.seoul, team.busan):
        feedback = make_feedback("말", source=published.source, region=region)
        respond(published, answers={"q2": 5}, feedback=feedback)
    respond(published, State.STARTED)
    held = team.vic.assignments.get()
    held.regions.set([team.seoul])
    member = type(team.vic).objects.get(pk=team.vic.pk)
    found = results(published, by=member, language="ko")
    assert found
    assert (found.complete, found.begun) == (1, 1)


@pytest.mark.django_db
def test_the_page_shows_numbers_words_and_doubts(
    client: Client, team: Team, published: Survey
) -> None:
    for number in range(6):
        respond(published, answers={"q2": 5 + number % 5, "q3": "x"},
                flags=[{"kind": "fast", "facts": {"items": 2, "seconds": 1}}],
                seconds={"p1": 9})  # fmt: skip
    make_feedback("전화번호는 알려 드리지 않습니다", source=published.source)
    Feedback.objects.update(
        answers=[{"key": "q3", "kind": "text", "value": "줄이 너무 깁니다"}]
    )
    page = signed_in(client, team.ada).get(at("survey_results", published))
    text = page.content.decode()
    assert page.status_code == 200
    assert "줄이 너무 깁니다" in text
    assert "6 responses are in doubt" in text
    assert "answered very fast" in text


def a_question(type_: Type, **fields: Any) -> tuple[Question, Questionnaire]:
    draft = editing.add_question(editing.change_whole(a_draft(), {"pages": []}), type_)
    id = draft["pages"][0]["questions"][-1]["id"]
    draft = editing.change_question(draft, id, {"text": {"ko": "물음"}, **fields})
    whole = questionnaire_from(draft)
    question = whole.question(id)
    assert question
    return question, whole


TWO = [{"id": "a", "text": {"ko": "가"}}, {"id": "b", "text": {"ko": "나"}}]


@pytest.mark.parametrize(
    ("type_", "fields", "values", "label", "count", "share"),
    [
        (Type.SINGLE, {"options": TWO}, ["a"] * 6 + ["b"] * 2, "가", 6, 0.75),
        (Type.MULTIPLE, {"options": TWO}, [["a", "b"]] * 5 + [["b"]] * 5, "가", 5, 0.5),
        (Type.RANKING, {"options": TWO}, [["b", "a"]] * 5, "나", 5, 1.0),
        (Type.SUM, {"options": TWO, "total": 10}, [{"a": 10}] * 3 + [{"b": 10}] * 3,
         "가", 30, 5.0),
        (Type.STARS, {}, [5] * 4 + [1] * 4, "5", 4, 0.5),
    ],
)  # fmt: skip
def test_each_type_is_counted_in_its_own_way(
    type_: Type,
    fields: dict[str, Any],
    values: list[Any],
    label: str,
    count: float,
    share: float,
) -> None:
    question, whole = a_question(type_, **fields)
    found = {line.label: line for line in tally(question, values, whole, "ko").lines}
    assert found[label].count == count
    assert found[label].estimate
    assert found[label].estimate.value == pytest.approx(share)


def test_a_table_is_a_mean_per_row_where_its_answers_are_a_scale() -> None:
    scale = [one | {"score": n} for n, one in enumerate(TWO, 1)]
    rows = [{"id": "r1", "text": {"ko": "친절"}}]
    question, whole = a_question(Type.MATRIX, options=scale, rows=rows)
    found = tally(question, [{"r1": "a"}] * 3 + [{"r1": "b"}] * 3, whole, "ko")
    assert found.kind == "score"
    assert found.lines[0].estimate
    assert found.lines[0].estimate.value == pytest.approx(1.5)


def test_five_answers_are_the_fewest_that_get_an_interval() -> None:
    question, whole = a_question(Type.NPS)
    assert tally(question, [9] * 4, whole, "ko").whole is None
    assert tally(question, [9] * 5, whole, "ko").whole is not None


def test_what_fits_no_question_is_passed_over() -> None:
    for type_ in Type:
        question, whole = a_question(type_) if type_ not in _BARE else (None, None)
        if question and whole:
            odd = [None, "x", 5, True, [], ["q"], {"z": "y"}, {"r1": 3}, float("1e300")]
            tally(question, odd, whole, "ko")


_BARE = {Type.SINGLE, Type.MULTIPLE, Type.MATRIX, Type.MATRIX_MULTIPLE, Type.RANKING,
         Type.SUM}  # fmt: skip


@pytest.mark.django_db
def test_the_author_may_say_that_only_the_words_are_better(
    client: Client, team: Team, published: Survey
) -> None:
    """Asked first, never taken for granted, and told wherever the numbers stand."""
    respond(published, answers={"q2": 10})
    words = "저희를 주위에 추천하시겠습니까?"
    edit_draft(
        published,
        lambda draft: editing.say(draft, "pages.0.questions.0.text", "ko", words),
        by=team.ada,
    )
    published.refresh_from_db()
    signed_in(client, team.ada)
    asked = client.post(at("survey_publish", published), follow=True)
    assert "Is it still the same question?" in asked.content.decode()
    published.refresh_from_db()
    assert published.version
    assert published.version.number == 1
    client.post(at("survey_publish", published), {"asked": "yes", "same": ["q2", "q9"]})
    published.refresh_from_db()
    assert (published.version.number, published.version.same) == (2, ["q2"])
    respond(published, answers={"q2": 8})
    found = results(published, by=team.ada, language="ko")
    assert found
    first = found.results[0]
    assert (first.answered, first.since, first.reworded) == (2, 1, 2)
    page = client.get(at("survey_versions", published)).content.decode()
    assert "the same question, the numbers go on" in page
    assert "not comparable with before" not in page
    page = client.get(at("survey_results", published)).content.decode()
    assert "its author said that it is the same question" in page


@pytest.mark.django_db
def test_without_a_word_of_the_author_a_reworded_question_begins_anew(
    client: Client, team: Team, published: Survey
) -> None:
    respond(published, answers={"q2": 10})
    edit_draft(
        published,
        lambda draft: editing.say(draft, "pages.0.questions.0.text", "ko", "다른 말?"),
        by=team.ada,
    )
    signed_in(client, team.ada)
    client.post(at("survey_publish", published), {"asked": "yes"})
    published.refresh_from_db()
    found = results(published, by=team.ada, language="ko")
    assert found
    assert (found.results[0].answered, found.results[0].since) == (0, 2)
    assert found.results[0].reworded == 0


@pytest.mark.django_db
def test_another_scale_is_another_question_whatever_its_author_says(
    team: Team,
) -> None:
    draft = editing.change_question(a_draft(), "q3", {"text": {"ko": "얼마나?"}})
    draft = editing.change_type(draft, "q3", Type.STARS)
    survey = a_survey(team, draft)
    writes.publish(survey, by=team.ada)
    more = editing.change_question(
        draft, "q3", {"high": 7, "text": {"ko": "얼마나 좋았습니까?"}}
    )
    edit_draft(survey, lambda _draft: more, by=team.ada)
    version = writes.publish(survey, same=["q3"], by=team.ada)
    assert (version.number, version.same) == (2, [])


def test_what_does_not_fit_on_paper_is_no_doubt(
    client: Client, team: Team, published: Survey
) -> None:
    kinds = ("paper_path", "paper_illegible", "paper_pages")
    respond(published, answers={"q2": 1}, flags=[{"kind": one} for one in kinds])
    found = results(published, by=team.ada, language="en", with_doubtful=False)
    assert found is not None
    assert (found.flagged, found.complete) == (0, 1)
    page = signed_in(client, team.ada).get(at("survey_results", published))
    assert "paper_" not in page.content.decode()
