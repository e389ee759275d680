"""Programs send whole responses, each once, and follow what came in."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, QuotaCount, Response, Survey
from moksori.collect.tests.surveys import EVERYTHING, SHORT, make_survey, options, words
from moksori.collect.tests.test_api import Program
from moksori.collect.writes import surveys
from moksori.collect.writes.programs import Whole, take_response
from moksori.collect.writes.withdrawing import withdraw

pytestmark = pytest.mark.django_db
GOOD = {"nps": 9, "why": "직원이 친절했어요"}
LOOP: dict[str, Any] = {
    **SHORT,
    "variants": [{"id": "a", "share": 1}, {"id": "b", "share": 1}],
    "pages": [
        *SHORT["pages"],
        {"id": "p2", "questions": [
            {"id": "many", "type": "multiple", "text": words("모두 고르세요"),
             "options": [*options("x", "y"),
                         {"id": "etc", "text": words("기타"), "other": True}]},
            {"id": "place", "type": "hidden", "text": words("")},
        ]},
        {"id": "p3", "title": words("{item}"), "loop": {"over": "many"}, "questions": [
            {"id": "each", "type": "stars", "text": words("{item}은 어떻습니까?")},
        ]},
    ],
}  # fmt: skip


@pytest.fixture
def survey(team: Team) -> Survey:
    return make_survey(team.ours)


def send(team: Team, survey: Survey, answers: Any, name: str = "r-1", **more: Any):
    body = {"external_id": name, "answers": answers, **more}
    return Program(team.ada).post(f"/surveys/{survey.pk}/responses", body)


def listed(team: Team, survey: Survey, **asked: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    found = Program(team.ada).get(f"/surveys/{survey.pk}/responses?{query}")
    assert found.status_code == 200, found.content
    return found.json()


def long_ago() -> None:
    Response.objects.update(finished_at=timezone.now() - timedelta(minutes=1))


def test_a_whole_response_becomes_feedback_as_one_on_the_web(
    team: Team, survey: Survey
) -> None:
    answer = send(
        team, survey, GOOD, language="en", channel="phone", customer="C-1",
        product=team.product.name, occurred_at="2026-03-01T15:04:00+09:00",
        attributes={"shift": "night"},
    )  # fmt: skip

    assert answer.status_code == 201, answer.content
    told = answer.json()
    feedback = Feedback.objects.get()
    assert (told["state"], told["is_new"], told["feedback"]) == (
        "complete", True, feedback.pk,
    )  # fmt: skip
    assert told["flags"] == []  # nobody measured how long it took
    assert (feedback.text, feedback.score, feedback.channel) == (
        "직원이 친절했어요", 9, "phone",
    )  # fmt: skip
    assert feedback.product == team.product
    assert feedback.occurred_at.isoformat() == "2026-03-01T06:04:00+00:00"
    assert (feedback.language, feedback.attributes) == ("en", {"shift": "night"})
    assert feedback.customer is not None


def test_the_same_name_is_the_same_response(team: Team, survey: Survey) -> None:
    first = send(team, survey, GOOD)
    again = send(team, survey, GOOD)
    other = send(team, survey, GOOD | {"nps": 1})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"is_new": False}
    assert other.status_code == 409
    assert Response.objects.count() == Feedback.objects.count() == 1
    surveys.close(survey, by=team.ada)
    assert send(team, survey, GOOD).status_code == 200
    withdraw(Response.objects.get())
    assert send(team, survey, GOOD).json()["state"] == "withdrawn"
    assert Feedback.objects.count() == 0


def test_all_that_does_not_fit_is_said_at_once(team: Team) -> None:
    survey = make_survey(team.ours, EVERYTHING, "모두")
    answer = send(
        team, survey,
        {"nps": 11, "one": "z", "day": "soon", "nobody": 1, "photo": ["a.jpg"]},
    )  # fmt: skip

    assert answer.status_code == 400
    error = answer.json()["error"]
    told = {one["question"]: one["message"] for one in error["problems"]}
    assert set(told) == {"nps", "one", "day", "nobody", "photo"}
    assert all(told.values())
    assert "5" in error["message"]
    assert not Response.objects.exists()


def test_loops_own_words_and_hidden_questions_are_named_as_they_are_stored(
    team: Team,
) -> None:
    survey = make_survey(team.ours, LOOP, "고리")
    answers = {
        **GOOD, "many": ["x", "etc"], "many:etc": "다른 것", "each@x": 4,
        "each@etc": 2, "each@y": 1, "place": "3층",
    }  # fmt: skip
    told = send(team, survey, answers, variant="b")

    assert told.status_code == 201, told.content
    assert told.json()["left_out"] == ["each@y"]
    response = Response.objects.get()
    assert response.answers == {k: v for k, v in answers.items() if k != "each@y"}
    assert response.variant == "b"


@pytest.mark.parametrize(
    ("turn", "said"),
    [(surveys.pause, "pauses"), (surveys.close, "closed"), (None, "published")],
)
def test_a_survey_that_is_not_open_takes_nothing(
    team: Team, survey: Survey, turn: Any, said: str
) -> None:
    if turn is None:
        survey = surveys.add_survey("초안", unit=team.ours, draft=SHORT, by=None)
    else:
        turn(survey, by=team.ada)
    body = {"external_id": "r", "answers": GOOD}
    program = Program(team.ada)
    program.client.cookies["django_language"] = "en"
    answer = program.post(f"/surveys/{survey.pk}/responses", body, Accept_Language="en")

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "conflict"
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [({"language": "fr"}, "language"), ({"variant": "z"}, "variant"),
     ({"version": 9}, "version"), ({"occurred_at": "2999-01-01"}, "occurred_at"),
     ({"name": " "}, "external_id")],
)  # fmt: skip
def test_what_else_cannot_be_is_named(
    team: Team, survey: Survey, more: Any, field: str
) -> None:
    answer = send(team, survey, GOOD, **more)

    assert answer.status_code in {400, 404}
    assert answer.json()["error"]["field"] == field
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [[], "x", None, {"nps": {"a": [1]}}, {"nps": True}, {"nps": 1e400}, {"": 1},
     {"nps": 9, "why": "\x00"}, {"nps": 9, "why?": ["x"]}, {"nps@@@": 1, ":": 2}],
)  # fmt: skip
def test_whatever_is_sent_is_answered(team: Team, survey: Survey, answers: Any) -> None:
    found = send(team, survey, answers)

    assert found.status_code in {201, 400, 422}, found.content


def test_quotas_are_the_same_for_all_ways(team: Team) -> None:
    quotas = [{"id": "first", "limit": 1}]
    survey = make_survey(team.ours, {**SHORT, "quotas": quotas}, "하나")
    found = [send(team, survey, GOOD, f"r-{n}").json()["state"] for n in range(3)]

    assert found == ["complete", "full", "full"]
    assert QuotaCount.objects.get().count == 1
    assert Feedback.objects.count() == 1


def test_whoever_may_not_import_sends_nothing(team: Team, survey: Survey) -> None:
    address, body = (
        f"/surveys/{survey.pk}/responses",
        {"external_id": "r", "answers": {}},
    )

    assert Program(team.vic).post(address, body).status_code == 403
    assert Program(team.eve).post(address, body).status_code == 404


def test_personal_numbers_in_names_are_not_kept(team: Team, survey: Survey) -> None:
    first = send(team, survey, GOOD, "900101-1234567")
    again = send(team, survey, GOOD, "900101-1234567")

    assert (first.status_code, again.status_code) == (201, 200)
    assert "1234567" not in str(Response.objects.get().external_id)


def test_programs_follow_what_came_in_page_by_page(team: Team, survey: Survey) -> None:
    for n in range(5):
        send(team, survey, GOOD, f"r-{n}")
    assert listed(team, survey)["responses"] == []  # not settled yet
    long_ago()

    found, cursor = [], ""
    for has_more in (True, True, False):
        page = listed(team, survey, limit=2, after=cursor)
        found += [one["external_id"] for one in page["responses"]]
        cursor = page["cursor"]
        assert page["has_more"] is has_more
    assert found == [f"r-{n}" for n in range(5)]
    assert listed(team, survey, after=cursor) == {
        "responses": [], "cursor": cursor, "has_more": False,
    }  # fmt: skip
    send(team, survey, GOOD, "later")
    later = timezone.now() - timedelta(seconds=20)
    Response.objects.filter(external_id="later").update(finished_at=later)
    (last,) = listed(team, survey, after=cursor)["responses"]
    assert (last["external_id"], last["answers"]["nps"]) == ("later", 9)


def test_withdrawn_ones_are_told_without_what_they_said(
    team: Team, survey: Survey
) -> None:
    send(team, survey, GOOD)
    withdraw(Response.objects.get())
    long_ago()

    assert listed(team, survey)["responses"] == []
    (gone,) = listed(team, survey, state="withdrawn")["responses"]
    assert (gone["external_id"], gone["answers"]) == ("r-1", {})


def test_what_programs_read_is_masked(team: Team) -> None:
    survey = make_survey(team.ours, EVERYTHING, "모두")
    answers = {
        "nps": 1, "one": "a", "line": "전화 010-1234-5678", "mail": "kim@example.com",
        "tel": "010-9876-5432",
    }  # fmt: skip
    assert send(team, survey, answers).status_code == 201
    long_ago()

    (found,) = listed(team, survey)["responses"]
    assert "1234" not in str(found)
    assert "9876" not in str(found)
    assert "kim@" not in str(found)


@pytest.mark.parametrize(
    "cursor", ["x", "MjAyNg", "a" * 100, "%00", "MjAyNi0wMS0wMSAx"]
)
def test_a_cursor_of_nobody_is_refused(team: Team, survey: Survey, cursor: str) -> None:
    found = Program(team.ada).get(f"/surveys/{survey.pk}/responses?after={cursor}")

    assert found.status_code == 400
    assert found.json()["error"]["field"] == "after"


@pytest.mark.django_db(transaction=True)
def test_the_same_name_from_many_at_once_is_one_response(team: Team) -> None:
    survey = make_survey(team.ours)
    found: list[bool] = []

    def work() -> None:
        try:
            whole = Whole("same", dict(GOOD))
            found.append(take_response(whole, survey=survey, by=team.ada).is_new)
        finally:
            connection.close()

    threads = [Thread(target=work) for _n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(found) == [False] * 5 + [True]
    assert Response.objects.count() == Feedback.objects.count() == 1
