"""Something new becomes one alert that grows, fades, or becomes a theme."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people.models import Unit
from moksori.base.people.roles import Role
from moksori.base.testing.kept import kept
from moksori.base.testing.makers import Team, make_member
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand import writes
from moksori.understand.models import Correction, Emerging, Mention, Theme
from moksori.understand.reads.emerging import emerging_list, emerging_row, fresh
from moksori.understand.tests.makers import DAY, SAYS, SUBJECTS
from moksori.understand.writes.adopted import (
    adopt_emerging,
    dismiss_emerging,
    restore_emerging,
)
from moksori.understand.writes.emerging import find_emerging, news_to_look_for

# Notes of a transaction that is still open cannot be read.
pytestmark = pytest.mark.django_db(transaction=True)

THINGS = (
    "충전기", "충전 어댑터", "충전 케이블", "충전 단자", "충전 거치대", "무선 충전기",
)  # fmt: skip
HURTS = (
    "에서 타는 냄새가 나요",
    "에서 연기가 올라왔어요",
    "쪽이 녹아서 탄 냄새가 납니다",
    "쪽이 뜨거워져서 연기가 났습니다",
)
NEW = [thing + hurt for hurt in HURTS for thing in THINGS]
CALL = "새 요금제를 당장 철회하고 이전 가격으로 되돌려 주실 것을 강력히 요구합니다"


def say(unit: Unit, texts: list[tuple[str, int]], **fields: object) -> list[int]:
    """Feedback so many days ago, enriched."""
    made = [
        make_feedback(text, unit=unit, occurred_at=DAY - timedelta(days=ago), **fields)
        for text, ago in texts
    ]
    outbox.put("feedback", {"ids": [one.pk for one in made]})
    return [one.pk for one in made]


def usual(count: int = 420) -> list[tuple[str, int]]:
    """Four subjects, spread evenly over half a year."""
    rng = Random(3)  # noqa: S311
    words = [word for some in SUBJECTS.values() for word in some]
    return [
        (f"{rng.choice(SAYS).format(rng.choice(words))} {number}", rng.randrange(180))
        for number in range(count)
    ]


def news(count: int = 24) -> list[tuple[str, int]]:
    return [(NEW[at], at % 10) for at in range(count)]


@pytest.fixture
def world(team: Team) -> Team:
    def build() -> None:
        say(team.ours, usual())
        writes.catch_up()

    return kept("the usual subjects", team, build)


@pytest.fixture
def issue(world: Team) -> Emerging:
    def build() -> None:
        say(world.ours, news())
        writes.catch_up()
        find_emerging(world.ours.pk)

    kept("a new subject", world, build)
    return Emerging.objects.get()


def test_nothing_new_is_no_alert(world: Team) -> None:
    assert find_emerging(world.ours.pk) == 0
    assert not Emerging.objects.exists()


def test_a_new_subject_becomes_one_alert(issue: Emerging) -> None:
    assert issue.state == Emerging.State.NEW
    assert "충전" in issue.name_ko
    assert 18 <= issue.feedback <= 26
    assert issue.first_day >= (DAY - timedelta(days=14)).date()
    assert sum(issue.weeks[:2]) >= 18
    assert sum(issue.weeks[3:]) <= 2
    assert issue.evidence["chance"] < 0.01
    typical = Mention.objects.filter(pk__in=issue.typical[:3])
    texts = [one.feedback.text for one in typical]
    assert all("충전" in text for text in texts)


def test_found_again_it_grows_and_is_no_second_alert(
    issue: Emerging, world: Team
) -> None:
    before = issue.mentions
    say(world.ours, [(f"어제 산 {NEW[2 * at]}", 0) for at in range(12)])
    writes.catch_up()

    assert find_emerging(world.ours.pk) == 0

    again = Emerging.objects.get()
    assert again.pk == issue.pk
    assert again.mentions >= before + 8
    assert again.first_day == issue.first_day


def test_a_second_look_changes_nothing(issue: Emerging, world: Team) -> None:
    find_emerging(world.ours.pk)

    again = Emerging.objects.get()
    assert (again.mentions, again.weeks, again.name_ko) == (
        issue.mentions,
        issue.weeks,
        issue.name_ko,
    )


def test_it_fades_when_nothing_came_for_four_weeks(
    issue: Emerging, world: Team
) -> None:
    say(world.ours, [(f"배송 조회가 안 돼요 {at}", -40 - at % 5) for at in range(20)])
    writes.catch_up()
    find_emerging(world.ours.pk)

    assert Emerging.objects.get(pk=issue.pk).state == Emerging.State.FADED


def test_a_campaign_is_named_as_one(world: Team) -> None:
    say(world.ours, [(f"{CALL}{'!' * (at % 4)}", at % 5) for at in range(40)])
    writes.catch_up()
    find_emerging(world.ours.pk)

    found = Emerging.objects.get()
    assert found.evidence["is_campaign"]
    assert found.mentions == 40
    assert found.copies == 39


def test_made_a_theme_it_takes_its_mentions(issue: Emerging, world: Team) -> None:
    done = adopt_emerging(issue, name_ko="충전기 과열", by=world.ada)
    writes.catch_up()

    theme = Theme.objects.get(name_ko="충전기 과열")
    assert done.kind == Correction.Kind.ADOPT
    assert theme.mentions.count() >= 15
    assert Emerging.objects.get().state == Emerging.State.ADOPTED
    assert find_emerging(world.ours.pk) == 0
    assert not fresh(world.ours.pk, by=world.ada)


def test_making_it_a_theme_can_be_undone(issue: Emerging, world: Team) -> None:
    adopt_emerging(issue, name_ko="충전기 과열", by=world.ada)
    writes.catch_up()
    restore_emerging(issue, by=world.ada)
    writes.catch_up()

    theme = Theme.objects.get(name_ko="충전기 과열")
    assert theme.state == Theme.State.ARCHIVED
    assert Emerging.objects.get().state == Emerging.State.NEW
    assert not theme.mentions.exists()


def test_set_aside_it_is_not_raised_again_until_brought_back(
    issue: Emerging, world: Team
) -> None:
    dismiss_emerging(issue, by=world.ada)
    find_emerging(world.ours.pk)

    assert Emerging.objects.get().state == Emerging.State.DISMISSED
    with pytest.raises(Conflict):
        dismiss_emerging(issue, by=world.ada)
    restore_emerging(issue, by=world.ada)
    assert Emerging.objects.get().state == Emerging.State.NEW
    with pytest.raises(Conflict):
        restore_emerging(issue, by=world.ada)


def test_only_who_edits_themes_may_act(issue: Emerging, world: Team) -> None:
    with pytest.raises(NotAllowed):
        dismiss_emerging(issue, by=world.vic)
    with pytest.raises(NotFound):
        emerging_row(issue.pk, by=world.eve)
    with pytest.raises(UserError):
        adopt_emerging(issue, name_ko=" ", by=world.ada)


def test_a_member_of_a_part_sees_only_counts_of_her_part(
    issue: Emerging, world: Team
) -> None:
    part = make_member("Tess", world.team, Role.FRONTLINE)
    assert emerging_list(by=part).lines == []

    some = list(issue.near[:3])
    Feedback.objects.filter(mentions__in=some).update(unit=world.team)

    line = emerging_list(by=part).lines[0]
    assert line.mentions == 3
    assert line.is_part
    assert sum(line.weeks) == 3
    assert all(one.feedback in {pk // 1_000 for pk in some} for one in line.typical)
    whole = emerging_list(by=world.ada).lines[0]
    assert whole.mentions == issue.mentions
    assert not whole.is_part


def test_outsiders_see_nothing(issue: Emerging, world: Team) -> None:
    assert emerging_list(by=world.eve).lines == []
    with pytest.raises(NotFound):
        emerging_list(by=world.eve, unit=world.ours.pk)


def test_an_import_is_looked_through_once(world: Team) -> None:
    say(world.ours, [(f"결제 금액이 틀려요 {at}", at % 90) for at in range(220)])

    assert news_to_look_for() == [world.ours.pk]
    assert news_to_look_for() == []


def test_time_of_finding_is_kept(issue: Emerging) -> None:
    assert timezone.now() - issue.found_at < timedelta(minutes=5)
