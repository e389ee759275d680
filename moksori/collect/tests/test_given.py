from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from moksori.base.testing.makers import Team
from moksori.collect.answers import Answer, Kind, main_answer
from moksori.collect.given import as_given, tone
from moksori.collect.tests.files import csv_bytes, imported
from moksori.collect.tests.makers import make_source


@pytest.mark.parametrize(
    ("answer", "korean", "english"),
    [
        (Answer("a", Kind.NPS, 7), "NPS 7", "NPS 7"),
        (Answer("a", Kind.NPS, 4, low=1, high=5), "NPS 4 / 5", "NPS 4 / 5"),
        (Answer("a", Kind.CSAT, 2), "2 / 5", "2 / 5"),
        (Answer("a", Kind.CES, 3.5), "3.5 / 7", "3.5 / 7"),
        (Answer("a", Kind.RATING, 4), "별 4 / 5", "4 / 5 stars"),
        (Answer("a", Kind.CSAT, -1, low=-2, high=2), "-1 (-2~2)", "-1 (-2 to 2)"),
    ],
)
def test_a_score_is_told_as_it_was_given(
    answer: Answer, korean: str, english: str
) -> None:
    with translation.override("ko"):
        assert as_given(answer) == korean
    with translation.override("en"):
        assert as_given(answer) == english


def test_the_tone_follows_the_score_stretched_to_ten() -> None:
    assert tone(Answer("a", Kind.CSAT, 2).score_0_10) == "hurt"
    assert tone(Answer("a", Kind.CSAT, 3).score_0_10) == ""
    assert tone(Answer("a", Kind.CSAT, 5).score_0_10) == "good"
    assert tone(None) == ""


def test_of_several_scores_the_list_shows_the_main_one() -> None:
    rating, nps = Answer("a", Kind.RATING, 1), Answer("b", Kind.NPS, 9)
    off = Answer("c", Kind.NPS, 99)
    assert main_answer([rating, nps]) is nps
    assert main_answer([rating, off]) is rating
    assert main_answer([off]) is None


def test_pages_show_the_score_of_the_file(team: Team) -> None:
    source = make_source(team.ours, "설문")
    header = ("접수번호", "접수일", "의견", "만족도")
    texts = ("늦었어요", "좋아요", "그냥 그래요", "")
    rows = [(f"R-{n}", "2026-03-01", texts[n % 4], n % 5 + 1) for n in range(20)]
    imported(csv_bytes(rows, header), source, team.ada)
    client = Client()
    client.force_login(team.vic)

    page = client.get(reverse("collect:feedback_list"))
    shown = page.content.decode()
    assert '<span class="hurt">1 / 5</span>' in shown
    assert '<span class="good">5 / 5</span>' in shown
    assert '<span class="">3 / 5</span>' in shown
    line = page.context["page"].object_list[0]
    one = client.get(reverse("collect:feedback", args=[line.id])).content.decode()
    assert f"{line.given.value} / 5" in one
