"""Customers answer: page by page, without a script, and nothing is lost or doubled."""

from __future__ import annotations

import pytest

from moksori.base.warehouse.models import Outbox
from moksori.collect.models import Feedback, Response
from moksori.collect.tests.surveys import EVERYTHING, fill, hidden_of, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(team):
    return make_survey(team.ours)


def test_one_page_is_answered_and_becomes_feedback(client, survey):
    sent = fill(client, f"/s/{survey.slug}/", {"nps": "9", "why": "직원이 친절했어요"})
    assert sent.status_code == 303
    page = client.get(sent["Location"])
    assert "receipt" in page.content.decode()
    response = Response.objects.get()
    assert response.state == "complete"
    feedback = Feedback.objects.get()
    assert response.feedback == feedback
    assert feedback.text == "직원이 친절했어요"
    assert feedback.score == 9
    assert Outbox.objects.filter(topic="feedback").count() == 1


def test_every_type_of_question_is_answered_without_a_script(client, team):
    survey = make_survey(team.ours, EVERYTHING)
    page = fill(
        client,
        f"/s/{survey.slug}/?product=없는상품&place=3층",
        {
            "nps": "10",
            "csat?": "not_applicable",
            "ces": "6",
            "stars": "4",
            "smile": "5",
        },
    )
    assert page.status_code == 303, page.content.decode()
    page = fill(
        client,
        page["Location"],
        {
            "one": "b",
            "many": ["x", "z"],
            "without": "very",
            "rank.r1": "2",
            "rank.r2": "1",
            "rank.r3": "3",
            "points.s1": "60",
            "points.s2": "40",
        },
    )
    # b brings out a question, so the same page is shown again with it.
    assert page["Location"].endswith("?step=choices#why_b")
    assert "b를 고른 까닭은?" in client.get(page["Location"]).content.decode()
    page = fill(
        client,
        page["Location"],
        {
            "one": "b",
            "why_b": "싸서",
            "many": ["x", "z"],
            "without": "very",
            "rank.r1": "2",
            "rank.r2": "1",
            "rank.r3": "3",
            "points.s1": "60",
            "points.s2": "40",
        },
    )
    page = fill(
        client,
        page["Location"],
        {
            "grid.g1": "o3",
            "grid.g2": "o1",
            "grid.g3": "not_applicable",
            "multi.m1": ["c1", "c2"],
        },
    )
    assert page["Location"].endswith("?step=loop@x")
    page = fill(client, page["Location"], {"each@x": "5"})
    page = fill(client, page["Location"], {"each@z": "1"})
    page = fill(
        client,
        page["Location"],
        {
            "age": "3",
            "day": "2026-11-01",
            "line": "좋음",
            "long": "전부 좋았어요",
            "mail": "a@example.com",
            "tel": "010-1234-5678",
        },
    )
    page = fill(client, page["Location"], {"contact": "yes"})
    assert page.status_code == 303
    response = Response.objects.get()
    assert response.state == "complete", response.step
    feedback = response.feedback
    told = {one["key"]: one.get("value") for one in feedback.answers}
    assert told["nps"] == 10
    assert told["rank"] == ["보기 r2", "보기 r1", "보기 r3"]
    assert told["points.s1"] == 60
    assert told["each@x"] == 5
    assert feedback.consent == {"contact": True, "marketing": False}
    # What anybody can put into an address makes no product.
    assert feedback.product is None
    assert feedback.attributes == {"product": "없는상품", "place": "3층"}
    assert hidden_of("") == {}
