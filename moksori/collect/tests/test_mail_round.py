"""A question goes out by SMTP, and its answer or its bounce comes back by SMTP."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import time
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from moksori.base.testing.makers import Team
from moksori.collect.asking.rules import Rules
from moksori.collect.models import Address, Feedback, Invitation, RawMail
from moksori.collect.tests.dovecot import free_port
from moksori.collect.tests.mails import make_mailbox
from moksori.collect.tests.world_of_asking import (
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import receiving, sending
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import Asking, invite

pytestmark = pytest.mark.django_db(transaction=True)
KIM = {"email": "kim@example.com", "name": "김하나", "language": "ko"}


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as found:
        yield found


@pytest.fixture
def sent(team: Team, postbox: Postbox) -> tuple[Any, str]:
    """The letter as the customer has it, and its envelope sender."""
    set_rules(Rules(quiet_from=time(0), quiet_until=time(0)), by=None)
    make_mailbox(team.ours)
    survey = make_survey(team.ours)
    invite(survey, make_contacts(team.ours, KIM), Asking(), by=None)
    sending.send_due()
    return postbox.letters[0], postbox.envelopes[0][0]


def handed_over(raw: bytes, *, to: str, sender: str) -> None:
    door = receiving.door(host="127.0.0.1", port=free_port(), protocol="smtp")
    door.start()
    try:
        with smtplib.SMTP("127.0.0.1", door.port, local_hostname="mx.example") as mx:
            mx.sendmail(sender, [to], raw)
    finally:
        door.stop()


def answer_to(letter: Any, words: str) -> bytes:
    """As a mail program answers: everything we wrote stands below, without marks."""
    quoted = letter.get_body(("plain",)).get_content()
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "kim@example.com"
    mail["To"] = letter["Reply-To"]
    mail["Subject"] = f"RE: {letter['Subject']}"
    mail["Message-ID"] = "<answer@kim.example>"
    mail["In-Reply-To"] = letter["Message-ID"]
    mail.set_content(f"{words}\n\n{quoted}")
    return mail.as_bytes()


def test_an_answer_by_mail_is_a_score_and_words(sent: tuple[Any, str]) -> None:
    letter, _sender = sent
    raw = answer_to(letter, "9점\n\n배송이 빨라서 좋았어요.")
    handed_over(raw, to=letter["Reply-To"], sender="kim@example.com")

    feedback = Feedback.objects.get()
    assert feedback.text == "9점\n\n배송이 빨라서 좋았어요."
    assert feedback.metadata["invitation"] == Invitation.objects.get().pk
    scores = [one for one in feedback.answers if one["kind"] in {"nps", "csat"}]
    assert [one["value"] for one in scores] == [9]


def test_a_forged_reference_is_an_ordinary_mail(sent: tuple[Any, str]) -> None:
    letter, _sender = sent
    raw = answer_to(letter, "배송이 빨라서 좋았어요.")
    raw = raw.replace(b"<ask.", b"<ask.z").replace(b"+b-", b"+b-z")
    handed_over(raw, to="voice@example.com", sender="eve@example.com")

    assert "invitation" not in Feedback.objects.get().metadata


def test_a_bounce_comes_back_to_its_invitation(sent: tuple[Any, str]) -> None:
    _letter, sender = sent
    report = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {sender}\r\nSubject: Undelivered\r\n"
        "Message-ID: <bounce@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: "
        'multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n"
        "\r\nFinal-Recipient: rfc822; kim@example.com\r\nAction: failed\r\n"
        "Status: 5.1.1\r\n\r\n--b--\r\n"
    )
    for _time in range(2):
        handed_over(report.encode(), to=sender, sender="")

    assert RawMail.objects.get().state == RawMail.State.BOUNCE
    assert Invitation.objects.get().state == Invitation.State.BOUNCED
    assert Address.objects.get(kind="email").is_dead
    assert not Feedback.objects.exists()
