"""A world with feedback, and a mail server of our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from moksori.base.testing.makers import Team
from moksori.share.tests.world import World, make_world


@pytest.fixture
def world(team: Team) -> World:
    return make_world(team.team, product=team.product)


class Postbox:
    """What arrived; `answer` is what the server says to the next letters."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answer == "silence":
            server.transport.close()
            return "250 OK"
        if self.answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=default)
            self.letters.append(letter)
        return self.answer


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A real SMTP server on loopback, and settings that send to it."""
    box = Postbox()
    port = _free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.MOKSORI_MAIL_IS_SENT = True
    settings.MOKSORI_DEMO = False
    yield box
    server.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
