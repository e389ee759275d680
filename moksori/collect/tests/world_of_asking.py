"""People to ask, a survey to ask them, and a mail server of our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from moksori.base.people.models import Unit
from moksori.collect.asking.table import people_given
from moksori.collect.models import Contact, Survey
from moksori.collect.writes import surveys
from moksori.collect.writes.contacts import take_contacts

DEFINITION: dict[str, Any] = {
    "format": 1,
    "languages": ["ko", "en"],
    "title": {"ko": "영화관 방문", "en": "Your visit"},
    "intro": {"ko": "지난 방문은 어떠셨나요?", "en": "How was it?"},
    "pages": [
        {
            "id": "p1",
            "questions": [
                {
                    "id": "q1",
                    "type": "nps",
                    "code": "nps",
                    "text": {"ko": "추천하시겠어요?", "en": "Would you recommend us?"},
                },
                {
                    "id": "q2",
                    "type": "long_text",
                    "text": {"ko": "왜 그런가요?", "en": "Why?"},
                },
            ],
        }
    ],
}


class Postbox:
    """What arrived, with its envelope; `refused` and `answer` are what it says."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.envelopes: list[tuple[str, str]] = []
        self.refused: dict[str, str] = {}
        self.answer = "250 OK"
        self.port = 0

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if said := self.refused.get(address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer == "silence":
            if server.transport is not None:
                server.transport.close()
            return "250 OK"
        if self.answer.startswith("250"):
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            letter = message_from_bytes(raw, policy=default)
            self.letters.append(letter)
            self.envelopes.append((envelope.mail_from or "", envelope.rcpt_tos[0]))
        return self.answer

    @property
    def to(self) -> list[str]:
        return sorted(to for _from, to in self.envelopes)


@contextmanager
def postbox_running(settings: Any) -> Iterator[Postbox]:
    """A real SMTP server on loopback, and settings that send to it."""
    box = Postbox()
    box.port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = box.port
    settings.MOKSORI_MAIL_IS_SENT = True
    settings.MOKSORI_DEMO = False
    try:
        yield box
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def make_survey(unit: Unit, name: str = "Visits", **changes: Any) -> Survey:
    """A published survey of one page."""
    survey = surveys.add_survey(
        name, unit=unit, draft={**DEFINITION, **changes}, by=None
    )
    surveys.publish(survey, by=None)
    return survey


def make_contacts(unit: Unit, *rows: dict[str, Any], into: str = "") -> list[Contact]:
    taken = take_contacts(people_given(rows, []), unit=unit, by=None, into=into)
    return list(Contact.objects.filter(pk__in=taken.contacts).order_by("pk"))
