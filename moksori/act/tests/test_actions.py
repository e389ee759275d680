"""Actions: owned, dated, and expected before they start."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from moksori.act.models import Action
from moksori.act.reads.actions import (
    ActionFilters,
    action_lines,
    action_page,
    action_row,
    actions_of_pain_point,
)
from moksori.act.reads.my_work import my_work
from moksori.act.tests.makers import (
    a_plan,
    days_from_now,
    make_action,
    make_case,
    make_pain_point,
)
from moksori.act.writes import actions as writes
from moksori.act.writes.comments import comment_on
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member


def test_a_product_owner_plans_an_action_and_the_pain_point_follows(team: Team) -> None:
    pain_point = make_pain_point(team.ours)

    action = make_action(pain_point, team.pia, owner=team.pia)

    pain_point.refresh_from_db()
    assert (action.unit, action.status) == (team.ours, Action.Status.PLANNED)
    assert pain_point.state == "planned"


def test_the_pain_point_follows_the_work_to_the_end(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    action = make_action(pain_point, team.pia)

    states = []
    for write in (writes.start_action, writes.finish_action, writes.resume_action):
        write(action, by=team.pia)
        pain_point.refresh_from_db()
        states.append(pain_point.state)
    writes.drop_action(action, "Too dear", by=team.pia)
    pain_point.refresh_from_db()

    assert states == ["acting", "verifying", "acting"]
    assert pain_point.state == "triaged"


def test_following_the_work_leaves_the_owner_of_the_pain_point(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    pain_point.owner = team.eve  # somebody who could not be made the owner today
    pain_point.save()

    make_action(pain_point, team.pia)

    pain_point.refresh_from_db()
    assert (pain_point.state, pain_point.owner) == ("planned", team.eve)


def test_a_pain_point_is_watched_only_when_all_work_on_it_is_done(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    first, second = (make_action(pain_point, team.pia) for _ in range(2))
    writes.start_action(first, by=team.pia)
    writes.start_action(second, by=team.pia)

    writes.finish_action(first, by=team.pia)

    pain_point.refresh_from_db()
    assert pain_point.state == "acting"


def test_the_front_line_plans_without_moving_what_all_share(team: Team) -> None:
    pain_point = make_pain_point(team.ours)

    action = make_action(pain_point, team.vic)

    pain_point.refresh_from_db()
    assert action.planned_by == team.vic
    assert pain_point.state == "detected"


def test_a_team_acts_on_what_its_affiliate_shares(team: Team) -> None:
    leader = make_member("Tia", team.team, Role.LEADER)
    pain_point = make_pain_point(team.ours)

    action = make_action(pain_point, leader)

    assert action.unit == team.team
    assert action_row(action.pk, by=team.ada) == action
    with pytest.raises(NotAllowed):
        writes.start_action(make_action(pain_point, team.pia), by=leader)


def test_everybody_in_the_affiliate_sees_its_actions(team: Team) -> None:
    reader = make_member("Tom", team.team, Role.FRONTLINE)
    action = make_action(make_pain_point(team.ours), team.pia)

    assert action_row(action.pk, by=reader) == action
    comment_on(action, "매장에서도 들었어요", by=reader)


def test_an_outsider_finds_no_action_by_any_way(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    action = make_action(pain_point, team.pia)

    with pytest.raises(NotFound):
        action_row(action.pk, by=team.eve)
    with pytest.raises(NotFound):
        actions_of_pain_point(pain_point.pk, by=team.eve)
    with pytest.raises(NotFound):
        comment_on(action, "hello", by=team.eve)
    with pytest.raises(NotAllowed):
        make_action(pain_point, team.eve)
    everything = ActionFilters(status="all")
    assert action_lines(by=team.eve, filters=everything).paginator.count == 0


def test_an_executive_gives_actions_to_others_but_does_not_start_them(
    team: Team,
) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)

    assert writes.assign_action(action, team.vic, by=team.sol).owner == team.vic
    with pytest.raises(NotAllowed):
        writes.start_action(action, by=team.sol)


def test_the_plan_may_change_until_the_action_starts(team: Team) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)

    changed = writes.change_plan(action, a_plan(expected_change=-3.5), by=team.pia)

    assert changed.expected_change == -3.5


@pytest.mark.parametrize(
    "change", [{"expected_change": -0.5}, {"start_on": days_from_now(30)}]
)
def test_the_expectation_is_fixed_once_the_action_has_started(
    team: Team, change: dict[str, object]
) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)
    writes.start_action(action, by=team.pia)

    with pytest.raises(Conflict) as refused:
        writes.change_plan(action, replace(a_plan(), **change), by=team.pia)

    assert refused.value.field == "expected_change"
    action.refresh_from_db()
    assert action.expected_change == -2.0


def test_title_and_deadline_may_change_while_it_runs(team: Team) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)
    writes.start_action(action, by=team.pia)

    writes.change_plan(action, a_plan(title="예매를 한 화면으로"), by=team.pia)
    writes.set_action_due(action, days_from_now(40), by=team.pia)

    action.refresh_from_db()
    assert (action.title, action.due) == ("예매를 한 화면으로", days_from_now(40))


def test_a_start_that_was_a_slip_can_be_undone_for_ten_minutes(team: Team) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)
    writes.start_action(action, by=team.pia)

    assert writes.undo_start(action, by=team.pia).status == Action.Status.PLANNED

    writes.start_action(action, by=team.pia)
    Action.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(Conflict):
        writes.undo_start(action, by=team.pia)


def test_an_action_starts_once(team: Team) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)
    writes.start_action(action, by=team.pia)

    with pytest.raises(Conflict):
        writes.start_action(action, by=team.lea)


def test_an_expectation_written_after_the_day_says_so(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    before = make_action(pain_point, team.pia)
    after = make_action(pain_point, team.pia, start_on=days_from_now(-30))

    assert not action_page(before.pk, by=team.pia).was_expected_late
    assert action_page(after.pk, by=team.pia).was_expected_late


@pytest.mark.parametrize("change", [0.0, 2.0, -101.0, float("nan"), float("inf")])
def test_an_expectation_that_makes_no_sense_is_refused(
    team: Team, change: float
) -> None:
    with pytest.raises(UserError) as refused:
        make_action(make_pain_point(team.ours), team.pia, expected_change=change)
    assert refused.value.field == "expected_change"


def test_dropping_needs_a_reason_and_can_be_taken_back(team: Team) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)

    with pytest.raises(UserError):
        writes.drop_action(action, " ", by=team.pia)
    writes.drop_action(action, "다른 팀이 이미 함", by=team.pia)
    with pytest.raises(Conflict):
        writes.start_action(action, by=team.pia)
    assert writes.resume_action(action, by=team.pia).status == Action.Status.PLANNED


def test_actions_without_an_owner_come_first(team: Team) -> None:
    pain_point = make_pain_point(team.ours)
    owned = make_action(pain_point, team.pia, owner=team.pia, due=days_from_now(1))
    free = make_action(pain_point, team.pia, due=days_from_now(90))

    assert [line.id for line in action_lines(by=team.lea)] == [free.pk, owned.pk]


def test_my_work_shows_the_most_urgent_three_across_cases_and_actions(
    team: Team,
) -> None:
    pain_point = make_pain_point(team.ours)
    for days in (-2, 4, 9):
        make_case(
            team.ada, team.ours, f"{days}", owner=team.vic, due=days_from_now(days)
        )
    make_action(pain_point, team.ada, owner=team.vic, due=days_from_now(1))
    make_case(team.ada, team.ours, "free")

    work = my_work(by=team.vic)

    assert [line.due for line in work.today] == [days_from_now(n) for n in (-2, 1, 4)]
    assert (len(work.cases), len(work.actions), work.late) == (3, 1, 1)
    assert (work.free_cases, work.free_actions) == (1, 0)
    assert my_work(by=team.eve).cases == []
