"""Mail servers hand mails over by SMTP and LMTP; "250" means that they are safe."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, RawMail
from moksori.collect.sources.mail.receiver import Door
from moksori.collect.tests.dovecot import free_port
from moksori.collect.tests.mails import make_mail, make_mailbox
from moksori.collect.writes import mails, receiving

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def listening(protocol: str = "smtp") -> Iterator[Door]:
    found = receiving.door(host="127.0.0.1", port=free_port(), protocol=protocol)
    found.start()
    try:
        yield found
    finally:
        found.stop()


def client(door: Door, kind: type[smtplib.SMTP] = smtplib.SMTP) -> smtplib.SMTP:
    return kind("127.0.0.1", door.port, local_hostname="mx.example")


def test_a_mail_server_hands_a_mail_over(team: Team) -> None:
    make_mailbox(team.ours)
    with listening() as door, client(door) as mx:
        refused = mx.sendmail(
            "customer@customer.example", ["Voice+r.abc@example.com"], make_mail()
        )

    assert refused == {}
    row = RawMail.objects.get()
    assert (row.envelope_to, row.envelope_from) == (
        "voice+r.abc@example.com",
        "customer@customer.example",
    )
    assert Feedback.objects.count() == 1


def test_nobody_elses_mail_is_taken_or_passed_on(team: Team) -> None:
    make_mailbox(team.ours, is_paused=True)
    with listening() as door, client(door) as mx:
        for address in (
            "other@elsewhere.example",
            "voice@example.com",
            "x",
            "@",
            "a@b@c",
        ):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
                mx.sendmail("a@b.example", [address], make_mail())
            assert {code for code, _w in caught.value.recipients.values()} <= {550, 553}

    assert not RawMail.objects.exists()


def test_the_same_mail_ten_times_at_once_is_one_feedback(team: Team) -> None:
    make_mailbox(team.ours)
    raw = make_mail()

    def deliver(door: Door) -> None:
        with client(door) as mx:
            mx.sendmail("a@b.example", ["voice@example.com"], raw)

    with listening() as door:
        threads = [threading.Thread(target=deliver, args=(door,)) for _n in range(10)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    assert RawMail.objects.get().copies == 9
    assert Feedback.objects.count() == 1


def test_what_could_not_be_stored_stays_with_the_sender(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mailbox(team.ours)

    def full(_raw: bytes) -> str:
        raise OSError(28, "No space left on device")

    with listening() as door, client(door) as mx:
        with monkeypatch.context() as broken:
            broken.setattr(mails.mail_files, "keep", full)
            with pytest.raises(smtplib.SMTPDataError, match="451"):
                mx.sendmail("a@b.example", ["voice@example.com"], make_mail())
        assert not RawMail.objects.exists()
        mx.sendmail("a@b.example", ["voice@example.com"], make_mail())

    assert Feedback.objects.count() == 1


def test_a_mail_above_25_mb_is_refused_before_it_is_read(team: Team) -> None:
    make_mailbox(team.ours)
    with listening() as door, client(door) as mx:
        with pytest.raises(smtplib.SMTPResponseException) as caught:
            mx.sendmail("a@b.example", ["voice@example.com"], b"x" * (26 * 1024 * 1024))
        assert caught.value.smtp_code == 552


def test_an_empty_sender_is_heard_and_never_answered(team: Team) -> None:
    make_mailbox(team.ours)
    with listening() as door, client(door) as mx:
        mx.sendmail("", ["voice@example.com"], make_mail())

    assert RawMail.objects.get().state == RawMail.State.AUTOMATIC


def test_lmtp_answers_for_each_receiver(team: Team) -> None:
    make_mailbox(team.ours)
    make_mailbox(team.theirs, "card@example.com")
    with listening("lmtp") as door, client(door, smtplib.LMTP) as mx:
        mx.ehlo_or_helo_if_needed()
        assert mx.mail("a@b.example")[0] == 250
        for address in ("voice@example.com", "card@example.com"):
            assert mx.rcpt(address)[0] == 250
        code, _words = mx.data(make_mail())
        second, _words = mx.getreply()

    assert (code, second) == (250, 250)
    assert RawMail.objects.count() == 2
