from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from moksori.base.people import keys
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, Receipt, Source
from moksori.collect.tests.makers import make_feedback, make_source

BASE = "/api/v1/collect"


@pytest.fixture
def source(team: Team) -> Source:
    return make_source(team.ours, "홈페이지", channel="web")


class Program:
    """A program with a key of a member."""

    def __init__(self, member: Any) -> None:
        self.client = Client(headers={"authorization": f"Bearer {_key(member)}"})

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.client.post(
            BASE + path,
            json.dumps(body),
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def get(self, path: str) -> Any:
        return self.client.get(BASE + path)


def _key(member: Any) -> str:
    return keys.make_key("test", by=member)


def test_a_program_sends_one_feedback(team: Team, source: Source) -> None:
    body = {
        "source": source.pk,
        "external_id": "w-1",
        "text": "결제가 안 돼요",
        "score": 2,
        "product": "Film A",
        "occurred_at": "2026-03-01T15:04:00+09:00",
        "attributes": {"연령대": "30대"},
    }
    program = Program(team.ada)
    answer = program.post("/feedback", body)

    assert answer.status_code == 201
    assert answer.json()["state"] == "added"
    feedback = Feedback.objects.get()
    assert (feedback.text, feedback.score) == ("결제가 안 돼요", 2.0)
    assert feedback.product == team.product
    assert program.post("/feedback", body).json()["state"] == "unchanged"
    again = program.post("/feedback", body | {"text": "이제 돼요"})
    assert (again.status_code, again.json()["state"]) == (200, "revised")


def test_a_key_sent_twice_is_answered_twice_and_done_once(
    team: Team, source: Source
) -> None:
    program = Program(team.ada)
    body = {"source": source.pk, "text": "번호 없는 의견"}
    first = program.post("/feedback", body, Idempotency_Key="k-1")
    second = program.post("/feedback", body, Idempotency_Key="k-1")
    other = program.post("/feedback", body | {"text": "다른 글"}, Idempotency_Key="k-1")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "conflict"
    assert Feedback.objects.count() == 1


def test_a_key_whose_request_failed_may_be_used_again(
    team: Team, source: Source
) -> None:
    program = Program(team.ada)
    bad = {"source": source.pk, "score": 99}
    assert program.post("/feedback", bad, Idempotency_Key="k").status_code == 400
    assert not Receipt.objects.exists()
    good = {"source": source.pk, "score": 9}
    assert program.post("/feedback", good, Idempotency_Key="k").status_code == 201


def test_a_list_is_stored_whole_or_not_at_all(team: Team, source: Source) -> None:
    program = Program(team.ada)
    items: list[dict[str, Any]] = [
        {"external_id": f"b-{n}", "text": f"의견 {n}"} for n in range(600)
    ]
    broken = program.post(
        "/feedback/batch", {"source": source.pk, "feedback": [*items, {}]}
    )
    assert broken.status_code == 400
    assert not Feedback.objects.exists()

    answer = program.post("/feedback/batch", {"source": source.pk, "feedback": items})
    assert answer.json()["added"] == 600
    assert len(set(answer.json()["ids"])) == 600


def test_typed_answers_keep_their_states(team: Team, source: Source) -> None:
    program = Program(team.ada)
    answers = [
        {"key": "q1", "kind": "csat", "value": 4, "label": "만족하세요?"},
        {"key": "q2", "kind": "text", "state": "not_shown"},
        {"key": "q3", "kind": "choices", "value": ["가격", "품질"]},
        {"key": "q4", "kind": "ces", "state": "not_applicable"},
    ]
    made = program.post("/feedback", {"source": source.pk, "answers": answers})
    found = program.get(f"/feedback/{made.json()['id']}").json()

    assert [a["state"] for a in found["answers"]] == [
        "answered",
        "not_shown",
        "answered",
        "not_applicable",
    ]
    assert found["score"] == 7.5
    assert found["answers"][2]["value"] == ["가격", "품질"]


def test_who_may_not_import_cannot_send(team: Team, source: Source) -> None:
    body = {"source": source.pk, "text": "글"}
    assert Program(team.vic).post("/feedback", body).status_code == 403
    assert Program(team.eve).post("/feedback", body).status_code == 404
    assert Client().get(f"{BASE}/feedback").status_code == 401


def test_an_outsider_reads_nothing(team: Team, source: Source) -> None:
    feedback = make_feedback("우리 글", source=source)
    assert Program(team.eve).get("/feedback").json()["total"] == 0
    assert Program(team.eve).get(f"/feedback/{feedback.pk}").status_code == 404
    assert Program(team.vic).get("/feedback").json()["total"] == 1


def test_a_program_makes_its_own_source(team: Team) -> None:
    program = Program(team.ada)
    made = program.post(
        "/sources", {"name": "챗봇", "unit": team.ours.pk, "channel": "chat"}
    )
    assert made.status_code == 201
    assert [s["name"] for s in program.get("/sources").json()] == ["챗봇"]
    outside = {"name": "x", "unit": team.theirs.pk}
    assert program.post("/sources", outside).status_code == 404
    assert program.get("/imports").json() == []


@pytest.mark.parametrize(
    "body",
    [
        '"occurred_at": "0001-01-01T00:00:00+14:00"',
        '"occurred_at": "9999-12-31T23:59:59-12:00"',
        '"occurred_at": "0001-01-01T00:00:00"',
        '"metadata": {"a": NaN}',
        '"consent": {"a": [Infinity]}',
        '"answers": [{"key": "a", "kind": "nps", "value": 1, "low": NaN}]',
        '"answers": [{"key": "a", "kind": "nps", "value": 1, "high": Infinity}]',
    ],
)
def test_what_no_database_keeps_is_refused(
    team: Team, source: Source, body: str
) -> None:
    client = Program(team.ada).client
    sent = f'{{"source": {source.pk}, "text": "글", {body}}}'
    answer = client.post(f"{BASE}/feedback", sent, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert not Feedback.objects.exists()


def test_broken_letters_are_stored_without_their_broken_part(
    team: Team, source: Source
) -> None:
    body = {
        "source": source.pk,
        "text": "글\x00",
        "metadata": {"a\ud800": ["b\x00"]},
        "attributes": {"c": "\ud800"},
    }
    assert Program(team.ada).post("/feedback", body).status_code == 201
    row = Feedback.objects.get()
    assert (row.metadata, row.attributes) == ({"a?": ["b"]}, {"c": "?"})
    assert row.raw["text"] == "글"


def test_an_id_that_no_row_can_have_finds_nothing(team: Team, source: Source) -> None:
    make_feedback("우리 글", source=source)
    program = Program(team.ada)
    for name in ("source", "product", "region", "batch"):
        found = program.get(f"/feedback?{name}={10**22}")
        assert (found.status_code, found.json()["total"]) == (200, 0)
    assert program.get("/feedback?days=99999").json()["total"] == 1


def test_half_a_letter_in_a_text_or_name_is_no_accident(
    team: Team, source: Source
) -> None:
    program = Program(team.ada)
    for field in ("text", "external_id", "language"):
        body = {"source": source.pk, "text": "글", field: "\ud800"}
        assert program.post("/feedback", body).status_code < 500
    name = {"name": "a\x00\ud800", "unit": team.ours.pk}
    assert program.post("/sources", name).status_code < 500
