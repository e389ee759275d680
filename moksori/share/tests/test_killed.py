"""A worker killed -9 in the middle: nobody gets an edition twice, none is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from moksori.base.outbound.tests.servers import Heard, Said, Server, serving
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team, make_member
from moksori.share import writes
from moksori.share.models import Delivery, Edition, Subscription
from moksori.share.tests.test_channels import edition_of
from moksori.share.writes.deliveries import queue

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State
MEMBERS = 24
KILLS = 3

WORK = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "moksori.server.settings"
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.MOKSORI_ALLOW_PRIVATE = [sys.argv[2]]
settings.SECRET_KEY = sys.argv[3]
from moksori.share import writes
print("ready", flush=True)
for delivery in writes.due_deliveries():
    writes.send_delivery(delivery)
"""


@pytest.fixture
def slow() -> Iterator[Server]:
    """A webhook that takes its time, so that kills hit the middle of a message."""

    def answer(_heard: Heard) -> Said:
        time.sleep(0.05)
        return Said(200, b"ok")

    with serving(answer) as server:
        yield server


def readers(team: Team, server: Server) -> list[Member]:
    found = []
    for number in range(MEMBERS):
        member = make_member(f"R{number}", team.ours)
        Subscription.objects.create(member=member, quiet_from=0, quiet_until=0)
        given = {"url": server.url(f"/services/{member.pk}")}
        writes.choose_way(member, "slack", given, by=member)
        found.append(member)
    return found


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the worker opens the file of the test"
)
def test_three_kills_make_no_duplicate_and_lose_nothing(
    team: Team, slow: Server, settings: Any
) -> None:
    settings.MOKSORI_ALLOW_PRIVATE = [f"127.0.0.1:{slow.port}"]
    for member in readers(team, slow):
        queue(edition_of(member))
    name = str(connection.settings_dict["NAME"])

    for _kill in range(KILLS):
        heard = len(slow.heard)
        worker = _worker(name, slow.port)
        _wait(lambda seen=heard: len(slow.heard) > seen + 1)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert _worker(name, slow.port).wait(timeout=60) == 0

    Delivery.objects.filter(state=State.SENDING).update(lease_until=timezone.now())
    unsure = writes.settle_stale_deliveries()
    states = Counter(Delivery.objects.values_list("state", flat=True))
    arrived = Counter(heard.path for heard in slow.heard)
    assert max(arrived.values()) == 1
    assert states[State.SENT] + states[State.UNSURE] == MEMBERS
    assert states[State.UNSURE] == unsure <= KILLS
    # Whoever is not known to have it is known by name, and a person may send again.
    sent = Delivery.objects.filter(state=State.SENT).values_list("member_id", flat=True)
    assert {f"/services/{pk}" for pk in sent} <= set(arrived)
    assert all(json.loads(heard.body)["blocks"] for heard in slow.heard)
    assert Edition.objects.filter(reached__kind="delivered").count() == len(sent)


def _worker(name: str, port: int) -> subprocess.Popen[str]:
    key = str(django_settings.SECRET_KEY)  # what was sealed here is opened there
    command = [sys.executable, "-c", WORK, name, f"127.0.0.1:{port}", key]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    with worker.stdout as told:
        assert told.readline().strip() == "ready"
    return worker


def _wait(is_true: Any) -> None:
    until = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.005)
