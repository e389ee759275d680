"""Working hours: when a deadline of so many hours falls, how long something took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

Span = tuple[time, time]
END_OF_DAY = time(23, 59, 59, 999_999)
DAYS = range(7)
_LONGEST = 3_660  # days looked ahead; a week has at least one hour


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of each weekday (0 is Monday; a missing one is off), and holidays."""

    week: Mapping[int, Span]
    holidays: Mapping[date, str] = field(default_factory=dict)

    def after(self, start: datetime, hours: float) -> datetime:
        """The moment when so many working hours have passed since `start`."""
        left = timedelta(hours=hours)
        for begins, ends in self._spans(start):
            length = ends - begins
            if left <= length:
                return begins + left
            left -= length
        return start + timedelta(days=_LONGEST)

    def between(self, start: datetime, end: datetime) -> float:
        """Working hours from `start` to `end`; 0 where the end is earlier."""
        found = timedelta()
        for begins, ends in self._spans(start):
            if begins >= end:
                break
            found += min(ends, end) - begins
        return found.total_seconds() / 3600

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.week and day not in self.holidays

    def end_of(self, day: date) -> datetime:
        """When work ends on that day; at midnight where nobody works on it."""
        close = self.week[day.weekday()][1] if self.works_on(day) else END_OF_DAY
        return timezone.make_aware(datetime.combine(day, close))

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working time from `start` on, day by day."""
        local = timezone.localtime(start)
        for number in range(_LONGEST):
            day = local.date() + timedelta(days=number)
            if not self.works_on(day):
                continue
            opens, closes = (
                timezone.make_aware(datetime.combine(day, at))
                for at in self.week[day.weekday()]
            )
            if closes > local:
                yield max(opens, local), closes


USUAL = Hours({day: (time(9), time(18)) for day in range(5)})


def hours_from(week: Mapping[str, Any], holidays: Mapping[str, str]) -> Hours:
    """Hours stored as JSON; a week that is empty is the usual one."""
    spans = {
        int(day): (read_time(span[0]), read_time(span[1]))
        for day, span in week.items()
        if span
    }
    days = {date.fromisoformat(day): name for day, name in holidays.items()}
    return Hours(spans or USUAL.week, days)


def read_time(text: str) -> time:
    """“09:00”; “24:00” is the end of the day."""
    return END_OF_DAY if text == "24:00" else time.fromisoformat(text)


def shown_time(at: time) -> str:
    return "24:00" if at == END_OF_DAY else at.strftime("%H:%M")
