"""Search by meaning finds other words and languages, and never what may not be seen."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from moksori.analysis.flags import FIRE
from moksori.base.people import writes as people
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Mention, SearchText
from moksori.understand.reads import clause_index as files
from moksori.understand.reads.meaning import nearest
from moksori.understand.reads.narrow import Narrow
from moksori.understand.reads.search import search
from moksori.understand.reads.tokens import tokens
from moksori.understand.reads.window import Filters, Window
from moksori.understand.tests.makers import DAY, make_mention, make_theme
from moksori.understand.writes import index as writer
from moksori.understand.writes.enrich import enrich_pending
from moksori.understand.writes.index import (
    index_feedback,
    index_pending,
    rebuild_index,
)

LATE = "The delivery took forever"
PRAISE = "상담원이 아주 친절했어요"


def say(team: Team, text: str, **fields: object) -> Feedback:
    """Feedback of one clause that says all of it; not in the index yet."""
    said = {key: fields.pop(key) for key in ("sentiment", "kind") if key in fields}
    theme = fields.pop("theme", None)
    unit = fields.pop("unit", team.ours)
    feedback = make_feedback(text, unit=unit, **fields)  # type: ignore[arg-type]
    make_mention(feedback, theme, **said)  # type: ignore[arg-type]
    SearchText.objects.create(feedback=feedback, tokens=tokens(text))
    return feedback


def found(team: Team, query: str, **options: object) -> list[int]:
    by = options.pop("by", team.ada)
    return [hit.feedback for hit in search(query, by=by, **options).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The refund never arrived", "환불이 안 돼요"),
        ("직원이 아주 친절해요", "friendly staff"),
        ("돈이 아까웠다", "waste of money"),
        ("This is a story about love", "사랑 이야기"),
    ],
)
def test_one_language_finds_the_other(team: Team, text: str, query: str) -> None:
    wanted = say(team, text)
    say(team, "오늘 날씨가 흐리네요")
    rebuild_index()

    hit = search(query, by=team.ada).hits[0]

    assert hit.feedback == wanted.pk
    assert hit.why == "meaning"
    assert hit.meant == (0, len(text))
    assert hit.closeness is not None
    assert hit.closeness > 0.45
    assert search(query, by=team.ada, how="words").total == 0


def test_exact_words_come_first_and_every_hit_says_why(team: Team) -> None:
    meant = say(team, "my money was wasted")
    both = say(team, "돈 낭비입니다")
    words = say(team, "돈에 대한 강의 뒤의 낭비 없는 식단 이야기를 들었다")
    rebuild_index()

    result = search("돈 낭비", by=team.ada)

    assert [(hit.feedback, hit.why) for hit in result.hits] == [
        (both.pk, "both"),
        (words.pk, "words"),
        (meant.pk, "meaning"),
    ]
    assert (result.words, result.meant, result.total) == (2, 1, 3)
    assert found(team, "돈 낭비", how="meaning")[0] == both.pk


def test_pages_beyond_the_merged_part_hold_every_hit_once(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(search.__globals__, "POOL", 4)
    for number in range(9):
        say(team, f"돈 낭비 {number}")
    for _ in range(3):
        say(team, "my money was wasted")
    rebuild_index()

    pages = [found(team, "돈 낭비", offset=at, limit=5) for at in range(0, 15, 5)]

    assert [len(page) for page in pages] == [5, 5, 2]
    assert len({pk for page in pages for pk in page}) == 12


def test_nothing_of_others_is_found_or_counted(team: Team) -> None:
    say(team, LATE)
    theirs = say(team, LATE, unit=team.theirs)
    rebuild_index()

    result = search("delivery late", by=team.eve)

    assert [hit.feedback for hit in result.hits] == [theirs.pk]
    assert result.total == 1
    assert not nearest("delivery late", by=make_member("Nobody", team.ours))


def test_a_member_of_a_region_finds_its_feedback_only(team: Team) -> None:
    seoul = say(team, LATE, region=team.seoul)
    say(team, LATE, region=team.busan)
    say(team, LATE)
    rebuild_index()
    member = make_member("Roh", team.ours)
    people.give_role(
        member, Role.ANALYST, unit=team.ours, regions=[team.seoul.pk], by=None
    )

    assert found(team, "late delivery", by=member) == [seoul.pk]


def test_what_was_taken_back_is_never_found(team: Team) -> None:
    gone, edited, kept = (say(team, LATE) for _ in range(3))
    rebuild_index()
    ids = [gone.pk, edited.pk]

    gone.delete()
    Feedback.objects.filter(pk=edited.pk).update(text=PRAISE)
    Mention.objects.filter(feedback=edited).update(end=len(PRAISE))

    # The file still knows nothing of it.
    assert len(files.clause_index()) == 3
    assert found(team, "배송이 늦다", how="meaning") == [kept.pk]

    index_feedback(ids)

    assert len(files.clause_index()) == 2
    assert found(team, "친절한 직원", how="meaning") == [edited.pk]


def test_filters_hold_for_the_clause_that_is_meant(team: Team) -> None:
    theme = make_theme(team.ours)
    day = DAY.date()
    wanted = say(
        team, LATE, theme=theme, product=team.product, region=team.seoul, score=1.0,
        language="en", attributes={"tier": "gold"}, occurred_at=DAY, channel="email",
    )  # fmt: skip
    Mention.objects.filter(feedback=wanted).update(flags=FIRE)
    say(
        team, LATE, kind="praise", sentiment=0.9, score=9.0, language="ko",
        occurred_at=DAY - timedelta(days=30),
    )  # fmt: skip
    rebuild_index()

    for narrow in (
        Narrow(theme=theme.pk),
        Narrow(kind="complaint"),
        Narrow(sentiment="negative"),
        Narrow(flags=FIRE),
        Narrow(score="low"),
        Narrow(filters=Filters(tier="gold")),
        Narrow(window=Window(day, day)),
        Narrow(filters=Filters(product=team.product.pk)),
        Narrow(filters=Filters(region=team.seoul.pk)),
        Narrow(filters=Filters(unit=team.ours.pk, language="en")),
        Narrow(filters=Filters(channel="email")),
    ):
        assert found(team, "늦은 배송", narrow=narrow) == [wanted.pk], narrow
    assert found(team, "늦은 배송", narrow=Narrow(theme=theme.pk, kind="praise")) == []


@pytest.mark.parametrize("query", ["ㅂㅅ", "ㅠㅠ", "!!!", "7", "a", "", "%"])
def test_what_says_nothing_is_near_nothing(team: Team, query: str) -> None:
    say(team, LATE)
    rebuild_index()

    assert nearest(query, by=team.ada) == []


@pytest.mark.django_db(transaction=True)
def test_notes_are_followed_and_a_second_time_changes_nothing(team: Team) -> None:
    with_words = [make_feedback(LATE, unit=team.ours) for _ in range(3)]
    outbox.put("feedback", {"ids": [one.pk for one in with_words]})
    while enrich_pending():
        pass
    while index_pending():
        pass
    before = files.clause_index()
    index_feedback([one.pk for one in with_words])

    assert len(before) == 3
    assert files.clause_index() is before
    assert not index_pending()


def test_a_new_theme_keeps_the_vectors(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = say(team, LATE)
    rebuild_index()
    theme = make_theme(team.ours)
    Mention.objects.filter(feedback=one).update(theme=theme)
    monkeypatch.setattr(writer, "texts_of", lambda rows, chosen: ["x"] * len(chosen))

    index_feedback([one.pk])

    segment = files.clause_index().segments[0]
    assert segment.column("theme").tolist() == [theme.pk]
    assert found(team, "늦은 배송", narrow=Narrow(theme=theme.pk)) == [one.pk]


def test_a_writer_killed_half_way_leaves_the_old_state(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = say(team, LATE)
    rebuild_index()
    two = say(team, LATE)
    with monkeypatch.context() as patch:
        patch.setattr(json, "dump", _killed)
        with pytest.raises(KeyboardInterrupt):
            index_feedback([one.pk, two.pk])

    assert found(team, "late delivery", how="meaning") == [one.pk]

    index_feedback([one.pk, two.pk])

    assert len(files.clause_index()) == 2
    on_disk = {path.name for path in files.folder().glob("*.npy")}
    assert on_disk == files.clause_index().names


def test_many_small_changes_leave_few_files(team: Team) -> None:
    everyone = [say(team, f"{LATE} {number}") for number in range(24)]
    for one in everyone:
        index_feedback([one.pk])
    for pk in [one.pk for one in everyone[::2]]:
        Feedback.objects.filter(pk=pk).delete()
        index_feedback([pk])

    found_index = files.clause_index()
    mentions = np.concatenate([s.mentions[s.alive] for s in found_index.segments])

    assert len(found_index) == len(set(mentions.tolist())) == 12
    assert len(found_index.segments) <= 6


def test_an_index_of_another_encoder_is_not_asked(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(team, LATE)
    rebuild_index()
    monkeypatch.setattr(files, "encoder_name", lambda: "another 1 256")
    monkeypatch.setattr(writer, "encoder_name", lambda: "another 1 256")

    assert search("늦은 배송", by=team.ada).total == 0

    index_pending()

    assert search("늦은 배송", by=team.ada).total == 1


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_is_only_written_alike_is_not_near(team: Team) -> None:
    for text in ("볼만해요", "재밌어요", "잘봤어요", "보태고 싶다."):
        say(team, text)
    index_pending()

    assert found(team, "빨리 해지하고 싶어요") == []
