"""The search's page and JSON, whatever stands in the address."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import SearchText
from moksori.understand.reads.tokens import tokens
from moksori.understand.tests.makers import DAY, make_mention
from moksori.understand.writes.index import rebuild_index

PAGE = "/understand/search/"
JSON = "/api/v1/understand/search"


@pytest.fixture
def words(team: Team, client: Client) -> Client:
    """A member of three feedbacks: two that speak of late deliveries."""
    for text in ("배송 지연이 심해요", "The delivery took forever", "영화가 슬퍼요"):
        one = make_feedback(text, unit=team.ours, score=1.0, occurred_at=DAY)
        make_mention(one)
        SearchText.objects.create(feedback=one, tokens=tokens(text))
    rebuild_index()
    client.force_login(team.ada)
    return client


def test_the_page_says_how_many_were_found_how(words: Client) -> None:
    page = words.get(PAGE, {"q": "늦은 배송 지연"}).content.decode()
    only = words.get(PAGE, {"q": "배송지연", "how": "words"}).content.decode()

    assert "뜻이 가까움" in page
    assert "<mark>The delivery took forever</mark>" in page
    assert "<mark>배송 지연</mark>" in only
    assert "forever" not in only
    assert 'name="how" value="words"' in only


def test_without_words_the_newest_are_listed_and_narrowed(words: Client) -> None:
    every = words.get(PAGE).content.decode()
    none = words.get(PAGE, {"score": "high"}).content.decode()

    assert "영화가 슬퍼요" in every
    assert "의견 3건" in every
    assert "이 조건에 맞는 의견이 없습니다" in none


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "배송" * 5_000},
        {"q": "\x00"},
        {"q": "<script>alert(1)</script>"},
        {"q": "배송", "channel": "\x00", "tier": "a\x00", "age_band": "%"},
        {"q": "배송", "theme": "99999999999999999", "source": "-1", "product": "x"},
        {"q": "배송", "since": "2026-99-99", "until": "yesterday", "period": "7"},
        {"q": "배송", "since": "0001-01-01", "until": "9999-12-31"},
        {"q": "", "since": "9999-12-31", "until": "0001-01-01"},
        {"q": "배송", "period": "²", "flags": "all", "kind": "?", "how": "?"},
        {"q": "배송", "period": "4", "flags": "any", "more": "yes"},
        {"q": "배송", "offset": "999999"},
        {"q": "늦은 배송", "how": "meaning", "offset": "-1"},
    ],
)
def test_every_address_gives_a_page(words: Client, asked: dict[str, str]) -> None:
    assert words.get(PAGE, asked).status_code == 200
    assert words.get(PAGE, asked, headers={"HX-Request": "true"}).status_code == 200
    assert words.get(f"{JSON}?{urlencode(asked)}").status_code in {200, 422}


def test_json_says_why(words: Client) -> None:
    found = words.get(JSON, {"q": "배송지연"}).json()

    assert found["words"] == 1
    assert found["total"] == found["words"] + found["meant"]
    assert found["hits"][0]["why"] in {"words", "both"}
    assert found["hits"][0]["spans"] == [[0, 5]]


def test_json_narrows(words: Client) -> None:
    found = words.get(
        JSON, {"q": "늦은 배송", "how": "meaning", "since": "2026-03-03"}
    ).json()

    assert found["total"] == 0
    assert words.get(JSON, {"flags": "people"}).json()["total"] == 0
    assert words.get(JSON, {"score": "low"}).json()["total"] == 3
