"""What a clause does is told from how it is put and how it feels."""

from collections import Counter
from pathlib import Path

import pytest

from moksori.analysis.kind import COMPLAINT, OTHER, PRAISE, QUESTION, REQUEST, kind
from moksori.analysis.sentiment import load_sentiment

CORPUS = Path(__file__).parent / "kinds.tsv"


def kind_of(text: str) -> str:
    return kind(text, float(load_sentiment().predict([text])[0]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("개선 부탁드립니다", REQUEST),
        ("다크 모드를 추가해 주세요", REQUEST),
        ("글자 크기를 키워주세요", REQUEST),
        ("배송 조회가 되면 좋겠습니다", REQUEST),
        ("환불 요청합니다", REQUEST),
        ("Please add a dark mode", REQUEST),
        ("Can you call me back?", REQUEST),
        ("I would like a refund", REQUEST),
        ("Fix the login page", REQUEST),
        ("영업시간이 어떻게 되나요?", QUESTION),
        ("언제 배송되는지 궁금합니다", QUESTION),
        ("환불은 언제 되나요", QUESTION),
        ("How long does it take?", QUESTION),
        ("Is there a student discount?", QUESTION),
        ("아쉽네요", COMPLAINT),
        ("포장이 엉망이에요", COMPLAINT),
        ("상담원이 전화를 안 받아요", COMPLAINT),
        ("왜 이렇게 느려? 짜증나네", COMPLAINT),
        ("The app crashes every time", COMPLAINT),
        ("They refused to refund my money", COMPLAINT),
        ("직원분이 친절해서 좋았어요", PRAISE),
        ("응원합니다 최고예요", PRAISE),
        ("Great service and very friendly staff", PRAISE),
        ("안녕하세요", OTHER),
        ("감사합니다.", OTHER),
        ("Thank you for your time", OTHER),
        ("I called on Monday", OTHER),
    ],
)
def test_a_clause_has_the_kind_a_reader_would_give_it(text: str, expected: str) -> None:
    assert kind_of(text) == expected


def test_a_wish_in_praise_asks_for_nothing() -> None:
    assert kind_of("많은 분들이 봤으면 좋겠습니다 정말 최고의 작품") == PRAISE


def test_a_relative_clause_is_no_question() -> None:
    assert kind_of("which is not what I was told") != QUESTION


def test_nearly_every_kind_is_told_as_a_reader_would() -> None:
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert min(Counter(name for name, _ in rows).values()) >= 10
    wrong = [
        (text, kind_of(text), name) for name, text in rows if kind_of(text) != name
    ]
    assert 1 - len(wrong) / len(rows) >= 0.95, wrong


@pytest.mark.parametrize(
    "text", ["OK", "ok", "네", "없음", "보통이에요", "n/a", "어제 주문했습니다", "무난"]
)
def test_a_line_without_a_feeling_is_no_complaint(text: str) -> None:
    assert kind_of(text) == OTHER
