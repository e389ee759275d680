"""One line on what is said, without quoting anybody."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.describe import describe_themes
from moksori.analysis.encoder import load_encoder
from moksori.analysis.naming import ThemeName, name_themes
from moksori.analysis.phrases import korean_phrases

LATE = [
    f"{who} 배송이 너무 늦어요" for who in ("이번에도", "역시", "어제", "또", "계속")
]
LATE += [f"택배 기사가 {how} 불친절해요" for how in ("정말", "참", "아주", "매우")]
PAID = [
    f"{when} 카드 결제가 안 됩니다" for when in ("오늘", "지금", "아까", "또", "왜")
]
PAID += [
    f"I was charged twice for {what} and got no refund"
    for what in ("shoes", "tea", "milk", "it")
]
ALONE = "홍길동 점장이 저에게 반말을 해서 울었습니다"


def described(*themes: list[str]) -> list[tuple[str, str]]:
    texts = [text for theme in themes for text in theme]
    labels = np.repeat(np.arange(len(themes)), [len(theme) for theme in themes])
    vectors = load_encoder().encode(texts)
    names = name_themes(texts, labels, vectors, ["" for _ in texts])
    found = describe_themes(texts, labels, vectors, names)
    return [(one.ko, one.en) for one in found]


def test_a_theme_is_described_by_what_several_say() -> None:
    (late, _), (paid, charged) = described([*LATE, ALONE], PAID)
    assert "배송이 늦음" in late
    assert "불친절" in late
    assert "결제" in paid
    assert "no refund" in charged


def test_what_one_person_says_is_not_in_it() -> None:
    lines = " ".join(line for pair in described([*LATE, ALONE], PAID) for line in pair)
    assert "홍길동" not in lines
    assert "반말" not in lines


def test_copies_of_one_text_are_one_voice() -> None:
    (line, _), _ = described([*LATE, *[ALONE] * 30], PAID)
    assert "반말" not in line


def test_where_nobody_speaks_a_language_the_other_one_stands_in() -> None:
    (korean, english), _ = described(LATE, PAID)
    assert korean.removeprefix("여러 사람이 하는 말: ") == english.removeprefix(
        "Said by many: "
    )


def test_a_description_is_one_short_line() -> None:
    long = [f"{'가나다라마바사' * 20} 배송이 늦어요 {n}" for n in range(9)]
    for pair in described(long, PAID):
        assert all(len(line) <= 200 and "\n" not in line for line in pair)


@pytest.mark.parametrize(
    ("text", "said", "unsaid"),
    [
        ("액션이 볼만하다", "액션이 볼 만함", "액션이 봄"),
        ("월요일이 기다려진다", "월요일이 기다려짐", "월요일이 기다림"),
        ("마음에 든다", "마음에 듦", "마음 듦"),
        ("사용하기가 힘들어요", "사용하기 힘듦", "사용함"),
        ("이해하기 쉽지 않아요", "이해하기 쉽지 않음", "이해하기 쉬움"),
        ("제목은 보고 골랐다", "제목 봄", "제목이 봄"),
        ("감동이 없을 수밖에 없다", "감동이 없음", "감동이 없을 수 없음"),
        ("배송이 빨랐으면 좋겠어요", "배송", "배송이 빠름"),
        ("프로그램을 폐지하라", "프로그램", "프로그램을 폐지함"),
        ("원작에 비해 짧다", "원작", "원작에 비함"),
        ("화면이 바뀌었다", "화면이 바뀜", "바뀜"),
    ],
)
def test_a_phrase_reads_as_somebody_would_say_it(
    text: str, said: str, unsaid: str
) -> None:
    surfaces = {phrase.surface for phrase in korean_phrases([text])[0]}
    assert said in surfaces
    assert unsaid not in surfaces


def test_the_name_is_not_said_again() -> None:
    films = [f"감독 영화 {word}" for word in ("하나", "둘", "셋", "넷")]
    films += [f"이 감독은 거장{end}" for end in ("이다", "이네요", "입니다", "이야")]
    films += [f"감독이 {how} 지루하지 않게 찍음" for how in ("참", "전혀", "아주")]
    films += PAID
    name = ThemeName("감독", "감독", ("감독",), (), ())
    paid = ThemeName("결제", "Payment", ("결제",), ("payment",), ())
    labels = np.repeat([0, 1], [len(films) - len(PAID), len(PAID)])
    vectors = load_encoder().encode(films)
    found = describe_themes(films, labels, vectors, [name, paid])
    assert "거장" in found[0].ko
    assert "지루하지 않음" in found[0].ko
    assert "감독 영화" not in found[0].ko


def test_where_only_the_name_is_said_there_is_no_description() -> None:
    assert described([f"감독{'!' * n}" for n in range(9)], PAID)[0] == ("", "")


def test_themes_without_words_are_described_by_nothing() -> None:
    assert described(["!!!", "ㅋㅋ", "123"], PAID)[0] == (
        "무엇에 대해서나 하는 말",
        "Said about anything",
    )
    assert describe_themes([], np.zeros(0, np.int64), np.zeros((0, 256)), []) == []
