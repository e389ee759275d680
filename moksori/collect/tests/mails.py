"""Mails to test with, as bytes."""

from __future__ import annotations

from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils import timezone

from moksori.base.people.models import Unit
from moksori.base.sealed import seal
from moksori.collect.models import Channel, Mailbox
from moksori.collect.tests.makers import make_source

WORDS = "배송이 사흘이나 늦었습니다. 포장도 찢어져 있었어요."


def make_mailbox(
    unit: Unit, address: str = "voice@example.com", **given: object
) -> Mailbox:
    source = make_source(unit, f"Mail {address}", Channel.EMAIL)
    values = {"way": Mailbox.Way.HANDED, "secret": seal("s3cret")} | given
    return Mailbox.objects.create(unit=unit, source=source, address=address, **values)


def make_mail(
    words: str = WORDS,
    *,
    subject: str = "배송 문의",
    message_id: str = "<1@customer.example>",
    html: str = "",
    files: dict[str, bytes] | None = None,
    **headers: str,
) -> bytes:
    """A mail as a program writes it; `headers` with _ for -."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = headers.pop("From", "김고객 <customer@customer.example>")
    mail["To"] = headers.pop("To", "voice@example.com")
    mail["Subject"] = subject
    mail["Date"] = headers.pop("Date", format_datetime(timezone.now()))
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        mail.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return mail.as_bytes()


def korean_mail(words: str = WORDS, *, label: str = "ks_c_5601-1987") -> bytes:
    """As Outlook and groupware send it: CP949 under another name."""
    subject = Header("펲시 똠방 문의", "cp949").encode().replace("cp949", label)
    head = (
        f"From: customer@customer.example\r\nTo: voice@example.com\r\n"
        f"Subject: {subject}\r\nMessage-ID: <k@customer.example>\r\n"
        f'Content-Type: text/plain; charset="{label}"\r\n'
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode("ascii") + words.encode("cp949")
