"""What an edition says, to whom, and that it stays so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from moksori.base.audit.models import Entry
from moksori.base.customers.models import Product
from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.share import reads, sections, writes
from moksori.share.models import Edition
from moksori.share.sections.blocks import (
    SECONDS_AT_MOST,
    Content,
    Line,
    Part,
    Quote,
    Say,
    Todo,
    fitting,
    seconds_to_read,
)
from moksori.share.tests.world import World, make_world
from moksori.share.writes.remits import Answers
from moksori.understand.models import Mention
from moksori.understand.writes.facts import rebuild_facts


def content(edition: Edition) -> Content:
    return Content.from_json(edition.content)


def blocks(edition: Edition, key: str) -> tuple[object, ...]:
    found = {part.key: part.blocks for part in content(edition).parts}
    return found.get(key, ())


def test_an_edition_tells_what_changed_with_interval_and_n(
    team: Team, world: World
) -> None:
    edition = writes.compose_edition(team.vic, by=None)

    worse, better = blocks(edition, "changes")
    assert isinstance(worse, Line)
    assert isinstance(better, Line)
    assert (worse.title, worse.change, worse.tone) == (
        "포장 파손",
        "▲ 늘었어요",
        "hurt",
    )
    assert (better.title, better.change) == ("환불 지연", "▼ 줄었어요")
    assert "600건" in worse.note
    assert "–" in worse.note
    assert "6주보다" in worse.note


def test_when_nothing_changed_beyond_chance_it_says_so_in_one_line(team: Team) -> None:
    world = make_world(team.team)
    Feedback.objects.exclude(text__contains="그냥").delete()
    rebuild_facts()

    edition = writes.compose_edition(team.vic, by=None)

    assert world.box.pk
    (only,) = blocks(edition, "changes")
    assert isinstance(only, Say)
    assert "자주 나온 불편은 없었어요" in only.text
    assert blocks(edition, "todo") == ()


def test_the_title_and_each_number_name_their_days(team: Team, world: World) -> None:
    made = content(writes.compose_edition(team.vic, by=None))
    worse = made.parts[0].blocks[0]

    assert isinstance(worse, Line)
    assert "최근 6주" in made.title
    assert "최근 6주, 그 앞 6주보다 +" in worse.note
    assert "월부터 의견 600건 중 10.0% (" in worse.note
    assert "의견 600건에서" in made.why
    assert "괄호 안은 95% 구간" in made.why


def test_feedback_without_words_is_in_no_number(team: Team, world: World) -> None:
    silent = Feedback.objects.filter(text__contains="그냥")[:100]
    Feedback.objects.filter(pk__in=list(silent.values_list("pk", flat=True))).update(
        text=""
    )

    assert "의견 500건에서" in content(writes.compose_edition(team.vic, by=None)).why


def test_old_feedback_is_not_called_recent(team: Team) -> None:
    make_world(team.team, until=timezone.now() - timedelta(days=400))

    made = content(writes.compose_edition(team.vic, by=None))

    assert "최근" not in made.title
    assert "까지 6주" in made.title


def test_a_remit_that_fits_nothing_says_what_to_do(team: Team, world: World) -> None:
    empty = Product.objects.create(unit=team.ours, name="Film Z")
    answers = Answers("Z 관객", "", products=[empty.pk])
    writes.save_remit(team.vic, answers, by=team.vic)

    made = content(writes.compose_edition(team.vic, by=team.vic))

    said, todo = (part.blocks[0] for part in made.parts)
    assert isinstance(said, Say)
    assert isinstance(todo, Todo)
    assert "Film Z" in said.text
    assert todo.path == "/share/remit"
    assert "없어요" in made.title


def test_words_in_another_language_say_which(team: Team, world: World) -> None:
    Mention.objects.update(language="en")

    hurts, _thanks = blocks(writes.compose_edition(team.vic, by=None), "words")

    assert isinstance(hurts, Quote)
    assert hurts.language == "en"


def test_two_verbatims_are_quoted_masked_one_that_hurts_one_that_thanks(
    team: Team, world: World
) -> None:
    edition = writes.compose_edition(team.vic, by=None)

    hurts, thanks = blocks(edition, "words")
    assert isinstance(hurts, Quote)
    assert isinstance(thanks, Quote)
    assert (hurts.tone, thanks.tone) == ("hurt", "good")
    assert hurts.marked == "상자가 다 뜯어져서"
    assert "[전화번호]" in hurts.after


def test_words_of_fewer_than_five_are_never_quoted(team: Team) -> None:
    make_world(team.team)
    keep = Feedback.objects.values_list("pk", flat=True)[:4]
    Feedback.objects.exclude(pk__in=list(keep)).delete()
    rebuild_facts()

    edition = writes.compose_edition(team.vic, by=None)

    assert blocks(edition, "words") == ()


def test_the_thing_to_do_fits_what_the_reader_may_do(team: Team, world: World) -> None:
    def todo(edition: Edition) -> Todo:
        (found,) = blocks(edition, "todo")
        assert isinstance(found, Todo)
        return found

    front = todo(writes.compose_edition(team.vic, by=None))
    leader = todo(writes.compose_edition(team.lea, by=None))
    world.box.owner = team.pia
    world.box.save()
    owner = todo(writes.compose_edition(team.pia, by=None))

    assert "여쭤보기" in front.title
    assert leader.title == "‘포장 파손’ 맡을 사람 정하기"
    assert owner.title == "‘포장 파손’ 개선 계획 세우기"
    assert all(found.can_be_done for found in (front, leader, owner))


def test_an_edition_says_why_its_reader_sees_it(team: Team, world: World) -> None:
    suggested = content(writes.compose_edition(team.vic, by=None)).why
    writes.save_remit(
        team.vic,
        Answers("새벽배송 고객", "그대로 도착", products=[team.product.pk]),
        by=team.vic,
    )
    own = content(writes.compose_edition(team.vic, by=None)).why

    assert "일하시는 곳(미디어)" in suggested
    assert "‘새벽배송 고객’을 위해" in own
    assert "Film A" in own


def test_a_remit_narrows_what_is_told(team: Team, world: World) -> None:
    answers = Answers("환불 고객", "", themes=[world.refund.theme_id])
    writes.save_remit(team.vic, answers, by=team.vic)

    edition = writes.compose_edition(team.vic, by=None)

    titles = [
        line.title for line in blocks(edition, "changes") if isinstance(line, Line)
    ]
    assert titles == ["환불 지연"]


def test_an_outsider_is_told_nothing_of_it(team: Team, world: World) -> None:
    with pytest.raises(UserError):
        writes.compose_edition(team.eve, by=team.eve)


def test_an_edition_stays_as_it_was_when_the_words_are_deleted_later(
    team: Team, world: World
) -> None:
    edition = writes.compose_edition(team.vic, by=team.vic)
    before = edition.content

    Feedback.objects.all().delete()
    world.box.theme.name_ko = "다른 이름"
    world.box.theme.save()

    edition.refresh_from_db()
    assert edition.content == before == content(edition).as_json()


def test_only_its_reader_finds_an_edition(team: Team, world: World) -> None:
    edition = writes.compose_edition(team.vic, by=None)

    assert reads.edition_row(edition.pk, by=team.vic) == edition
    for other in (team.lea, team.sol, team.eve, team.max):
        with pytest.raises(NotFound):
            reads.edition_row(edition.pk, by=other)
        assert reads.edition_lines(by=other) == []


def test_a_leader_may_have_an_edition_made_for_a_colleague_and_others_may_not(
    team: Team, world: World
) -> None:
    made = writes.compose_edition(team.vic, by=team.lea)

    assert made.member == team.vic
    assert Entry.objects.filter(verb="compose_edition", member_id=team.lea.pk).exists()
    with pytest.raises(NotAllowed):
        writes.compose_edition(team.lea, by=team.vic)


def test_an_edition_is_read_in_two_minutes_whatever_later_steps_add(
    team: Team, world: World
) -> None:
    def too_long(asked: sections.Asked) -> Part:
        return Part("long", "긴 글", (Say("가" * 5000),))

    def short(asked: sections.Asked) -> Part:
        return Part("short", "", (Say("짧은 글"),))

    sections.register("long", order=40, compose=too_long)
    sections.register("short", order=50, compose=short)
    try:
        edition = writes.compose_edition(team.vic, by=None)
    finally:
        sections._sections.pop("long")
        sections._sections.pop("short")

    keys = [part.key for part in content(edition).parts]
    assert keys == ["changes", "words", "todo", "short"]
    assert seconds_to_read(content(edition).parts) <= SECONDS_AT_MOST


def test_parts_that_do_not_fit_are_left_out_the_later_ones_first() -> None:
    half = Part("half", "", (Say("가" * 600),))

    assert len(fitting([half, half])) == 1
    assert fitting([]) == ()


def test_a_new_pain_point_is_told_in_the_next_edition_only(
    team: Team, world: World
) -> None:
    writes.compose_edition(team.vic, by=None)
    Edition.objects.update(composed_at=timezone.now() - timedelta(days=7))
    type(world.box).objects.update(detected_at=timezone.now())
    Feedback.objects.update(received_at=timezone.now())

    edition = writes.compose_edition(team.vic, by=None)

    changes = [b.change for b in blocks(edition, "changes") if isinstance(b, Line)]
    # Rising says more than new; what fell but was found this week is new.
    assert changes == ["▲ 늘었어요", "● 새로 나타났어요"]
