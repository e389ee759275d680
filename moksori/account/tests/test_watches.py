"""What was resolved is watched; what comes back is open again, and people are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from moksori.account.models import Watch
from moksori.account.reads import returned
from moksori.account.reads.watches import watch_row, watches
from moksori.account.tests.worlds import _publish, _theme
from moksori.account.writes import follow_watch, set_watch_days, start_watch, watch_all
from moksori.act.models import Action
from moksori.act.tests.makers import a_plan
from moksori.act.writes.actions import finish_action, plan_action, start_action
from moksori.base.audit.models import Entry
from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.people.models import Unit
from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback
from moksori.share.models import Mail
from moksori.share.sections import Asked
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import triage_pain_point

MONDAY = date(2025, 1, 6)
RESOLVED = MONDAY + timedelta(weeks=12)
A_WEEK = 200


def world(unit: Unit, *, back: float, weeks: int = 22) -> PainPoint:
    """6 % for twelve weeks; from the fourth week after it was resolved on, `back`."""
    theme = _theme(unit, "배송")
    draw = np.random.default_rng(5)
    days, said = [], []
    for week in range(weeks):
        share = back if week >= 15 else 0.06
        hurt = draw.random(A_WEEK) < share
        days += [MONDAY + timedelta(weeks=week)] * A_WEEK
        said += [theme.pk if one else None for one in hurt]
    _publish(unit, days, said)
    last = MONDAY + timedelta(weeks=weeks) - timedelta(days=1)
    at = datetime.combine(last, time(12), tzinfo=UTC)
    make_feedback("끝", unit=unit, occurred_at=at)
    return PainPoint.objects.create(unit=unit, theme=theme, detected_at=timezone.now())


def resolved(team: Team, **given: float) -> tuple[PainPoint, Action]:
    pain = world(team.ours, **given)
    plan = a_plan(start_on=MONDAY, expected_change=-2.0, due=None)
    action = plan_action(pain, plan, by=team.lea, owner=team.pia)
    finish_action(start_action(action, by=team.lea), by=team.lea)
    pain.refresh_from_db()
    triage_pain_point(pain, state="resolved", owner=team.lea, by=team.ada)
    return pain, action


def test_a_return_opens_pain_point_and_action_again_and_tells_the_owners(
    team: Team,
) -> None:
    pain, action = resolved(team, back=0.14)
    start_watch(pain, resolved_on=RESOLVED)

    assert watch_all() == 1
    assert watch_all() == 0

    row = Watch.objects.get()
    pain.refresh_from_db()
    action.refresh_from_db()
    assert (row.state, pain.state) == ("returned", "reopened")
    assert action.status == Action.Status.ACTING
    assert row.actions == [action.pk]
    assert row.since_on is not None
    assert row.since_on >= MONDAY + timedelta(weeks=14)
    assert set(row.told) == {team.lea.pk, team.pia.pk}
    assert set(Mail.objects.values_list("member_id", flat=True)) == set(row.told)
    assert Entry.objects.filter(verb="find_return", member_id=None).count() == 1
    asked = Asked(team.pia, None, MONDAY, MONDAY)  # type: ignore[arg-type]
    part = returned.compose(asked)
    assert part is not None
    assert part.blocks[0].title == pain.name  # type: ignore[union-attr]
    assert returned.compose(Asked(team.vic, None, MONDAY, MONDAY)) is None  # type: ignore[arg-type]


def test_what_stays_away_is_watched_further_at_a_lower_rate(team: Team) -> None:
    pain, _ = resolved(team, back=0.05, weeks=28)
    start_watch(pain, resolved_on=RESOLVED)

    assert watch_all() == 0

    row = Watch.objects.get()
    assert row.state == Watch.State.BEYOND
    assert row.plan["rate"] == 0.01
    assert row.weeks == []


def test_the_watch_begins_by_itself_on_the_day_it_was_said(team: Team) -> None:
    resolved(team, back=0.05)
    watch_all()
    row = Watch.objects.get()
    assert row.resolved_on == timezone.localdate()
    assert row.state == Watch.State.WATCHING
    watch_all()
    assert Watch.objects.count() == 1


def test_it_ends_where_people_moved_the_pain_point(team: Team) -> None:
    pain, _ = resolved(team, back=0.05)
    row = start_watch(pain, resolved_on=RESOLVED)
    triage_pain_point(pain, state="acting", owner=team.lea, by=team.ada)
    assert follow_watch(row).state == Watch.State.ENDED


def test_with_nothing_heard_it_says_so_instead_of_guessing(team: Team) -> None:
    theme = _theme(team.ours, "아무도")
    pain = PainPoint.objects.create(
        unit=team.ours, theme=theme, detected_at=timezone.now(), state="resolved"
    )
    row = start_watch(pain, resolved_on=RESOLVED)
    assert follow_watch(row).plan == {}
    assert watches(by=team.ada).running[0].limit is None


def test_the_days_are_changed_by_who_may_and_within_reason(team: Team) -> None:
    pain, _ = resolved(team, back=0.05)
    row = start_watch(pain, resolved_on=RESOLVED)
    before = row.plan["limit"]
    assert set_watch_days(row, 365, by=team.ada).plan["limit"] > before
    with pytest.raises(UserError, match="730"):
        set_watch_days(row, 3, by=team.ada)
    with pytest.raises(NotAllowed):
        set_watch_days(row, 100, by=team.vic)
    with pytest.raises(NotFound):
        watch_row(row.pk, by=team.eve)


def test_pages_show_how_near_it_is_and_what_came_back(
    team: Team, client: Client
) -> None:
    pain, _ = resolved(team, back=0.14)
    client.force_login(team.ada)
    assert client.get("/account/recurrences/").status_code == 200
    row = start_watch(pain, resolved_on=RESOLVED)
    assert "0" in client.get("/account/recurrences/").content.decode()
    watch_all()
    page = client.get("/account/recurrences/").content.decode()
    assert pain.name in page
    assert client.get(f"/account/pain-points/{pain.pk}/watch/").status_code == 200
    found = client.get("/api/v1/account/recurrences").json()
    assert [one["id"] for one in found["returned"]] == [row.pk]
    assert (
        found["returned"][0]["recent"]["low"] > found["returned"][0]["usual"]["value"]
    )
