"""Numbers from and to in the words of an answer: "25–34", "10만 원 미만", "over 50"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

_N = r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
_FACTOR = r"(천만|백만|만|천|억|k)?"
_UNIT = r"\s?(?:원|명|번|회|세|살|개|건|대|분|시간|일|주|개월|년|점|%|%p|km|GB)?"
_BETWEEN = re.compile(
    rf"^\D{{0,3}}{_N}\s?{_FACTOR}{_UNIT}\s?(?:[-–—~〜]|to|through|부터|이상|에서)\s?"
    rf"\D{{0,3}}?{_N}\s?{_FACTOR}{_UNIT}\s?(?P<open>미만|이하|까지)?",
    re.IGNORECASE,
)
_LESS = re.compile(
    rf"^(?:under|less than|below|fewer than|up to|at most)\s\D{{0,3}}{_N}\s?{_FACTOR}"
    rf"|^{_N}\s?{_FACTOR}{_UNIT}\s?(미만|이하)", re.IGNORECASE
)  # fmt: skip
_MORE = re.compile(
    rf"^(?:over|more than|above|at least)\s\D{{0,3}}{_N}\s?{_FACTOR}"
    rf"|^{_N}\s?{_FACTOR}{_UNIT}\s?"
    r"(?:(이상|초과)|and (?:over|more|above)|or (?:more|over|above)|\+)", re.IGNORECASE
)  # fmt: skip
# "20대" is ten years, and nothing to be counted.
_ONE = re.compile(rf"^{_N}(?!\s?대){_UNIT}$")
_DECADE = re.compile(r"^\d+\s?대")
_TIMES = {"천": 1e3, "k": 1e3, "만": 1e4, "백만": 1e6, "천만": 1e7, "억": 1e8}
# Steps in several units are not compared: 6–11 months, 1–2 years.
_UNITS = re.compile(
    r"(minute|hour|day|week|month|year|분|시간|일|주|개월|년)(?!\w*[가-힣]{2})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`; an end that does not itself belong to it is open."""

    low: float
    high: float
    low_text: str = ""
    factor: float = 1
    has_low: bool = True
    has_high: bool = True

    @property
    def is_closed(self) -> bool:
        return self.has_low and self.has_high and self.high < inf

    def overlaps(self, after: Range) -> bool:
        if after.low < self.high:
            return True
        return after.low == self.high and after.has_low and self.has_high

    def leaves_gap(self, after: Range) -> bool:
        """Whether a whole step is missing; of money in 만 the step is 만."""
        step = max(self.factor, 1)
        if self.has_high and after.has_low:
            return after.low > self.high + step
        return after.low > self.high


def ranges(texts: Sequence[str]) -> list[tuple[int, Range]]:
    """The answers that are ranges, with their places; nothing where units are mixed."""
    units = {found.lower() for text in texts for found in _UNITS.findall(text)}
    if len(units) > 1:
        return []
    if any(map(_DECADE.match, texts)):
        return []
    found = [(n, one) for n, text in enumerate(texts) if (one := range_of(text))]
    if any(one.high < one.low for _, one in found):
        return []  # a date, a number of something: nothing that counts up
    rises = [one.low for _, one in found]
    return found if len(found) > 1 and rises == sorted(rises) else []


def range_of(text: str) -> Range | None:
    text = text.strip()
    if found := _BETWEEN.match(text):
        factor = _TIMES.get((found[4] or "").lower(), 1)
        own = _TIMES.get((found[2] or "").lower(), factor)
        is_closed = found["open"] != "미만"
        return Range(_value(found[1], own), _value(found[3], factor), found[1], factor,
                     has_high=is_closed)  # fmt: skip
    if found := _LESS.match(text):
        factor = _TIMES.get((found[2] or found[4] or "").lower(), 1)
        high = _value(found[1] or found[3], factor)
        is_closed = found[5] == "이하" or text.lower().startswith(("up to", "at most"))
        return Range(-inf, high, "", factor, has_low=False, has_high=is_closed)
    if found := _MORE.match(text):
        factor = _TIMES.get((found[2] or found[4] or "").lower(), 1)
        low = _value(found[1] or found[3], factor)
        is_open = found[5] == "초과" or text.lower().startswith(
            ("over", "more than", "above")
        )
        return Range(low, inf, found[1] or found[3], factor, has_low=not is_open)
    if found := _ONE.match(text):
        value = _value(found[1], 1)
        return Range(value, value, found[1])
    return None


def _value(text: str, factor: float) -> float:
    return float(text.replace(",", "")) * factor
