"""How often something comes back, by the clock of the installation (Asia/Seoul)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Every:
    """Again so long after the last time."""

    period: timedelta

    def next(self, after: datetime) -> datetime:
        return after + self.period

    def __str__(self) -> str:
        return f"every {int(self.period.total_seconds())}"

    @property
    def words(self) -> str:
        seconds = int(self.period.total_seconds())
        if seconds % 3600 == 0:
            n = seconds // 3600
            return ngettext("every hour", "every %(n)d hours", n) % {"n": n}
        if seconds % 60 == 0:
            n = seconds // 60
            return ngettext("every minute", "every %(n)d minutes", n) % {"n": n}
        return ngettext("every second", "every %(n)d seconds", seconds) % {"n": seconds}


@dataclass(frozen=True, slots=True)
class Daily:
    hour: int
    minute: int = 0

    def next(self, after: datetime) -> datetime:
        local = timezone.localtime(after)
        found = local.replace(
            hour=self.hour, minute=self.minute, second=0, microsecond=0
        )
        return found if found > local else found + timedelta(days=1)

    def __str__(self) -> str:
        return f"daily {self.hour:02}:{self.minute:02}"

    @property
    def words(self) -> str:
        return _("every day at %(time)s") % {"time": f"{self.hour:02}:{self.minute:02}"}


@dataclass(frozen=True, slots=True)
class Weekly:
    """`weekday` is 0 for Monday."""

    weekday: int
    hour: int
    minute: int = 0

    def next(self, after: datetime) -> datetime:
        found = Daily(self.hour, self.minute).next(after)
        return found + timedelta(days=(self.weekday - found.weekday()) % 7)

    def __str__(self) -> str:
        return f"weekly {WEEKDAYS[self.weekday]} {self.hour:02}:{self.minute:02}"

    @property
    def words(self) -> str:
        days = [
            _("every Monday at %(time)s"),
            _("every Tuesday at %(time)s"),
            _("every Wednesday at %(time)s"),
            _("every Thursday at %(time)s"),
            _("every Friday at %(time)s"),
            _("every Saturday at %(time)s"),
            _("every Sunday at %(time)s"),
        ]
        return days[self.weekday] % {"time": f"{self.hour:02}:{self.minute:02}"}


Rhythm = Every | Daily | Weekly


def rhythm(text: str) -> Rhythm:
    """The rhythm that `str()` wrote."""
    kind, *rest = text.split()
    if kind == "every":
        return Every(timedelta(seconds=int(rest[0])))
    hour, minute = (int(part) for part in rest[-1].split(":"))
    if kind == "daily":
        return Daily(hour, minute)
    return Weekly(WEEKDAYS.index(rest[0]), hour, minute)
