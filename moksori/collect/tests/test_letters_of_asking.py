"""What a customer gets, and where its links lead: looking stores nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from moksori.base.testing.makers import Team
from moksori.collect.asking.rules import Rules
from moksori.collect.models import (
    Bounce,
    Contact,
    Feedback,
    Invitation,
    Mailbox,
    OptOut,
    Response,
    Survey,
)
from moksori.collect.sources.mail.bounces import bounces
from moksori.collect.tests.makers import make_source
from moksori.collect.tests.test_asking import ALWAYS
from moksori.collect.tests.world_of_asking import (
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import sending
from moksori.collect.writes.bounces import take_bounces
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import Asking, invite, set_approach

State = Invitation.State
HERE = "http://127.0.0.1:8000"
KIM = {"email": "kim@example.com", "name": "김하나", "language": "ko",
       "customer": "C-1"}  # fmt: skip
LEE = {"email": "lee@example.com", "name": "Lee", "language": "en"}


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as box:
        yield box


@pytest.fixture
def survey(team: Team) -> Survey:
    set_rules(Rules(**ALWAYS), by=None)
    return make_survey(team.ours)


def letter_to(
    survey: Survey, postbox: Postbox, person: dict[str, Any] = KIM
) -> EmailMessage:
    people = make_contacts(survey.unit, person)
    invite(survey, people, Asking(), by=None)
    sending.send_due()
    return postbox.letters[-1]


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def links(letter: EmailMessage) -> list[str]:
    found = re.findall(r'href="([^"]+)"', part(letter, "html"))
    return [link.removeprefix(HERE).replace("&amp;", "&") for link in found]


def test_a_letter_asks_in_the_language_of_the_customer(
    survey: Survey, postbox: Postbox
) -> None:
    korean = letter_to(survey, postbox)
    english = letter_to(survey, postbox, LEE)

    assert korean["Subject"] == "영화관 방문"
    assert "추천하시겠어요?" in part(korean, "html")
    assert "추천하시겠어요?" in part(korean, "plain")
    assert korean["Content-Language"] == "ko"
    assert 'lang="en"' in part(english, "html")
    assert "Would you recommend us?" in part(english, "html")
    assert "Open all questions" in part(english, "plain")


def test_eleven_answers_stand_in_the_letter_and_nothing_is_loaded(
    survey: Survey, postbox: Postbox
) -> None:
    letter = letter_to(survey, postbox)

    assert len([link for link in links(letter) if "?q1=" in link]) == 11
    assert "<img" not in part(letter, "html")
    assert all(link.startswith("/i/") for link in links(letter))


def test_a_letter_has_the_headers_that_mail_programs_want(
    survey: Survey, postbox: Postbox
) -> None:
    source = make_source(survey.unit, "Mail")
    Mailbox.objects.create(
        unit=survey.unit, source=source, address="voice@in.example.com"
    )
    letter = letter_to(survey, postbox)

    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith(f"<{HERE}/i/stop/")
    assert letter["Auto-Submitted"] == "auto-generated"
    returns_to, _to = postbox.envelopes[-1]
    assert letter["Reply-To"] == returns_to
    assert re.fullmatch(r"voice\+b-[0-9a-z]+-[a-z2-7]{20}@in\.example\.com", returns_to)
    assert "voice+b" not in letter["From"]


def test_what_members_and_customers_wrote_stays_text(
    survey: Survey, postbox: Postbox, team: Team
) -> None:
    words = {"ko": {"subject": "{name}님,\r\nBcc: a@b.c", "greeting": "<b>{name}</b>"}}
    set_approach(survey, {"words": words}, by=team.ada)

    letter = letter_to(
        survey, postbox, {**KIM, "name": "<script>김\u202e" + "x" * 5000}
    )

    assert letter["Bcc"] is None
    assert "<script>" not in part(letter, "html")
    assert "<b>" not in part(letter, "html")
    assert postbox.to == ["kim@example.com"]


def test_a_customer_without_a_name_is_greeted_without_a_hole(
    survey: Survey, postbox: Postbox, team: Team
) -> None:
    words = {"ko": {"subject": "{name}님, 어떠셨나요?"}}
    set_approach(survey, {"words": words}, by=team.ada)

    assert letter_to(survey, postbox, {"email": "a@b.kr"})["Subject"] == "어떠셨나요?"


def test_following_every_link_stores_nothing(
    survey: Survey, postbox: Postbox, client: Client
) -> None:
    letter = letter_to(survey, postbox)

    for link in links(letter):
        for method in (client.get, client.head):
            assert method(link, follow=True).status_code == 200

    assert not Response.objects.exists()
    assert not OptOut.objects.exists()
    assert Invitation.objects.get().response is None


def test_an_answer_tapped_in_the_letter_is_chosen_on_the_page_and_counts_once(
    survey: Survey, postbox: Postbox, client: Client
) -> None:
    letter = letter_to(survey, postbox)
    nine = next(link for link in links(letter) if link.endswith("?q1=9"))

    page = client.get(nine, follow=True)
    found = page.content.decode()
    assert re.search(r'value="9"[^>]*checked', found)
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found)
    )
    where = page.request["PATH_INFO"]
    for _twice in range(2):
        done = client.post(where, {**hidden, "q1": "9", "q2": "친절해요"}, follow=True)
        assert done.status_code == 200

    response = Response.objects.get()
    invitation = Invitation.objects.get()
    assert invitation.response == response
    assert response.channel == Response.Channel.EMAIL
    assert response.state == Response.State.COMPLETE
    feedback = Feedback.objects.get()
    assert (feedback.score, feedback.text) == (9, "친절해요")
    # The same link later leads to the same response, not to a second one.
    again = client.get(nine, follow=True)
    assert again.status_code == 200
    assert Response.objects.count() == 1


def test_a_forged_or_old_link_says_so(
    survey: Survey, postbox: Postbox, client: Client
) -> None:
    letter = letter_to(survey, postbox)
    link = links(letter)[0].split("?")[0]
    forged = link[:-3] + ("aa/" if link[-3:-1] != "aa" else "bb/")

    assert client.get(forged).status_code == 404
    assert client.get("/i/stop/1-aaaaaaaaaaaaaaaaaaaa/").status_code == 404
    assert client.post("/i/stop/x/").status_code == 404
    Invitation.objects.update(expires_at="2026-01-01T00:00Z")
    over = client.get(link)
    assert over.status_code == 410
    assert "초대" in over.content.decode() or "over" in over.content.decode()


def test_one_click_stops_everything_and_no_link_does(
    survey: Survey, postbox: Postbox
) -> None:
    letter = letter_to(survey, postbox)
    stop = letter["List-Unsubscribe"].strip("<>").removeprefix(HERE)
    outside = Client(enforce_csrf_checks=True)

    assert outside.get(stop).status_code == 200
    assert not OptOut.objects.exists()
    done = outside.post(stop, {"List-Unsubscribe": "One-Click"})

    assert done.status_code == 200
    assert not done.cookies
    row = OptOut.objects.get()
    assert (row.way, row.topic) == ("", "")
    again = invite(survey, list(Contact.objects.all()), Asking(), by=None)
    assert dict(again.skipped) == {"opted_out": 1}


def test_somebody_chooses_ways_and_topics(
    survey: Survey, postbox: Postbox, client: Client, team: Team
) -> None:
    set_approach(survey, {"topic": "방문"}, by=team.ada)
    letter = letter_to(survey, postbox)
    stop = letter["List-Unsubscribe"].strip("<>").removeprefix(HERE)

    page = client.get(stop).content.decode()
    client.post(stop, {"wanted": "some", "way": ["email"], "topic": []})

    assert "방문" in page
    assert list(OptOut.objects.values_list("way", "topic")) == [("", "방문")]
    client.post(stop, {"wanted": "none"})
    assert OptOut.objects.filter(way="", topic="").exists()
    client.post(stop, {"wanted": "all"})
    assert not OptOut.objects.exists()


REPORT = """\
From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{id}@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.
--b
Content-Type: message/{part}

