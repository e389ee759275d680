"""Names say what sets a theme apart, in words that people use."""

import itertools

import numpy as np
import pytest

from moksori.analysis.encoder import load_encoder
from moksori.analysis.naming import ThemeName, name_themes, typical_texts
from moksori.analysis.topical import topical
from moksori.analysis.words import korean_words

DELIVERY = [
    "배송이 너무 늦어요",
    "새벽배송이 오후에 왔어요",
    "배송이 사흘이나 늦었습니다",
    "빠른 배송이라더니 배송이 늦네요",
    "배송 늦음 실망입니다",
    "배송이 하루 늦게 왔어요",
]
ACTING = [
    "배우들의 연기가 좋아요",
    "주연 배우 연기가 어색했다",
    "배우 연기 최고입니다",
    "배우들 연기가 훌륭하다",
    "조연 배우의 연기가 인상 깊다",
    "배우 연기가 아쉽다",
]
REPORT = [
    "My credit report is wrong",
    "There is an error on my credit report",
    "They never fixed my credit report",
    "The credit report lists an account I never opened",
    "An incorrect credit report cost me the house",
    "Please correct the credit report",
]
CHEERS = [
    "정말 좋아요",
    "최고예요",
    "너무 좋다",
    "아주 좋습니다",
    "완전 최고",
    "참 좋네요",
]


def named(*themes: list[str]) -> list[ThemeName]:
    texts = [text for theme in themes for text in theme]
    labels = np.repeat(np.arange(len(themes)), [len(theme) for theme in themes])
    languages = ["en" if text.isascii() else "ko" for text in texts]
    vectors = load_encoder().encode([topical(text) for text in texts])
    return name_themes(texts, labels, vectors, languages)


@pytest.fixture(scope="module")
def names() -> list[ThemeName]:
    return named(DELIVERY, ACTING, REPORT, CHEERS)


def test_a_theme_is_named_by_its_own_words(names: list[ThemeName]) -> None:
    assert "배송" in names[0].ko
    assert names[1].ko.startswith("배우 연기")


def test_an_english_phrase_stays_together(names: list[ThemeName]) -> None:
    assert names[2].en == "Credit report"


def test_an_english_name_is_a_phrase_rather_than_loose_words() -> None:
    fees = [f"They charged a late fee on {day}, and the bank" for day in "abcdef"]
    stolen = [f"My debit card was stolen, {day}, said the bank" for day in "abcdef"]

    found = named(fees, stolen, REPORT)

    assert found[0].en in {"Late fee", "Charged late"}
    assert found[1].en == "Debit card"


def test_a_theme_without_korean_words_keeps_its_english_name_in_korean(
    names: list[ThemeName],
) -> None:
    assert names[2].ko == names[2].en


def test_cheers_are_general_and_no_subject(names: list[ThemeName]) -> None:
    assert names[3].is_general
    assert not any(name.is_general for name in names[:3])


def test_typical_texts_are_of_the_theme_and_differ(names: list[ThemeName]) -> None:
    assert set(names[0].typical) <= set(range(len(DELIVERY)))
    assert len(set(names[0].typical)) == len(names[0].typical) > 1


def test_what_stands_everywhere_sets_nothing_apart() -> None:
    found = named(DELIVERY, DELIVERY[::-1])

    assert all(name.is_general for name in found)
    assert len({name.ko for name in found}) == len({name.en for name in found}) == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("아쉽네요", "아쉬움"),
        ("아쉽", "아쉬움"),
        ("정말 아쉬은 영화", "아쉬움"),
        ("안타깝습니다", "안타까움"),
        ("돈이 아깝다", "아까움"),
        ("쉽지 않아요", "쉽지 않음"),
        ("쉽지가 않네요", "쉽지 않음"),
        ("안 무서워요", "안 무서움"),
        ("지루하지 않아요", "지루하지 않음"),
        ("직원이 불친절해요", "불친절함"),
        ("재밋다", "재밌음"),
        ("넘재밋게봤음", "재밌음"),
        ("재미업네", "재미없음"),
        ("정말 쉬워요", "쉬움"),
    ],
)
def test_no_word_loses_its_first_syllable_or_its_denial(text: str, word: str) -> None:
    assert word in [found for found, _ in korean_words([text], empty=())[0]]


SIGHS = ["아쉽다", "너무 아쉽네요", "아쉽", "좀 아쉬웠다", "많이 아쉬워요", "아쉬움"]
FUN = ["재밋다", "재밌어요", "넘재밋음", "잼있네요", "재미있다", "재밋어요"]


def test_general_themes_are_named_by_what_is_said_in_them() -> None:
    found = named(DELIVERY, SIGHS, FUN, REPORT)

    assert [name.ko for name in found[1:3]] == ["아쉬움 전반", "재미 전반"]
    assert all(name.is_general for name in found[1:3])


def test_a_name_in_the_other_language_is_left_as_it_is() -> None:
    found = named(DELIVERY, SIGHS, ["It was great", "Great", "So great"] * 2, REPORT)

    assert found[1].en == found[1].ko
    assert found[2].ko == found[2].en == "Great in general"


def test_general_themes_alike_take_a_second_word_before_a_number() -> None:
    movies = [[f"영화 재밌다{'!' * n}" for n in range(6)]] * 4
    found = named(*movies)

    assert len({name.ko for name in found}) == 4
    assert not any("(" in name.ko for name in found[:3])
    for one, other in itertools.combinations(found, 2):
        assert sorted(one.ko.split()) != sorted(other.ko.split())


def test_a_repeated_text_is_typical_once() -> None:
    texts = ["배송이 너무 늦어서 취소했어요"] * 3 + ["포장이 다 찢어져서 왔어요"]
    vectors = load_encoder().encode(texts)

    chosen = typical_texts(texts, vectors, [0, 1, 2, 3], count=3)

    assert [texts[at] for at in chosen] == [texts[0], texts[3]]


def test_no_themes_have_no_names() -> None:
    assert name_themes([], np.zeros(0, np.int64), np.zeros((0, 256)), []) == []
