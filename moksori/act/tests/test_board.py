"""The board of deadlines counts what stands and what was kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.act.models import Case
from moksori.act.reads.board import FEWEST_TIMED, board
from moksori.act.reads.cases import CaseFilters, case_lines
from moksori.act.tests.makers import make_case
from moksori.act.writes.cases import close_case, reply_to_case
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team


@pytest.fixture(autouse=True)
def in_english(team: Team) -> None:
    Member.objects.update(language="en")


def a_case(team: Team, hours: float, **fields: Any) -> Case:
    """A case whose answer is due in so many hours (negative: it was)."""
    case = make_case(team.vic, fields.pop("unit", team.ours))
    at = timezone.now() + timedelta(hours=hours)
    Case.objects.filter(pk=case.pk).update(
        answer_by=at, due=timezone.localdate(at), **fields
    )
    case.refresh_from_db()
    return case


def test_what_is_late_waits_and_has_no_owner_is_counted_by_unit(team: Team) -> None:
    a_case(team, -1)
    a_case(team, -30, owner=team.vic)
    a_case(team, 72)
    a_case(team, -2, unit=team.team, status=Case.Status.WAITING)
    a_case(team, -5, status=Case.Status.ANSWERED)
    a_case(team, -5, close_by=timezone.now(), status=Case.Status.CLOSED)
    found = board(by=team.lea)
    ours, below = found.lines
    assert (ours.unit_id, ours.late, ours.waiting, ours.unowned) == (
        team.ours.pk, 2, 3, 2,
    )  # fmt: skip
    assert (below.unit_id, below.late) == (team.team.pk, 1)
    assert found.whole.late == 3


def test_the_list_behind_a_number_has_as_many_rows(team: Team) -> None:
    for hours in (-1, -30, 5):
        a_case(team, hours)
    a_case(team, -1, unit=team.team)
    line = board(by=team.lea).lines[0]
    page = case_lines(
        by=team.lea, filters=CaseFilters(late="yes", unit=str(line.unit_id))
    )
    assert page.paginator.count == line.late == 2


def test_in_time_counts_answers_and_those_still_owed(team: Team) -> None:
    kept, missed = a_case(team, 5), a_case(team, -5)
    a_case(team, -3)  # still owed: it must not vanish from the share
    a_case(team, 9)  # nobody can say yet
    for case in (kept, missed):
        reply_to_case(case, "답", by=team.vic)
    whole = board(by=team.lea).whole
    assert (whole.kept, whole.judged) == (1, 3)
    assert whole.in_time is not None
    assert whole.in_time.n == 3
    assert 0 < whole.in_time.low < 1 / 3 < whole.in_time.high < 1


def test_a_second_answer_does_not_make_a_late_one_good(team: Team) -> None:
    case = a_case(team, -5)
    reply_to_case(case, "늦은 답", by=team.vic)
    Case.objects.update(answer_by=timezone.now() + timedelta(days=1))
    reply_to_case(case, "또", by=team.vic)
    case.refresh_from_db()
    assert case.answered_late


def test_what_lies_before_the_period_or_was_closed_unanswered_does_not_count(
    team: Team,
) -> None:
    old = a_case(team, 5)
    reply_to_case(old, "답", by=team.vic)
    Case.objects.update(first_reply_at=timezone.now() - timedelta(days=20))
    close_case(a_case(team, -5), "장난", by=team.vic)
    assert board(by=team.lea, days=7).whole.judged == 0
    assert board(by=team.lea, days=7).whole.in_time is None
    assert board(by=team.lea, days=28).whole.judged == 1


def test_pace_is_told_from_enough_answers_in_working_hours(team: Team) -> None:
    for _n in range(FEWEST_TIMED):
        assert board(by=team.lea).pace is None
        reply_to_case(a_case(team, 5), "답", by=team.vic)
    pace = board(by=team.lea).pace
    assert pace is not None
    assert (pace.n, pace.is_whole) == (FEWEST_TIMED, True)
    assert 0 <= pace.low <= pace.middle <= pace.high


def test_nobody_counts_what_they_may_not_see(team: Team) -> None:
    a_case(team, -1)
    assert board(by=team.eve).lines == []
    client = Client()
    client.force_login(team.max)
    assert client.get(reverse("act:board")).status_code == 403


def test_the_page_and_the_api_say_the_same(team: Team) -> None:
    a_case(team, -1)
    client = Client()
    client.force_login(team.lea)
    page = client.get(reverse("act:board") + "?days=7").content.decode()
    assert "1 customer waits longer than promised" in page
    told = client.get("/api/v1/act/case-board?days=7").json()
    assert told["whole"]["late"] == 1
    assert client.get("/api/v1/act/case-board?days=8").status_code == 422
    assert client.get(reverse("act:board") + "?days=zwei").status_code == 200
