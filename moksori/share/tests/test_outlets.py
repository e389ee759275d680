"""Calendar, wall screen and podcast script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from moksori.base.errors import UserError
from moksori.base.testing.makers import Team
from moksori.share.channels.calendar.ics import escaped, folded
from moksori.share.channels.podcast import english, korean
from moksori.share.channels.podcast.script import aloud
from moksori.share.models import Outlet
from moksori.share.tests.world import World
from moksori.share.writes.editions import compose_edition
from moksori.share.writes.outlets import open_outlet


def opened(team: Team, kind: str, **given: str) -> tuple[Outlet, str]:
    by = team.vic if kind == "calendar" else team.lea
    unit = by.unit if kind == "calendar" else team.team
    assert unit is not None
    return open_outlet(kind, "우리", {"language": "ko", **given}, unit=unit, by=by)


def test_lines_of_a_calendar_are_folded_between_letters() -> None:
    line = "SUMMARY:" + "가나다라" * 30
    pieces = folded(line).split("\r\n ")
    assert "".join(pieces) == line
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert escaped("a\nb\r\nc\x00") == "a\\nb\\nc"


@pytest.mark.parametrize(
    "meeting", ["someday", "wed 25:00 30", "wed 10:00 0", "수 10:00 3"]
)
def test_a_meeting_that_cannot_be_read_is_refused(team: Team, meeting: str) -> None:
    with pytest.raises(UserError) as error:
        opened(team, "calendar", meeting=meeting)
    assert error.value.field == "meeting"


def test_the_wall_turns_by_itself_without_a_script_and_shows_nobody(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team, "wall", seconds="15", theme="dark")

    first = client.get(f"/share/o/{token}.html").text

    assert '<meta http-equiv="refresh" content="15;url=?page=' in first
    assert "<script" not in first
    assert 'data-theme="dark"' in first
    count = first.count("<i")
    pages = [client.get(f"/share/o/{token}.html?page={at}").text for at in range(count)]
    whole = "".join(pages)
    assert "포장 파손" in whole
    assert "뜯어져서" not in whole  # no words of customers
    assert "vic@" not in whole
    held = client.get(f"/share/o/{token}.html?page=1&hold").text
    assert "http-equiv" not in held
    assert client.get(f"/share/o/{token}.html?page=99999999").status_code == 200


def test_the_script_is_read_aloud_with_numbers_in_words(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team, "podcast")

    answer = client.get(f"/share/o/{token}.txt")

    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/plain")
    assert not re.search(r"\d", text)
    assert "퍼센트" in text
    assert "[" not in text
    assert "▲" not in text


def test_ones_own_edition_is_a_script_too(
    team: Team, world: World, client: Any
) -> None:
    edition = compose_edition(team.vic, by=None)
    client.force_login(team.vic)

    text = client.get(f"/share/editions/{edition.pk}/script").content.decode()

    assert "포장 파손" in text
    assert not re.search(r"\d", text)
    client.force_login(team.lea)
    assert client.get(f"/share/editions/{edition.pk}/script").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12,340건", "만 이천삼백사십 건"),
        ("8.4%", "팔 점 사 퍼센트"),
        ("3건, 19명, 20명", "세 건, 열아홉 명, 이십 명"),
        ("11월 18일 (수)", "십일월 십팔일 수요일"),
        ("6월 1일과 10월 2일", "유월 일일과 시월 이일"),
        ("−2.9%p", "마이너스 이 점 구 퍼센트포인트"),
        ("7.1–9.9%", "칠 점 일에서 구 점 구 퍼센트"),
        ("6주 동안 +31", "육주 동안 플러스 삼십일"),
        ("1만 2천", "일만 이천"),
        ("100,000,000", "일억"),
        ("0", "영"),
        ("1000", "천"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_korean_numbers_in_words(text: str, said: str) -> None:
    assert korean.spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12,340 pieces", "twelve thousand three hundred and forty pieces"),
        (
            "8.4% (7.1–9.9%)",
            "eight point four percent (seven point one to nine point nine percent)",
        ),
        ("−2.9 pp", "minus two point nine percentage points"),
        ("Wed 18 Nov", "Wednesday eighteen November"),
        ("0", "zero"),
        ("1,000,021", "one million twenty-one"),
    ],
)
def test_english_numbers_in_words(text: str, said: str) -> None:
    assert english.spoken(text) == said


def test_signs_masks_and_addresses_are_not_spelled_out() -> None:
    with translation.override("ko"):
        said = aloud("▲ [전화번호] 로 <b>3번</b> 😀 https://x.example/a 전화 · 끝")
    assert "전화번호" in said
    assert not re.search(r"[\[\]<>▲😀·]|http", said)
    assert "세 번" in said
