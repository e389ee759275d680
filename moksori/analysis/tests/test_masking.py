"""Personal numbers are hidden, other numbers are left alone."""

import csv
import time
import unicodedata
from pathlib import Path

import pytest

from moksori.analysis.masking import mask

REVIEWS = Path(__file__).parent / "reviews.csv"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("제 번호는 010-1234-5678입니다.", "제 번호는 [phone]입니다."),
        ("010-1234-5678. 연락 주세요", "[phone]. 연락 주세요"),
        ("01012345678로 전화", "[phone]로 전화"),
        ("010 1234 5678", "[phone]"),
        ("010.1234.5678", "[phone]"),
        ("010–1234–5678", "[phone]"),
        ("０１０－１２３４－５６７８", "[phone]"),
        ("+82 10-1234-5678", "[phone]"),
        ("공일공 일이삼사 오육칠팔로 주세요", "[phone]로 주세요"),
        ("사무실 02-123-4567", "사무실 [phone]"),
        ("(031) 123-4567", "[phone]"),
        ("call +1 (415) 555-2671 now", "call [phone] now"),
        ("my number is 415-555-2671", "my number is [phone]"),
        ("hong.gildong@naver.com으로", "[email]으로"),
        ("홍길동@회사.kr", "[email]"),
        ("hong @ naver.com", "[email]"),
        ("900101-1234567", "[id number]"),
        ("9001011234567 입니다", "[id number] 입니다"),
        ("021231-3******", "[id number]"),
        ("my ssn is 123-45-6789", "my ssn is [id number]"),
        ("4111-1111-1111-1111", "[card]"),
        ("4111 1111 1111 1111", "[card]"),
        ("카드 4111111111111111", "카드 [card]"),
        ("국민은행 123456-04-123456 홍길동", "국민은행 [account] 홍길동"),
        ("계좌번호 3333012345678로 환불", "계좌번호 [account]로 환불"),
    ],
)
def test_a_personal_number_is_hidden(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "1588-1234에 전화했어요",
        "080-123-4567",
        "주문번호 9001011234567",
        "운송장 1234567890123",
        "바코드 8801234567890",
        "990230-1234567",
        "4111-1111-1111-1112",
        "4111111111111111",
        "2024-01-03 12:30에 주문",
        "2024.01.03 환불 2024.02.03",
        "$1,234,567.89",
        "총 1,250,000원 결제",
        "버전 1.2.3.4567",
        "우리 123-456-7890",
        "https://news.example.com/2010/02/11/2010021101634.html",
        "배송@느림",
        "평점 10/10 1234567",
    ],
)
def test_any_other_number_stays(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).spans == ()


def test_spans_tell_what_was_hidden_and_where() -> None:
    text = "메일 a.b@c.co.kr, 전화 010-1234-5678"
    spans = mask(text).spans
    assert [text[span.start : span.end] for span in spans] == [
        "a.b@c.co.kr",
        "010-1234-5678",
    ]
    assert [span.token for span in spans] == ["[email]", "[phone]"]


def test_decomposed_text_comes_back_composed() -> None:
    assert mask(unicodedata.normalize("NFD", "목소리 최고")).text == "목소리 최고"


def test_masking_twice_changes_nothing() -> None:
    once = mask("전화 010-1234-5678, 메일 a@b.com").text
    assert mask(once).text == once


def test_real_reviews_raise_no_false_alarm() -> None:
    with REVIEWS.open(encoding="utf-8", newline="") as file:
        reviews = [row["review"] for row in csv.DictReader(file)]
    assert [text for text in reviews if mask(text).spans] == []


def test_a_long_row_of_digits_does_not_stall() -> None:
    began = time.process_time()
    mask("1" * 200_000)
    mask("1-" * 100_000)
    mask("a" * 100_000 + "@" + "b." * 50_000)
    assert time.process_time() - began < 5
