"""The pages say how far a change of encoder is, and what a machine wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from moksori.base.testing.makers import Team
from moksori.understand.models import Theme, ThemeRun, affiliate_id
from moksori.understand.tests.makers import make_complaints, make_theme, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def theme(team: Team, client: Client) -> Theme:
    theme = make_theme(
        team.ours,
        description_ko="여러 사람이 하는 말: 배송이 늦음",
        named_by=Theme.NamedBy.MODEL,
    )
    make_complaints(team.ours, theme, 40)
    publish()
    ThemeRun.objects.create(
        unit_id=affiliate_id(team.ours.path),
        number=1,
        at=theme.born_at,
        seed=0,
        encoder="moksori-static 2",
        feedback=40,
        sample=40,
        state=b"",
        labels=[theme.pk],
    )
    client.force_login(team.ada)
    return theme


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_how_far_reading_anew_is(
    theme: Theme, client: Client, settings: Any
) -> None:
    assert "다시 읽는 중" not in read(client, "/understand/themes/?shape=flat")
    settings.MOKSORI_ENCODER = "teacher"
    page = read(client, "/understand/themes/?shape=flat")
    assert "teacher 3 인코더로 전체를 다시 읽는 중입니다" in page
    assert "40건 가운데 0건(0%)" in page
    settings.MOKSORI_ENCODER = "nobody"
    assert "nobody 인코더를 쓸 수 없습니다" in read(client, "/understand/themes/")


def test_what_a_model_wrote_is_marked_beside_what_customers_said(
    theme: Theme, client: Client
) -> None:
    assert "AI가 붙인 이름" in read(client, "/understand/themes/?shape=flat")
    page = read(client, f"/understand/themes/{theme.pk}/")
    assert "여러 사람이 하는 말: 배송이 늦음" in page
    assert "언어 모델이 아래 고객 의견을 바탕으로 썼습니다" in page
    assert "배송이 늦어요 0" in page
    Theme.objects.update(named_by=Theme.NamedBy.PERSON)
    assert "언어 모델이" not in read(client, f"/understand/themes/{theme.pk}/")
