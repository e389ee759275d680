"""Which language a text is written in, told from its letters."""

from __future__ import annotations

import re
import unicodedata

_HANGUL = re.compile("[가-힣ㄱ-ㆎᄀ-ᇿ]")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_OTHER = re.compile("[぀-ヿ㐀-鿿Ѐ-ӿ؀-ۿ฀-๿ऀ-ॿ]")
# A Korean sentence quotes product names in Latin letters, seldom the other way round;
# and one Hangul syllable weighs about as much as two to three Latin letters.
_HANGUL_WEIGHT = 2.5

UNKNOWN = "und"


def nfc(text: str) -> str:
    """The text with its letters composed, as macOS and some exports do not."""
    return unicodedata.normalize("NFC", text)


def detect_language(text: str) -> str:
    """`ko`, `en`, or `und` for anything else, by the share of each script.

    Latin letters count as English: French or Vietnamese is not told from it. Japanese,
    Chinese, Cyrillic, Arabic, Thai and Devanagari texts, and texts without letters, are
    `und`.
    """
    if text.isascii():
        return "en" if _LATIN.search(text) else UNKNOWN
    hangul = _HANGUL_WEIGHT * len(_HANGUL.findall(text))
    latin = len(_LATIN.findall(text))
    other = _HANGUL_WEIGHT * len(_OTHER.findall(text))
    most = max(hangul, latin, other)
    if most in (0, other):
        return UNKNOWN
    return "ko" if hangul >= latin else "en"
