"""Korean numbers as they are read aloud: 8.4% 팔 점 사 퍼센트, 3건 세 건, 6월 유월."""

from __future__ import annotations

import re

LONGEST = 18  # digits that are read as one number
_DIGITS = "영일이삼사오육칠팔구"
_SMALL = ("", "십", "백", "천")
_LARGE = ("", "만", "억", "조", "경")
_NATIVE = (
    *("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"),
    *("열한", "열두", "열세", "열네", "열다섯", "열여섯", "열일곱", "열여덟", "열아홉"),
)
_COUNTED = ("건", "명", "개", "번", "곳", "가지", "사람", "시간", "살", "달", "군데")
_MONTHS = {6: "유", 10: "시"}
_UNITS = {"%p": "퍼센트포인트", "%": "퍼센트"}
_SIGNS = {"−": "마이너스 ", "-": "마이너스 ", "+": "플러스 "}
_WEEKDAYS = re.compile(r"\s*\(([월화수목금토일])\)")
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.])[−+-])?"
    r"(?P<whole>\d[\d,]*)(?:\.(?P<part>\d+))?"
    r"(?P<gap> ?)(?P<unit>%p|%|만|억|월|일|건|명|개|번|곳|가지|사람|시간|살|달|군데)?"
)
_RANGE = re.compile(r"(?<=[\d%일월년])\s*[–~]\s*(?=[−+-]?\d)")


def spoken(text: str) -> str:
    """Every number of a text in words; the rest as it is."""
    text = _WEEKDAYS.sub(r" \1요일", text)
    text = _RANGE.sub("에서 ", text)
    return _NUMBER.sub(_said, text)


def cardinal(number: int) -> str:
    """12340 → 만 이천삼백사십. From 0 to just under ten thousand 경."""
    if number == 0:
        return _DIGITS[0]
    groups, place = [], 0
    while number and place < len(_LARGE):
        number, group = divmod(number, 10_000)
        if group:
            words = _under_ten_thousand(group)
            # 만, not 일만; but 일억.
            if place == 1 and group == 1 and not number:
                words = ""
            groups.append(words + _LARGE[place])
        place += 1
    return " ".join(reversed(groups))


def _under_ten_thousand(number: int) -> str:
    found = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            # 백, not 일백.
            first = "" if digit == 1 and place else _DIGITS[digit]
            found += first + _SMALL[place]
    return found


def _said(found: re.Match[str]) -> str:
    whole = found["whole"].rstrip(",")
    tail = found["whole"][len(whole) :]
    digits = whole.replace(",", "")
    if len(digits) > LONGEST:
        return found[0]
    sign = _SIGNS.get(found["sign"] or "", "")
    unit, number = found["unit"] or "", int(digits)
    return sign + _words(number, found["part"] or "", unit, tail + found["gap"])


def _words(number: int, part: str, unit: str, gap: str) -> str:
    """`part` are the digits behind the point, `gap` what stood before the unit."""
    if part:
        after = "".join(_DIGITS[int(digit)] for digit in part)
        words = f"{cardinal(number)} 점 {after}"
    elif unit == "월" and number in _MONTHS:
        words = _MONTHS[number]
    elif unit in _COUNTED and 1 <= number < len(_NATIVE):
        words = _NATIVE[number]
    else:
        words = cardinal(number)
    if not unit:
        return words + gap
    is_joined = unit in {"월", "일", "만", "억"}
    return f"{words}{'' if is_joined else ' '}{_UNITS.get(unit, unit)}"
