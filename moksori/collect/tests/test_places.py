"""Widget, kiosk, poster and files: the other places where customers answer."""

from __future__ import annotations

import io
import json
import re

import pytest
import segno
from django.urls import reverse
from PIL import Image

from moksori.collect.models import Response, Upload
from moksori.collect.tests.surveys import SHORT, fill, make_survey, words
from moksori.collect.tests.test_answering_more import photo
from moksori.collect.writes import surveys as writes

pytestmark = pytest.mark.django_db
GOOD = {"nps": "9", "why": "친절했어요"}


@pytest.fixture
def survey(team):
    found = make_survey(team.ours)
    told = {"widget": {"origins": ["https://shop.example"], "after_seconds": 5}}
    writes.change_survey(found, name=found.name, settings=told, by=team.ada)
    return found


def test_the_widget_stands_only_on_named_sites(client, survey):
    page = client.get(f"/w/{survey.slug}/")
    assert (
        "frame-ancestors 'self' https://shop.example" in page["Content-Security-Policy"]
    )
    assert "X-Frame-Options" not in page
    assert (
        "frame-ancestors 'none'"
        in client.get(f"/s/{survey.slug}/")["Content-Security-Policy"]
    )
    sent = fill(client, f"/w/{survey.slug}/", GOOD)
    assert Response.objects.get().channel == "widget"
    assert Response.objects.get().feedback.channel == "web"
    assert "X-Frame-Options" not in client.get(sent["Location"])


def test_the_loader_is_small_and_knows_the_rules(client, survey, team):
    loader = client.get(reverse("answer:widget_loader", args=[survey.slug]))
    text = loader.content.decode()
    assert len(loader.content) < 10_000
    told = json.loads(re.search(r"\}\)\((\{.*\})\);\n$", text)[1])
    assert told["url"].endswith(f"/w/{survey.slug}/")
    assert told["after_seconds"] == 5
    assert told["words"]["ko"]["button"] == "의견 보내기"
    assert "shop.example" not in text  # whom else it serves is nobody's business
    writes.close(survey, by=team.ada)
    assert (
        len(client.get(reverse("answer:widget_loader", args=[survey.slug])).content)
        < 100
    )


def test_a_kiosk_leaves_nothing_behind(client, survey):
    page = client.get(f"/k/{survey.slug}/").content.decode()
    assert 'data-idle="30"' in page
    assert 'autocomplete="off"' in page
    end = fill(client, f"/k/{survey.slug}/", GOOD)
    last = client.get(end["Location"]).content.decode()
    assert "data-replace" in last
    assert "http://testserver/r/" in last  # to note down: nobody can click it here
    Response.objects.update(changed_at="2026-01-01T00:00Z")
    assert client.get(end["Location"]).status_code == 404


def test_where_and_when_is_said_on_a_page(client, survey, team):
    client.force_login(team.ada)
    address = reverse("collect:survey_places", args=[survey.pk])
    given = {
        "origins": "https://www.example.com/shop\nfaq.example",
        "mode": "popup",
        "side": "left",
        "paths": "/orders/*",
        "after_seconds": 3,
        "after_scroll": 0,
        "share": 50,
        "again_after_days": 7,
        "idle_seconds": 45,
    }
    assert client.post(address, given).status_code == 302
    survey.refresh_from_db()
    assert survey.settings["widget"]["origins"] == [
        "https://www.example.com",
        "https://faq.example",
    ]
    assert survey.settings["kiosk"] == {"idle_seconds": 45}
    for wrong in (
        {"origins": "javascript:alert(1)"},
        {"origins": "a b'c"},
        {"paths": "orders"},
        {"share": "0"},
    ):
        assert client.post(address, {**given, **wrong}).status_code == 422
    client.force_login(team.eve)
    assert client.get(address).status_code == 404


def test_the_poster_leads_to_the_survey(client, survey, team):
    client.force_login(team.ada)
    poster = client.get(
        reverse("collect:survey_poster", args=[survey.pk]), {"size": "a6"}
    )
    assert poster["Content-Type"] == "application/pdf"
    assert poster.content.startswith(b"%PDF")
    assert (
        segno.make(f"http://testserver/s/{survey.slug}/?via=qr", error="h").error == "H"
    )
    fill(client, f"/s/{survey.slug}/?via=qr", GOOD)
    assert Response.objects.get().feedback.channel == "qr"


def test_the_code_is_an_image_to_print_elsewhere(client, survey, team):
    client.force_login(team.ada)

    def code(form):
        return client.get(reverse("collect:survey_code", args=[survey.pk, form]))

    drawn, vector = Image.open(io.BytesIO(code("png").content)), code("svg")
    page = client.get(reverse("collect:survey_share", args=[survey.pk]))

    assert drawn.size[0] >= 1_000
    assert drawn.getpixel((0, 0)) in {255, 1}  # its quiet zone is white
    assert vector.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in vector.content
    assert code("gif").status_code == 404
    for told in ("qr.png", "qr.svg", "size=a6&amp;lang=en", "size=a6&amp;lang=ko"):
        assert told in page.content.decode()
    client.force_login(team.eve)
    assert code("png").status_code == 404


def test_a_file_goes_only_to_those_who_may_read_the_answers(client, team):
    draft = {
        **SHORT,
        "pages": [
            {
                "id": "p",
                "questions": [{"id": "photo", "type": "photo", "text": words("사진")}],
            }
        ],
    }
    survey = make_survey(team.ours, draft)
    file = io.BytesIO(photo())
    file.name = "집.jpg"
    fill(client, f"/s/{survey.slug}/", {"photo": file})
    address = reverse("collect:upload", args=[Upload.objects.get().pk])
    client.force_login(team.ada)
    given = client.get(address)
    assert given["Content-Disposition"].startswith("attachment")
    assert b"".join(given.streaming_content).startswith(b"\xff\xd8")
    client.force_login(team.eve)
    assert client.get(address).status_code == 404
