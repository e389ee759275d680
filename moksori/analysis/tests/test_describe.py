"""One line on what is said, without quoting anybody."""

from __future__ import annotations

import numpy as np

from moksori.analysis.describe import describe_themes
from moksori.analysis.encoder import load_encoder
from moksori.analysis.naming import name_themes

LATE = [
    f"{who} 배송이 너무 늦어요" for who in ("이번에도", "역시", "어제", "또", "계속")
]
LATE += [f"택배 기사가 {how} 불친절해요" for how in ("정말", "참", "아주", "매우")]
PAID = [
    f"{when} 카드 결제가 안 됩니다" for when in ("오늘", "지금", "아까", "또", "왜")
]
PAID += [f"I was charged twice for {what}" for what in ("shoes", "tea", "milk", "it")]
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
    assert "charged twice" in charged


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


def test_themes_without_words_are_described_by_nothing() -> None:
    assert described(["!!!", "ㅋㅋ", "123"], PAID)[0] == (
        "무엇에 대해서나 하는 말",
        "Said about anything",
    )
    assert describe_themes([], np.zeros(0, np.int64), np.zeros((0, 256)), []) == []
