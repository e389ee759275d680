"""Search finds what was said, and only what may be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moksori.analysis.flags import PEOPLE, SELF_HARM, URGENT
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Mention, SearchText
from moksori.understand.reads.narrow import Narrow
from moksori.understand.reads.search import search
from moksori.understand.reads.tokens import parted, spans, tokens
from moksori.understand.reads.window import Filters, Window
from moksori.understand.tests.makers import DAY, make_mention, make_theme
from moksori.understand.writes.index import rebuild_tokens


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
        ("배송 지연이 심해요", "배송지연"),
        ("배송지연이 심해요", "배송 지연"),
        ("배송이 빠른 편", "배송은"),
        ("앱을 켜면 꺼집니다", "앱이"),
        ("로켓 배송이 늦어요", "ㅂㅅ"),
        ("배송 지연이 심해요", "ㅂㅅㅈㅇ"),
        ("배송 지연이 심해요", "ㅂㅅ ㅈ"),
        ("refund please", "refunded"),
        ("two deliveries late", "delivery"),
        ("They ship slowly", "shipping"),
        ("1점도 아깝다", "1점"),
        ("A/S가 너무 늦어요", "a/s"),
        ("as를 맡겼는데 A/S는 없대요", "A/S를"),
        ("C++ 강의예요", "c++"),
        ("대박ㅋㅋㅋ", "대박ㅋㅋ"),
        ("T-멤버십 할인", "t멤버십"),
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
        ("아무 말", "!?.,%_\\"),
        ("아무 말", "😡🔥"),
        ("배가 아파요", "배가죽"),
        ("10점만점에 2점", "1점"),
        ("여자배우가 둘", "2배"),
        ("and all the staff", "A/S"),
        ("a cinema that costs", "c++"),
        ("100점", "10"),
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


def test_of_very_many_the_newest_come_first(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(search.__globals__, "MANY", 2)
    pks = [
        say(team, "배송 " * (5 - day), occurred_at=DAY + timedelta(days=day)).pk
        for day in range(4)
    ]

    assert found(team, "배송") == pks[::-1]


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


def test_an_empty_query_lists_the_newest_of_what_is_asked_for(team: Team) -> None:
    old = say(team, "배송이 늦어요", product=team.product, occurred_at=DAY)
    new = say(team, "빨라요", product=team.product, occurred_at=DAY + timedelta(days=1))
    say(team, "다른 상품")

    everything = search("  ", by=team.ada, filters=Filters(product=team.product.pk))

    assert [hit.feedback for hit in everything.hits] == [new.pk, old.pk]
    assert everything.total == 2
    assert search("", by=team.eve).total == 0


@pytest.mark.parametrize(
    "query",
    [
        "배송" * 5_000,
        "a" * 10_000,
        "ㅂ" * 10_000,
        "배송 " * 3_000,
        "'\"\\;--",
        '"배송" OR "환불"',
        "NEAR(배송 늦)",
        "배송*",
        "배송:늦",
        "배\x00송",
        "%_%",
        "ㅏㅑ",
        "ㅄ",
        "👩‍👩‍👧‍👦",
        "\u200b\u202e",
        "ｒｅｆｕｎｄ",
        "배송",
        "İstanbul ß ſ",
        "𐐀𝒜",
        "한\u0301글",
    ],
)
def test_no_query_breaks_the_search(team: Team, query: str) -> None:
    say(team, "배송이 늦어요")

    result = search(query, by=team.ada)

    assert len(result.query) <= 200
    assert result.total == len(result.hits) <= 1


def test_narrower_questions_find_less(team: Team) -> None:
    theme = make_theme(team.ours)
    group = make_theme(team.ours, "배송", is_group=True)
    theme.parent = group
    theme.save()
    angry = say(
        team, "배송이 늦어요", score=2.0, occurred_at=DAY, language="ko",
        attributes={"tier": "gold", "age_band": "30"},
    )  # fmt: skip
    pleased = say(team, "배송이 빨라요", score=9.0, occurred_at=DAY - timedelta(days=9))
    make_mention(angry, theme)
    Mention.objects.filter(feedback=angry).update(flags=PEOPLE | URGENT)
    make_mention(pleased, kind="praise", sentiment=0.9)
    day = DAY.date()

    for narrow in (
        Narrow(theme=theme.pk),
        Narrow(theme=group.pk),
        Narrow(kind="complaint"),
        Narrow(sentiment="negative"),
        Narrow(flags=PEOPLE),
        Narrow(score="low"),
        Narrow(filters=Filters(tier="gold")),
        Narrow(filters=Filters(age_band="30")),
        Narrow(source=angry.source_id, kind="complaint"),
        Narrow(window=Window(day, day)),
        Narrow(filters=Filters(language="ko"), sentiment="negative"),
    ):
        assert found(team, "배송", narrow=narrow) == [angry.pk], narrow
        assert found(team, "", narrow=narrow) == [angry.pk], narrow
    for narrow in (
        Narrow(kind="praise"),
        Narrow(sentiment="positive"),
        Narrow(score="high"),
    ):
        assert found(team, "배송", narrow=narrow) == [pleased.pk], narrow
    for narrow in (
        Narrow(flags=SELF_HARM),
        Narrow(score="none"),
        Narrow(sentiment="neutral"),
        Narrow(theme=theme.pk, kind="praise"),
        Narrow(filters=Filters(tier="silver")),
    ):
        assert found(team, "배송", narrow=narrow) == [], narrow


def test_the_words_of_the_index_can_be_made_anew(team: Team) -> None:
    feedback = say(team, "배송이 늦어요")
    SearchText.objects.filter(pk=feedback.pk).update(tokens="old")

    rebuild_tokens()

    assert found(team, "ㅂㅅ") == [feedback.pk]


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("배송 지연", "배송지연", ["배송 지연"]),
        ("배송이 늦어요", "배송은", ["배송"]),
        ("로켓 배송이", "ㅂㅅ", ["배송"]),
        ("배송 지연", "ㅂㅅㅈㅇ", ["배송 지연"]),
        ("a refund", "refunded", ["refund"]),
        ("a.b", ".*", []),
        ("11점 말고 1점", "1점", ["1점"]),
        ("and a/s, A/S", "A/S", ["a/s", "A/S"]),
        ("candy and", "and", ["and"]),
    ],
)
def test_what_counts_as_the_word_is_marked(
    text: str, query: str, marked: list[str]
) -> None:
    assert [text[start:end] for start, end in spans(text, query)] == marked


def test_spans_do_not_overlap() -> None:
    assert spans("배송배송비", "배송 배송비") == [(0, 2), (2, 5)]


def test_a_word_with_a_minus_is_left_out(team: Team) -> None:
    plain = say(team, "연기가 좋아요")
    say(team, "연기는 좋은데 지루해요")
    say(team, "연기는 좋은데 너무 길고 뻔해요")

    assert found(team, "연기 -지루 -뻔") == [plain.pk]
    assert plain.pk in found(team, "-지루")
    assert len(found(team, "-지루")) == 2


def test_a_hyphen_within_a_word_leaves_nothing_out() -> None:
    assert parted("e-mail 안 와요 -광고") == ("e-mail 안 와요", "광고")
    assert parted("a - b -") == ("a - b -", "")
