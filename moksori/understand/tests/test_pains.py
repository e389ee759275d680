"""The ranking says what its formula says, within what one may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.people.models import Assignment
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Mention, PainPoint
from moksori.understand.reads import (
    Filters,
    Window,
    pain_lines,
    pain_list,
    pain_point,
    pain_point_row,
    weekly_panel,
)
from moksori.understand.tests.makers import (
    DAY,
    make_complaints,
    make_mention,
    make_pain,
    make_theme,
    publish,
)
from moksori.understand.writes.pain_names import name_pain_points
from moksori.understand.writes.pains import detect_pain_points, triage_pain_point

LAST_28 = Window.last(28, DAY.date())


def world(team: Team, *, complaints: int = 40, praise: int = 60) -> PainPoint:
    """A theme that 40 of 100 feedbacks complain about, tone −0.8, score 2 of 10."""
    theme = make_theme(team.ours)
    make_complaints(team.ours, theme, complaints, score=2.0)
    make_complaints(team.ours, None, praise, kind="praise", sentiment=0.9)
    publish()
    return make_pain(theme)


def test_reach_severity_and_rank_are_the_formulas(team: Team) -> None:
    world(team)

    (line,) = pain_lines(by=team.ada, window=LAST_28)

    assert line.rank == 1
    assert line.n == 40
    assert (line.reach.value, line.reach.n) == (0.4, 100)
    assert line.reach.low == pytest.approx(0.3094, abs=1e-4)
    # Tone 0.8 and a score of 2 (0.8 from the best) count half each: 1 + 4 × 0.8.
    assert line.severity.value == pytest.approx(4.2)
    assert line.score == pytest.approx(0.4 * 4.2)
    assert line.typical is not None
    assert line.typical.span.startswith("배송이 늦어요")


def test_a_feedback_counts_once_however_often_it_complains(team: Team) -> None:
    pain = world(team)
    first = Feedback.objects.filter(mentions__theme=pain.theme).earliest("pk")
    make_mention(first, pain.theme, position=1)
    publish()

    (line,) = pain_lines(by=team.ada, window=LAST_28)

    assert line.n == 40


def test_too_few_complaints_are_not_ranked(team: Team) -> None:
    world(team, complaints=29)

    found = pain_list(by=team.ada, period="4")

    assert found is not None
    assert found.lines == []
    assert [(line.name, line.n) for line in found.rare] == [("배송이 늦음", 29)]


def test_the_window_ends_at_the_newest_feedback(team: Team) -> None:
    world(team)

    found = pain_list(by=team.ada, period="4")

    assert found is not None
    assert found.place.window is not None
    assert found.place.newest == DAY.date()
    assert found.place.window.since == DAY.date() - timedelta(weeks=3)
    assert found.place.window.until == DAY.date() + timedelta(days=6)


def test_an_outsider_sees_no_pain_point(team: Team) -> None:
    pain = world(team)

    assert pain_lines(by=team.eve, window=LAST_28) == []
    with pytest.raises(NotFound):
        pain_point(pain.pk, by=team.eve)
    with pytest.raises(NotFound):
        pain_point_row(pain.pk, by=team.eve)
    with pytest.raises(NotFound):
        pain_list(by=team.eve, filters=Filters(unit=team.ours.pk))


def test_a_member_without_feedback_to_read_gets_an_empty_list(team: Team) -> None:
    world(team)

    assert pain_list(by=team.max) is None
    assert pain_lines(by=team.max) == []


def test_numbers_are_of_the_members_region_alone(team: Team) -> None:
    theme = make_theme(team.ours)
    make_complaints(team.ours, theme, 35, region=team.seoul)
    make_complaints(team.ours, theme, 40, region=team.busan)
    publish()
    make_pain(theme)
    one = make_member("Rae", team.ours, Role.FRONTLINE)
    assignment = Assignment.objects.get(member=one)
    assignment.regions.add(team.seoul)

    (line,) = pain_lines(by=one, window=LAST_28)

    assert (line.n, line.reach.n) == (35, 35)
    assert line.typical is not None
    assert line.typical.region == "서울"


def test_a_team_sees_its_own_feedback_under_the_affiliates_theme(team: Team) -> None:
    theme = make_theme(team.ours)
    make_complaints(team.team, theme, 31)
    make_complaints(team.ours, theme, 50)
    publish()
    make_pain(theme)
    member = make_member("Tam", team.team, Role.FRONTLINE)

    (line,) = pain_lines(by=member, window=LAST_28)

    assert line.n == 31


def test_a_segment_that_is_hit_harder_is_named(team: Team) -> None:
    theme = make_theme(team.ours)
    make_complaints(team.ours, theme, 40, region=team.seoul)
    make_complaints(team.ours, theme, 5, region=team.busan)
    make_complaints(
        team.ours, None, 80, region=team.busan, kind="praise", sentiment=0.9
    )
    publish()
    make_pain(theme)

    (line,) = pain_lines(by=team.ada, window=LAST_28)

    assert line.segment is not None
    assert line.segment.label == "서울"


def test_a_pain_point_is_detected_once(team: Team) -> None:
    theme = make_theme(team.ours)
    make_complaints(team.ours, theme, 30)
    publish()

    assert detect_pain_points(team.ours.pk) == 1
    assert detect_pain_points(team.ours.pk) == 0
    assert PainPoint.objects.get().theme == theme


def test_a_theme_that_is_mostly_praised_is_no_pain_point(team: Team) -> None:
    liked, hated = make_theme(team.ours, "연기"), make_theme(team.ours, "상담")
    make_complaints(team.ours, liked, 40)
    make_complaints(team.ours, liked, 160, kind="praise", sentiment=0.9)
    make_complaints(team.ours, hated, 90)
    publish()

    assert detect_pain_points(team.ours.pk) == 1
    found = pain_list(by=team.ada, period="4")
    assert found is not None
    assert [line.theme for line in found.lines] == [hated.pk]
    assert [(line.theme, line.n) for line in found.praised] == [(liked.pk, 40)]


def test_the_list_shows_what_nobody_cares_for(team: Team) -> None:
    first, second = make_theme(team.ours, "상담"), make_theme(team.ours, "배송")
    make_complaints(team.ours, first, 50)
    make_complaints(team.ours, second, 40)
    publish()
    make_pain(first, owner=team.pia)
    free = make_pain(second)

    found = pain_list(by=team.ada, period="4", owner="none")

    assert found is not None
    assert [line.id for line in found.lines] == [free.pk]
    assert (found.ranked, found.unowned, found.lines[0].rank) == (1, 1, 2)


def test_feedback_without_words_is_in_no_count(team: Team) -> None:
    world(team)
    make_feedback("", unit=team.ours, occurred_at=DAY, score=1.0)
    publish()

    (line,) = pain_lines(by=team.ada, window=LAST_28)

    assert (line.n, line.reach.n) == (40, 100)


def test_a_pain_point_is_named_by_what_hurts(team: Team) -> None:
    theme = make_theme(team.ours, "배송", name_en="Delivery")
    make_complaints(team.ours, theme, 40)
    for number in range(12):
        one = make_feedback(f"배송 고맙습니다 {number}", unit=team.ours)
        make_mention(one, theme, kind="praise", sentiment=0.9)
    publish()
    pain = make_pain(theme)

    assert name_pain_points() == 1
    assert name_pain_points() == 0
    pain.refresh_from_db()
    assert pain.name == "배송 — 배송이 늦음"
    (line,) = pain_lines(by=team.ada, window=LAST_28)
    assert line.name == pain.name
    assert pain_point(pain.pk, by=team.ada).name == pain.name


def test_a_leader_triages_and_an_executive_does_not(team: Team) -> None:
    pain = world(team)

    triage_pain_point(pain, state="triaged", owner=team.pia, by=team.lea)
    with pytest.raises(NotAllowed):
        triage_pain_point(pain, state="resolved", owner=None, by=team.sol)

    pain.refresh_from_db()
    assert (pain.state, pain.owner) == ("triaged", team.pia)


def test_an_outsider_cannot_be_made_the_owner(team: Team) -> None:
    pain = world(team)

    with pytest.raises(UserError):
        triage_pain_point(pain, state="triaged", owner=team.eve, by=team.ada)


def test_the_panel_counts_each_week(team: Team) -> None:
    pain = world(team)
    other = make_theme(team.ours, "다른 주제")

    panel = weekly_panel(pain, by=team.ada, weeks=8)

    assert panel.weeks[-1] == DAY.date()
    assert panel.weeks[0] == DAY.date() - timedelta(weeks=7)
    assert panel.themes == [pain.theme_id, other.pk]
    assert panel.treated == 0
    assert panel.counts.sum() == 40
    assert panel.totals.sum() == 100
    assert weekly_panel(pain, by=team.eve, weeks=8).counts.sum() == 0


def test_ranks_have_no_gaps(team: Team) -> None:
    """A theme that hurts and is no pain point (yet) takes no rank from others."""
    first, hidden, last = (make_theme(team.ours, f"주제 {n}") for n in range(3))
    for theme, complaints in ((first, 60), (hidden, 50), (last, 40)):
        make_complaints(team.ours, theme, complaints)
    publish()
    make_pain(first)
    make_pain(last)

    lines = pain_lines(by=team.ada, window=LAST_28)

    assert [(line.theme, line.rank) for line in lines] == [(first.pk, 1), (last.pk, 2)]
    assert all(line.rank_high <= 2 for line in lines)
    found = pain_list(by=team.ada)
    assert found is not None
    assert [(line.theme, line.n) for line in found.local] == [(hidden.pk, 50)]
    assert found.praised == []


def test_what_was_praised_and_hurts_lately_becomes_a_pain_point(team: Team) -> None:
    theme, other = make_theme(team.ours), make_theme(team.ours, "포장")
    praise = make_complaints(team.ours, theme, 90, kind="praise", sentiment=0.9)
    long_ago = DAY - timedelta(days=200)
    Mention.objects.filter(feedback__in=praise).update(day=long_ago.date())
    Feedback.objects.filter(pk__in=[one.pk for one in praise]).update(
        occurred_at=long_ago
    )
    make_complaints(team.ours, other, 100)
    make_complaints(team.ours, theme, 40)
    publish()

    detect_pain_points(team.ours.pk)

    assert PainPoint.objects.filter(theme=theme).exists()
