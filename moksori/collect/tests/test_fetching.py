"""Mails fetched from a real IMAP server, each once, whatever breaks in between."""

from __future__ import annotations

import imaplib
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from moksori.base.sealed import seal
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, Mailbox, RawMail, ReviewItem
from moksori.collect.sources.mail import imap
from moksori.collect.tests.dovecot import BINARY, LOGIN, PASSWORD, Server, dovecot
from moksori.collect.tests.mails import WORDS, korean_mail, make_mail, make_mailbox
from moksori.collect.writes import fetching
from moksori.collect.writes.fetching import due_mailboxes, fetch_mails
from moksori.collect.writes.mailboxes import tried

real = pytest.mark.skipif(not BINARY, reason="Dovecot is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Sockets have short names: not below pytest's long folders.
    with tempfile.TemporaryDirectory(prefix="mk") as base, dovecot(Path(base)) as found:
        yield found


@pytest.fixture(autouse=True)
def nearby(settings, monkeypatch: pytest.MonkeyPatch, request) -> None:
    settings.MOKSORI_ALLOW_PRIVATE = ["localhost"]
    if "server" in request.fixturenames:
        found = request.getfixturevalue("server")
        monkeypatch.setenv("SSL_CERT_FILE", str(found.certificate))


def fetched(team: Team, port: int, **given: object) -> Mailbox:
    values = {
        "way": Mailbox.Way.FETCHED,
        "host": "localhost",
        "port": port,
        "login": LOGIN,
        "secret": seal(PASSWORD),
    }
    return make_mailbox(team.ours, **(values | given))


def again(mailbox: Mailbox) -> fetching.Fetched:
    Mailbox.objects.update(next_at=None)
    return fetch_mails(mailbox.pk)


@real
def test_new_mails_are_fetched_once_over_tls(team: Team, server: Server) -> None:
    server.deliver(make_mail(message_id="<a1@c.example>"))
    server.deliver(korean_mail("똠방각하 늦었습니다"))
    mailbox = fetched(team, server.tls)
    assert tried(mailbox, by=team.max) == 2

    first, second = fetch_mails(mailbox.pk), again(mailbox)
    server.deliver(make_mail("또 늦었습니다.", message_id="<a2@c.example>"))
    third = again(mailbox)

    assert (first.mails, second.mails, third.mails) == (2, 0, 1)
    texts = " ".join(Feedback.objects.values_list("text", flat=True))
    assert WORDS in texts
    assert "똠방각하" in texts
    assert Feedback.objects.count() == 3
    mailbox.refresh_from_db()
    assert (mailbox.failures, mailbox.problem) == (0, {})


@real
def test_numbers_that_begin_anew_double_nothing(team: Team, server: Server) -> None:
    mailbox = fetched(team, server.plain, security="starttls")
    server.deliver(make_mail(message_id="<b1@c.example>"))
    fetch_mails(mailbox.pk)
    count = Feedback.objects.count()

    Mailbox.objects.update(uid_validity=1)
    assert again(mailbox).mails >= 1

    assert Feedback.objects.count() == count
    assert RawMail.objects.filter(copies=1).exists()


@real
def test_a_mail_is_moved_only_after_it_is_safe(team: Team, server: Server) -> None:
    with imaplib.IMAP4("127.0.0.1", server.plain) as raw:
        raw.authenticate("PLAIN", lambda _given: f"\0{LOGIN}\0{PASSWORD}".encode())
        raw.create(imap._quoted("처리한 메일 & more"))
    server.deliver(make_mail(message_id="<c1@c.example>"))
    mailbox = fetched(
        team, server.tls, afterwards="move", done_folder="처리한 메일 & more"
    )

    assert fetch_mails(mailbox.pk).mails >= 1
    mailbox.refresh_from_db()
    assert mailbox.problem == {}
    assert tried(mailbox, by=team.max) == 0
    mailbox.folder = "처리한 메일 & more"
    assert tried(mailbox, by=team.max) >= 1


@real
def test_a_worker_that_dies_between_two_mails_goes_on_there(
    team: Team, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = fetched(team, server.tls)
    for number in range(3):
        server.deliver(
            make_mail(f"{number}번째 불만입니다.", message_id=f"<d{number}@c.example>")
        )
    keep, calls = fetching._keep_place, []

    def dies(*given: object) -> None:
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(fetching, "_keep_place", dies)
    with pytest.raises(KeyboardInterrupt):
        fetch_mails(mailbox.pk)
    monkeypatch.setattr(fetching, "_keep_place", keep)
    again(mailbox)

    for number in range(3):
        found = Feedback.objects.filter(text__contains=f"{number}번째 불만")
        assert found.count() == 1


@real
def test_of_a_mail_that_is_too_large_the_head_waits_for_a_person(
    team: Team, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(make_mail("긴 글 " * 2_000, message_id="<e1@c.example>"))
    monkeypatch.setattr(fetching, "LARGEST", 10_000)
    fetch_mails(fetched(team, server.tls).pk)

    assert RawMail.objects.get(message_id="e1@c.example").reason == "too_large"
    assert ReviewItem.objects.filter(evidence__reason="too_large").count() == 1


@real
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret": seal("wrong")}, "login"),
        ({"folder": "없는 폴더"}, "없는 폴더"),
        ({"host": "127.0.0.1"}, "private"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_tried_later(
    team: Team, server: Server, given: dict[str, object], said: str, settings
) -> None:
    settings.LANGUAGE_CODE = "en"
    mailbox = fetched(team, server.tls, **given)
    fetch_mails(mailbox.pk)

    mailbox.refresh_from_db()
    assert said in mailbox.message
    assert mailbox.failures == 1
    assert due_mailboxes() == []


@real
def test_a_certificate_that_nobody_vouches_for_is_refused(
    team: Team, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    mailbox = fetched(team, server.tls)
    fetch_mails(mailbox.pk)

    mailbox.refresh_from_db()
    assert "certificate" in mailbox.problem["template"]


def test_a_server_that_hangs_up_or_babbles_stops_nobody(team: Team) -> None:
    def speak(words: bytes) -> int:
        listening = socket.create_server(("127.0.0.1", 0))

        def answer() -> None:
            with listening:
                connection, _address = listening.accept()
                with connection:
                    connection.sendall(words)

        threading.Thread(target=answer, daemon=True).start()
        return int(listening.getsockname()[1])

    for number, words in enumerate(
        (b"", b"220 smtp\r\n", b"* OK hi\r\n", b"* BYE\r\n")
    ):
        mailbox = fetched(
            team, speak(words), security="none", address=f"v{number}@example.com"
        )
        fetch_mails(mailbox.pk)
        mailbox.refresh_from_db()
        assert mailbox.problem, words
    assert not RawMail.objects.exists()


def test_two_workers_take_turns(team: Team) -> None:
    mailbox = fetched(team, 1, security="none")
    assert fetching._claimed(mailbox.pk) is not None
    assert fetching._claimed(mailbox.pk) is None
