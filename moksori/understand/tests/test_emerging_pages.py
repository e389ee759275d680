"""The page of what is new shows what one may see, and its buttons can be taken back."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Emerging, Theme
from moksori.understand.tests.makers import DAY, make_mention
from moksori.understand.tests.test_pages import signed_in, text_of

PAGE = "/understand/emerging/"


@pytest.fixture
def issue(team: Team) -> Emerging:
    made = [
        make_mention(
            make_feedback(
                f"충전기에서 타는 냄새가 나요 {number}",
                unit=team.ours,
                occurred_at=DAY - timedelta(days=number % 10),
            )
        )
        for number in range(20)
    ]
    day = DAY.date()
    return Emerging.objects.create(
        unit=team.ours,
        name_ko="충전기 냄새",
        name_en="Charger smell",
        center=np.eye(1, 256, dtype=np.float32).tobytes(),
        radius=0.3,
        first_day=day - timedelta(days=9),
        last_day=day,
        mentions=20,
        feedback=20,
        copies=4,
        typical=[one.pk for one in made[:5]],
        near=[one.pk for one in made],
        weeks=[14, 6] + [0] * 24,
        evidence={
            "window": 14,
            "day": str(day),
            "count": 18,
            "expected": 1.4,
            "chance": 0.00002,
            "within": None,
            "until": str(day),
        },
        found_at=timezone.now(),
        seen_at=timezone.now(),
    )


def test_the_page_says_what_how_much_and_with_what_doubt(
    team: Team, issue: Emerging
) -> None:
    page = text_of(signed_in(team.ada), PAGE)

    assert "충전기 냄새" in page
    assert "타는 냄새가 나요" in page
    for number in ("20", "1.4", "18", "10,000"):
        assert number in page


def test_the_first_page_of_the_step_has_a_line(team: Team, issue: Emerging) -> None:
    line = text_of(signed_in(team.ada), f"{PAGE}line/?unit={team.ours.pk}")

    assert "충전기 냄새" in line
    assert "emerging/line" in text_of(signed_in(team.ada), "/understand/pain-points/")


@pytest.mark.parametrize("name", ["ada", "vic", "eve", "sol", "max"])
def test_every_member_gets_an_answer(team: Team, issue: Emerging, name: str) -> None:
    for address in (PAGE, f"{PAGE}?state=faded", f"{PAGE}?state=zz", f"{PAGE}line/"):
        page = text_of(signed_in(getattr(team, name)), address)
        assert name != "eve" or "충전기" not in page


def test_an_empty_page_says_why(team: Team) -> None:
    assert "300" in text_of(signed_in(team.ada), PAGE)


def test_buttons_are_for_who_edits_themes(team: Team, issue: Emerging) -> None:
    assert "/adopt/" in text_of(signed_in(team.ada), PAGE)
    assert "/adopt/" not in text_of(signed_in(team.vic), PAGE)

    assert signed_in(team.vic).post(f"{PAGE}{issue.pk}/set-aside/").status_code == 403
    assert signed_in(team.eve).post(f"{PAGE}{issue.pk}/set-aside/").status_code == 404


def test_set_aside_and_brought_back(team: Team, issue: Emerging) -> None:
    client = signed_in(team.ada)

    client.post(f"{PAGE}{issue.pk}/set-aside/")
    assert "충전기 냄새" not in text_of(client, f"{PAGE}line/")
    assert "bring-back" in text_of(client, f"{PAGE}?state=dismissed")

    client.post(f"{PAGE}{issue.pk}/bring-back/")
    issue.refresh_from_db()
    assert issue.state == Emerging.State.NEW


def test_made_a_theme_and_brought_back(team: Team, issue: Emerging) -> None:
    client = signed_in(team.ada)

    answer = client.post(f"{PAGE}{issue.pk}/adopt/", {"name_ko": "충전기 과열"})
    theme = Theme.objects.get(name_ko="충전기 과열")
    assert answer.headers["Location"] == f"/understand/themes/{theme.pk}/"

    client.post(f"{PAGE}{issue.pk}/bring-back/")
    theme.refresh_from_db()
    assert theme.state == Theme.State.ARCHIVED


def test_the_api_lists_and_acts(team: Team, issue: Emerging) -> None:
    client = signed_in(team.ada)
    api = "/api/v1/understand/emerging"

    found = client.get(api).json()
    assert [one["mentions"] for one in found["emerging"]] == [20]
    assert found["emerging"][0]["chance"] == 0.00002

    send = {"content_type": "application/json"}
    put = client.post(f"{api}/{issue.pk}/set-aside", **send)
    assert put.json()["state"] == "dismissed"
    back = client.post(f"{api}/{issue.pk}/bring-back", **send)
    assert back.json()["state"] == "new"
    made = client.post(f"{api}/{issue.pk}/adopt", {"name_ko": "과열"}, **send)
    assert made.json()["state"] == "adopted"
    assert signed_in(team.eve).get(api).json()["emerging"] == []
