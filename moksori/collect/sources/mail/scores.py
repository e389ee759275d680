"""A score that somebody answers in one word: "9", "9점", "아홉", "⑨", "10/10"."""

from __future__ import annotations

import re
import unicodedata

_WORDS = {
    "영": 0, "공": 0, "일": 1, "하나": 1, "이": 2, "둘": 2, "삼": 3, "셋": 3, "사": 4,
    "넷": 4, "오": 5, "다섯": 5, "육": 6, "여섯": 6, "칠": 7, "일곱": 7, "팔": 8,
    "여덟": 8, "구": 9, "아홉": 9, "십": 10, "열": 10,
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_DIGITS = re.compile(r"(\d{1,3})\s*(?:점|/\s*(\d{1,3})\s*점?|points?|stars?|개)?")


def first_score(words: str, *, low: int = 0, high: int = 10) -> int | None:
    """The score that is all there is on the first line with words; else None."""
    line = next((line for line in words.split("\n") if line.strip()), "")
    line = unicodedata.normalize("NFKC", line).strip().strip(".!~,()[]\"' ").lower()
    value = _value(line, high)
    return value if value is not None and low <= value <= high else None


def _value(line: str, high: int) -> int | None:
    found = _DIGITS.fullmatch(line)
    if found:
        # "9/5" is no score of a question that goes to ten.
        return int(found[1]) if not found[2] or int(found[2]) == high else None
    if line and set(line) <= {"★", "☆"}:
        return line.count("★")
    return _WORDS.get(line.removesuffix("점").strip())
