"""How long 10,000 invitations take from the upload to a mail server on loopback.

python bench/collect/invitations.py [people] [senders]     embedded, durable, own folder

The sink takes every letter and counts it; each sender is a process, as a worker is.
"""
# ruff: noqa: PLC0415 - Django is imported once its folder is chosen

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from typing import Any

PEOPLE = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
SENDERS = int(sys.argv[2]) if len(sys.argv) > 2 else 2
LIMIT_SECONDS = 120


def sink(port: int, ready: Any, stop: Any, told: Any) -> None:
    """A mail server in a process of its own, so that it takes no time of the sender."""
    from aiosmtpd.controller import Controller

    class Counting:
        to: Counter[str] = Counter()

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            await asyncio.sleep(0)
            self.to[envelope.rcpt_tos[0]] += 1
            return "250 OK"

    handler = Counting()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    stop.wait()
    told.put((len(handler.to), max(handler.to.values(), default=0)))
    controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def begin(folder: str, port: int) -> None:
    os.environ["MOKSORI_DATA_DIR"] = folder
    os.environ["MOKSORI_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    os.environ["MOKSORI_LOG_LEVEL"] = "WARNING"
    os.environ["DJANGO_SETTINGS_MODULE"] = "moksori.server.settings"
    import django

    django.setup()


def send(folder: str, port: int) -> None:
    begin(folder, port)
    from moksori.collect.writes import sending

    while sending.is_any_due():
        sending.send_due()


def prepared(folder: str, port: int) -> dict[str, float]:
    """An open survey, and everybody queued."""
    begin(folder, port)
    from datetime import time as moment

    from django.core.management import call_command

    from moksori.base.testing.makers import make_team
    from moksori.collect.asking.rules import Rules
    from moksori.collect.tests.world_of_asking import make_contacts, make_survey
    from moksori.collect.writes.contact_rules import set_rules
    from moksori.collect.writes.invitations import Asking, invite, look_ahead

    call_command("migrate", verbosity=0)
    team = make_team()
    set_rules(Rules(quiet_from=moment(0), quiet_until=moment(0)), by=None)
    survey = make_survey(team.ours)
    started = time.monotonic()
    people = make_contacts(
        team.ours,
        *({"email": f"p{n}@example.com", "name": "김하나"} for n in range(PEOPLE)),
    )
    taken = time.monotonic()
    ahead = look_ahead(survey, people, Asking(), by=team.ada)
    assert ahead.asked == PEOPLE
    looked = time.monotonic()
    found = invite(survey, people, Asking(), by=None)
    assert len(found.queued) == PEOPLE
    return {
        "upload": taken - started,
        "look_ahead": looked - taken,
        "queue": time.monotonic() - looked,
    }


def main() -> None:
    context = multiprocessing.get_context("spawn")
    port, ready, stop = free_port(), context.Event(), context.Event()
    told = context.Queue()
    server = context.Process(target=sink, args=(port, ready, stop, told), daemon=True)
    server.start()
    if not ready.wait(60):
        sys.exit("The mail server did not start.")
    with tempfile.TemporaryDirectory() as folder:
        seconds = prepared(folder, port)
        started = time.monotonic()
        senders = [
            context.Process(target=send, args=(folder, port)) for _n in range(SENDERS)
        ]
        for one in senders:
            one.start()
        for one in senders:
            one.join()
        seconds["send"] = time.monotonic() - started
        stop.set()
        arrived, most = told.get(timeout=30)
        server.join()
    figures = {
        "people": PEOPLE,
        "senders": SENDERS,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "per_second": round(PEOPLE / seconds["send"], 1),
        "arrived": arrived,
        "most_letters_to_one": most,
        "limit_seconds": LIMIT_SECONDS * PEOPLE / 10_000,
    }
    print(json.dumps(figures, ensure_ascii=False))
    is_good = arrived == PEOPLE and most == 1
    sys.exit(0 if is_good and seconds["send"] <= figures["limit_seconds"] else 1)


if __name__ == "__main__":
    main()
