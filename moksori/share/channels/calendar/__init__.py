"""A calendar to subscribe to: what I promised, what is due, and the weekly meeting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.people.roles import Ability
from moksori.share.channels.calendar import ics
from moksori.share.channels.calendar.entries import Entry, entries_of
from moksori.share.channels.channel import Field
from moksori.share.channels.outlet import Asked, Page
from moksori.share.models import Weekday

LONGEST = 240  # minutes of a meeting
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}


class CalendarOutlet:
    title = gettext_lazy("Calendar")
    note = gettext_lazy("Your promises and actions, and the meeting about customers.")
    ability: Ability | None = None
    forms: Mapping[str, Any] = {"ics": gettext_lazy("Calendar to subscribe to")}
    fields = (
        Field(
            "meeting",
            gettext_lazy("The meeting about customers"),
            gettext_lazy(
                "Day, hour and minutes, as in “wed 10:00 30”. Empty: no meeting."
            ),
            is_needed=False,
        ),
    )

    def problems(self, given: Mapping[str, str]) -> dict[str, str]:
        meeting = given.get("meeting", "")
        if meeting and meeting_of(meeting) is None:
            return {"meeting": _("Write day, hour and minutes, as in “wed 10:00 30”.")}
        return {}

    def answer(self, asked: Asked) -> Page:
        found = entries_of(asked.member)
        meeting = meeting_of(asked.outlet.settings.get("meeting", ""))
        if meeting is not None:
            found = [_meeting(asked, meeting), *found]
        body = ics.calendar(str(_("Customers’ voice")), found)
        return Page(body, "text/calendar; charset=utf-8", file_name="moksori.ics")


Meeting = tuple[int, int, int, int]  # weekday (Monday 0), hour, minute, minutes


def meeting_of(text: str) -> Meeting | None:
    """ "wed 10:00 30" taken apart; None for anything else."""
    parts = text.lower().split()
    if len(parts) != 3 or parts[0] not in _DAYS or parts[1].count(":") != 1:
        return None
    hour, minute = parts[1].split(":")
    numbers = (hour, minute, parts[2])
    if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in numbers):
        return None
    found = (_DAYS[parts[0]], int(hour), int(minute), int(parts[2]))
    is_fine = found[1] < 24 and found[2] < 60 and 0 < found[3] <= LONGEST
    return found if is_fine else None


def _meeting(asked: Asked, meeting: Meeting) -> Entry:
    weekday, hour, minute, minutes = meeting
    made = timezone.localtime(asked.outlet.created_at)
    first = made + timedelta(days=(weekday - made.weekday()) % 7)
    start = first.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return Entry(
        key=f"meeting-{asked.outlet.pk}",
        title=_("What customers say: our meeting"),
        note=_("%(day)s: open the newest edition together, choose one thing to do.")
        % {"day": Weekday(weekday).label},
        day=start.date(),
        start=start,
        minutes=minutes,
        is_weekly=True,
        path="/share/",
    )


outlet = CalendarOutlet()
