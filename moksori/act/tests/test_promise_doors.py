"""Promises over the API and from the command line."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from moksori.act.casework.promise_cli import promises as command
from moksori.act.models import Promise
from moksori.act.writes.promises import Said, make_promise
from moksori.base.audit.models import Entry
from moksori.base.errors import NotFound
from moksori.base.people import keys
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team

pytestmark = pytest.mark.django_db

PROMISES = "/api/v1/act/promises"


class Program:
    def __init__(self, member: Member) -> None:
        key = keys.make_key("test", by=member)
        self.client = Client(headers={"authorization": f"Bearer {key}"})

    def get(self, path: str = "") -> Any:
        return self.client.get(PROMISES + path)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(
            PROMISES + path, json.dumps(body), content_type="application/json"
        )


@pytest.fixture
def promise(team: Team) -> Promise:
    due = timezone.localdate() + timedelta(days=3)
    said = Said("견적을 보낸다", due, whom="한빛식품")
    return make_promise(said, unit=team.ours, by=team.vic)


def test_a_promise_is_made_listed_and_kept(team: Team) -> None:
    program = Program(team.vic)
    due = timezone.localdate().isoformat()
    body = {"text": "전화한다", "due": due, "whom": "한빛식품", "owner": team.lea.pk}
    made = program.post("", body)
    assert made.status_code == 201, made.content
    assert made.json()["owner_id"] == team.lea.pk
    assert Program(team.lea).get("?owner=me").json()["total"] == 1
    assert program.get("?owner=me").json()["total"] == 0
    kept = Program(team.lea).post(f"/{made.json()['id']}/keep", {"outcome": "전화함"})
    assert (kept.json()["state"], kept.json()["outcome"]) == ("kept", "전화함")
    assert Entry.objects.filter(verb="keep_promise").exists()
    assert program.get().json()["total"] == 0
    assert program.get("?state=kept").json()["total"] == 1


def test_breaking_needs_a_reason_and_an_end_can_be_taken_back(
    team: Team, promise: Promise
) -> None:
    program = Program(team.vic)
    assert program.post(f"/{promise.pk}/break", {}).status_code == 400
    assert program.post(f"/{promise.pk}/break", {"outcome": "바빴다"}).json()["state"]
    assert program.post(f"/{promise.pk}/keep", {}).status_code == 409
    assert program.post(f"/{promise.pk}/reopen", {}).json()["state"] == "open"
    freed = program.post(f"/{promise.pk}/free", {"outcome": "주문이 취소됨"})
    assert freed.json()["state"] == "freed"


def test_a_promise_is_handed_on_and_its_day_moved(team: Team, promise: Promise) -> None:
    program = Program(team.vic)
    handed = program.post(f"/{promise.pk}/hand", {"owner": team.lea.pk})
    assert handed.json()["owner_id"] == team.lea.pk
    assert (
        program.post(f"/{promise.pk}/hand", {"owner": team.eve.pk}).status_code == 400
    )
    moved = Program(team.lea).post(f"/{promise.pk}/move", {"due": "2027-01-05"})
    assert moved.json()["due"] == "2027-01-05"
    refused = program.post(f"/{promise.pk}/move", {"due": "2999-01-05"})
    assert refused.status_code == 400
    promise.refresh_from_db()
    assert promise.due == date(2027, 1, 5)


def test_outside_is_not_found(team: Team, promise: Promise) -> None:
    outside = Program(team.eve)
    assert outside.get("?state=all").json()["total"] == 0
    assert outside.get(f"/{promise.pk}").status_code == 404
    bodies = {
        "keep": {}, "break": {"outcome": "x"}, "free": {"outcome": "x"},
        "hand": {"owner": team.eve.pk}, "move": {"due": "2027-01-05"}, "reopen": {},
    }  # fmt: skip
    for verb, body in bodies.items():
        assert outside.post(f"/{promise.pk}/{verb}", body).status_code == 404, verb
    promise.refresh_from_db()
    assert (promise.state, promise.owner) == ("open", team.vic)


def test_the_command_line_lists_hands_on_and_keeps(
    team: Team, promise: Promise
) -> None:
    def run(*words: str) -> str:
        return CliRunner().invoke(command, words, catch_exceptions=False).output

    number = str(promise.pk)
    assert "견적을 보낸다" in run("list", "--as", team.vic.email, "--mine")
    run("hand", number, "--as", team.vic.email, "--to", team.lea.email)
    assert "견적" not in run("list", "--as", team.vic.email, "--mine")
    with pytest.raises(NotFound):
        run("keep", number, "--as", team.eve.email)
    run("keep", number, "--as", team.lea.email, "--how", "보냄")
    promise.refresh_from_db()
    assert (promise.state, promise.outcome) == ("kept", "보냄")


def test_a_visit_over_the_api_gives_its_promises_to_whom_it_names(team: Team) -> None:
    body = {
        "started_at": "2026-11-18T05:00:00Z", "minutes": 40, "whom": "한빛식품",
        "promises": [{"text": "전화한다", "due": "2026-12-01", "owner": team.lea.pk}],
    }  # fmt: skip
    answer = Program(team.vic).client.post(
        "/api/v1/collect/visits", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    assert Promise.objects.get().owner == team.lea
