"""Before anybody is asked: how many, who not and why, the letter, and a test of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from moksori.base.testing.makers import Team
from moksori.collect.asking.cli import invite_command
from moksori.collect.asking.rules import Rules
from moksori.collect.models import (
    Contact,
    ContactList,
    Feedback,
    Invitation,
    OptOut,
    Response,
    Skip,
    Survey,
)
from moksori.collect.tests.test_asking import ALWAYS, KIM
from moksori.collect.tests.world_of_asking import (
    DEFINITION,
    Postbox,
    make_contacts,
    make_survey,
    postbox_running,
)
from moksori.collect.writes import opt_outs
from moksori.collect.writes.contact_rules import set_rules
from moksori.collect.writes.invitations import (
    Asking,
    invite,
    look_ahead,
    set_approach,
)
from moksori.collect.writes.names import name_unit
from moksori.collect.writes.trial_letters import MOST_AN_HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with postbox_running(settings) as box:
        yield box


@pytest.fixture
def survey(team: Team) -> Survey:
    set_rules(Rules(**ALWAYS), by=None)
    return make_survey(team.ours)


@pytest.fixture
def ada(team: Team) -> Client:
    client = Client()
    client.force_login(team.ada)
    return client


@pytest.fixture
def crowd(team: Team) -> list[Contact]:
    """Some who may be asked, and one or two for each of several reasons."""
    people = [{"email": f"p{n}@example.com", "name": f"고객 {n}"} for n in range(6)]
    found = make_contacts(
        team.ours, *people, {"phone": "010-1111-2222", "name": "전화만"},
        {"email": "ann@b.kr", "name": "Ann", "language": "en"},
        {"email": "yuki@b.jp", "name": "由紀"}, into="봄",
    )  # fmt: skip
    opt_outs.opt_out_for(found[0], by=team.ada)
    # The same person, known by another unit: asked once all the same.
    return [*found, *make_contacts(team.team, {"email": "p1@example.com"})]


def look(survey: Survey) -> str:
    return reverse("collect:invitations_look", args=[survey.pk])


def test_what_is_said_before_is_what_sending_does(
    team: Team, survey: Survey, crowd: list[Contact]
) -> None:
    invite(survey, crowd[2:3], Asking(), by=team.ada)
    set_approach(survey, {"sample_percent": 70}, by=team.ada)
    before = Skip.objects.count(), Invitation.objects.count()

    found = look_ahead(survey, crowd, Asking(), by=team.ada)

    assert (Skip.objects.count(), Invitation.objects.count()) == before
    done = invite(survey, crowd, Asking(), by=team.ada)
    assert found.people == len(crowd) == done.people
    assert found.asked == len(done.queued)
    told = {one.reason: one.count for one in found.left_out}
    assert told == dict(done.skipped)
    assert {"no_address", "opted_out", "already_queued", "not_sampled"} >= set(told)
    assert sum(told.values()) == found.skipped


def test_nobody_is_chosen_beforehand_and_nothing_goes_without_a_look(
    ada: Client, survey: Survey, crowd: list[Contact]
) -> None:
    page = ada.get(reverse("collect:invitations", args=[survey.pk]))
    assert '<option value="" selected>' in page.content.decode()
    assert ada.get(look(survey), {"list": "", "way": "email"}).status_code == 422

    blind = ada.post(look(survey), {"list": "all", "way": "email"})
    assert blind.status_code == 409
    assert not Invitation.objects.exists()

    given = {"list": "all", "way": "email"}
    seen = ada.get(look(survey), given).context["seen"]
    crowd[5].delete()  # somebody has changed the list since
    assert ada.post(look(survey), {**given, "seen": seen}).status_code == 409
    assert not Invitation.objects.exists()
    seen = ada.get(look(survey), given).context["seen"]
    assert ada.post(look(survey), {**given, "seen": seen}).status_code == 302
    assert Invitation.objects.count() == 6


def test_the_page_says_whom_it_reaches_and_what_is_missing(
    ada: Client, team: Team, crowd: list[Contact]
) -> None:
    pages = [{**DEFINITION["pages"][0], "questions": [
        {"id": "q1", "type": "nps", "text": {"ko": "추천하시겠어요?"}}]}]  # fmt: skip
    survey = make_survey(team.ours, pages=pages)
    set_approach(survey, {"words": {"ko": {"subject": "어떠셨나요"}}}, by=team.ada)
    chosen = ContactList.objects.get()

    page = ada.get(look(survey), {"list": chosen.pk, "way": "email"})

    text = page.content.decode()
    assert page.context["found"].asked == 7
    for said in ("고객 1", "전화만", "이 수단의 주소가 없습니다", "English", "由紀"):
        assert said in text, said
    assert "어떠셨나요" in text
    (gap,) = page.context["gaps"]
    assert (gap.language, gap.texts, gap.words) == ("en", 1, 1)
    korean = make_survey(team.ours, "한국어로만", languages=["ko"])
    only = ada.get(look(korean), {"list": chosen.pk, "way": "email"})
    assert only.context["unspoken"] == [("en", 1)]
    assert "English를 쓰지만" in only.content.decode()
    assert not page.context["asker"].is_chosen
    other = ada.get(look(survey), {"list": "all", "way": "sms", "language": "en"})
    assert "/i/try/" in other.content.decode()
    assert not page.context["is_ready"]


def test_the_letter_stands_alone_in_its_frame(
    ada: Client, team: Team, survey: Survey, crowd: list[Contact]
) -> None:
    address = reverse("collect:invitations_letter", args=[survey.pk])
    name_unit(team.ours, ko="한빛<b>시네마", en="Hanbit", by=team.ada)

    letter = ada.get(address, {"language": "ko", "contact": crowd[1].pk})
    english = ada.get(address, {"language": "en"}).content.decode()

    policy = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"
    text = letter.content.decode()
    assert "한빛&lt;b&gt;시네마" in text
    assert "/i/stop/" not in text
    assert "Would you recommend us?" in english
    outside = Client()
    outside.force_login(team.eve)
    assert outside.get(address).status_code == 404
    theirs = make_contacts(team.theirs, {"email": "x@b.kr", "name": "남의 고객"})
    assert ada.get(address, {"contact": theirs[0].pk}).status_code == 404


def test_a_test_letter_reaches_the_member_alone_and_stores_no_answer(
    ada: Client, team: Team, survey: Survey, postbox: Postbox, crowd: list[Contact]
) -> None:
    address = reverse("collect:invitations_test", args=[survey.pk])

    assert ada.post(address, {"language": "ko", "list": "all", "way": "email"}).url == (
        look(survey) + "?list=all&way=email&not_before=&language=ko"
    )

    (letter,) = postbox.letters
    assert postbox.to == [team.ada.email]
    assert letter["subject"].startswith("[시험]")
    assert letter["list-unsubscribe"] is None
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "시험" in text
    links = re.findall(r"http://[^/]+(/i/\S+)", text)
    assert links
    assert all(one.startswith("/i/try/") for one in links)
    customer = Client()
    page = customer.get(next(one for one in links if "q1=9" in one))
    html = page.content.decode()
    assert re.search(r'value="9"[^>]*checked', html)
    begin = re.search(r'name="begin" value="([^"]*)"', html)
    assert begin
    sent = {"begin": begin[1].replace("&quot;", '"'), "q1": "9"}
    assert customer.post(links[0], sent).status_code == 200
    assert customer.post(next(one for one in links if "stop" in one)).status_code == 200
    assert not Response.objects.exists()
    assert not Feedback.objects.exists()
    assert not Invitation.objects.exists()
    assert OptOut.objects.count() == 1  # the one of the crowd
    assert customer.get("/i/try/1-aaaaaaaaaaaaaaaaaaaa/").status_code == 404
    for _one in range(MOST_AN_HOUR - 1):
        ada.post(address)
    assert ada.post(address).status_code == 400
    assert len(postbox.letters) == MOST_AN_HOUR


def test_without_a_mail_server_the_test_says_so(
    ada: Client, survey: Survey, settings: Any
) -> None:
    settings.MOKSORI_MAIL_IS_SENT = False
    settings.MOKSORI_DEMO = False
    address = reverse("collect:invitations_test", args=[survey.pk])
    assert "메일 서버" in ada.post(address).content.decode()
    settings.MOKSORI_DEMO = True
    assert "데모" in ada.post(address).content.decode()


def test_programs_and_terminals_may_look_too(
    ada: Client, team: Team, survey: Survey
) -> None:
    people = make_contacts(team.ours, KIM, {"phone": "010-2222-3333"})
    found = ada.post(
        f"/api/v1/collect/surveys/{survey.pk}/invitations/look",
        {"contacts": [one.pk for one in people]},
        content_type="application/json",
    ).json()

    assert (found["people"], found["asked"], found["later"]) == (2, 1, 0)
    assert found["left_out"] == {"no_address": 1}
    said = CliRunner().invoke(invite_command, [str(survey.pk), "--look"])
    assert said.exit_code == 0, said.output
    assert "1" in said.output
    assert not Invitation.objects.exists()
    assert not Skip.objects.exists()
