"""Visits over the API and from the command line; what is out of sight is not found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from moksori.base.audit.models import Entry
from moksori.base.customers.models import Account
from moksori.base.errors import NotFound, UserError
from moksori.base.people import keys
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.field.cli import visits as command
from moksori.collect.models import Attachment, Feedback, Visit, VisitRevision

pytestmark = pytest.mark.django_db

VISITS = "/api/v1/collect/visits"
BEGUN = "2026-11-18T05:00:00Z"
WORDS = "배송이 자주 늦습니다."


class Program:
    def __init__(self, member: Member) -> None:
        key = keys.make_key("test", by=member)
        self.client = Client(headers={"authorization": f"Bearer {key}"})

    def ask(self, method: str, path: str = "", body: Any = None, **more: str) -> Any:
        content = json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, VISITS + path, content, "application/json", headers=more
        )


def a_visit(**changes: Any) -> dict[str, Any]:
    said = [{"text": WORDS, "who": "김 과장"}]
    return {
        "started_at": BEGUN, "minutes": 40, "whom": "한빛식품", "verbatims": said,
    } | changes  # fmt: skip


def test_a_visit_is_written_down_listed_and_shown(team: Team) -> None:
    account = Account.objects.create(unit=team.ours, name="한빛식품", region=team.seoul)
    program = Program(team.vic)
    body = a_visit(account=account.pk, score=9)
    answer = program.ask("POST", "", body, **{"Idempotency-Key": "k1"})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["account_id"], made["score"]) == (account.pk, 9)
    assert made["verbatims"][0]["feedback"] == Feedback.objects.get(text=WORDS).pk
    assert Entry.objects.filter(verb="record_visit").exists()
    again = program.ask("POST", "", body, **{"Idempotency-Key": "k1"})
    assert again.json()["id"] == made["id"]
    assert Visit.objects.count() == 1

    listed = program.ask("GET", f"?who=me&account={account.pk}").json()
    assert (listed["total"], listed["visits"][0]["words"]) == (1, WORDS)
    assert Program(team.ada).ask("GET", "?who=me").json()["total"] == 0
    assert program.ask("GET", f"/{made['id']}").json() == made


def test_what_is_given_is_corrected_and_the_rest_stays(team: Team) -> None:
    account = Account.objects.create(unit=team.ours, name="한빛식품", region=team.seoul)
    program = Program(team.vic)
    body = a_visit(account=account.pk, products=[team.product.pk])
    made = program.ask("POST", "", body).json()
    feedback = made["verbatims"][0]["feedback"]
    answer = program.ask("PATCH", f"/{made['id']}", {"minutes": 90, "score": 3})
    assert answer.status_code == 200, answer.content
    now = answer.json()
    assert (now["minutes"], now["score"], now["revision"]) == (90, 3, 2)
    assert now["account_id"] == account.pk
    assert [one["id"] for one in now["products"]] == [team.product.pk]
    assert now["verbatims"][0]["feedback"] == feedback
    assert VisitRevision.objects.get().before["minutes"] == 40
    other = program.ask("PATCH", f"/{made['id']}", {"whom": "늘봄마트"}).json()
    assert (other["whom"], other["account_id"]) == ("늘봄마트", None)


def test_a_correction_keeps_what_its_writer_no_longer_sees(team: Team) -> None:
    account = Account.objects.create(unit=team.ours, name="한빛식품", region=team.seoul)
    body = a_visit(
        account=account.pk, products=[team.product.pk], companions=[team.lea.pk]
    )
    made = Program(team.vic).ask("POST", "", body).json()
    Member.objects.filter(pk=team.lea.pk).update(is_active=False)
    type(team.product).objects.update(unit=team.theirs)
    Account.objects.update(unit=team.theirs)
    now = Program(team.ada).ask("PATCH", f"/{made['id']}", {"minutes": 5}).json()
    assert now["account_id"] == account.pk
    assert [one["id"] for one in now["companions"]] == [team.lea.pk]
    assert [one["id"] for one in now["products"]] == [team.product.pk]
    assert now["doubts"] == []


def test_the_visit_of_somebody_who_left_is_corrected_by_an_analyst(team: Team) -> None:
    made = Program(team.vic).ask("POST", "", a_visit()).json()
    Member.objects.filter(pk=team.vic.pk).update(is_active=False)
    answer = Program(team.ada).ask("PATCH", f"/{made['id']}", {"minutes": 5})
    assert (answer.status_code, answer.json()["author"]) == (200, "Vic")


def test_outside_is_not_found_and_others_may_not_change(team: Team) -> None:
    made = Program(team.vic).ask("POST", "", a_visit()).json()
    place = f"/{made['id']}"
    outside = Program(team.eve)
    assert outside.ask("GET").json()["total"] == 0
    for method, body in (("GET", None), ("PATCH", {"minutes": 5}), ("DELETE", None)):
        assert outside.ask(method, place, body).status_code == 404, method
    assert Program(team.lea).ask("PATCH", place, {"minutes": 5}).status_code == 403
    assert Visit.objects.get().minutes == 40


def test_a_visit_is_removed_with_its_words(team: Team) -> None:
    program = Program(team.vic)
    made = program.ask("POST", "", a_visit()).json()
    assert program.ask("DELETE", f"/{made['id']}").status_code == 204
    assert not Feedback.objects.filter(text=WORDS).exists()
    assert Entry.objects.filter(verb="remove_visit").exists()


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"whom": ""}, 400, "whom"),
        ({"started_at": "1900-01-01T10:00:00Z"}, 400, "started_at"),
        ({"started_at": "2999-01-01T10:00:00Z"}, 400, "started_at"),
        ({"started_at": "2089-01-01T10:00:00Z"}, 400, "started_at"),
        ({"minutes": 0}, 422, ""),
        ({"verbatims": "words"}, 422, ""),
        ({"promises": [{"text": "x", "due": "1900-01-01"}]}, 400, "promises"),
        ({"verbatims": [{"text": "x"}] * 51}, 422, ""),
        ({"score": 11}, 422, ""),
        ({"whom": "가" * 300}, 422, ""),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_stored(
    team: Team, changes: dict[str, Any], status: int, field: str
) -> None:
    answer = Program(team.vic).ask("POST", "", a_visit(**changes))
    assert answer.status_code == status, answer.content
    assert not field or answer.json()["error"]["field"] == field
    assert not Visit.objects.exists()


def run(*words: str) -> Any:
    return CliRunner().invoke(command, words, catch_exceptions=False)


def test_the_command_line_shows_promises_and_photos_too(team: Team) -> None:
    program = Program(team.vic)
    promise = {"text": "견적 보내기", "due": "2026-12-01"}
    made = program.ask("POST", body=a_visit(promises=[promise])).json()
    Attachment.objects.create(
        visit_id=made["id"], sha256="a" * 64, name="shelf.jpg", caption="매대",
        media_type="image/jpeg", size=1,
    )  # fmt: skip
    ran = CliRunner().invoke(command, ["show", str(made["id"]), "--as", team.vic.email])
    assert "2026-12-01" in ran.output
    assert "Vic: 견적 보내기" in ran.output
    assert "shelf.jpg 매대" in ran.output


def test_the_command_line_writes_corrects_shows_and_removes(team: Team) -> None:
    vic = ("--as", team.vic.email)
    run("new", *vic, "--whom", "한빛식품", "--at", "2026-11-18 14:00", "--said", WORDS)
    visit = Visit.objects.get()
    assert (visit.author, visit.minutes) == (team.vic, 30)
    assert Feedback.objects.filter(text=WORDS).exists()
    number = str(visit.pk)
    run(
        "correct",
        number,
        *vic,
        "--minutes",
        "90",
        "--said",
        "포장은 좋다고 하셨습니다.",
    )
    visit.refresh_from_db()
    assert (visit.minutes, len(visit.verbatims)) == (90, 2)
    assert "한빛식품" in run("list", *vic, "--mine").output
    assert WORDS in run("show", number, *vic).output
    with pytest.raises(NotFound):
        run("show", number, "--as", team.eve.email)
    with pytest.raises(UserError):
        run("remove", number, "--as", team.lea.email, "--yes")
    run("remove", number, *vic, "--yes")
    assert not Visit.objects.exists()
