"""Pages and API show what one may see, with their numbers, in both languages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.understand.models import PainPoint, SavedView
from moksori.understand.tests.makers import (
    make_complaints,
    make_pain,
    make_theme,
    publish,
)

PAGES = (
    "/understand/pain-points/",
    "/understand/pain-points/?period=4&channel=review",
    "/understand/pain-points/?unit=x&product=9999999999999999999&period=zz",
    "/understand/themes/",
    "/understand/themes/?order=rising",
    "/understand/search/",
    "/understand/search/?q=%EB%B0%B0%EC%86%A1",
    "/understand/search/?q=%00%22&offset=-1",
    "/understand/views/pain_points/new/?period=4",
)


@pytest.fixture
def pain(team: Team) -> PainPoint:
    theme = make_theme(team.ours, words=["배송", "늦음"])
    make_complaints(team.ours, theme, 40, score=2.0, product=team.product)
    make_complaints(team.ours, None, 60, kind="praise", sentiment=0.9)
    publish()
    return make_pain(theme)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(
        member, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("name", ["ada", "vic", "eve", "sol", "max"])
def test_every_page_answers_every_member(
    team: Team, pain: PainPoint, url: str, name: str
) -> None:
    text_of(signed_in(getattr(team, name)), url)


def test_the_list_shows_the_ranked_pain_point(team: Team, pain: PainPoint) -> None:
    page = text_of(signed_in(team.ada), "/understand/pain-points/")

    assert "배송이 늦음" in page
    assert "40.0" in page
    assert "4.2" in page
    assert f"/understand/pain-points/{pain.pk}/#triage" in page


def test_only_who_may_triage_is_invited_to(team: Team, pain: PainPoint) -> None:
    page = text_of(signed_in(team.vic), "/understand/pain-points/")

    assert "배송이 늦음" in page
    assert "#triage" not in page


def test_the_page_of_a_pain_point_has_numbers_words_and_slots(
    team: Team, pain: PainPoint
) -> None:
    page = text_of(signed_in(team.ada), f"/understand/pain-points/{pain.pk}/")

    assert "<mark>배송이 늦어요" in page
    assert "n 100" in page
    assert f'hx-get="/act/pain-points/{pain.pk}' in page or "hx-get" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "url",
    [
        "/understand/pain-points/{pain}/",
        "/understand/pain-points/{pain}/triage/",
        "/understand/themes/{theme}/",
        "/understand/themes/{theme}/rename/",
    ],
)
def test_to_an_outsider_nothing_is_there(
    team: Team, pain: PainPoint, url: str, method: str
) -> None:
    address = url.format(pain=pain.pk, theme=pain.theme_id)

    response = getattr(signed_in(team.eve), method)(address)

    assert response.status_code in {404, 405}
    assert "배송" not in response.content.decode()


def test_an_outsider_reads_nothing_on_any_list(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.eve)

    for url in (*PAGES, "/api/v1/understand/pain-points", "/api/v1/understand/themes"):
        assert "배송이" not in text_of(client, url)


def test_the_front_line_cannot_rename_or_triage(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.vic)

    rename = client.post(
        f"/understand/themes/{pain.theme_id}/rename/", {"name_ko": "나"}
    )
    triage = client.post(
        f"/understand/pain-points/{pain.pk}/triage/", {"state": "resolved"}
    )

    assert (rename.status_code, triage.status_code) == (403, 403)
    pain.refresh_from_db()
    assert (pain.state, pain.theme.name_ko) == ("detected", "배송이 늦음")


def test_an_analyst_renames_and_triages_by_form(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.ada)

    client.post(f"/understand/themes/{pain.theme_id}/rename/", {"name_ko": "택배 지연"})
    client.post(
        f"/understand/pain-points/{pain.pk}/triage/",
        {"state": "triaged", "owner": team.pia.pk},
    )

    pain = PainPoint.objects.get()
    assert (pain.theme.name_ko, pain.state) == ("택배 지연", "triaged")
    assert pain.owner == team.pia


def test_results_alone_answer_while_typing(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.ada)

    part = client.get("/understand/search/?q=배송", headers={"HX-Request": "true"})

    assert part.content.decode().lstrip().startswith('<section id="hits"')
    assert "<html" not in part.content.decode()


def test_a_view_is_saved_listed_and_removed_by_its_member_alone(
    team: Team, pain: PainPoint
) -> None:
    client = signed_in(team.ada)
    client.post("/understand/views/pain_points/new/?period=4", {"name": "한 달"})
    view = SavedView.objects.get()

    assert view.query == "period=4"
    assert "한 달" in text_of(client, "/understand/pain-points/")
    assert "한 달" not in text_of(signed_in(team.lea), "/understand/pain-points/")
    away = f"/understand/views/{view.pk}/remove/"
    assert signed_in(team.lea).post(away).status_code == 404
    assert client.post(away).status_code == 302
    assert not SavedView.objects.exists()


def test_pages_speak_english(team: Team, pain: PainPoint) -> None:
    team.ada.language = "en"
    team.ada.save()
    page = text_of(signed_in(team.ada), "/understand/pain-points/")

    assert "What hurts customers most right now" in page
    assert "Late delivery" in page


def test_the_api_gives_the_same_numbers(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.ada)

    found = client.get("/api/v1/understand/pain-points?period=4").json()
    page = client.get(f"/api/v1/understand/pain-points/{pain.pk}").json()
    words = client.get(
        f"/api/v1/understand/themes/{pain.theme_id}/verbatims?limit=3"
    ).json()

    (line,) = found["pain_points"]
    assert (line["complaints"], line["reach"]["value"]) == (40, 0.4)
    assert (page["complaints"], page["rank"]) == (40, 1)
    assert len(words) == 3
    assert words[0]["text"][words[0]["start"] : words[0]["end"]] == words[0]["text"]


def test_the_api_renames_triages_and_searches(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.ada)
    json = "application/json"

    named = client.patch(
        f"/api/v1/understand/themes/{pain.theme_id}", {"name_ko": "지연"}, json
    )
    triaged = client.post(
        f"/api/v1/understand/pain-points/{pain.pk}/triage",
        {"state": "planned", "owner": team.lea.pk},
        json,
    )
    found = client.get("/api/v1/understand/search?q=배송&limit=2").json()

    assert named.json()["name_ko"] == "지연"
    assert (triaged.json()["state"], triaged.json()["owner"]) == (
        "planned",
        team.lea.pk,
    )
    assert (found["total"], len(found["hits"])) == (100, 2)


def test_the_api_hides_from_an_outsider(team: Team, pain: PainPoint) -> None:
    client = signed_in(team.eve)

    for path in (
        f"pain-points/{pain.pk}",
        f"themes/{pain.theme_id}",
        f"themes/{pain.theme_id}/verbatims",
        f"pain-points?unit={team.ours.pk}",
    ):
        assert client.get(f"/api/v1/understand/{path}").status_code == 404
    assert client.get("/api/v1/understand/search?q=배송").json()["total"] == 0
