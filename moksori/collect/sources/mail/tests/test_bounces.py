"""What servers say of mails that did not arrive."""

from __future__ import annotations

import pytest

from moksori.collect.sources.mail.bounces import Verdict, bounces


def report(fields: str, *, sent: str = "Message-ID: <sent@us>\r\n") -> bytes:
    return (
        "From: MAILER-DAEMON@mx\r\nTo: <r+x@us.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"{fields}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{sent}\r\nhello\r\n--b--\r\n"
    ).encode()


def fields(status: str, *, action: str = "failed", said: str = "") -> str:
    return (
        f"Final-Recipient: rfc822; Kim@C.example\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; {said or status}\r\n"
    )


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (fields("5.1.1"), Verdict.HARD),
        (fields("5.1.10"), Verdict.HARD),
        (fields("5.2.1"), Verdict.HARD),
        (fields("5.0.0", said="550 no such user here"), Verdict.HARD),
        (fields("5.2.2"), Verdict.SOFT),
        (fields("5.1.1", said="552 5.2.2 mailbox full"), Verdict.SOFT),
        (fields("4.4.1"), Verdict.SOFT),
        (fields("5.7.1", said="554 blocked by policy"), Verdict.SOFT),
        (fields("4.4.1", action="delayed"), Verdict.DELAYED),
        (fields("2.1.5", action="delivered"), Verdict.DELIVERED),
    ],
)
def test_only_a_wrong_address_is_wrong_for_good(given: str, verdict: Verdict) -> None:
    (found,) = bounces(report(given), to=("r+x@us.example",))

    assert (found.address, found.verdict) == ("kim@c.example", verdict)
    assert (found.message_id, found.to) == ("sent@us", ("r+x@us.example",))


def test_a_report_of_several_addresses_names_each_once() -> None:
    both = fields("5.1.1") + "\r\n" + fields("5.1.1") + "\r\n"
    other = fields("4.2.2").replace("Kim@C", "lee@c")
    assert [one.address for one in bounces(report(both + other))] == [
        "kim@c.example",
        "lee@c.example",
    ]


def test_who_pressed_spam_is_not_written_to_again() -> None:
    raw = (
        b"From: fbl@isp\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nspam\r\n"
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        b"User-Agent: x\r\nVersion: 1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nTo: kim@c.example\r\n"
        b"Message-ID: <sent@us>\r\n\r\nhello\r\n--b--\r\n"
    )
    (found,) = bounces(raw)
    assert (found.address, found.verdict) == ("kim@c.example", Verdict.COMPLAINT)


@pytest.mark.parametrize(
    "text",
    [
        "Hi. This is the qmail-send program at mx.\n<kim@c.example>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n",
        "The following address failed:\n\n  kim@c.example\n    550 5.1.1 user unknown\n",
        "다음 수신자에게 메일을 전달하지 못했습니다.\nkim@c.example\n550 5.1.1 없는 사용자\n",
    ],
)
def test_servers_with_words_of_their_own_are_understood(text: str) -> None:
    raw = (
        "From: MAILER-DAEMON@mx\r\nSubject: failure notice\r\n"
        "X-Failed-Recipients: kim@c.example\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
    ).encode()
    (found,) = bounces(raw)
    assert (found.address, found.verdict) == ("kim@c.example", Verdict.HARD)


@pytest.mark.parametrize(
    "raw", [b"", b"\xff" * 300, report(""), report("Status: x\r\n")]
)
def test_what_says_nothing_gives_nothing(raw: bytes) -> None:
    assert bounces(raw) == ()
