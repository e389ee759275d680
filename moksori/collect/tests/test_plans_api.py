"""Plans, guides, notes and listening over the API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from moksori.base.customers.models import Account
from moksori.base.people import keys
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, NamelessNote, Note, Receipt, VisitPlan
from moksori.collect.writes.guides import make_guide

pytestmark = pytest.mark.django_db


def ask(member: Member, method: str, path: str, body: Any = None, **more: str) -> Any:
    key = keys.make_key("test", by=member)
    client = Client(headers={"authorization": f"Bearer {key}"})
    content = json.dumps(body) if body is not None else ""
    address = f"/api/v1/collect/{path}"
    return client.generic(method, address, content, "application/json", headers=more)


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_a_visit_is_planned_listed_and_called_off(team: Team) -> None:
    account = Account.objects.create(unit=team.ours, name="한빛식품", region=team.seoul)
    body = {"on": in_days(3), "account": account.pk, "purpose": "재계약"}
    first = ask(team.vic, "POST", "visit-plans", body, idempotency_key="a")
    again = ask(team.vic, "POST", "visit-plans", body, idempotency_key="a")
    assert (first.status_code, again.json()) == (201, first.json())
    (line,) = ask(team.vic, "GET", "visit-plans?whose=mine").json()["plans"]
    assert (line["whom"], line["purpose"], line["state"]) == (
        "한빛식품", "재계약", "planned",
    )  # fmt: skip
    address = f"visit-plans/{line['id']}"
    assert ask(team.eve, "DELETE", address).status_code == 404
    assert ask(team.vic, "DELETE", address).status_code == 204
    assert ask(team.vic, "GET", "visit-plans").json()["plans"] == []


def test_what_a_plan_names_must_be_ahead_and_in_sight(team: Team) -> None:
    theirs = Account.objects.create(unit=team.theirs, name="다른 곳", region=team.seoul)
    refused = {
        400: {"on": in_days(-1), "whom": "한빛식품"},
        404: {"on": in_days(1), "account": theirs.pk},
    }
    for status, body in refused.items():
        assert ask(team.vic, "POST", "visit-plans", body).status_code == status
    for_another = {"on": in_days(1), "whom": "한빛식품", "member": team.lea.pk}
    assert ask(team.vic, "POST", "visit-plans", for_another).status_code == 404
    unknown = {"on": in_days(1), "whom": "한빛식품", "guide": 99_999}
    assert ask(team.vic, "POST", "visit-plans", unknown).status_code == 400
    assert not VisitPlan.objects.exists()


def test_guides_of_ones_own_units_are_listed_and_not_those_of_others(
    team: Team,
) -> None:
    make_guide("Quarter", "What keeps you busy?", unit=team.ours, by=team.ada)
    (guide,) = ask(team.vic, "GET", "guides").json()["guides"]
    assert guide["name"] == "Quarter"
    assert guide["questions"][0]["text"] == "What keeps you busy?"
    assert ask(team.eve, "GET", "guides").json()["guides"] == []


def test_a_note_is_kept_once_and_a_nameless_one_leaves_no_receipt(team: Team) -> None:
    named = {"text": "줄이 너무 길대요"}
    for _time in range(2):
        kept = ask(team.vic, "POST", "notes", named, idempotency_key="n1")
        assert (kept.status_code, kept.json()) == (201, {"state": "kept"})
    assert Feedback.objects.get().text == "줄이 너무 길대요"
    nameless = {"text": "사장님이 무섭대요", "anonymous": True}
    for _time in range(2):
        waits = ask(team.vic, "POST", "notes", nameless, idempotency_key="n2")
        assert waits.json() == {"state": "waits"}
    assert NamelessNote.objects.count() == Note.objects.count() == 1
    assert not Receipt.objects.exists()
    assert Feedback.objects.count() == 1


def test_figures_of_listening_name_nobody_and_need_share(team: Team) -> None:
    said = {
        "started_at": timezone.now().isoformat(), "minutes": 40, "whom": "한빛식품",
        "verbatims": [{"text": "배송이 늦어요"}],
    }  # fmt: skip
    assert ask(team.vic, "POST", "visits", said).status_code == 201
    assert ask(team.vic, "GET", "listening").status_code == 403
    told = ask(team.sol, "GET", "listening").json()
    assert (told["met"], told["minutes"], told["is_over"]) == (1, 40, False)
    assert told["units"][0]["met"] == 1
    assert "Vic" not in json.dumps(told)
    every = ask(team.sol, "GET", "listening?role=everybody").json()
    assert every["n"] > told["n"]
    assert ask(team.sol, "GET", "listening?quarter=soon").status_code == 422
