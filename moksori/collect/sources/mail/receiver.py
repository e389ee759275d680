"""A door for mail servers: SMTP or LMTP, and "250" only when the mail is safe."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from moksori.collect.sources.mail.message import LARGEST

MOST_RECIPIENTS = 50
WORKERS = 4
NO_SUCH = "550 5.1.1 There is no such mailbox here"
TOO_MANY = "452 4.5.3 Too many recipients"
TAKEN = "250 2.0.0 Taken"
LATER = "451 4.3.0 Not stored; try again later"

Knows = Callable[[str], bool]
# (bytes, envelope sender, envelope recipient); returns when the mail is safe.
Take = Callable[[bytes, str, str], None]


class Receiver:
    """What is answered to a mail server. Nothing is ever passed on: no relay."""

    def __init__(
        self, *, knows: Knows, take: Take, answers_each: str, failed: Callable[[], None]
    ) -> None:
        self._knows = knows
        self._take = take
        self._answers_each = answers_each == "lmtp"
        self._failed = failed
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="receive-mail")

    async def handle_RCPT(  # noqa: N802 – the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _given: Any
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            is_known = await self._in_thread(self._knows, address)
        except Exception:  # noqa: BLE001 – the sending server keeps the mail
            self._failed()
            return LATER
        if not is_known:
            return NO_SUCH
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 – the library's name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        answers = [
            await self._one(envelope.content, _bare(envelope.mail_from), address)
            for address in envelope.rcpt_tos
        ]
        if self._answers_each:
            return "\r\n".join(answers)
        # One answer for all: taken twice is told apart here, lost is not.
        return next((one for one in answers if one != TAKEN), TAKEN)

    async def _one(self, content: bytes, sender: str, address: str) -> str:
        try:
            await self._in_thread(self._take, content, sender, address)
        except Exception:  # noqa: BLE001 – whatever it is, the sender must keep it
            self._failed()
            return LATER
        return TAKEN

    async def _in_thread(self, call: Callable[..., Any], *given: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, call, *given)

    def close(self) -> None:
        self._pool.shutdown(wait=True)


def _bare(sender: str | None) -> str:
    """ "<>" is a sender that wants no answer."""
    return (sender or "").strip().removeprefix("<").removesuffix(">")


class Door(Controller):  # type: ignore[misc]  # the library has no types
    """Listens in a thread of its own."""

    def __init__(
        self, receiver: Receiver, *, host: str, port: int, protocol: str
    ) -> None:
        # The library's log names every sender.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.protocol = protocol
        self.receiver = receiver
        super().__init__(receiver, hostname=host, port=port)

    def factory(self) -> SMTP:
        kind = LMTP if self.protocol == "lmtp" else SMTP
        return kind(
            self.handler,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            ident="Moksori",
            hostname="moksori",
        )

    def stop(self, no_assert: bool = False) -> None:  # noqa: FBT001, FBT002 – the library's
        super().stop(no_assert=no_assert)
        self.receiver.close()
