"""E-mail by the installation's mail server: one connection, many letters."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext_lazy as _

from moksori.collect.senders.sender import Fate, Field, Message, Outcome

# Status codes that speak of the address, not of the letter or of us.
_NO_SUCH_ADDRESS = frozenset({550, 551, 553, 556})


class EmailLine:
    """Opens the connection when it is needed, and anew when the server hung up."""

    def __init__(self) -> None:
        self._connection: Any = None

    def hand_over(self, message: Message) -> Outcome:
        try:
            connection = self._opened()
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Fate.DOWN, _words(error))
        try:
            connection.send_messages([_mail(message)])
        except (OSError, smtplib.SMTPException) as error:
            outcome = _after_error(error)
            if not isinstance(error, smtplib.SMTPRecipientsRefused):
                self.close()
            return outcome
        return Outcome(Fate.SENT)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                return

    def _opened(self) -> Any:
        if self._connection is not None and not self._still_there():
            self.close()
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection

    def _still_there(self) -> bool:
        """A server may hang up between two letters; asked for, nothing is unsure."""
        server = getattr(self._connection, "connection", None)
        if server is None:
            return True  # a backend without a server, as in development
        try:
            code, _reason = server.noop()
        except (OSError, smtplib.SMTPException):
            return False
        return bool(code == 250)


class EmailSender:
    title = _("Mail server of this installation")
    ways = frozenset({"email"})
    fields: tuple[Field, ...] = ()

    def problems(self, given: Mapping[str, str]) -> dict[str, str]:
        return {}

    @contextmanager
    def line(self, given: Mapping[str, str]) -> Iterator[EmailLine]:
        line = EmailLine()
        try:
            yield line
        finally:
            line.close()


def _mail(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=message.returns_to or settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        headers={
            "From": _from(message.from_name),
            "Message-ID": message.reference,
            **message.headers,
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    return mail


def _from(name: str) -> str:
    """The installation's address under the name that customers know."""
    usual, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or usual, address))


def _after_error(error: Exception) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()), (550, b""))
        return _after_code(code, reason)
    if isinstance(error, smtplib.SMTPResponseException):
        return _after_code(error.smtp_code, error.smtp_error, of_address=False)
    # The line went dead in the middle: the server may have kept the letter.
    return Outcome(Fate.UNSURE, _words(error))


def _after_code(code: int, reason: bytes | str, *, of_address: bool = True) -> Outcome:
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    said = f"{code} {words}"[:300]
    if 400 <= code < 500:
        return Outcome(Fate.LATER, said)
    if of_address and code in _NO_SUCH_ADDRESS:
        return Outcome(Fate.REFUSED, said)
    return Outcome(Fate.FAILED, said)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


sender = EmailSender()
