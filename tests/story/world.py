"""A whole installation as real processes: demo feedback, web, worker, a mail server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

PASSWORD = "correct horse battery staple"


class Inbox:
    """A real SMTP server on loopback that keeps what arrives."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 – aiosmtpd's name
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m in self.messages if address in str(m["To"])]

    def wait_for(self, address: str, *, seconds: float = 60) -> EmailMessage:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.to(address):
                return found[-1]
            time.sleep(0.3)
        raise AssertionError(f"no mail to {address} within {seconds} s")


@dataclass
class Served:
    """A running installation."""

    base: str
    folder: Path
    inbox: Inbox
    environment: dict[str, str] = field(repr=False)

    def moksori(self, *arguments: str, **options: Any) -> str:
        """Run `moksori …` on this installation and give what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "moksori", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The demo company, served by the real commands, mail going to an inbox."""
    inbox, port = Inbox(), free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MOKSORI_")}
    environment |= {
        "MOKSORI_DATA_DIR": str(folder),
        "MOKSORI_BASE_URL": base,
        "MOKSORI_SMTP_URL": inbox.address,
        "MOKSORI_MAIL_FROM": "Moksori <moksori@neulbom.example>",
        "MOKSORI_LOG_LEVEL": "WARNING",
    }
    world = Served(base, folder, inbox, environment)
    # Loaded in demo mode, served as a company would: passwords, mail that is sent.
    world.environment["MOKSORI_DEMO"] = "yes"
    world.moksori("demo")
    world.environment["MOKSORI_DEMO"] = "no"
    world.moksori("manage", "shell", "-v", "0", "-c", _PASSWORDS)
    command = [sys.executable, "-m", "moksori", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(base, process)
        yield world
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
        inbox.controller.stop()


_PASSWORDS = f"""
from django.contrib.auth.hashers import make_password
from moksori.base.people.models import Member
Member.objects.update(password=make_password({PASSWORD!r}))
"""


def _wait_until_up(base: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not start within 60 s")
