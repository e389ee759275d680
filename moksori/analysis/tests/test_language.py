"""The language of a text is told from its letters."""

import unicodedata

import pytest

from moksori.analysis.language import detect_language, nfc


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("배송이 너무 늦어요", "ko"),
        ("The delivery is too late", "en"),
        ("iPhone 배터리 교체 비용이 너무 비싸요", "ko"),
        ("The 불고기 was excellent and the staff were kind", "en"),
        ("ㅠㅠㅠ", "ko"),
        ("配送が遅いです", "und"),
        ("Доставка опоздала", "und"),
        ("12,000", "und"),
        ("😡", "und"),
        ("", "und"),
    ],
)
def test_a_text_is_told_by_its_script(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_decomposed_hangul_is_still_korean_once_composed() -> None:
    taken_apart = unicodedata.normalize("NFD", "목소리")
    assert nfc(taken_apart) == "목소리"
    assert detect_language(nfc(taken_apart)) == "ko"
