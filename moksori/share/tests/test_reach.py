"""Who heard, who did not, and that nobody's reading shows."""

from __future__ import annotations

import pytest

from moksori.base.errors import NotAllowed, NotFound
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.share import reads, writes
from moksori.share.models import Edition, Reach, Subscription
from moksori.share.tests.test_schedule import WEDNESDAY
from moksori.share.writes.marks import record

Kind = Reach.Kind


def edition_for(member: Member, *kinds: Kind) -> Edition:
    """An edition that got so far; its words do not matter here."""
    edition = Edition.objects.create(
        member=member,
        since=WEDNESDAY.date(),
        until=WEDNESDAY.date(),
        content={"title": "", "subject": "", "kicker": "", "why": "", "parts": []},
        token=f"{member.pk}-{member.editions.count()}",
    )
    for kind in kinds:
        record(edition, kind)
    return edition


def staff(unit: Unit, count: int) -> list[Member]:
    return [
        make_member(f"{unit.name_en[:4]}{i}", unit, Role.FRONTLINE)
        for i in range(count)
    ]


def test_reach_counts_people_not_letters(team: Team) -> None:
    edition_for(team.vic, Kind.DELIVERED, Kind.USEFUL)
    edition_for(team.vic, Kind.DELIVERED)
    edition_for(team.pia, Kind.DELIVERED)
    for colleague in staff(team.ours, 4)[:3]:
        edition_for(colleague, Kind.DELIVERED)

    (ours,) = reads.reach_page(by=team.lea).lines

    assert ours.members == 8
    assert ours.delivered is not None
    assert ours.opened is not None
    assert (ours.delivered.value, ours.delivered.n) == (5 / 8, 8)
    assert (ours.opened.value, ours.opened.n) == (1 / 5, 5)
    assert 0 < ours.delivered.low < 5 / 8 < ours.delivered.high < 1
    assert ours.delivered.method == "Wilson score interval"


def test_whether_fewer_than_five_read_shows_nowhere_not_by_difference_either(
    team: Team,
) -> None:
    for colleague in [*staff(team.team, 6), *staff(team.theirs, 4)]:
        edition_for(colleague, Kind.DELIVERED)
    edition_for(team.vic, Kind.DELIVERED, Kind.READ)

    page = reads.reach_page(by=team.sol)

    shown = [line.read.n for line in page.lines if line.read is not None]
    assert page.total.read is not None
    assert page.total.read.n == sum(shown)
    assert all(n >= 5 for n in shown)


def test_a_unit_of_fewer_than_five_counts_with_the_one_above(team: Team) -> None:
    staff(team.team, 4)
    staff(team.ours, 1)

    page = reads.reach_page(by=team.lea)

    (ours,) = page.lines
    assert (ours.unit, ours.members, ours.with_small) == (team.ours.pk, 9, 1)
    assert page.left_out == 0


def test_an_edition_made_by_hand_is_no_reach(team: Team) -> None:
    people = [team.vic, team.pia, team.ada, team.lea, *staff(team.ours, 1)]
    for member in people:
        edition_for(member, Kind.DELIVERED)
    edition_for(team.vic, Kind.USEFUL)

    page = reads.reach_page(by=team.lea)

    assert page.total.delivered is not None
    assert page.total.opened is not None
    assert (page.total.delivered.n, page.total.opened.value) == (5, 0)


def test_the_blind_spot_and_the_sums_are_about_the_same_members(team: Team) -> None:
    staff(team.team, 5)

    page = reads.reach_page(by=team.lea)

    assert page.members == page.total.members + page.left_out == 9
    assert page.unreached == 9


def test_those_whose_reading_is_not_shown_are_counted(team: Team) -> None:
    for colleague in [*staff(team.team, 6), *staff(team.theirs, 8)[:3]]:
        edition_for(colleague, Kind.DELIVERED)

    assert reads.reach_page(by=team.sol).total.hidden == 3


def test_whoever_works_where_too_few_do_is_in_no_sum(team: Team) -> None:
    staff(team.team, 5)

    page = reads.reach_page(by=team.lea)

    assert [line.unit for line in page.lines] == [team.team.pk]
    assert page.total.members == 5
    assert page.left_out == 4


def test_the_lines_add_up_to_the_total_so_no_difference_tells_more(team: Team) -> None:
    staff(team.team, 6)
    staff(team.ours, 2)
    staff(team.theirs, 3)

    page = reads.reach_page(by=team.sol)

    assert sum(line.members for line in page.lines) == page.total.members
    assert page.total.members + page.left_out == Member.objects.count()
    assert all(line.members >= 5 for line in page.lines)


def test_the_blind_spot_names_everybody_who_got_nothing(team: Team) -> None:
    edition_for(team.vic, Kind.DELIVERED)
    edition_for(team.pia)
    writes.suggest_remit(team.lea, by=team.lea)
    writes.suggest_remit(team.ada, by=team.ada)
    writes.pause(Subscription.objects.get(member=team.ada), by=team.ada)

    page = reads.reach_page(by=team.lea)

    (ours,) = page.blind
    assert (ours.unit, ours.members, page.unreached) == (team.ours.pk, 4, 3)
    assert {person.name: person.why for person in ours.unreached} == {
        "Ada": "paused",
        "Lea": "nothing_new",
        "Pia": "no_remit",
    }
    assert ours.startable == 1


def test_whoever_may_not_read_feedback_is_named_but_not_started(team: Team) -> None:
    page = reads.reach_page(by=team.sol)

    root = next(unit for unit in page.blind if unit.unit == team.root.pk)
    assert {p.name: p.why for p in root.unreached}["Max"] == "may_not_read"
    assert root.startable == 1
    assert writes.start_editions(team.root, by=team.sol) == 1


def test_reach_ends_where_the_ability_ends(team: Team) -> None:
    staff(team.theirs, 9)

    page = reads.reach_page(by=team.lea)

    assert {unit.unit for unit in page.blind} <= {team.ours.pk, team.team.pk}
    assert team.theirs.pk not in {line.unit for line in page.lines}
    with pytest.raises(NotAllowed):
        reads.reach_page(by=team.vic)
    with pytest.raises(NotFound):
        reads.unit_of_reach(team.theirs.pk, by=team.lea)


def test_an_answer_implies_reading_and_useful_excludes_not_mine(team: Team) -> None:
    edition = edition_for(team.vic, Kind.DELIVERED)

    writes.record_mark(edition, Kind.USEFUL, by=team.vic)
    writes.record_mark(edition, Kind.NOT_MINE, by=team.vic)

    kinds = set(edition.reached.values_list("kind", flat=True))
    assert kinds == {"delivered", "opened", "read", "not_mine"}
    writes.take_back(edition, Kind.NOT_MINE, by=team.vic)
    assert edition.reached.filter(kind="read").exists()
    assert not edition.reached.filter(kind="not_mine").exists()


def test_nobody_answers_for_somebody_else(team: Team) -> None:
    edition = edition_for(team.vic, Kind.DELIVERED)

    with pytest.raises(NotFound):
        writes.record_mark(edition, Kind.USEFUL, by=team.lea)
    with pytest.raises(NotFound):
        writes.take_back(edition, Kind.USEFUL, by=team.lea)
    with pytest.raises(NotFound):
        writes.record_mark(edition, Kind.DELIVERED, by=team.vic)
    writes.note_opened(edition, by=team.lea)

    assert set(edition.reached.values_list("kind", flat=True)) == {"delivered"}
