"""Effects: proven only against what nobody touched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moksori.account import writes
from moksori.account.models import Effect
from moksori.account.reads.effects import (
    action_effect,
    effect_lines,
    effect_page,
    effect_row,
    effects_of_pain_point,
    verdict_counts,
)
from moksori.account.reads.panel import panel_of
from moksori.account.tests.worlds import START, make_started, make_world
from moksori.act.tests.makers import make_action, make_pain_point
from moksori.act.writes.actions import finish_action
from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.testing.makers import Team
from moksori.understand.models import PainPoint, Theme


def test_a_fall_by_half_that_the_others_do_not_share_is_proven(team: Team) -> None:
    action = make_started(make_world(team.ours, fall=0.5), team.pia)

    effect = writes.measure(action, by=team.pia)

    assert effect.verdict == Effect.Verdict.PROVEN
    assert effect.estimate is not None
    assert effect.estimate.high < 0
    assert -0.045 < effect.estimate.value < -0.015
    assert (effect.weeks_before, effect.weeks_after, effect.controls) == (40, 16, 15)


def test_nothing_is_proven_where_nothing_happened(team: Team) -> None:
    action = make_started(make_world(team.ours), team.pia)

    assert writes.measure(action, by=team.pia).verdict == Effect.Verdict.NOT_PROVEN


def test_a_fall_that_untouched_themes_share_is_not_proven(team: Team) -> None:
    world = make_world(team.ours, fall=0.5, shared_fall=0.5)
    action = make_started(world, team.pia)

    assert writes.measure(action, by=team.pia).verdict == Effect.Verdict.NOT_PROVEN


def test_a_rise_is_called_worse(team: Team) -> None:
    action = make_started(make_world(team.ours, fall=1.9), team.pia)

    assert writes.measure(action, by=team.pia).verdict == Effect.Verdict.WORSE


def test_two_weeks_are_too_early_and_it_says_when_it_can_be_known(team: Team) -> None:
    action = make_started(make_world(team.ours, fall=0.5, weeks=42), team.pia)

    effect = writes.measure(action, by=team.pia)

    assert effect.verdict == Effect.Verdict.TOO_EARLY
    assert effect_page(effect.pk, by=team.pia).told.when != ""


def test_a_world_without_any_feedback_is_too_early_without_a_number(team: Team) -> None:
    action = make_started(make_pain_point(team.ours), team.pia)

    effect = writes.measure(action, by=team.pia)

    assert effect.verdict == Effect.Verdict.TOO_EARLY
    assert effect.estimate is None
    assert effect_page(effect.pk, by=team.pia).chart is None


def test_themes_that_were_acted_upon_are_not_called_untouched(team: Team) -> None:
    pain_point = make_world(team.ours, fall=0.5)
    other = Theme.objects.exclude(pk=pain_point.theme_id).first()
    other_pain = PainPoint.objects.create(
        unit=team.ours, theme=other, detected_at=pain_point.detected_at
    )
    make_started(other_pain, team.pia, start_on=START + timedelta(weeks=3))
    make_action(other_pain, team.pia, start_on=START)  # planned only
    action = make_started(pain_point, team.pia)

    effect = writes.measure(action, by=team.pia)

    assert (effect.controls, effect.touched) == (14, 1)


def test_two_actions_on_one_pain_point_are_not_told_apart(team: Team) -> None:
    pain_point = make_world(team.ours, fall=0.5)
    make_started(pain_point, team.pia, start_on=START + timedelta(weeks=2))
    action = make_started(pain_point, team.pia)

    effect = writes.measure(action, by=team.pia)

    otherwise = effect_page(effect.pk, by=team.pia).told.otherwise
    assert any("together" in words or "합친" in words for words in otherwise)


def test_the_week_in_which_it_took_effect_is_neither_before_nor_after(
    team: Team,
) -> None:
    pain_point = make_world(team.ours)
    action = make_started(pain_point, team.pia, start_on=START + timedelta(days=2))

    panel = panel_of(action)

    assert START not in panel.weeks
    assert panel.weeks[panel.start] == START + timedelta(weeks=1)


def test_measuring_again_without_anything_new_keeps_the_first(team: Team) -> None:
    action = make_started(make_world(team.ours), team.pia)

    first = writes.measure(action, by=team.pia)

    assert writes.measure(action, by=None) == first
    assert Effect.objects.count() == 1
    assert Entry.objects.filter(verb="measure_effect").count() == 1


def test_an_action_that_has_not_started_cannot_be_measured(team: Team) -> None:
    action = make_action(make_pain_point(team.ours), team.pia)

    with pytest.raises(UserError):
        writes.measure(action, by=team.pia)


def test_the_front_line_reads_effects_but_does_not_measure(team: Team) -> None:
    action = make_started(make_world(team.ours), team.pia)
    effect = writes.measure(action, by=team.pia)

    with pytest.raises(NotAllowed):
        writes.measure(action, by=team.vic)
    assert effect_row(effect.pk, by=team.vic) == effect


def test_an_outsider_finds_no_effect_by_any_way(team: Team) -> None:
    pain_point = make_world(team.ours)
    action = make_started(pain_point, team.pia)
    effect = writes.measure(action, by=team.pia)

    for asked in (
        lambda: effect_row(effect.pk, by=team.eve),
        lambda: effect_page(effect.pk, by=team.eve),
        lambda: action_effect(action.pk, by=team.eve),
        lambda: effects_of_pain_point(pain_point.pk, by=team.eve),
    ):
        with pytest.raises(NotFound):
            asked()
    assert effect_lines(by=team.eve).paginator.count == 0
    assert verdict_counts(by=team.eve) == {}
    with pytest.raises(NotAllowed):
        writes.measure(action, by=team.eve)


def test_a_person_decides_whether_a_proven_fall_resolves_the_pain_point(
    team: Team,
) -> None:
    pain_point = make_world(team.ours, fall=0.5)
    action = make_started(pain_point, team.pia)
    effect = writes.measure(action, by=team.pia)

    pain_point.refresh_from_db()
    assert pain_point.state == "acting"
    with pytest.raises(NotAllowed):
        writes.follow_suggestion(effect, by=team.vic)
    PainPoint.objects.update(owner=team.eve)  # who has left for another affiliate
    writes.follow_suggestion(effect, by=team.lea)

    pain_point.refresh_from_db()
    assert (pain_point.state, pain_point.owner) == ("resolved", team.eve)
    with pytest.raises(Conflict):
        writes.follow_suggestion(effect, by=team.lea)


def test_the_weekly_job_measures_everything_that_has_started(team: Team) -> None:
    started = make_started(make_world(team.ours), team.pia)
    make_action(make_pain_point(team.ours, "planned"), team.pia)
    finish_action(started, by=team.pia)

    assert writes.measure_all() == 1
    assert writes.measure_all() == 0
    assert [line.action_id for line in effect_lines(by=team.lea)] == [started.pk]


def test_an_effect_is_told_with_its_comparison_and_its_certainty(team: Team) -> None:
    action = make_started(make_world(team.ours, fall=0.5), team.pia)
    effect = writes.measure(action, by=team.pia)

    page = effect_page(effect.pk, by=team.pia)

    assert "15" in page.told.compared
    assert "95%" in page.told.sure
    assert page.chart is not None
    assert page.placebos is not None
    assert page.told.otherwise != ()
