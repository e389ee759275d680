"""Dates as people and programs write them, read the same way down a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from moksori.collect.tables.table import Cell, as_float

SEOUL = ZoneInfo("Asia/Seoul")
FIRST_YEAR, LAST_YEAR = 1970, 2100
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial has no zone

_CLOCK = (
    r"(?:(?P<half>오전|오후|[ap]\.?m\.?)\s*)?"
    r"(?P<hour>\d{1,2})\s*(?::|시)\s*(?:(?P<minute>\d{1,2})\s*분?)?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:[.,]\d+)?\s*초?)?"
    r"(?:\s*(?P<half2>오전|오후|[ap]\.?m\.?))?"
    r"(?:\s*(?P<zone>Z|KST|(?:UTC|GMT)?\s*[+-]\d{1,2}:?(?:\d\d)?|UTC|GMT))?"
)
_WEEKDAY = r"(?:\(?(?:[월화수목금토일](?:요일)?|[A-Za-z]{3,9})\)?)?"
_TAIL = rf"\s*{_WEEKDAY}[\sT,]*(?:{_CLOCK})?\s*(?:\([^)]*\))?$"
_YEAR_FIRST = re.compile(
    r"^(?P<year>\d{4})\s*[-./년]\s*(?P<month>\d{1,2})(?:\s*[-./월]\s*(?P<day>\d{1,2}))?"
    r"\s*[.일월]?" + _TAIL,
    re.IGNORECASE,
)
_THREE = re.compile(
    r"^(?P<a>\d{1,2})\s*(?P<mark>[-./])\s*(?P<b>\d{1,2})\s*[-./]\s*"
    r"(?P<c>\d{4}|\d{1,2})\.?" + _TAIL,
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:[A-Za-z]{3,9}\.?,?\s+)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s.-]+)?"
    r"(?P<name>[A-Za-z]{3,9})\.?[\s.-]*(?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+)?"
    r"(?P<year>\d{4})?,?" + _TAIL,
    re.IGNORECASE,
)
_DIGITS = re.compile(r"^\d{8}(?:\d{4}(?:\d{2})?)?$")
_NUMBER = re.compile(r"^\d{5,13}(?:\.\d+)?$")
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}


class Order(StrEnum):
    """How three numbers are meant."""

    MDY = "mdy"
    DMY = "dmy"
    YMD = "ymd"


def day_order(values: Iterable[Cell]) -> tuple[Order, bool]:
    """The order in which all of these dates exist, and whether only that one fits.

    One 25/12/2026 in a column settles what 03/04/2026 means in it.
    """
    possible: set[Order] = set()
    mark = ""
    for value in values:
        found = three_numbers(value)
        if found is None:
            continue
        fits = _orders(found)
        possible = fits if not mark else possible & fits or possible
        mark = mark or found[3]
    for order in _preferred(mark):
        if order in possible:
            return order, len(possible) == 1
    return Order.MDY, not mark


def three_numbers(value: Cell) -> tuple[str, str, str, str] | None:
    """The three numbers of a date whose order is open, and the mark between them."""
    if not isinstance(value, str) or not value[:1].isdigit():
        return None
    match = _THREE.match(value.strip())
    return (match["a"], match["b"], match["c"], match["mark"]) if match else None


def _orders(found: tuple[str, str, str, str]) -> set[Order]:
    return {order for order in Order if _in_order(found, order) is not None}


def _preferred(mark: str) -> tuple[Order, ...]:
    if mark == "/":
        return (Order.MDY, Order.DMY, Order.YMD)
    return (Order.YMD, Order.DMY, Order.MDY)


def _in_order(found: tuple[str, str, str, str], order: Order) -> date | None:
    a, b, c, _mark = found
    if order == Order.YMD:
        # Only a year of two digits can stand first here: 26.03.01.
        if len(c) == 4 or len(a) != 2:
            return None
        year, month, day = a, b, c
    else:
        year = c
        month, day = (a, b) if order == Order.MDY else (b, a)
    try:
        return date(_full_year(year), int(month), int(day))
    except ValueError:
        return None


def _full_year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def moment(
    value: Cell, *, order: Order = Order.MDY, zone: tzinfo = SEOUL
) -> datetime | None:
    """The time in UTC, None if this is no date. Without a zone it means `zone`."""
    if isinstance(value, datetime):
        found: datetime | None = value
    elif isinstance(value, date):
        found = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    elif isinstance(value, str):
        found = _written(value, order)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = as_float(value)
        found = None if number is None else _counted(number)
    else:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


@lru_cache(maxsize=10_000)
def _written(text: str, order: Order) -> datetime | None:
    text = text.strip()
    if not text or len(text) > 80:
        return None
    if text[:4].isdigit():
        found = _iso(text)
        if found is not None:
            return found
    for read in (_year_first, _named):
        found = read(text)
        if found is not None:
            return found
    return _three_parts(text, order)


def _iso(text: str) -> datetime | None:
    if text[4:5] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    if _NUMBER.match(text) and not _DIGITS.match(text):
        return _counted(float(text))
    if _DIGITS.match(text) and len(text) > 8:
        text = f"{text[:8]}T{text[8:]}"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _counted(number: float) -> datetime | None:
    """Digits as a date, Unix time in seconds or milliseconds, or Excel's days."""
    if 19_700_101 <= number <= 21_001_231 and number.is_integer():
        return _iso(str(int(number)))
    if 1e12 <= number < 4.2e12:
        number /= 1000
    if 1e9 / 4 <= number < 4.2e9:
        return datetime.fromtimestamp(number, UTC)
    if 20_000 <= number < 80_000:
        # A second is a fraction that binary numbers only come near to.
        return _EXCEL_ZERO + timedelta(seconds=round(number * 86_400))
    return None


def _year_first(text: str) -> datetime | None:
    match = _YEAR_FIRST.match(text)
    if match is None:
        return None
    return _built(
        match, int(match["year"]), int(match["month"]), int(match["day"] or 1)
    )


def _three_parts(text: str, order: Order) -> datetime | None:
    match = _THREE.match(text)
    if match is None:
        return None
    found = (match["a"], match["b"], match["c"], match["mark"])
    day = _in_order(found, order)
    if day is None:
        return None
    return _built(match, day.year, day.month, day.day)


def _named(text: str) -> datetime | None:
    match = _NAMED.match(text) if text[:3].isascii() else None
    month = _MONTHS.get(match["name"][:3].lower()) if match else None
    if match is None or month is None or not match["year"]:
        return None
    day = match["day"] or match["day2"]
    return _built(match, int(match["year"]), month, int(day or 1))


def _built(match: re.Match[str], year: int, month: int, day: int) -> datetime | None:
    hour = int(match["hour"] or 0)
    half = (match["half"] or match["half2"] or "").lower()
    if half[:1] in {"p", "오"} and half != "오전" and hour < 12:
        hour += 12
    elif hour == 12 and (half == "오전" or half.startswith("a")):
        hour = 0
    try:
        return datetime(
            year,
            month,
            day,
            hour,
            int(match["minute"] or 0),
            int(match["second"] or 0),
            tzinfo=_zone(match["zone"]),
        )
    except ValueError:
        return None


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    text = text.upper().replace(" ", "")
    if text == "KST":
        return SEOUL
    found = re.search(r"([+-])(\d{1,2}):?(\d\d)?$", text)
    if found is None:
        return UTC
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes >= 24 * 60:
        return UTC
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
