"""However many senders work at once, and whenever one is killed: each person once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections

from moksori.base.testing.makers import Team, make_team
from moksori.collect.asking.rules import Reason, Rules
from moksori.collect.models import Address, Contact, Invitation, Skip
from moksori.collect.tests.test_asking import ALWAYS
from moksori.collect.tests.world_of_asking import (
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import sending
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import Asking, invite
from moksori.collect.writes.opt_outs import opt_out

State = Invitation.State
pytestmark = pytest.mark.django_db(transaction=True)

RUN = """
import json, os, sys, django
django.setup()
from django.conf import settings
from django.db import connections
told = json.loads(sys.argv[1])
connections["default"].settings_dict["NAME"] = told["database"]
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", told["port"]
settings.MOKSORI_MAIL_IS_SENT = True
from moksori.collect.writes import sending
sending.send_due()
"""


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as box:
        yield box


@pytest.fixture
def team(transactional_db: None) -> Team:
    set_rules(Rules(**ALWAYS), by=None)
    return make_team()


def sender(postbox: Postbox) -> subprocess.Popen[bytes]:
    told = {"database": str(connection.settings_dict["NAME"]), "port": postbox.port}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, json.dumps(told)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "moksori.server.settings"},
    )


def together(*works: Any) -> None:
    """In threads of their own, each with its own connection."""

    def run(work: Any) -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_eight_senders_of_three_surveys_ask_each_person_once(
    team: Team, postbox: Postbox
) -> None:
    """Three units want the same people at the same moment."""
    rows = [{"email": f"p{n}@example.com"} for n in range(30)]
    for number, unit in enumerate((team.ours, team.theirs, team.team)):
        survey = make_survey(unit, f"Survey {number}")
        people = make_contacts(unit, *rows)
        invite(survey, people, Asking(), by=None)
    assert Invitation.objects.count() == 90

    together(*[sending.send_due] * 8)

    assert Counter(postbox.to) == dict.fromkeys((row["email"] for row in rows), 1)
    states = Counter(Invitation.objects.values_list("state", flat=True))
    assert states == {State.SENT: 30, State.SKIPPED: 60}
    assert set(Skip.objects.values_list("reason", flat=True)) == {Reason.RECENTLY_ASKED}


def test_eight_who_invite_the_same_people_queue_each_once(team: Team) -> None:
    survey = make_survey(team.ours)
    rows = [{"email": f"p{n}@example.com"} for n in range(25)]
    people = make_contacts(team.ours, *rows)

    together(*[lambda: invite(survey, people, Asking(), by=None)] * 8)

    assert Invitation.objects.count() == 25
    assert Skip.objects.filter(reason=Reason.ALREADY_QUEUED).count() == 7 * 25


def test_eight_uploads_of_the_same_people_make_each_once(team: Team) -> None:
    rows = [{"email": f"p{n}@example.com"} for n in range(25)]

    together(*[lambda: make_contacts(team.ours, *rows)] * 8)

    assert Contact.objects.count() == 25
    assert Address.objects.count() == 25


def test_senders_and_refusals_at_once(team: Team, postbox: Postbox) -> None:
    """Whoever was told "you will hear no more" before it left hears no more."""
    survey = make_survey(team.ours)
    people = make_contacts(
        team.ours, *({"email": f"p{n}@example.com"} for n in range(30))
    )
    invite(survey, people, Asking(), by=None)

    def refuse() -> None:
        for one in reversed(people):
            if one.mail_address is not None:
                opt_out(one.mail_address)

    together(sending.send_due, refuse, sending.send_due)

    sent = set(postbox.to)
    skipped = {
        one.contact.email
        for one in Invitation.objects.filter(state=State.SKIPPED)
        if one.contact
    }
    assert not sent & skipped
    assert len(sent | skipped) == 30
    assert Counter(postbox.to).most_common(1)[0][1] == 1 if sent else True


def test_a_sender_killed_again_and_again_asks_nobody_twice(
    team: Team, postbox: Postbox
) -> None:
    survey = make_survey(team.ours)
    rows = [{"email": f"p{n}@example.com"} for n in range(60)]
    invite(survey, make_contacts(team.ours, *rows), Asking(), by=None)

    kills = 0
    for goal in (15, 40):
        process = sender(postbox)
        deadline = time.monotonic() + 60
        while process.poll() is None and len(postbox.letters) < goal:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
        Invitation.objects.filter(state__in=(State.CLAIMED, State.SENDING)).update(
            asked_at="2026-01-01T00:00Z"
        )
        sending.settle_stale()
    sending.send_due()

    assert kills >= 1
    counted = Counter(postbox.to)
    unsure = Invitation.objects.filter(state=State.UNSURE).count()
    assert max(counted.values()) == 1
    assert unsure <= kills
    assert len(counted) >= 60 - unsure
    assert Invitation.objects.filter(state=State.SENT).count() == 60 - unsure
