"""Whose life a member changes, and who may say so."""

from __future__ import annotations

import pytest

from moksori.base.audit.models import Entry
from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.people import writes as people
from moksori.base.people.models import Assignment, Member
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.share import reads, writes
from moksori.share.models import Remit, Subscription
from moksori.share.tests.world import make_world
from moksori.share.writes.remits import Answers


def test_a_team_without_feedback_is_suggested_the_unit_above(team: Team) -> None:
    make_world(team.ours)
    member = make_member("Tom", team.ours, Role.FRONTLINE)
    Member.objects.filter(pk=member.pk).update(unit=team.team)
    member.refresh_from_db()

    card = reads.remit_card(member, by=member)

    assert [unit.id for unit in card.units] == [team.ours.pk]
    assert writes.compose_edition(member, by=None)


def test_a_remit_is_suggested_from_unit_and_role(team: Team) -> None:
    card = reads.remit_card(team.vic, by=team.vic)

    assert not card.is_own
    assert "미디어" in card.for_whom
    assert card.value
    assert [unit.id for unit in card.units] == [team.ours.pk]


def test_a_saved_remit_starts_weekly_editions(team: Team) -> None:
    writes.save_remit(
        team.vic, Answers("고객", "", products=[team.product.pk]), by=team.vic
    )

    card = reads.remit_card(team.vic, by=team.vic)
    assert card.is_own
    assert card.things == ("Film A",)
    assert Subscription.objects.get(member=team.vic).channel == "email"
    assert Entry.objects.filter(verb="save_remit").exists()


def test_a_suggestion_never_writes_over_a_members_own_words(team: Team) -> None:
    writes.suggest_remit(team.vic, by=team.lea)
    assert not reads.remit_card(team.vic, by=team.vic).is_own
    writes.save_remit(team.vic, Answers("내 고객", ""), by=team.vic)

    writes.suggest_remit(team.vic, by=team.lea)

    card = reads.remit_card(team.vic, by=team.vic)
    assert (card.for_whom, card.is_own) == ("내 고객", True)
    with pytest.raises(NotFound):
        writes.save_remit(team.vic, Answers("남이 쓴 말", ""), by=team.lea)


def test_the_log_holds_no_word_of_a_remit(team: Team) -> None:
    writes.save_remit(team.vic, Answers("비밀스러운 문장", "값"), by=team.vic)

    assert "비밀" not in str(list(Entry.objects.values("facts")))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (Answers("  ", "x"), "for_whom"),
        (Answers("\x00", "x"), "for_whom"),
        (Answers("가" * 301, ""), "for_whom"),
        (Answers("고객", "가" * 301), "value"),
    ],
)
def test_a_remit_that_says_nothing_or_too_much_is_refused(
    team: Team, answers: Answers, field: str
) -> None:
    with pytest.raises(UserError) as refused:
        writes.save_remit(team.vic, answers, by=team.vic)

    assert refused.value.field == field
    assert not Remit.objects.exists()


def test_nobody_chooses_what_they_may_not_read(team: Team) -> None:
    for answers in (
        Answers("고객", "", units=[team.theirs.pk]),
        Answers("고객", "", products=[team.other_product.pk]),
        Answers("고객", "", themes=[999]),
    ):
        with pytest.raises(UserError):
            writes.save_remit(team.vic, answers, by=team.vic)
    assert not Remit.objects.exists()


def test_a_member_of_one_region_chooses_that_region_only(team: Team) -> None:
    kim = make_member("Kim", team.ours)
    people.give_role(
        kim, Role.FRONTLINE, unit=team.ours, regions=[team.seoul.pk], by=None
    )

    writes.save_remit(kim, Answers("고객", "", regions=[team.seoul.pk]), by=kim)

    with pytest.raises(UserError):
        writes.save_remit(kim, Answers("고객", "", regions=[team.busan.pk]), by=kim)


def test_a_remit_shrinks_with_the_role(team: Team) -> None:
    answers = Answers("고객", "", units=[team.ours.pk], products=[team.product.pk])
    writes.save_remit(team.vic, answers, by=team.vic)

    Assignment.objects.filter(member=team.vic).delete()
    team.vic.__dict__.pop("scopes")

    assert reads.remit_card(team.vic, by=team.vic).things == ()


def test_others_do_not_read_a_remit(team: Team) -> None:
    writes.save_remit(team.vic, Answers("내 문장", "값"), by=team.vic)

    assert reads.remit_card(team.vic, by=team.lea).for_whom != "내 문장"


def test_a_leader_starts_editions_for_a_unit_and_an_outsider_does_not(
    team: Team,
) -> None:
    with pytest.raises(NotAllowed):
        writes.start_editions(team.ours, by=team.eve)
    with pytest.raises(NotAllowed):
        writes.start_editions(team.ours, by=team.vic)

    assert writes.start_editions(team.ours, by=team.lea) == 4
    assert writes.start_editions(team.ours, by=team.lea) == 0
    assert Subscription.objects.count() == 4


def test_starting_leaves_those_in_peace_who_paused(team: Team) -> None:
    writes.suggest_remit(team.vic, by=team.vic)
    writes.pause(Subscription.objects.get(member=team.vic), by=team.vic)

    writes.start_editions(team.ours, by=team.lea)

    assert Subscription.objects.get(member=team.vic).paused
