"""What is due stands in the calendar that share hands out by a secret link."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from moksori.act.models import Action
from moksori.act.tests.makers import make_pain_point
from moksori.base.testing.makers import Team
from moksori.share.tests.test_outlets import opened


def test_a_calendar_holds_the_meeting_and_what_is_due(team: Team, client: Any) -> None:
    due = timezone.localdate() + timedelta(days=3)
    Action.objects.create(
        pain_point=make_pain_point(team.ours),
        unit=team.team,
        title="상자를, 두껍게; 바꾸기",
        start_on=due,
        due=due,
        expected_change=-2,
        owner=team.vic,
        planned_by=team.vic,
    )
    _row, token = opened(team, "calendar", meeting="wed 10:00 30")

    answer = client.get(f"/share/o/{token}.ics")

    text = answer.content.decode().replace("\r\n ", "")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    assert "RRULE:FREQ=WEEKLY" in text
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in text
    assert "상자를\\, 두껍게\\; 바꾸기" in text
    uids = re.findall(r"UID:(.+)\r", text)
    again = client.get(f"/share/o/{token}.ics").content.decode().replace("\r\n ", "")
    assert re.findall(r"UID:(.+)\r", again) == uids
