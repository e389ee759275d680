"""Doubts that only other responses raise, told to the earlier ones, too."""

from __future__ import annotations

from typing import Any

import pytest

from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback, Response, Survey, Wording
from moksori.collect.quality.copies import digest_of
from moksori.collect.reads.results import results
from moksori.collect.tests.surveys import fill, make_survey, options, words
from moksori.collect.writes import doubts
from moksori.collect.writes.programs import Whole, take_response
from moksori.collect.writes.withdrawing import withdraw

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "직원이 정말 친절하고 매장이 아주 깨끗해서 다음에도 꼭 오겠습니다."
DRAFT: dict[str, Any] = {
    "moksori": 1,
    "title": words("방문", "Visit"),
    "languages": ["ko", "en"],
    "pages": [{"id": "p1", "questions": [
        {"id": "nps", "type": "nps", "text": words("추천")},
        {"id": "stars", "type": "stars", "text": words("별점")},
        {"id": "why", "type": "long_text", "text": words("까닭")},
        {"id": "one", "type": "single", "text": words("하나"),
         "options": options("a", "b")},
    ]}],
}  # fmt: skip


@pytest.fixture
def survey(team: Team) -> Survey:
    return make_survey(team.ours, DRAFT)


def send(team: Team, survey: Survey, *texts: str, **more: Any) -> None:
    start = Response.objects.count()
    for n, text in enumerate(texts, start):
        answers = {"nps": 9, "stars": 4, "why": text, "one": "a"}
        take_response(Whole(f"r-{n}", answers, **more), survey=survey, by=team.ada)


def kinds() -> list[list[str]]:
    rows = Response.objects.order_by("pk")
    return [[one["kind"] for one in row.flags] for row in rows]


def test_the_same_words_are_told_to_all_who_wrote_them(
    team: Team, survey: Survey
) -> None:
    send(team, survey, SAID, "배송이 늦었어요", "배송이 늦었어요")
    assert doubts.look_for_doubts() == 0
    changed = SAID.replace(" ", "").replace(".", "!!")
    send(
        team,
        survey,
        f"  {changed} ",
        "전혀 다른 이야기를 길게 적어 봅니다. 정말로 길게요.",
    )

    assert doubts.look_for_doubts() == 2
    assert kinds() == [["copied"], [], [], ["copied"], []]
    send(team, survey, SAID)
    assert doubts.look_for_doubts() == 3
    flags = [row.flags for row in Response.objects.order_by("pk")]
    assert flags[0] == [{"kind": "copied", "facts": {"count": "2"}}] == flags[3]
    feedback = Feedback.objects.order_by("pk").first()
    assert feedback is not None
    assert feedback.metadata["flags"] == ["copied"]
    assert Feedback.objects.count() == Response.objects.count() == 6


def test_what_was_seen_is_seen_once_and_other_surveys_are_others(
    team: Team, survey: Survey
) -> None:
    other = make_survey(team.ours, DRAFT, "다른 설문")
    send(team, survey, SAID, SAID)
    send(team, other, SAID)
    assert doubts.look_for_doubts() == 2
    assert doubts.judge(list(Feedback.objects.values_list("pk", flat=True))) == 0
    assert kinds() == [["copied"], ["copied"], []]


def test_many_copies_are_counted_up_to_a_hundred(
    team: Team, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubts, "MOST_COPIES", 3)
    for _batch in range(3):
        send(team, survey, SAID, SAID)
        doubts.look_for_doubts()

    told = [row.flags[0]["facts"]["count"] for row in Response.objects.order_by("pk")]
    assert told == ["3+"] * 6


def test_who_withdraws_is_no_twin(team: Team, survey: Survey) -> None:
    send(team, survey, SAID)
    doubts.look_for_doubts()
    withdraw(Response.objects.get())

    assert not Wording.objects.exists()
    send(team, survey, SAID)
    assert doubts.look_for_doubts() == 0


def test_who_is_much_faster_than_most_is_told_so(team: Team, survey: Survey) -> None:
    send(team, survey, "바쁨", seconds=14)  # slow enough by itself
    send(team, survey, *["보통"] * 28, seconds=60)
    assert doubts.look_for_doubts() == 0  # too few to know what is usual
    send(team, survey, "보통", seconds=90)
    assert doubts.look_for_doubts() == 1
    send(team, survey, "바쁨", seconds=19)
    send(team, survey, "몰라요")  # nobody measured it
    send(team, survey, "보통", seconds=21)
    assert doubts.look_for_doubts() == 1

    found = kinds()
    assert found[0] == ["hurried"] == found[30]
    assert sum(map(len, found)) == 2
    facts = Response.objects.order_by("pk")[0].flags[0]["facts"]
    assert facts == {"seconds": 14, "usual": 60}


def test_the_first_of_a_browser_and_of_a_customer_learns_of_the_second(
    client: Any, team: Team, survey: Survey
) -> None:
    form = {"nps": "9", "why": "좋아요"}
    for _n in range(2):
        fill(client, f"/s/{survey.slug}/", form)
    send(team, survey, "좋아요", "나빠요", about={"customer": "C-1"})
    send(team, survey, "다른 손님", about={"customer": "C-2"})
    doubts.look_for_doubts()

    assert [set(one) - {"fast", "instant"} for one in kinds()] == [
        {"repeated"}, {"repeated"}, {"same_person"}, {"same_person"}, set(),
    ]  # fmt: skip


def test_the_results_tell_them(team: Team, survey: Survey) -> None:
    send(team, survey, SAID, SAID, "혼자")
    doubts.look_for_doubts()

    found = results(survey, by=team.ada, language="ko")
    assert found is not None
    assert (found.flagged, found.flags) == (2, (("copied", 2),))


@pytest.mark.parametrize(
    ("text", "other", "is_same"),
    [
        (SAID, SAID.upper(), True),
        ("The staff were friendly and the shop was clean, thank you!",
         "the staff were FRIENDLY and the shop was clean - thank you", True),
        ("The staff were friendly and the shop was clean, thank you!",
         "The staff were friendly and the shop was dirty, thank you!", False),
        ("정말 좋아요", "정말 좋아요", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_a_text_is_known_again_by_its_letters(
    text: str, other: str, is_same: bool
) -> None:
    assert (digest_of(text) == digest_of(other) != "") is is_same
