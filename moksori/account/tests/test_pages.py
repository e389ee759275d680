"""The pages and the API of account, as people and programs use them."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from moksori.account import writes
from moksori.account.jobs import measure_effects
from moksori.account.models import Effect
from moksori.account.reads.effects import whisker_scale
from moksori.account.tests import worlds
from moksori.act.models import Action
from moksori.analysis.estimate import Estimate
from moksori.base.people.models import Member
from moksori.base.people.roles import Role
from moksori.base.people.writes import give_role
from moksori.base.testing.makers import Team, make_member


@pytest.fixture(autouse=True)
def in_english(team: Team) -> None:
    Member.objects.update(language="en")


@pytest.fixture
def action(team: Team, monkeypatch: pytest.MonkeyPatch) -> Action:
    # Few enough that the chart joins weeks.
    monkeypatch.setattr(worlds, "A_WEEK", 120)
    return worlds.make_started(worlds.make_world(team.ours, fall=0.4), team.pia)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_an_effect_is_measured_and_read_without_javascript(
    team: Team, action: Action
) -> None:
    client = signed_in(team.pia)
    empty = client.get(reverse("account:effects")).content.decode()

    address = reverse("account:action_measure", args=[action.pk])
    page = client.post(address, follow=True).content.decode()

    assert "1 action that has started is not measured yet" in empty
    assert "It helped" in page
    assert "When not to trust this" in page
    assert "Each point joins" in page
    assert "Proven" in client.get(reverse("account:effects")).content.decode()


def test_a_proven_effect_asks_a_person_to_decide(team: Team, action: Action) -> None:
    effect = writes.measure(action, by=team.pia)
    follow = reverse("account:effect_follow", args=[effect.pk])

    assert signed_in(team.vic).post(follow).status_code == 403
    page = signed_in(team.lea).post(follow, follow=True).content.decode()

    assert "The pain point is now: Resolved" in page
    assert signed_in(team.lea).post(follow).status_code == 409


def test_fragments_are_the_same_files_that_their_pages_include(
    team: Team, action: Action
) -> None:
    writes.measure(action, by=team.pia)
    client = signed_in(team.vic)

    for address in (
        reverse("account:action_effect", args=[action.pk]),
        reverse("account:pain_effects", args=[action.pain_point_id]),
    ):
        whole = client.get(address).content.decode()
        part = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<html" in whole
        assert "<html" not in part
        assert part.strip() in whole


def test_effects_of_others_are_not_found(team: Team, action: Action) -> None:
    effect = writes.measure(action, by=team.pia)
    client = signed_in(team.eve)

    for address in (
        reverse("account:effect", args=[effect.pk]),
        reverse("account:action_effect", args=[action.pk]),
        reverse("account:pain_effects", args=[action.pain_point_id]),
        f"/api/v1/account/effects/{effect.pk}",
    ):
        assert client.get(address).status_code == 404
    for address in (
        reverse("account:effect_follow", args=[effect.pk]),
        reverse("account:action_measure", args=[action.pk]),
        f"/api/v1/account/actions/{action.pk}/measure",
    ):
        assert client.post(address).status_code == 404


def test_a_program_reads_the_effect_with_its_interval_and_its_words(
    team: Team, action: Action
) -> None:
    client = signed_in(team.pia)

    measured = client.post(f"/api/v1/account/actions/{action.pk}/measure").json()
    listed = client.get("/api/v1/account/effects?verdict=proven").json()

    assert measured["verdict"] == "proven"
    assert measured["estimate"]["low"] < measured["estimate"]["high"] < 0
    assert measured["told"]["compared"] != ""
    assert [effect["id"] for effect in listed["effects"]] == [measured["id"]]
    json.dumps(measured)


def test_the_job_may_run_twice(team: Team, action: Action) -> None:
    measure_effects.func()
    measure_effects.func()

    assert Effect.objects.filter(action=action).count() == 1


def test_who_reads_a_part_is_told_that_the_numbers_are_of_the_whole(
    team: Team, action: Action
) -> None:
    effect = writes.measure(action, by=team.pia)
    bo = make_member("Bo", team.ours)
    give_role(bo, Role.FRONTLINE, unit=team.ours, regions=[team.busan.pk], by=None)
    Member.objects.update(language="en")
    address = reverse("account:effect", args=[effect.pk])

    part = signed_in(bo).get(address).content.decode()
    whole = signed_in(team.pia).get(address).content.decode()

    for page in (part, whole):
        assert f"Counted over all of {team.ours.name}" in page
    assert "You read only a part of it" in part
    assert "You read only a part of it" not in whole


def test_a_share_of_too_few_is_neither_drawn_nor_given_to_programs(
    team: Team, action: Action
) -> None:
    effect = writes.measure(action, by=team.pia)
    series = effect.series | {
        "points": [list(each) for each in effect.series["points"]]
    }
    series["points"][0] = [0.9173, 0.8, 0.95, 29]
    Effect.objects.filter(pk=effect.pk).update(series=series)
    client = signed_in(team.pia)

    page = client.get(reverse("account:effect", args=[effect.pk])).content.decode()
    given = client.get(f"/api/v1/account/effects/{effect.pk}").json()

    assert "91.7%" not in page
    assert "It ends before the start" not in page
    assert given["series"]["points"][0] == [None, None, None, 29]


def test_a_chart_ends_where_too_few_were_heard_since_the_start(
    team: Team, action: Action
) -> None:
    effect = writes.measure(action, by=team.pia)
    start = effect.series["start"]
    points = effect.series["points"]
    few = [[0.9173, 0.8, 0.95, 12] for _ in points[start:]]
    series = effect.series | {"points": [*points[:start], *few]}
    Effect.objects.filter(pk=effect.pk).update(series=series)

    address = reverse("account:effect", args=[effect.pk])
    page = signed_in(team.pia).get(address).content.decode()

    assert "It ends before the start" in page
    assert "91.7%" not in page


def test_a_verdict_is_said_once(team: Team, action: Action) -> None:
    effect = writes.measure(action, by=team.pia)
    client = signed_in(team.pia)

    listed = client.get(reverse("account:effects")).content.decode()
    page = client.get(reverse("account:effect", args=[effect.pk])).content.decode()

    assert "Proven" in listed
    assert "It helped" not in listed
    assert "It helped" in page


def test_one_wide_interval_does_not_squeeze_the_others() -> None:
    def within(reach: float) -> Estimate:
        return Estimate(0.0, -reach, reach, 100, "")

    low, high = whisker_scale([within(0.012), None, within(0.25)])
    assert (low, high) == pytest.approx((-0.036, 0.036))
    assert whisker_scale([within(0.05)]) == (-0.05, 0.05)
    assert whisker_scale([None]) == (-0.01, 0.01)
