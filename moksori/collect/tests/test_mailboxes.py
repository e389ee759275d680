"""Mailboxes are set up by administrators, and everybody sees how they do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.sealed import unseal
from moksori.base.testing.makers import Team
from moksori.collect.cli import fetch_mail, read_mail
from moksori.collect.models import Feedback, Mailbox, RawMail
from moksori.collect.reads import mailboxes as reads
from moksori.collect.tests.mails import WORDS, make_mail, make_mailbox
from moksori.collect.writes.mailboxes import (
    Given,
    add_mailbox,
    change_mailbox,
    mailbox_for,
    pause_mailbox,
    remove_mailbox,
)
from moksori.collect.writes.mails import take_mail

GIVEN = {
    "address": "Voice@Example.com",
    "way": "fetched",
    "host": "imap.example.com",
    "port": "993",
    "security": "tls",
    "login": "voice",
    "secret": " p@ss 비밀 ",
    "folder": "INBOX",
    "afterwards": "leave",
    "keep_days": "365",
}


def given(**changes: object) -> Given:
    values = GIVEN | {"port": 993, "keep_days": 365} | changes
    return Given(**values)


def signed_in(client: Client, member: object) -> Client:
    client.force_login(member)
    return client


def test_an_administrator_adds_a_mailbox_and_the_password_is_sealed(
    team: Team, client: Client
) -> None:
    page = signed_in(client, team.max)
    answer = page.post(reverse("collect:mailbox_new"), GIVEN | {"unit": team.ours.pk})

    row = Mailbox.objects.get()
    assert answer.status_code == 302
    assert (row.address, row.unit, row.source.channel) == (
        "voice@example.com",
        team.ours,
        "email",
    )
    assert unseal(row.secret) == " p@ss 비밀 "
    assert "p@ss" not in row.secret
    for name in ("mailboxes", "mailbox", "mailbox_settings"):
        shown = page.get(
            reverse(f"collect:{name}", args=[row.pk] * (name != "mailboxes"))
        )
        assert shown.status_code == 200
        assert "p@ss" not in shown.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "no address"}, "address"),
        ({"address": "voice+x@example.com"}, "address"),
        ({"host": ""}, "host"),
        ({"login": ""}, "login"),
        ({"secret": ""}, "secret"),
        ({"folder": "IN\r\nBOX"}, "folder"),
        ({"afterwards": "move"}, "done_folder"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    team: Team, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(UserError) as caught:
        add_mailbox(given(**changes), unit=team.ours, by=team.max)
    assert caught.value.field == field
    assert not Mailbox.objects.exists()


def test_an_address_has_one_mailbox(team: Team) -> None:
    add_mailbox(given(), unit=team.ours, by=team.max)
    with pytest.raises(Conflict, match=r"voice@example\.com"):
        add_mailbox(given(name="another"), unit=team.theirs, by=team.max)


def test_the_password_never_goes_to_another_server(team: Team) -> None:
    row = add_mailbox(given(), unit=team.ours, by=team.max)
    with pytest.raises(UserError) as caught:
        change_mailbox(row, given(host="evil.example", secret=""), by=team.max)
    assert caught.value.field == "secret"

    row.refresh_from_db()
    changed = change_mailbox(row, given(secret="", login="other"), by=team.max)
    assert unseal(changed.secret) == " p@ss 비밀 "


def test_only_administrators_change_and_only_insiders_see(team: Team) -> None:
    row = make_mailbox(team.ours)
    assert reads.mailbox_row(row.pk, by=team.ada) == row
    with pytest.raises(NotAllowed):
        pause_mailbox(row, by=team.ada)
    with pytest.raises(NotAllowed):
        reads.mailbox_row(row.pk, by=team.vic)
    with pytest.raises(NotFound):
        reads.mailbox_row(row.pk, by=team.eve)
    assert reads.mailbox_lines(by=team.eve) == []


def test_a_mailbox_with_mails_rests_and_is_not_removed(team: Team) -> None:
    row = make_mailbox(team.ours)
    take_mail(make_mail(), mailbox=row)
    with pytest.raises(Conflict):
        remove_mailbox(row, by=team.max)
    pause_mailbox(row, by=team.max)
    assert mailbox_for("voice@example.com") is None

    other = make_mailbox(team.ours, "other@example.com")
    remove_mailbox(other, by=team.max)
    assert Mailbox.objects.count() == 1


def test_the_page_tells_what_became_of_each_mail(team: Team, client: Client) -> None:
    row = make_mailbox(team.ours)
    take_mail(make_mail(), mailbox=row)
    take_mail(
        make_mail("부재중입니다", message_id="<2@c>", Auto_Submitted="auto-replied",
                  Authentication_Results="mx; spf=pass x; dkim=fail y"),
        mailbox=row,
    )  # fmt: skip
    page = signed_in(client, team.ada).get(reverse("collect:mailbox", args=[row.pk]))
    text = page.content.decode()

    assert WORDS[:20] in text
    assert "DKIM fail" in text
    assert "original" not in text
    only = client.get(reverse("collect:mailbox", args=[row.pk]) + "?state=taken&page=x")
    assert only.content.decode().count("data-row") == 1


def test_the_mail_as_it_came_is_for_administrators_and_logged(
    team: Team, client: Client
) -> None:
    raw = make_mail()
    row = take_mail(raw, mailbox=make_mailbox(team.ours))
    address = reverse("collect:mail_original", args=[row.pk])

    assert signed_in(client, team.ada).post(address).status_code == 403
    assert signed_in(client, team.eve).post(address).status_code == 404
    answer = signed_in(client, team.max).post(address)

    assert answer.content == raw
    assert answer["Content-Disposition"].startswith("attachment")
    assert (
        Entry.objects.filter(verb="download_mail", member_id=team.max.pk).count() == 1
    )


def test_a_program_hands_mails_over(team: Team, client: Client) -> None:
    row = make_mailbox(team.ours)
    page = signed_in(client, team.ada)
    address = f"/api/v1/collect/mailboxes/{row.pk}/mails"

    first = page.post(address, make_mail(), content_type="message/rfc822")
    second = page.post(address, make_mail(), content_type="message/rfc822")
    nothing = page.post(address, b"", content_type="message/rfc822")

    assert (first.status_code, second.status_code, nothing.status_code) == (
        201,
        200,
        400,
    )
    assert first.json()["feedback"] == Feedback.objects.get().pk
    assert page.get(address).json()["total"] == 1
    assert page.get("/api/v1/collect/mailboxes").json()[0]["taken"] == 1
    assert signed_in(client, team.eve).get(address).status_code == 404


def test_the_command_line_shows_what_would_be_taken(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(make_mail(f"{WORDS}\n\n홍길동 드림\n"))

    found = json.loads(CliRunner().invoke(read_mail, [str(file)]).output)

    assert (found["words"], found["signature"]) == (WORDS, "홍길동 드림")
    assert not RawMail.objects.exists()


def test_the_command_line_fetches_and_says_what_failed(team: Team) -> None:
    make_mailbox(team.ours, way="fetched", host="127.0.0.1", login="x")
    output = CliRunner().invoke(fetch_mail).output
    assert output.startswith("voice@example.com: “127.0.0.1”")
