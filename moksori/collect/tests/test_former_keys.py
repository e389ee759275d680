"""After the secret key was changed, what customers hold in their hands still works."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from moksori.base.testing.makers import Team
from moksori.collect.answering import tokens
from moksori.collect.models import Response, Survey
from moksori.collect.tests.surveys import EVERYTHING, fill, hidden_of, make_survey

pytestmark = pytest.mark.django_db
GOOD = {"nps": "9", "why": "직원이 친절했어요"}


@pytest.fixture
def survey(team: Team) -> Survey:
    return make_survey(team.ours)


def change_key(settings: Any, new: str = "another one") -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = new


def code_on(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.findall(r"<code>([\w-]+)</code>", page)[0]


def test_a_receipt_is_found_and_shows_the_same_code(
    client: Client, survey: Survey, settings: Any
) -> None:
    end = fill(client, f"/s/{survey.slug}/", GOOD)["Location"]
    code = code_on(client, end)

    change_key(settings)

    assert code_on(client, end) == code
    assert client.get(f"/r/{code}/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(f"/r/{code}/").status_code == 404


def test_who_stopped_in_the_middle_goes_on(
    client: Client, team: Team, settings: Any
) -> None:
    survey = make_survey(team.ours, EVERYTHING, "모두")
    first = fill(client, f"/s/{survey.slug}/", {"nps": "10"})["Location"]

    change_key(settings)
    sent = fill(client, first, {"one": "a"})

    assert sent.status_code == 303
    assert Response.objects.get().answers["one"] == "a"


def test_an_invitation_still_leads_to_the_one_response(
    client: Client, survey: Survey, settings: Any
) -> None:
    address = f"/s/{survey.slug}/?a={tokens.sign_about({'invitation': '77'})}"
    html = client.get(address).content.decode()
    sent = client.post(f"/s/{survey.slug}/", {**hidden_of(html), **GOOD})

    change_key(settings)

    assert client.get(address)["Location"] == sent["Location"]
    assert client.get(sent["Location"]).status_code == 200
