"""A count says how much of it is one text, and lists show each text once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moksori.analysis.duplicates import text_key
from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Mention, Theme
from moksori.understand.reads import theme_page, verbatims
from moksori.understand.reads.copies import copies_of, folded, mentions_about
from moksori.understand.tests.makers import (
    DAY,
    make_mention,
    make_pain,
    make_theme,
    publish,
)
from moksori.understand.tests.test_pages import signed_in, text_of

CALL = "새 요금제를 당장 철회하고 이전 가격으로 되돌려 주실 것을 강력히 요구합니다"
OWN = (
    "어제 창구에서 한참을 기다렸는데 아무도 오지 않았습니다",
    "직원이 전화를 받지 않아서 주문을 취소했어요",
    "지난주에 산 상품의 포장이 찢어져서 도착했습니다",
    "앱을 새로 고치면 로그인이 자꾸 풀립니다",
    "환불해 준다더니 한 달째 소식이 없네요",
    "색이 사진과 전혀 다른데 바꿔 주지 않습니다",
    "쿠폰을 썼는데 할인이 되지 않고 결제되었습니다",
    "주차장이 너무 좁아서 차를 긁을 뻔했어요",
    "설명서에 한국어가 없어서 조립을 못 하고 있습니다",
)


def told(theme: Theme, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        at = DAY - timedelta(hours=number)
        made = make_mention(make_feedback(text, unit=theme.unit, occurred_at=at), theme)
        Mention.objects.filter(pk=made.pk).update(key=text_key(text))


@pytest.fixture
def theme(team: Team) -> Theme:
    theme = make_theme(team.ours)
    near = [f"안녕하세요. {CALL} 010-{number:04}-0000" for number in range(12)]
    told(theme, [*OWN, *[CALL] * 28, *near])
    return theme


def test_the_largest_text_and_its_near_copies_are_counted(
    team: Team, theme: Theme
) -> None:
    found = copies_of(mentions_about(theme.pk, by=team.ada))

    assert found is not None
    assert (found.mentions, found.largest) == (49, 40)
    assert found.texts == 10
    assert "요금제" in found.sentence


def test_where_nobody_copies_nothing_is_said(team: Team) -> None:
    theme = make_theme(team.ours)
    told(theme, ["좋아요"] * 60 + [*OWN])

    assert copies_of(mentions_about(theme.pk, by=team.ada)) is None


def test_a_list_shows_each_text_once_with_its_copies(team: Team, theme: Theme) -> None:
    found = verbatims(by=team.ada, theme=theme, limit=60)

    shown = folded(found, mentions_about(theme.pk, by=team.ada), limit=20)

    assert len(shown) == 10
    assert max(one.copies for one in shown) == 39
    assert sorted(one.copies for one in shown)[:9] == [0] * 9


def test_copies_outside_of_the_list_count_too(team: Team, theme: Theme) -> None:
    found = verbatims(by=team.ada, theme=theme, limit=12)

    shown = folded(found, mentions_about(theme.pk, by=team.ada), limit=20)

    assert max(one.copies for one in shown) == 27


def test_both_pages_say_so(team: Team, theme: Theme) -> None:
    publish()
    client = signed_in(team.ada)
    pain = make_pain(theme)

    assert theme_page(theme.pk, by=team.ada).copies is not None
    for address in (
        f"/understand/themes/{theme.pk}/?period=all",
        f"/understand/pain-points/{pain.pk}/?period=all",
    ):
        page = text_of(client, address)
        assert "49" in page
        assert "40" in page


def test_a_member_counts_only_what_she_may_read(team: Team, theme: Theme) -> None:
    assert copies_of(mentions_about(theme.pk, by=team.eve)) is None
