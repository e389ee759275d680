"""The JSON door of act: same words, same rules."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from moksori.act.tests.makers import days_from_now, make_case, make_pain_point
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback

API = "/api/v1/act"


def ask(member: Member, method: str, path: str, **given: Any) -> Any:
    client = Client()
    client.force_login(member)
    call = getattr(client, method)
    if method == "get":
        return call(API + path)
    return call(API + path, json.dumps(given, default=str), "application/json")


def test_a_program_opens_one_case_and_answers_it(team: Team) -> None:
    feedback = make_feedback("줄이 길어요", unit=team.ours)

    first = ask(team.vic, "post", "/cases", feedback=feedback.pk)
    again = ask(team.ada, "post", "/cases", feedback=feedback.pk)
    case = first.json()["id"]
    answered = ask(team.vic, "post", f"/cases/{case}/reply", text="전화했습니다")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == case
    assert answered.json()["status"] == "answered"


def test_a_program_cannot_change_what_was_expected_after_the_start(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    planned = ask(
        team.pia,
        "post",
        "/actions",
        pain_point=pain_point.pk,
        title="두 단계로",
        start_on=days_from_now(1),
        expected_change=-2,
    )
    action = planned.json()["id"]

    assert planned.status_code == 201
    assert ask(team.pia, "post", f"/actions/{action}/start").status_code == 200
    changed = ask(team.pia, "patch", f"/actions/{action}", expected_change=-0.1)
    moved = ask(team.pia, "patch", f"/actions/{action}", due=days_from_now(9))

    assert changed.status_code == 409
    assert changed.json()["error"]["field"] == "expected_change"
    assert moved.json()["due"] == days_from_now(9).isoformat()


def test_lists_and_my_work_answer_in_one_shape(team: Team) -> None:
    make_case(team.vic, team.ours, owner=team.vic)

    assert ask(team.vic, "get", "/cases").json()["total"] == 1
    assert ask(team.vic, "get", "/actions").json()["actions"] == []
    assert len(ask(team.vic, "get", "/my-work").json()["cases"]) == 1


def test_an_outsider_gets_nothing_from_the_api(team: Team) -> None:
    case = make_case(team.vic, team.ours)

    assert ask(team.eve, "get", f"/cases/{case.pk}").status_code == 404
    assert ask(team.eve, "post", f"/cases/{case.pk}/reply", text="x").status_code == 404
    assert ask(team.eve, "post", "/cases", feedback=case.feedback_id).status_code == 404
    assert ask(team.eve, "get", "/cases?status=all").json()["total"] == 0


def test_letters_that_no_database_keeps_are_left_out_of_what_is_written(
    team: Team,
) -> None:
    pain_point = make_pain_point(team.ours)
    plan = {"start_on": days_from_now(1), "expected_change": -2}

    planned = ask(
        team.pia, "post", "/actions", pain_point=pain_point.pk,
        title="두 단계로\x00 ", what="먼저\ud800", **plan,
    )  # fmt: skip
    action = planned.json()["id"]
    renamed = ask(team.pia, "patch", f"/actions/{action}", title="\x00한 단계로")
    said = ask(team.pia, "post", f"/actions/{action}/comments", text="좋아요\x00")
    empty = ask(team.pia, "patch", f"/actions/{action}", title="\x00")
    case = make_case(team.vic, team.ours, why="급해요\x00")

    assert planned.json()["title"] == "두 단계로"
    assert planned.json()["what"] == "먼저?"
    assert renamed.json()["title"] == "한 단계로"
    assert said.json()["timeline"][-1]["what"] == "좋아요"
    assert (empty.status_code, empty.json()["error"]["field"]) == (400, "title")
    assert case.why == "급해요"


def test_an_action_may_apply_in_one_region_only(team: Team) -> None:
    team.busan.units.add(team.ours)
    made = ask(
        team.pia,
        "post",
        "/actions",
        pain_point=make_pain_point(team.ours).pk,
        title="전담 창구",
        start_on="2026-03-02",
        expected_change=0.5,
        measure="score",
        places=[{"kind": "region", "id": team.busan.pk}],
    )

    assert made.status_code == 201, made.content
    found = made.json()
    assert (found["measure"], found["places"][0]["name"]) == ("score", "부산")
