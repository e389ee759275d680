"""Copies are folded, however they were dressed up; what only resembles is not."""

import numpy as np
import pytest

from moksori.analysis.duplicates import folds, text_key

LONG = "주문한 지 열흘이 지났는데 배송이 시작되지 않았고 상담원은 전화를 받지 않습니다"
ENGLISH = "I ordered ten days ago and the parcel has not even been sent, nobody answers"

COPIES = {
    "spacing": LONG.replace(" ", ""),
    "punctuation": LONG.replace(" ", "... ") + "!!!",
    "a typo": LONG.replace("상담원은", "상담웓은"),
    "two typos": LONG.replace("열흘이", "열흘리").replace("전화를", "전하를"),
    "a greeting": f"안녕하세요, {LONG}. 감사합니다.",
    "a number": f"{LONG} 010-1234-5678",
    "a masked number": f"{LONG} [phone]",
    "an added word": f"진짜 {LONG}",
}
OTHERS = [
    ("배송이 늦어요", "배송이 빨라요"),
    ("배송이 늦어요", "배송이 늦네요"),
    ("상담원이 친절해요", "상담원이 불친절해요"),
    ("5점", "1점"),
    ("배송은 빨랐는데 포장이 엉망이에요", "배송은 늦었는데 포장이 예뻐요"),
    (
        LONG,
        "주문한 지 열흘이 지났는데 환불이 처리되지 않았고 챗봇은 답을 하지 못합니다",
    ),
    (
        ENGLISH,
        "I ordered ten days ago and the parcel came early, everybody was helpful",
    ),
    ("", "ㅠㅠ"),
    ("😀", "😡"),
]


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_folded_with(how: str) -> None:
    groups = folds([LONG, "전혀 다른 이야기", COPIES[how]])

    assert groups.tolist() == [0, 1, 0]


def test_english_copies_are_folded() -> None:
    copy = f"Hello! {ENGLISH.upper().replace('PARCEL', 'PARCELL')}. Thanks"

    assert folds([ENGLISH, copy]).tolist() == [0, 0]


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_what_only_resembles_is_not_folded(one: str, other: str) -> None:
    assert folds([one, other]).tolist() == [0, 1]


def test_groups_are_numbered_by_their_first_text() -> None:
    assert folds(["나", "가", "나!", "다", "가"]).tolist() == [0, 1, 0, 2, 1]


def test_short_texts_can_be_left_alone() -> None:
    assert folds(["좋아요", LONG, "좋아요", LONG], shortest=15).tolist() == [0, 1, 2, 1]


def test_nothing_and_very_long_texts_are_borne() -> None:
    assert folds([]).tolist() == []
    assert folds([LONG * 1_500, LONG * 1_500 + "!", "", " "]).tolist()[:2] == [0, 0]


def test_a_campaign_with_many_hands_is_one_group() -> None:
    """Every copy differs from the first by its own slip."""
    rng = np.random.default_rng(4)
    copies = []
    for number in range(300):
        at = int(rng.integers(len(LONG)))
        copies.append(
            f"{LONG[:at]}{rng.choice(list('가나다라'))}{LONG[at + 1 :]} {number}"
        )
    others = [
        " ".join(rng.permutation(LONG.split() + ENGLISH.split())[:8])
        for _ in range(300)
    ]

    groups = folds([*copies, *others])

    assert np.bincount(groups).max() >= 0.99 * 300
    assert len(set(groups[300:].tolist())) >= 0.98 * 300
    assert not set(groups[:300].tolist()) & set(groups[300:].tolist())


def test_the_order_of_the_texts_does_not_matter_to_who_is_together() -> None:
    texts = [LONG, *COPIES.values(), *(text for pair in OTHERS for text in pair)]
    turned = texts[::-1]

    one, other = folds(texts), folds(turned)[::-1]

    assert len(set(zip(one.tolist(), other.tolist(), strict=True))) == one.max() + 1


def test_the_same_letters_have_one_key() -> None:
    assert text_key("배송이 늦어요!!") == text_key("배송이늦어요")
    assert text_key("배송이 늦어요") != text_key("배송이 빨라요")
