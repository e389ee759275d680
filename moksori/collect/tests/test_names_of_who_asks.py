"""Customers are asked under a name that they know, in every place."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from moksori.base.errors import NotAllowed
from moksori.base.testing.makers import Team
from moksori.collect.answering.poster import poster_html
from moksori.collect.asking.rules import Rules
from moksori.collect.models import Response, Survey
from moksori.collect.reads.answering import poster_words
from moksori.collect.reads.names import asker, company
from moksori.collect.tests.surveys import fill
from moksori.collect.tests.test_asking import ALWAYS, KIM
from moksori.collect.tests.world_of_asking import (
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import sending
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import Asking, invite
from moksori.collect.writes.names import name_survey, name_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as box:
        yield box


@pytest.fixture
def survey(team: Team) -> Survey:
    set_rules(Rules(**ALWAYS), by=None)
    return make_survey(team.team)


@pytest.fixture
def ada(team: Team) -> Client:
    client = Client()
    client.force_login(team.ada)
    return client


def test_the_nearest_name_holds(team: Team, survey: Survey) -> None:
    def now() -> tuple[str, str, bool]:
        found = asker(Survey.objects.get(pk=survey.pk))
        return found.said("ko"), found.said("en"), found.is_chosen

    assert now() == (team.team.name_ko, team.team.name_en or team.team.name_ko, False)
    name_unit(team.ours, ko="한빛시네마", en="Hanbit Cinema", by=team.ada)
    assert now() == ("한빛시네마", "Hanbit Cinema", True)
    name_unit(team.team, ko="한빛 라운지", en="", by=team.ada)
    assert now() == ("한빛 라운지", "한빛 라운지", True)  # never a mixture of two
    name_survey(survey, ko="", en="Hanbit Kids\r\nBcc: x@y.kr", by=team.ada)
    assert now() == ("Hanbit Kids Bcc: x@y.kr", "Hanbit Kids Bcc: x@y.kr", True)
    assert company(survey, "ja") == "Hanbit Kids Bcc: x@y.kr"
    name_survey(survey, ko=" ", en="", by=team.ada)
    name_unit(team.team, ko="", en="", by=team.ada)
    assert now() == ("한빛시네마", "Hanbit Cinema", True)
    for member in (team.vic, team.eve):
        with pytest.raises(NotAllowed):
            name_unit(team.ours, ko="x", en="", by=member)


def test_letters_come_from_the_name_that_customers_know(
    team: Team, survey: Survey, postbox: Postbox
) -> None:
    name_unit(team.ours, ko='한빛, "시네마"', en="Hanbit", by=team.ada)
    people = make_contacts(team.team, KIM, {"email": "ann@b.kr", "language": "en"})
    invite(survey, people, Asking(), by=team.ada)
    sending.send_due()

    letters = {parseaddr(str(one["to"]))[1]: one for one in postbox.letters}
    for to, name in (("kim@example.com", '한빛, "시네마"'), ("ann@b.kr", "Hanbit")):
        letter = letters[to]
        (sender,) = letter["from"].addresses
        assert (sender.display_name, sender.addr_spec) == (name, "moksori@localhost")
        plain = letter.get_body(("plain",))
        assert plain is not None
        assert name in plain.get_content()
        assert team.team.name_ko not in plain.get_content()


def test_every_page_for_customers_names_the_company(
    client: Client, team: Team, survey: Survey
) -> None:
    name_unit(team.ours, ko="한빛시네마", en="Hanbit Cinema", by=team.ada)
    korean = {"accept-language": "ko"}
    address = f"/s/{survey.slug}/"
    said = '<header class="company">한빛시네마</header>'

    assert said in client.get(address, headers=korean).content.decode()
    assert "Hanbit Cinema" in client.get(f"{address}?lang=en").content.decode()
    assert said in client.get(f"/k/{survey.slug}/", headers=korean).content.decode()
    assert said not in client.get(f"/w/{survey.slug}/", headers=korean).content.decode()
    sent = fill(client, address, {"q1": "9"})
    thanks = client.get(sent["Location"], headers=korean).content.decode()
    assert said in thanks
    assert Response.objects.get().state == "complete"
    code = thanks.split("<code>")[1].split("</code>")[0]
    assert said in client.get(f"/r/{code}/", headers=korean).content.decode()
    poster = poster_html(poster_words(survey, "en"), address="http://x/", size="a4")
    assert "Hanbit" in poster
    # A new name is read at once, though the survey itself has not changed.
    name_unit(team.ours, ko="새한빛", en="", by=team.ada)
    assert "새한빛" in client.get(address, headers=korean).content.decode()


def test_the_page_gives_names_to_survey_and_units(
    ada: Client, team: Team, survey: Survey
) -> None:
    address = reverse("collect:survey_asker", args=[survey.pk])
    assert "고객에게 조직 이름이 보입니다" in ada.get(address).content.decode()

    given = {"where": "survey", "ko": "한빛 키즈", "en": ""}
    assert ada.post(address, given).status_code == 302
    assert ada.post(address, given | {"where": str(team.ours.pk), "en": "Ours"})
    survey.refresh_from_db()
    assert asker(survey).ko == "한빛 키즈"
    page = ada.get(address).content.decode()
    assert "한빛 키즈" in page
    assert "Ours" in page
    for where in ("", "survey'", str(team.theirs.pk)):
        assert ada.post(address, given | {"where": where}).status_code == 404
    assert ada.post(address, given | {"ko": "가" * 81}).status_code == 422
    above = ada.post(address, given | {"where": str(team.root.pk)})
    assert above.status_code == 403
    outside = Client()
    outside.force_login(team.eve)
    assert outside.get(address).status_code == 404


def test_a_program_says_who_asks(ada: Client, team: Team, survey: Survey) -> None:
    path = f"/api/v1/collect/surveys/{survey.pk}/asker"
    names = {"ko": "한빛", "en": "Hanbit"}

    put = ada.put(path, names, content_type="application/json")
    assert put.json() == {**names, "is_chosen": True}
    unit = f"/api/v1/collect/units/{team.team.pk}/asker"
    assert ada.put(unit, {"ko": "팀"}, content_type="application/json").json() == {
        "ko": "팀", "en": "",
    }  # fmt: skip
    assert ada.get(path).json() == {**names, "is_chosen": True}
    theirs = f"/api/v1/collect/units/{team.theirs.pk}/asker"
    assert ada.put(theirs, names, content_type="application/json").status_code == 404