{facts}
--b
Content-Type: text/rfc822-headers

Message-ID: {sent}
To: kim@example.com
--b--
"""
STATUS = """\
Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; kim@example.com
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 kim@example.com: no
"""


def report(letter: EmailMessage, status: str, *, to: str = "", id: str = "1") -> bytes:
    return (
        REPORT.format(
            to=to,
            id=id,
            kind="delivery-status",
            part="delivery-status",
            facts=STATUS.format(status=status),
            sent=letter["Message-ID"],
        )
        .replace("\n", "\r\n")
        .encode()
    )


def test_what_comes_back_for_good_ends_it(survey: Survey, postbox: Postbox) -> None:
    letter = letter_to(survey, postbox)
    raw = report(letter, "5.1.1")

    assert take_bounces(bounces(raw), key="1") == 1
    assert take_bounces(bounces(raw), key="1") == 0

    row = Invitation.objects.get()
    assert row.state == State.BOUNCED
    assert row.address.is_dead
    assert "kim@" not in Bounce.objects.get().diagnosis
    again = invite(survey, list(Contact.objects.all()), Asking(), by=None)
    assert dict(again.skipped) == {"unreachable": 1}


def test_a_full_mailbox_ends_it_the_third_time(
    survey: Survey, postbox: Postbox
) -> None:
    letter = letter_to(survey, postbox)
    address = Invitation.objects.get().address
    for number in range(3):
        address.refresh_from_db()
        assert not address.is_dead
        take_bounces(bounces(report(letter, "4.2.2")), key=str(number))
    address.refresh_from_db()
    assert address.is_dead


def test_a_bounce_is_known_by_the_address_it_came_back_to(
    survey: Survey, postbox: Postbox
) -> None:
    source = make_source(survey.unit, "Mail")
    Mailbox.objects.create(unit=survey.unit, source=source, address="v@in.example.com")
    letter = letter_to(survey, postbox)
    returns_to, _to = postbox.envelopes[-1]
    del letter["Message-ID"]
    letter["Message-ID"] = "<unknown@x>"

    told = bounces(report(letter, "5.1.1"), to=(returns_to,))

    assert take_bounces(told, key="x") == 1


def test_a_forged_report_silences_nobody(survey: Survey, postbox: Postbox) -> None:
    letter_to(survey, postbox, LEE)
    letter = postbox.letters[-1]  # its report names kim, not lee

    assert take_bounces(bounces(report(letter, "5.1.1")), key="x") == 0
    forged = "voice+b-1-aaaaaaaaaaaaaaaaaaaa@in.example.com"
    letter2 = letter
    del letter2["Message-ID"]
    letter2["Message-ID"] = "<other@x>"
    told = bounces(report(letter2, "5.1.1"), to=(forged,))
    assert take_bounces(told, key="y") == 0
    assert not Bounce.objects.exists()


def test_who_calls_it_spam_is_asked_no_more(survey: Survey, postbox: Postbox) -> None:
    letter = letter_to(survey, postbox)
    raw = REPORT.format(
        to="fbl@example.com",
        id="1",
        kind="feedback-report",
        part="feedback-report",
        facts="Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: kim@example.com",
        sent=letter["Message-ID"],
    )
    assert take_bounces(bounces(raw.replace("\n", "\r\n").encode()), key="c") == 1
    assert OptOut.objects.get().via == OptOut.Via.COMPLAINT
