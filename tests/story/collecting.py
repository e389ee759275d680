"""One of everything that collects, laid out within an installation by its own verbs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.test import Client

from moksori.base.people.models import Member, Unit
from moksori.collect.asking.table import Person
from moksori.collect.asking.tokens import INVITATION, PREFERENCES, token
from moksori.collect.models import Contact, Export, Feedback, Invitation, Survey
from moksori.collect.reads.feedback import FeedbackFilters
from moksori.collect.tests.surveys import EVERYTHING, fill, make_survey, options, words
from moksori.collect.writes import exports, hooks, inlets, searches, streams, surveys
from moksori.collect.writes.contacts import take_contacts
from moksori.collect.writes.invitations import Asking, invite
from moksori.collect.writes.mailboxes import Given, add_mailbox
from moksori.collect.writes.mails import take_mail
from moksori.collect.writes.review import put_up

UNIT = "늘봄멤버십"  # whose themes no story counts
LONG = "아주긴이름을가진고객센터전자우편접수함과띄어쓰기없는소식지모음"
DRAFT: dict[str, Any] = {
    **EVERYTHING,
    "pages": [
        *EVERYTHING["pages"],
        {"id": "closed", "title": words("마지막", "The last"), "questions": [
            {"id": "places", "type": "single", "text": words("어디에서 보셨습니까?"),
             "required": True, "options": options("web", "shop")},
        ]},
    ],
}  # fmt: skip
# What every page of the survey needs before the next one is shown.
GIVEN: tuple[dict[str, Any], ...] = (
    {"nps": "10", "csat?": "not_applicable", "ces": "6", "stars": "4", "smile": "5"},
    {"one": "a", "many": ["x", "z"], "without": "very", "points.s1": "60",
     "points.s2": "40", "rank.r1": "2", "rank.r2": "1", "rank.r3": "3"},
    {"grid.g1": "o3", "grid.g2": "o1", "grid.g3": "o2", "multi.m1": ["c1", "c2"]},
    {"each@x": "5"},
    {"each@z": "1"},
    {"age": "3", "day": "2026-11-01", "line": "좋음", "long": "안내가 친절했어요."},
    {"contact": "yes"},
    {"places": "web"},
)  # fmt: skip
MAIL = """From: 김고객 <kim@example.com>
To: help@neulbom.example
Subject: =?utf-8?b?7KCV6riw6raMIOusuOydmA==?=
Message-ID: <{number}@example.com>
Date: Fri, 20 Nov 2026 10:00:00 +0900
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""


def lay_out() -> dict[str, str]:
    """Name → address of what only customers open, and of the fullest pages."""
    unit = Unit.objects.get(name_ko=UNIT)
    by = Member.objects.get(email__startswith="haneul@")
    survey = make_survey(unit, DRAFT, "모든 문항을 묻는 설문")
    told = {"widget": {"origins": ["https://www.example.com"]}}
    surveys.change_survey(survey, name=survey.name, settings=told, by=by)
    client = Client(SERVER_NAME="127.0.0.1")
    found = _answered(client, survey)
    found |= _asked(survey, unit, by)
    _coming_in(unit, by)
    _going_out(unit, by)
    kept = f"/collect/surveys/{survey.pk}"
    # Links lead there only from a list that is narrowed down, or not by this name.
    found["export"] = "/collect/feedback/export/"
    found["exports"] = "/collect/exports/"
    found["taken"] = f"/collect/exports/{Export.objects.latest('pk').pk}/"
    found["search"] = "/collect/searches/new/?channel=web"
    for name in ("results", "share", "invitations", "build"):
        found[f"survey {name}"] = f"{kept}/{name}/"
    return found


def _answered(client: Client, survey: Survey) -> dict[str, str]:
    """Every screen of the survey, its end, its receipt, and where else it is asked."""
    found = {
        "start": f"/s/{survey.slug}/",
        "widget": f"/w/{survey.slug}/",
        "kiosk": f"/k/{survey.slug}/",
        "receipts": "/r/",
    }
    end = _walk(client, survey, GIVEN)[-1]
    code = client.get(end).content.decode().partition('href="/r/')[2].partition('"')[0]
    found |= {"thanks": end, "receipt": f"/r/{code}"}
    # Another stops before the last page, so that each can be looked at again.
    screens = _walk(client, survey, GIVEN[:-1])
    return found | {f"screen {n}": one for n, one in enumerate(screens, start=2)}


def _walk(client: Client, survey: Survey, given: Sequence[dict[str, Any]]) -> list[str]:
    """Where each page that is sent leads to."""
    led = [f"/s/{survey.slug}/"]
    for answers in given:
        led.append(fill(client, led[-1], answers)["Location"])
    return led[1:]


def _asked(survey: Survey, unit: Unit, by: Member) -> dict[str, str]:
    people = [
        Person(1, email="kim@example.com", name="김하나", language="ko"),
        Person(2, email=f"{'long.' * 9}name@example-company.example", name=LONG),
        Person(3, phone="010-1234-5678", name="Robert Williamson-Featherstonehaugh"),
    ]
    taken = take_contacts(people, unit=unit, by=by, into="봄 소식을 받는 분")
    contacts = list(Contact.objects.filter(pk__in=taken.contacts).order_by("pk"))
    invite(survey, contacts, Asking(), by=by)
    invite(survey, contacts[:1], Asking(), by=by)
    invitation = Invitation.objects.filter(survey=survey).order_by("pk").first()
    assert invitation is not None
    return {
        "invited": f"/i/{token(INVITATION, invitation.pk)}/",
        "stop": f"/i/stop/{token(PREFERENCES, invitation.address_id)}/",
        "contact": f"/collect/contacts/{contacts[1].pk}/",
    }


def _coming_in(unit: Unit, by: Member) -> None:
    mailbox = add_mailbox(Given("help@neulbom.example", way="handed"), unit=unit, by=by)
    texts = ("정기권을 바꾸고 싶은데 방법이 안 보여요.", "")
    for number, text in enumerate(texts):
        raw = MAIL.format(number=number, text=text).replace("\n", "\r\n")
        take_mail(raw.encode(), mailbox=mailbox)
    address = {"address": "https://feed.example/a-rather-long-address/of/a/feed.xml"}
    streams.connect("rss", unit=unit, given=address, name=LONG, by=by)
    inlet, _token = inlets.add_inlet("예약 프로그램", unit=unit, by=by)
    example = {"id": "7", "text": "창구가 붐벼요", "at": "2026-11-20T10:00:00+09:00",
               "score": 4, "customer": {"name": "김", "region": "서울"}}  # fmt: skip
    inlets.map_by_example(inlet, example, by=by)


def _going_out(unit: Unit, by: Member) -> None:
    wishes = hooks.HookWishes("상담 프로그램", "https://hooks.example/" + "very/" * 20)
    hook, _secret = hooks.add_hook(wishes, unit=unit, by=by)
    hooks.test_hook(hook, by=by)
    narrow = FeedbackFilters(channel="web")
    searches.save_search("친절이라는 말", narrow, by=by)
    few = FeedbackFilters(channel="email")
    exports.make_export(few, form="csv", reason="분기 보고", by=by).file.close()
    first, second = Feedback.objects.order_by("pk")[:2]
    evidence = {"feedback": [first.pk, second.pk]}
    put_up("duplicate", unit, key="story", evidence=evidence, about=second)


def told() -> str:
    """What the story reads: the addresses, as JSON."""
    return json.dumps(lay_out())
