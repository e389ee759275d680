"""Particles, numbers and days read as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.text import format_lazy

from moksori.base.errors import UserError
from moksori.base.web import text

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # three in the afternoon in Seoul


def test_what_is_wrong_is_said_with_the_particle_that_fits():
    """Translated at once or later, as an error or as a message that travels."""
    said = "“{value}” is not a phone number."
    later = format_lazy(translation.gettext_lazy(said), value="강남")
    error = UserError(later)
    with translation.override("ko"):
        at_once = UserError(translation.gettext(said).format(value="부서"))
        assert str(at_once) == "“부서”는 전화번호가 아닙니다."
        assert str(error.message) == str(error) == "“강남”은 전화번호가 아닙니다."
    with translation.override("en"):
        assert str(error.message) == "“강남” is not a phone number."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("“강남 할당”은(는) 찼습니다.", "“강남 할당”은 찼습니다."),
        ("“a@b.com”은(는) 아닙니다.", "“a@b.com”은 아닙니다."),
        ("지금 합이 7입니다. 100이(가) 되도록", "지금 합이 7입니다. 100이 되도록"),
        ("여섯 더하기 셋은(는) 얼마입니까?", "여섯 더하기 셋은 얼마입니까?"),
        ("“가격”와(과) “품질”을(를)", "“가격”과 “품질”을"),
        ("“서울”(으)로, “부산”(으)로", "“서울”로, “부산”으로"),
        ("“☆”이(가) 있습니다.", "“☆”이(가) 있습니다."),  # nobody can tell
        ("김철수 이(가) 쓴 글:", "김철수 이(가) 쓴 글:"),  # not one of ours
        ("은(는)", "은(는)"),
    ],
)
def test_a_sentence_has_the_one_particle_that_fits(sentence, expected):
    with translation.override("ko"):
        assert text.with_particles(sentence) == expected
    with translation.override("en"):
        assert text.with_particles(sentence) == sentence


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("포장", "이/가", "포장이"),
        ("환불", "을/를", "환불을"),
        ("배송 지연", "은/는", "배송 지연은"),
        ("앱 오류", "은/는", "앱 오류는"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("제주도", "으로/로", "제주도로"),
        ("물", "과/와", "물과"),
        ("“상담”", "이/가", "“상담”이"),
        ("늘봄(주)", "이/가", "늘봄(주)가"),
        ("11", "이/가", "11이"),
        ("2024", "을/를", "2024를"),
        ("10", "으로/로", "10으로"),
        ("8", "으로/로", "8로"),
        ("1", "으로/로", "1로"),
        ("50%", "이/가", "50%가"),
        ("VIP", "이/가", "VIP가"),
        ("CRM", "을/를", "CRM을"),
        ("URL", "으로/로", "URL로"),
        ("B2B", "은/는", "B2B는"),
        ("Excel", "으로/로", "Excel로"),
        ("app", "이/가", "app이"),
        ("Google", "을/를", "Google을"),
        ("mobile", "으로/로", "mobile로"),
        ("iPhone", "이/가", "iPhone이"),
        ("Kakao", "이/가", "Kakao가"),
        ("Slack", "으로/로", "Slack으로"),
        ("🙂", "이/가", "🙂이(가)"),
        ("☆", "으로/로", "☆(으)로"),
        ("", "을/를", "을(를)"),
    ],
)
def test_a_particle_fits_the_sound_before_it(
    word: str, pair: str, expected: str
) -> None:
    assert text.josa(word, pair) == expected


@pytest.mark.parametrize(
    ("count", "korean", "english"),
    [
        (0, "0", "0"),
        (9_876, "9,876", "9,876"),
        (12_340, "1만 2천", "12,000"),
        (20_100, "2만", "20,000"),
        (11_457, "1만 1천", "11,000"),
        (99_700, "10만", "100,000"),
        (1_234_567, "123만", "1.23 million"),
        (99_996_000, "1억", "100 million"),
        (120_000_000, "1억 2천만", "120 million"),
        (2_500_000_000, "25억", "2.5 billion"),
    ],
)
def test_a_count_in_prose_is_round(count: int, korean: str, english: str) -> None:
    with translation.override("ko"):
        assert text.approx(count) == korean
    with translation.override("en"):
        assert text.approx(count) == english


def test_numbers_carry_a_real_minus_and_never_a_minus_zero() -> None:
    assert text.number(-1234.5, 1) == "−1,234.5"
    assert text.number(-0.004, 1) == "0.0"
    assert text.share(0.084) == "8.4%"
    assert text.net(0.31) == "+31"


def test_a_difference_of_shares_is_signed_and_in_points() -> None:
    with translation.override("ko"):
        assert text.points(-0.029) == "−2.9%p"
        assert text.points(0.012) == "+1.2%p"
    with translation.override("en"):
        assert text.points(0.0) == "0.0 pp"


def test_a_day_names_the_weekday_and_another_year() -> None:
    today = date(2026, 11, 21)
    with translation.override("ko"):
        assert text.day(date(2026, 11, 18), today=today) == "11월 18일 (수)"
        assert text.day(date(2025, 3, 1), today=today) == "2025년 3월 1일 (토)"
    with translation.override("en"):
        assert text.day(date(2026, 11, 18), today=today) == "Wed 18 Nov"
        assert text.day(date(2025, 3, 1), today=today) == "Sat 1 Mar 2025"


def test_a_day_is_the_day_in_seoul() -> None:
    late = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert text.local_day(late) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=10), "Wed 11 Nov"),
        (timedelta(days=-1), "tomorrow"),
        (timedelta(days=-3), "in 3 days"),
        (timedelta(hours=-2), "today, 17:00"),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(
    before: timedelta, expected: str
) -> None:
    with translation.override("en"):
        assert text.ago(NOW - before, now=NOW) == expected


def test_a_hidden_detail_is_named_in_the_readers_language() -> None:
    with translation.override("en"):
        assert text.mask_words("Call [phone] [x1]") == "Call [phone number] [x1]"
