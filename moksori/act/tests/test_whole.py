"""What holds for a whole affiliate, and what of it a member is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from moksori.act.reads.unowned import to_hand_out
from moksori.act.reads.whole import present_share, reads_all_of
from moksori.act.tests.makers import make_action
from moksori.base.people.models import Member
from moksori.base.people.roles import Role
from moksori.base.people.writes import give_role
from moksori.base.testing.makers import Team, make_member
from moksori.understand.models import PainPoint
from moksori.understand.tests.makers import (
    make_complaints,
    make_pain,
    make_theme,
    publish,
)


@pytest.fixture(autouse=True)
def in_english(team: Team) -> Iterator[None]:
    Member.objects.update(language="en")
    with translation.override("en"):
        yield


@pytest.fixture
def pain(team: Team) -> PainPoint:
    """Forty complain of it in Seoul, sixty in Busan of other things."""
    theme = make_theme(team.ours)
    make_complaints(team.ours, theme, 40, region=team.seoul)
    make_complaints(team.ours, None, 60, region=team.busan)
    publish()
    return make_pain(theme)


def make_busan_reader(team: Team) -> Member:
    member = make_member("Bo", team.ours)
    busan = [team.busan.pk]
    give_role(member, Role.PRODUCT_OWNER, unit=team.ours, regions=busan, by=None)
    Member.objects.filter(pk=member.pk).update(language="en")
    return member


def page_for(member: Member, name: str, *args: int, query: str = "") -> str:
    client = Client()
    client.force_login(member)
    return client.get(reverse(name, args=args) + query).content.decode()


def test_the_expectation_stands_beside_what_it_is_now(
    team: Team, pain: PainPoint
) -> None:
    action = make_action(pain, team.pia)

    form = page_for(team.pia, "act:action_new", query=f"?pain_point={pain.pk}")
    page = page_for(team.pia, "act:action", action.pk)

    assert "Now it is 40.0% (" in form
    assert "n 100" in form
    assert "Feedback that complains now" in page
    assert f"All of {team.ours.name}, from" in page


def test_what_it_is_now_is_of_the_whole_affiliate_and_says_so(
    team: Team, pain: PainPoint
) -> None:
    bo = make_busan_reader(team)
    now = present_share(pain)

    assert now is not None
    assert (now.share.value, now.share.n) == (0.4, 100)
    assert "40.0% (" in page_for(bo, "act:action_new", query=f"?pain_point={pain.pk}")
    assert f"All of {team.ours.name}, from" in now.sentence
    assert reads_all_of(team.ours, by=team.pia)
    assert not reads_all_of(team.ours, by=bo)


def test_a_share_of_too_few_is_not_shown_to_anybody(team: Team) -> None:
    theme = make_theme(team.ours)
    make_complaints(team.ours, theme, 29)
    publish()
    action = make_action(make_pain(theme), team.pia)

    assert present_share(action.pain_point) is None
    assert "Too few complain so far" in page_for(team.pia, "act:action", action.pk)


def test_pain_points_without_an_owner_are_work_to_hand_out(
    team: Team, pain: PainPoint
) -> None:
    (group,) = to_hand_out(by=team.lea)
    mine = page_for(team.lea, "act:my_work")

    assert [(line.id, line.rank, line.n) for line in group.lines] == [(pain.pk, 1, 40)]
    assert reverse("understand:pain_point", args=[pain.pk]) + "#triage" in mine
    assert "n 100" in mine
    PainPoint.objects.update(owner=team.pia)
    assert to_hand_out(by=team.lea) == []


def test_who_may_not_give_owners_is_asked_for_none(team: Team, pain: PainPoint) -> None:
    for member in (team.vic, team.sol, team.eve):
        assert to_hand_out(by=member) == []
    assert "To hand out" not in page_for(team.vic, "act:my_work")
