"""English numbers as they are read aloud: 8.4% eight point four percent."""

from __future__ import annotations

import re

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = (
    *("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty"),
    "ninety",
)
_LARGE = ("", "thousand", "million", "billion", "trillion", "quadrillion")
_UNITS = {"%": "percent", "pp": "percentage points"}
_SIGNS = {"−": "minus ", "-": "minus ", "+": "plus "}
_DAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
_MONTHS = {
    "Jan": "January",
    "Feb": "February",
    "Mar": "March",
    "Apr": "April",
    "May": "May",
    "Jun": "June",
    "Jul": "July",
    "Aug": "August",
    "Sep": "September",
    "Oct": "October",
    "Nov": "November",
    "Dec": "December",
}
_SHORT = re.compile(rf"\b({'|'.join([*_DAYS, *_MONTHS])})\b(?=[ ,.)]|$)")
_RANGE = re.compile(r"(?<=[\d%])\s*[–~]\s*(?=[−+-]?\d)")
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.])[−+-])?(?P<whole>\d[\d,]*)(?:\.(?P<part>\d+))?"
    r"(?: ?(?P<unit>%|pp\b))?"
)


def spoken(text: str) -> str:
    """Every number of a text in words; short names of days and months in full."""
    text = _SHORT.sub(lambda found: {**_DAYS, **_MONTHS}[found[1]], text)
    text = _RANGE.sub(" to ", text)
    return _NUMBER.sub(_said, text)


def cardinal(number: int) -> str:
    """12340 → twelve thousand three hundred and forty."""
    if number < 1_000:
        return _under_thousand(number)
    groups, place = [], 0
    while number and place < len(_LARGE):
        number, group = divmod(number, 1_000)
        if group:
            groups.append(f"{_under_thousand(group)} {_LARGE[place]}".strip())
        place += 1
    return " ".join(reversed(groups))


def _under_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = _under_hundred(rest) if rest or not hundreds else ""
    if not hundreds:
        return words
    head = f"{_ONES[hundreds]} hundred"
    return f"{head} and {words}" if words else head


def _under_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def _said(found: re.Match[str]) -> str:
    digits = found["whole"].replace(",", "")
    if len(digits) > 15:
        return found[0]
    tail = found["whole"][len(found["whole"].rstrip(",")) :]
    words = _SIGNS.get(found["sign"] or "", "") + cardinal(int(digits))
    if found["part"]:
        words += " point " + " ".join(_ONES[int(digit)] for digit in found["part"])
    unit = _UNITS.get(found["unit"] or "", "")
    return f"{words}{tail} {unit}".rstrip() if unit else f"{words}{tail}"
