"""Contacts, rules and invitations through pages, API and command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from moksori.base.outbound.tests import servers
from moksori.base.testing.makers import Team
from moksori.collect.asking.addresses import plain_email, plain_phone, shown_phone
from moksori.collect.asking.cli import contacts, invite_command
from moksori.collect.asking.rules import Rules
from moksori.collect.models import (
    Contact,
    ContactList,
    ContactRule,
    Invitation,
    OptOut,
    Route,
    Skip,
    Survey,
)
from moksori.collect.tests.test_asking import ALWAYS, KIM
from moksori.collect.tests.world_of_asking import (
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import sending
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import Asking, invite
from moksori.collect.writes.routes import set_route

HEADER = "이메일,휴대폰,이름,언어,등급\n"


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as box:
        yield box


@pytest.fixture
def survey(team: Team) -> Survey:
    set_rules(Rules(**ALWAYS), by=None)
    return make_survey(team.ours)


@pytest.fixture
def ada(team: Team) -> Client:
    client = Client()
    client.force_login(team.ada)
    return client


def uploaded(ada: Client, team: Team, content: bytes, name: str = "people.csv") -> Any:
    return ada.post(
        reverse("collect:contacts_new"),
        {"file": SimpleUploadedFile(name, content), "unit": team.ours.pk, "into": "봄"},
    )


def test_a_korean_table_becomes_contacts_once(ada: Client, team: Team) -> None:
    rows = (
        "KIM@Example.com,010-1234-5678,김하나,한국어,VIP\n"
        "lee@example.com,1012345679,이둘,ko,\n"
        "kim@example.com,,또 김하나,,\n"
        "아닌주소,,박셋,,\n"
        ",,최넷,,\n"
        ",12,한다섯,,\n"
    )
    page = uploaded(ada, team, (HEADER + rows).encode("cp949"))

    assert page.status_code == 200
    kim, lee = Contact.objects.order_by("pk")
    assert (kim.email, kim.phone, kim.name, kim.language) == (
        "kim@example.com", "+821012345678", "김하나", "ko",
    )  # fmt: skip
    assert kim.attributes == {"등급": "VIP"}
    assert lee.phone == "+821012345679"
    assert ContactList.objects.get(name="봄").contacts.count() == 2
    text = page.content.decode()
    assert "아닌주소" in text
    assert text.index("2명을 가져왔습니다") < text.index("4줄을 뺐습니다")
    again = uploaded(ada, team, (HEADER + rows).encode("cp949"))
    assert again.status_code == 200
    assert Contact.objects.count() == 2


def test_a_workbook_with_formulas_and_numbers_is_read(ada: Client, team: Team) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["email", "phone", "name"])
    sheet.append(["a@b.kr", 1012345678, "=HYPERLINK(1)"])
    file = io.BytesIO()
    book.save(file)

    uploaded(ada, team, file.getvalue(), "p.xlsx")

    row = Contact.objects.get()
    assert (row.email, row.phone) == ("a@b.kr", "+821012345678")


@pytest.mark.parametrize(
    "content",
    [b"", b"name,age\nx,1\n", b"\x00\xff" * 500, b"PK\x03\x04 not a workbook"],
)
def test_a_file_without_addresses_is_refused_in_words(
    ada: Client, team: Team, content: bytes
) -> None:
    page = uploaded(ada, team, content, "x.xlsx")

    assert page.status_code == 422
    assert not Contact.objects.exists()


def test_every_page_opens_for_who_may_and_for_nobody_else(
    ada: Client, team: Team, survey: Survey, postbox: Postbox
) -> None:
    kim, lee = make_contacts(team.ours, KIM, {"email": "l@b.kr"}, into="봄")
    invite(survey, [kim], Asking(), by=team.ada)
    sending.send_due()
    invite(survey, [kim, lee], Asking(), by=team.ada)
    addresses = [
        reverse("collect:contacts"),
        reverse("collect:contacts_new"),
        reverse("collect:contact", args=[kim.pk]),
        reverse("collect:invitations", args=[survey.pk]),
        reverse("collect:survey_approach", args=[survey.pk]),
        reverse("collect:invitations_look", args=[survey.pk]) + "?list=all&way=email",
        reverse("collect:invitations_letter", args=[survey.pk]),
        reverse("collect:survey_asker", args=[survey.pk]),
        reverse("collect:asking_skips") + f"?survey={survey.pk}",
        reverse("collect:asking_skips") + "?survey=²&page=²",
        reverse("collect:contacts") + "?list=²&page=²",
    ]
    outside = Client()
    outside.force_login(team.eve)
    vic = Client()
    vic.force_login(team.vic)
    for address in addresses:
        assert ada.get(address).status_code == 200, address
        assert vic.get(address).status_code in {403, 404}, address
        answer = outside.get(address)
        found = answer.content.decode()
        assert "kim@example.com" not in found
        assert "김하나" not in found
    assert outside.get(addresses[2]).status_code == 404
    assert ada.get(reverse("collect:asking")).status_code == 200
    assert "김하나" in ada.get(f"{addresses[0]}?q=KIM@example.com").content.decode()
    assert "김하나" not in ada.get(f"{addresses[0]}?q=nobody").content.decode()


def test_the_page_invites_a_list_and_says_who_was_not(
    ada: Client, team: Team, survey: Survey
) -> None:
    make_contacts(team.ours, KIM, {"phone": "010-2222-3333"}, into="봄")
    chosen = ContactList.objects.get()

    address = reverse("collect:invitations_look", args=[survey.pk])
    given = {"list": chosen.pk, "way": "email"}
    seen = ada.get(address, given).context["seen"]
    done = ada.post(address, {**given, "seen": seen}, follow=True)

    assert done.status_code == 200
    assert Invitation.objects.count() == 1
    assert Skip.objects.get().reason == "no_address"


def test_an_approach_is_kept_with_its_words(
    ada: Client, team: Team, survey: Survey
) -> None:
    address = reverse("collect:survey_approach", args=[survey.pk])
    given = {"topic": "방문", "priority": 9, "again_after_days": 90,
             "sample_percent": 50, "reminders": 2, "reminder_days": 4,
             "valid_days": 10, "subject_ko": "{name}님, 어떠셨나요?"}  # fmt: skip

    assert ada.post(address, given).status_code == 302
    survey.refresh_from_db()
    assert survey.approach.words["ko"]["subject"] == "{name}님, 어떠셨나요?"
    assert ada.post(address, {**given, "reminders": 3}).status_code == 422
    assert ada.post(address, {**given, "priority": "x"}).status_code == 422


def test_rules_are_changed_by_who_administers_everything(
    ada: Client, team: Team
) -> None:
    given = {"gap_days": 45, "most_per_year": 3, "rest_days": 20,
             "quiet_from": "20:00", "quiet_until": "09:00"}  # fmt: skip
    assert ada.post(reverse("collect:asking"), given).status_code == 403
    max_ = Client()
    max_.force_login(team.max)

    assert max_.get(reverse("collect:asking")).status_code == 200
    assert max_.post(reverse("collect:asking"), given).status_code == 302

    row = ContactRule.objects.get()
    assert (row.gap_days, row.spares_complaints) == (45, False)
    assert max_.post(reverse("collect:asking"), {"gap_days": -1}).status_code == 422


def test_a_member_stops_and_forgets_a_contact(ada: Client, team: Team) -> None:
    (kim,) = make_contacts(team.ours, KIM)
    address = reverse("collect:contact_change", args=[kim.pk])

    ada.post(address, {"do": "stop"})
    assert OptOut.objects.get().via == OptOut.Via.MEMBER
    ada.post(address, {"do": "again"})
    assert not OptOut.objects.exists()
    assert ada.post(address, {"do": "?"}).status_code == 404
    ada.post(address, {"do": "forget"})
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("+821055556666", "010-5555-6666"),
        ("+82111234567", "011-123-4567"),
        ("+8221234567", "02-123-4567"),
        ("+82212345678", "02-1234-5678"),
        ("+82311234567", "031-123-4567"),
        ("+14155552671", "+14155552671"),
        ("", ""),
    ],
)
def test_phone_numbers_are_shown_as_koreans_write_them(plain: str, shown: str) -> None:
    assert shown_phone(plain) == shown


def test_the_page_of_a_contact_speaks_to_people(ada: Client, team: Team) -> None:
    (kim,) = make_contacts(
        team.ours, {"phone": "010-5555-6666", "language": "ko"}, into="봄"
    )
    for address in (
        reverse("collect:contact", args=[kim.pk]), reverse("collect:contacts"),
    ):  # fmt: skip
        text = ada.get(address).content.decode()
        assert "010-5555-6666" in text
        assert "+8210" not in text
    assert (
        "한국어" in ada.get(reverse("collect:contact", args=[kim.pk])).content.decode()
    )


def test_a_program_does_all_of_it(ada: Client, team: Team, survey: Survey) -> None:
    def asked(method: str, path: str, body: Any = None) -> Any:
        return (
            getattr(ada, method)(
                f"/api/v1/collect{path}",
                json.dumps(body),
                content_type="application/json",
            )
            if body is not None
            else getattr(ada, method)(f"/api/v1/collect{path}")
        )

    taken = asked("post", "/contacts", {
        "unit": team.ours.pk,
        "people": [KIM, {"email": "x"}, {"phone": "02-123-4567",
                                          "attributes": {"tier": "A"}}],
    }).json()  # fmt: skip
    assert (taken["added"], [one["row"] for one in taken["refused"]]) == (2, [2])
    number = taken["contacts"][0]
    assert asked("get", f"/contacts/{number}/standing").json()[0]["may_be_asked"]
    invited = asked(
        "post",
        f"/surveys/{survey.pk}/invitations",
        {"contacts": taken["contacts"], "about": {"visit": "7"}},
    )
    assert invited.status_code == 202
    assert invited.json() == {"queued": 1, "skipped": {"no_address": 1}}
    assert asked("get", f"/surveys/{survey.pk}/invitations").json()["waiting"] == 1
    assert asked("get", "/skips").json()["skips"][0]["reason"] == "no_address"
    assert asked("put", f"/contacts/{number}/opt-out").status_code == 204
    assert not asked("get", f"/contacts/{number}/standing").json()[0]["may_be_asked"]
    assert asked("delete", f"/contacts/{number}/opt-out").status_code == 204
    assert asked("get", "/contacts").json()["total"] == 2
    assert asked("delete", f"/contacts/{number}").status_code == 204
    assert asked("get", f"/contacts/{number}").status_code == 404
    assert asked("get", "/asking/rules").json()["gap_days"] == 30
    assert asked("put", "/asking/rules", {"gap_days": 1}).status_code == 403


def test_a_carrier_gets_a_text_message_by_http(
    team: Team, survey: Survey, settings: Any
) -> None:
    settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1"]
    heard: list[servers.Heard] = []

    def carrier(asked: servers.Heard) -> servers.Said:
        heard.append(asked)
        return servers.Said(200, b'{"m": [{"id": "k1"}]}')

    with servers.serving(carrier) as at:
        set_route(
            "sms",
            "http",
            {
                "url": at.url("/send"),
                "from": "0215881234",
                "headers": "Authorization: Bearer {secret}",
                "secret": "s3cret",
                "body": '{"to": "{to_local}", "text": "{text}"}',
                "id_at": "m.0.id",
            },
            is_active=True,
            by=team.max,
        )
        people = make_contacts(
            team.ours, {"phone": "010-1234-5678", "name": '김"\n하나'}
        )
        invite(survey, people, Asking(way="sms"), by=None)
        sending.send_due()

    row = Invitation.objects.get()
    assert (row.state, row.message_id) == (Invitation.State.SENT, "k1")
    assert "s3cret" not in Route.objects.get().secrets
    (asked,) = heard
    assert asked.headers["authorization"] == "Bearer s3cret"
    said = json.loads(asked.body)
    assert said["to"] == "01012345678"
    assert "/i/" in said["text"]


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("010-1234-5678", "+821012345678"),
        ("+82 (0)10 1234 5678", "+821012345678"),
        ("００１０", ""),
        ("02)123-4567", "+8221234567"),
        ("1012345678", "+821012345678"),
        ("+1 415 555 2671", "+14155552671"),
        ("0044 20 7946 0958", "+442079460958"),
        ("12", ""),
        ("전화 없음", ""),
        ("9" * 5000, ""),
    ],
)
def test_phone_numbers_are_written_one_way(given: str, plain: str) -> None:
    assert plain_phone(given) == plain


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (" Kim@Example.COM ", "kim@example.com"),
        ("kim＠example.com", "kim@example.com"),
        ("a@한국.kr", "a@xn--3e0b707e.kr"),
        ("a@b.kr\r\nBcc: x@y.kr", ""),
        ("a@b", ""),
        ("한글@b.kr", ""),
        ("x" * 300 + "@b.kr", ""),
        ("", ""),
    ],
)
def test_addresses_are_written_one_way(given: str, plain: str) -> None:
    assert plain_email(given) == plain


def test_the_command_takes_contacts_and_invites(
    team: Team, survey: Survey, tmp_path: Any
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email\na@b.kr\nc@d.kr\n", "utf-8")
    run = CliRunner().invoke

    first = run(contacts, [str(path), "--unit", "Media", "--into", "봄"])
    then = run(invite_command, [str(survey.pk), "--list", "봄"])

    assert first.exit_code == 0, first.output
    assert then.exit_code == 0, then.output
    assert Invitation.objects.count() == 2
    assert run(invite_command, ["999999"]).exit_code != 0
