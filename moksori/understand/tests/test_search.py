"""Search finds what was said, and only what may be seen."""

from __future__ import annotations

import pytest

from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import SearchText
from moksori.understand.reads.search import search
from moksori.understand.reads.tokens import spans, tokens
from moksori.understand.reads.window import Filters


def say(team: Team, text: str, **fields: object) -> Feedback:
    unit = fields.pop("unit", team.ours)
    feedback = make_feedback(text, unit=unit, **fields)  # type: ignore[arg-type]
    SearchText.objects.create(feedback=feedback, tokens=tokens(text))
    return feedback


def found(team: Team, query: str, **options: object) -> list[int]:
    by = options.pop("by", team.ada)
    return [hit.feedback for hit in search(query, by=by, **options).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("배송이 너무 늦어요", "배송"),
        ("빠른배송이라더니", "배송"),
        ("배송이 너무 늦어요", "늦"),
        ("샌드위치와 식빵", "빵"),
        ("결제하다가 앱이 꺼졌어요", "결제 앱"),
        ("They refunded me twice", "refund"),
        ("They REFUNDED me twice", "Refunded"),
        ("iPhone15에서 안 돼요", "iphone15"),
        ("A4용지가 없어요", "용지"),
        ("좋아요ㅋㅋㅋ", "ㅋㅋ"),
    ],
)
def test_words_are_found_where_they_stand(team: Team, text: str, query: str) -> None:
    feedback = say(team, text)

    assert found(team, query) == [feedback.pk]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("배가 송편을 실었어요", "배송"),
        ("They paid me", "refund"),
        ("배송이 빨라요", "배송 늦"),
        ("아무 말", '" OR 1=1 --'),
        ("아무 말", "* AND ("),
        ("아무 말", "   "),
    ],
)
def test_what_was_not_said_is_not_found(team: Team, text: str, query: str) -> None:
    say(team, text)

    assert found(team, query) == []


def test_an_outsider_finds_and_counts_nothing(team: Team) -> None:
    say(team, "배송이 너무 늦어요")

    assert search("배송", by=team.eve).total == 0
    assert found(team, "배송", by=team.eve) == []


def test_the_count_is_of_all_hits_and_pages_do_not_overlap(team: Team) -> None:
    for number in range(5):
        say(team, f"배송 이야기 {number}")

    first = search("배송", by=team.ada, limit=3)
    second = search("배송", by=team.ada, limit=3, offset=3)

    assert first.total == second.total == 5
    assert len({h.feedback for h in (*first.hits, *second.hits)}) == 5


def test_filters_narrow_the_search(team: Team) -> None:
    wanted = say(team, "배송이 늦어요", product=team.product)
    say(team, "배송이 늦어요")

    narrowed = Filters(product=team.product.pk)

    assert found(team, "배송", filters=narrowed) == [wanted.pk]


def test_the_words_asked_for_are_marked(team: Team) -> None:
    say(team, "배송이 늦고 배송비도 비싸요")

    hit = search("배송", by=team.ada).hits[0]

    assert [hit.text[a:b] for a, b in hit.spans] == ["배송", "배송"]


def test_a_long_text_shows_the_part_around_the_word(team: Team) -> None:
    say(team, "가나다 " * 200 + "배송이 늦어요 " + "라마바 " * 200)

    hit = search("배송", by=team.ada).hits[0]

    assert len(hit.text) < 260
    assert [hit.text[a:b] for a, b in hit.spans] == ["배송"]


def test_changed_and_removed_text_is_forgotten(team: Team) -> None:
    feedback = say(team, "배송이 늦어요")
    SearchText.objects.filter(pk=feedback.pk).update(tokens=tokens("환불해 주세요"))

    assert found(team, "배송") == []
    assert found(team, "환불") == [feedback.pk]

    feedback.delete()

    assert found(team, "환불") == []


def test_spans_do_not_overlap() -> None:
    assert spans("배송배송비", "배송 배송비") == [(0, 2), (2, 5)]
