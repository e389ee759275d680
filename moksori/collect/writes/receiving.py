"""Mails that mail servers hand over to our own door."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import suppress

from django.db import close_old_connections, connections

from moksori.collect.sources.mail.receiver import Door, Receiver
from moksori.collect.writes.mailboxes import mailbox_for
from moksori.collect.writes.mails import Envelope, take_mail

log = logging.getLogger(__name__)


def door(*, host: str, port: int, protocol: str) -> Door:
    """A door that is not open yet; `protocol` is smtp or lmtp."""
    receiver = Receiver(
        knows=_knows, take=_take, answers_each=protocol, failed=_note_failure
    )
    return Door(receiver, host=host, port=port, protocol=protocol)


def _knows(address: str) -> bool:
    close_old_connections()
    try:
        return mailbox_for(address) is not None
    finally:
        connections.close_all()


def _take(raw: bytes, sender: str, address: str) -> None:
    close_old_connections()
    try:
        mailbox = mailbox_for(address)
        if mailbox is None:
            raise LookupError(address)
        envelope = Envelope(sender=sender, to=(address.lower(),))
        take_mail(raw, mailbox=mailbox, envelope=envelope)
    finally:
        connections.close_all()


def _note_failure() -> None:
    log.exception("A mail could not be stored; its sender keeps it and comes again.")


def wait_for_the_end() -> None:
    """Until the process is told to stop (Ctrl-C, or SIGTERM by a service manager)."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    with suppress(KeyboardInterrupt):
        ended.wait()
