"""A pain point's name says what hurts, in words of those who complain."""

import pytest

from moksori.analysis.complaints import Heard, name_complaints
from moksori.analysis.phrases import english_phrases, korean_phrases

STORY = Heard(
    [
        "스토리가 너무 뻔하다",
        "뻔한 스토리에 하품",
        "내용이 뻔해요",
        "이야기가 뻔하고 길다",
        "스토리를 이해할 수 없어요",
    ],
    ["스토리가 좋아요", "스토리 탄탄하고 재미있다", "이야기가 감동적"],
    "스토리",
)
SUPPORT = Heard(
    [
        "상담 연결이 안 됩니다",
        "상담원 연결이 너무 안 돼요",
        "전화 연결이 되지 않아요",
        "연결이 안되네요",
        "상담사가 불친절해요",
    ],
    ["상담이 친절했어요", "상담 잘 받았습니다"],
    "상담",
)
REPORT = Heard(
    [
        "The wrong account was not removed from my report",
        "It was not removed",
        "The debt was not removed after my dispute",
        "This wrong account is on my credit report",
        "A wrong account again",
    ],
    ["I got my credit report"],
    "credit report",
)


def surfaces(text: str) -> set[str]:
    read = korean_phrases if not text.isascii() else english_phrases
    return {phrase.surface for phrase in read([text])[0]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("스토리가 너무 지루하고 뻔하다", "지루함"),
        ("상담 연결이 안 됩니다", "연결이 안 됨"),
        ("연결이 잘 되지 않아요", "연결이 되지 않음"),
        ("환불을 아직도 못 받았어요", "환불을 못 받음"),
        ("결말을 이해할 수 없어요", "결말을 이해할 수 없음"),
        ("돈이 아까워요", "돈이 아까움"),
        ("It has not been removed", "not been removed"),
        ("It does not belong to me", "does not belong"),
        ("They refused to accept it", "refused to accept"),
    ],
)
def test_a_phrase_reads_as_it_is_said_with_its_negation(text: str, said: str) -> None:
    assert said in surfaces(text)


def test_spellings_of_one_complaint_are_one() -> None:
    first, second = korean_phrases(["연결이 안 됩니다", "연결이 되지 않아요"])

    assert {phrase.key for phrase in first} & {phrase.key for phrase in second}


def test_a_phrase_does_not_begin_or_end_with_an_empty_word() -> None:
    assert surfaces("it was on the wrong account") == {
        "wrong",
        "account",
        "wrong account",
    }


def test_a_complaint_says_what_hurts_and_not_the_subject_again() -> None:
    story, support, report = name_complaints([STORY, SUPPORT, REPORT])

    assert "뻔함" in story[0]
    assert "연결이 안 됨" in support[0]
    assert report[1] == "not removed, wrong account"


def test_a_language_nobody_complains_in_borrows_the_others_words() -> None:
    story, *_ = name_complaints([STORY, SUPPORT])

    assert story[0] == story[1]


def test_where_nothing_stands_out_nothing_is_claimed() -> None:
    assert name_complaints([Heard(["음", "글쎄요"], [])]) == [("", "")]
    assert name_complaints([Heard([], [])]) == [("", "")]
    assert name_complaints([]) == []


def test_the_same_words_give_the_same_names() -> None:
    themes = [STORY, SUPPORT, REPORT]

    assert name_complaints(themes) == name_complaints(themes)


def test_nouns_beside_the_name_are_no_complaint() -> None:
    bad = [f"감독 영화가 정말 최악이네요 {word}" for word in "가나다라마바사아자차"]
    good = [f"연기가 참 좋았어요 {word}" for word in "가나다라마바사아자차"]
    (korean, _), _ = name_complaints([Heard(bad, good, "감독"), STORY])

    assert "감독 영화" not in korean.split(", ")
