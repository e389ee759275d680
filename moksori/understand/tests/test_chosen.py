"""A note that its writer put into a known theme."""

from __future__ import annotations

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.base.testing.makers import Team
from moksori.collect.field.told import NoteTold
from moksori.collect.models import Note
from moksori.collect.reads.field_pack import pack
from moksori.collect.writes.notes import take_note
from moksori.understand.models import Correction, PainPoint, Pin, Theme

pytestmark = pytest.mark.django_db


def a_theme(unit: object) -> Theme:
    return Theme.objects.create(
        unit=unit,
        name_ko="배송",
        name_en="Delivery",
        center=np.eye(1, 256, dtype=np.float32).tobytes(),
        born_at=timezone.now(),
    )


def test_the_words_of_a_note_stay_in_the_theme_that_was_chosen(team: Team) -> None:
    theme = a_theme(team.ours)
    told = NoteTold("상자가 자꾸 찌그러져 옵니다", theme=theme.pk)
    take_note(told, name="1", proof="1", by=team.vic)
    assert Pin.objects.get().theme == theme
    assert Correction.objects.get().by == team.vic


def test_a_note_goes_where_the_chosen_theme_is_at_home(team: Team) -> None:
    theme = a_theme(team.ours)
    told = NoteTold("상자가 젖었어요", theme=theme.pk)
    take_note(told, name="1", proof="1", by=team.sol)
    assert Note.objects.get().unit == team.ours
    assert Pin.objects.get().theme == theme


def test_a_phone_takes_names_of_pain_points_along_within_the_gate(team: Team) -> None:
    for unit, state in ((team.ours, "acting"), (team.theirs, "acting"),
                        (team.ours, "resolved")):  # fmt: skip
        PainPoint.objects.create(
            theme=a_theme(unit), unit=unit, state=state, detected_at=timezone.now(),
            complaint_ko="상자가 젖음",
        )  # fmt: skip
    [known] = pack(by=team.vic)["known"]
    assert set(known) == {"theme", "name", "words"}
    assert "상자가 젖음" in known["name"]
    assert len(pack(by=team.sol)["known"]) == 2


def test_a_theme_of_others_changes_nothing(team: Team) -> None:
    theme = a_theme(team.theirs)
    take_note(
        NoteTold("상자가 젖었어요", theme=theme.pk), name="1", proof="1", by=team.vic
    )
    assert not Pin.objects.exists()


def test_the_page_of_near_pain_points_bears_any_text(team: Team) -> None:
    client = Client()
    client.force_login(team.vic)
    for text in ("", "ㅋㅋㅋㅋㅋㅋㅋㅋ", "배송이 늦어요 " * 500, "\x00" * 20):
        answer = client.post(reverse("understand:near_pains"), {"text": text})
        assert answer.status_code == 200


def test_words_being_typed_never_stand_in_an_address(team: Team) -> None:
    client = Client()
    client.force_login(team.vic)
    url = reverse("understand:near_pains")
    assert client.get(url, {"text": "상자가 젖었어요"}).status_code == 405
    page = client.get(reverse("collect:note_new")).content.decode()
    assert f'hx-post="{url}"' in page
    assert 'hx-params="text,csrfmiddlewaretoken"' in page
    assert "hx-get" not in page
