"""What people teach about themes: it moves mentions, can be undone, and stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from django.db import connections

from moksori.analysis.duplicates import text_key
from moksori.analysis.encoder import load_encoder
from moksori.analysis.encoders import register_encoder
from moksori.analysis.neighbours import Vectors
from moksori.analysis.themes import Themes
from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.testing.kept import kept
from moksori.base.testing.makers import Team
from moksori.base.warehouse import outbox
from moksori.collect.tests.makers import make_feedback
from moksori.understand import writes
from moksori.understand.models import (
    Correction,
    Mention,
    PainPoint,
    Pin,
    Theme,
    ThemeRun,
)
from moksori.understand.placing.place import ThemeSet
from moksori.understand.placing.taught import Part, Rules, folded, holds
from moksori.understand.reads.preview import (
    archive_preview,
    define_preview,
    merge_preview,
    parts_preview,
    pin_preview,
    split_preview,
)
from moksori.understand.tests.makers import (
    DAY,
    make_mention,
    make_pain,
    sentences,
)

pytestmark = pytest.mark.django_db(transaction=True)


def settle() -> None:
    """Place everything that waits for it."""
    while writes.assign_pending():
        pass


def tell(unit: Unit, texts: list[str]) -> None:
    """Feedback that says one thing each, found as mentions but not placed yet."""
    made = [make_feedback(text, unit=unit, occurred_at=DAY) for text in texts]
    for one in made:
        mention = make_mention(one)
        mention.key, mention.confidence = text_key(one.text), None
        mention.save()
    outbox.put("assign", {"ids": [one.pk for one in made]})


@pytest.fixture
def learned(team: Team) -> Team:
    def build() -> None:
        tell(team.ours, sentences(320))
        writes.learn_themes(team.ours.pk)
        settle()

    return kept("taught sentences", team, build)


def themes() -> list[Theme]:
    """Themes in use, largest first."""
    rows = Theme.objects.filter(state="active", is_group=False)
    return sorted(rows, key=lambda one: (-one.mentions.count(), one.pk))


def placed() -> dict[int, int | None]:
    return dict(Mention.objects.values_list("pk", "theme_id"))


def size(theme: Theme) -> int:
    return theme.mentions.count()


def learn_again(team: Team) -> None:
    assert writes.learn_themes(team.ours.pk) is not None
    settle()


def axes_learned(rules: Rules) -> ThemeSet:
    """Themes 7 and 8 along the first two axes, along the third what is no theme."""
    axes = np.eye(4, dtype=np.float32)
    state = {
        "mean": axes[0] * 0, "shape": axes, "parts": axes[:3], "centers": axes[:2],
        "themes": np.array([0, 1, -1]), "sizes": np.array([5, 5]),
        "coherence": np.ones(2), "groups": np.zeros(2, np.int64),
        "quantiles": np.tile(np.linspace(0, 1, 101), (2, 1)),
        "threshold": np.array(0.5),
    }  # fmt: skip
    return ThemeSet(Themes.from_state(state), [7, 8], rules)


def test_what_is_defined_takes_what_is_near_and_leaves_the_rest() -> None:
    axes = np.eye(4, dtype=np.float32)
    found = axes_learned(Rules(anchors=axes[3:], owners=(9,)))

    placed_as = [theme for theme, _ in found.place(list("abcd"), axes)]

    assert placed_as == [7, 8, None, 9]


def test_a_part_divides_its_whole_and_draws_nothing_from_elsewhere() -> None:
    axes = np.eye(4, dtype=np.float32)
    ours, theirs = np.array([[0.8, 0, 0, 0.6], [0, 0.6, 0, 0.8]], np.float32)
    rules = Rules(
        anchors=np.stack([axes[0], axes[3]]), owners=(7, 9), family={7: 7, 9: 7}
    )

    texts, rows = list("abcd"), np.stack([axes[0], ours, theirs, axes[3]])
    placed_as = [theme for theme, _ in axes_learned(rules).place(texts, rows)]

    assert placed_as == [7, 7, 8, None]
    tilted = np.array([[0.6, 0, 0, 0.8]], np.float32)
    assert axes_learned(rules).place(["e"], tilted)[0][0] == 9


def test_a_model_does_not_speak_on_under_a_name_that_a_person_gave(
    learned: Team,
) -> None:
    theme = themes()[0]
    theme.named_by, theme.description_ko = "model", "손님들이 배송을 말합니다."
    theme.save()

    done = writes.rename_theme(theme, name_ko="배송", by=learned.ada)
    theme.refresh_from_db()
    assert (theme.named_by, theme.description_ko) == ("person", "")

    writes.undo_correction(done, by=learned.ada)
    theme.refresh_from_db()
    assert (theme.named_by, theme.description_ko) == (
        "model",
        "손님들이 배송을 말합니다.",
    )


def test_a_merged_theme_gives_its_mentions_and_stays_merged(learned: Team) -> None:
    into, other, *_ = themes()
    both = size(into) + size(other)
    shown = merge_preview(into, [other], by=learned.ada)

    done = writes.merge_themes(into, [other], by=learned.ada)
    settle()

    assert shown.mentions == done.mentions
    assert size(into) == both
    assert [(m.source_id, m.target_id) for m in shown.moves] == [(other.pk, into.pk)]
    learn_again(learned)
    other.refresh_from_db()
    assert (other.state, other.merged_into) == ("merged", into)
    assert size(into) == both
    assert size(other) == 0


def test_undoing_a_merge_puts_every_mention_back(learned: Team) -> None:
    into, other, *_ = themes()
    before = placed()

    done = writes.merge_themes(into, [other], by=learned.ada)
    settle()
    assert placed() != before
    writes.undo_correction(done, by=learned.ada)
    settle()

    assert placed() == before
    done.refresh_from_db()
    assert done.undone_by == learned.ada


def test_pain_points_follow_a_merge_and_come_back(learned: Team) -> None:
    into, other, third, *_ = themes()
    PainPoint.objects.all().delete()
    fresh = make_pain(into)
    worked_on = make_pain(other, state="planned", owner=learned.pia)
    same = make_pain(third)

    done = writes.merge_themes(into, [other, third], by=learned.ada)

    def whose() -> list[int]:
        return [
            PainPoint.objects.get(pk=one.pk).theme_id
            for one in (fresh, worked_on, same)
        ]

    assert whose() == [other.pk, into.pk, third.pk]
    writes.undo_correction(done, by=learned.ada)
    assert whose() == [into.pk, other.pk, third.pk]


def test_an_archived_theme_gives_way_to_the_next_and_stays_away(learned: Team) -> None:
    before = placed()
    gone = themes()[1]
    shown = archive_preview(gone, by=learned.ada)

    done = writes.archive_theme(gone, by=learned.ada)
    settle()

    assert shown.mentions == sum(one == gone.pk for one in before.values())
    after = placed()
    assert gone.pk not in after.values()
    kept = [pk for pk, theme in before.items() if theme != gone.pk]
    assert [after[pk] for pk in kept] == [before[pk] for pk in kept]
    learn_again(learned)
    gone.refresh_from_db()
    assert gone.state == "archived"
    assert gone.pk not in placed().values()
    writes.undo_correction(done, by=learned.ada)
    settle()
    assert placed() == before


def test_words_pinned_somewhere_stay_there_with_their_copies(learned: Team) -> None:
    home, other = themes()[:2]
    mention = home.mentions.earliest("pk")
    text = mention.feedback.text
    tell(learned.ours, [text + "!!"])
    settle()
    same = Mention.objects.filter(key=text_key(text))
    shown = pin_preview(mention, other, by=learned.ada)

    done = writes.pin_mention(mention, other, by=learned.ada)
    settle()

    assert shown.mentions == done.mentions == same.count() == 2
    assert set(same.values_list("theme_id", "confidence")) == {(other.pk, 1.0)}
    learn_again(learned)
    assert set(same.values_list("theme_id", flat=True)) == {other.pk}
    writes.undo_correction(done, by=learned.ada)
    settle()
    assert set(same.values_list("theme_id", flat=True)) == {home.pk}
    assert not Pin.objects.exists()


def test_words_can_be_put_into_no_theme(learned: Team) -> None:
    mention = themes()[0].mentions.earliest("pk")

    writes.pin_mention(mention, None, by=learned.ada)
    settle()

    mention.refresh_from_db()
    assert (mention.theme, mention.confidence) == (None, None)


def test_a_pin_made_anew_is_undone_to_the_one_before(learned: Team) -> None:
    home, second, third = themes()[:3]
    mention = home.mentions.earliest("pk")
    first = writes.pin_mention(mention, second, by=learned.ada)
    again = writes.pin_mention(mention, third, by=learned.ada)

    with pytest.raises(Conflict):
        writes.undo_correction(first, by=learned.ada)
    writes.undo_correction(again, by=learned.ada)
    settle()

    mention.refresh_from_db()
    assert mention.theme == second


def test_a_theme_defined_by_words_takes_what_holds_them(learned: Team) -> None:
    shown = define_preview(
        learned.ours.pk, name_ko="돈 돌려받기", words=["환불"], by=learned.ada
    )
    done = writes.define_theme(
        learned.ours.pk, name_ko="돈 돌려받기", words=["환불"], by=learned.ada
    )
    settle()

    holding = Mention.objects.filter(feedback__text__contains="환불")
    assert set(holding.values_list("theme_id", flat=True)) == {done.theme_id}
    assert size(done.theme) == shown.mentions == holding.count()
    assert {move.target for move in shown.moves} == {"돈 돌려받기"}
    learn_again(learned)
    assert set(holding.values_list("theme_id", flat=True)) == {done.theme_id}
    assert Theme.objects.get(pk=done.theme_id).state == "active"


def test_a_theme_defined_by_examples_takes_what_is_near_and_is_undone(
    learned: Team,
) -> None:
    before = placed()
    examples = ["포장 비닐 자꾸 틀려서 짜증나요", "포장 테이프 문제로 정말 불편해요"]
    shown = define_preview(learned.ours.pk, examples=examples, by=learned.ada)

    done = writes.define_theme(
        learned.ours.pk, name_ko="비닐", examples=examples, by=learned.ada
    )
    settle()

    assert 0 < size(done.theme) == shown.mentions
    learn_again(learned)
    assert size(done.theme) == shown.mentions
    writes.undo_correction(done, by=learned.ada)
    settle()
    assert placed() == before


def test_a_definition_must_say_something(learned: Team) -> None:
    unit = learned.ours.pk
    for given in (
        {"name_ko": "빈 주제"},
        {"name_ko": " ", "words": ["환불"]},
        {"name_ko": "짧음", "words": ["가"]},
        {"name_ko": "ㅠㅠ", "examples": ["ㅠㅠㅠ"]},
        {"name_ko": "가" * 121, "words": ["환불"]},
        {"name_ko": "많음", "words": [f"낱말{n}" for n in range(60)]},
    ):
        with pytest.raises(UserError):
            writes.define_theme(unit, by=learned.ada, **given)
    with pytest.raises(Conflict):
        writes.define_theme(
            unit, name_ko=themes()[0].name_ko, words=["환불"], by=learned.ada
        )


def split(theme: Theme, by: Member) -> tuple[Correction, list[Part]]:
    parts = [one.part for one in split_preview(theme, by=by).parts]
    return writes.split_theme(theme, parts=parts, by=by), parts


def test_a_split_theme_stays_split_as_it_was_shown(learned: Team) -> None:
    whole = themes()[0]
    count, others = size(whole), {pk: n for pk, n in placed().items() if n != whole.pk}
    proposed = split_preview(whole, by=learned.ada)
    again = parts_preview(whole, [one.part for one in proposed.parts], by=learned.ada)

    done, _ = split(whole, learned.ada)
    settle()

    new = Theme.objects.filter(pk__in=done.said["parts"]).order_by("pk")
    sizes = [size(whole), *(size(one) for one in new)]
    assert proposed.preview == again
    assert sizes == [one.mentions for one in proposed.parts]
    assert sum(sizes) == count
    assert all(len(one.verbatims) == 3 for one in proposed.parts)
    assert {pk: n for pk, n in placed().items() if pk in others} == others
    learn_again(learned)
    assert [size(whole), *(size(one) for one in new)] == sizes


def test_undoing_a_split_makes_the_parts_one_again(learned: Team) -> None:
    whole = themes()[0]
    name, before = whole.name_ko, placed()
    done, _ = split(whole, learned.ada)
    settle()
    made = Theme.objects.get(pk=done.said["parts"][0])
    pain = make_pain(made, state="planned")

    writes.undo_correction(done, by=learned.ada)
    settle()

    whole.refresh_from_db()
    assert (whole.name_ko, placed()) == (name, before)
    made.refresh_from_db()
    assert (made.state, made.merged_into) == ("merged", whole)
    pain.refresh_from_db()
    assert pain.theme == whole


def test_a_part_needs_mentions_of_the_theme(learned: Team) -> None:
    first, other = themes()[:2]
    own = tuple(first.mentions.values_list("pk", flat=True)[:5])
    theirs = tuple(other.mentions.values_list("pk", flat=True)[:5])

    with pytest.raises(UserError):
        writes.split_theme(
            first, parts=[Part("하나", own), Part("둘", theirs)], by=learned.ada
        )
    with pytest.raises(UserError):
        writes.split_theme(first, parts=[Part("하나", own)], by=learned.ada)


def test_a_moved_theme_stays_in_its_group(learned: Team) -> None:
    theme = themes()[0]

    done = writes.move_theme(theme, name_ko="물류", by=learned.ada)
    learn_again(learned)

    theme.refresh_from_db()
    assert theme.parent is not None
    assert (theme.parent.name_ko, theme.parent.state) == ("물류", "active")
    with pytest.raises(UserError):
        writes.move_theme(theme, group=themes()[1], by=learned.ada)
    writes.undo_correction(done, by=learned.ada)
    assert not Theme.objects.filter(name_ko="물류", state="active").exists()


def test_a_name_is_undone_to_the_one_before(learned: Team) -> None:
    theme = themes()[0]
    first = theme.name_ko
    one = writes.rename_theme(theme, name_ko="하나", by=learned.ada)
    two = writes.rename_theme(theme, name_ko="둘", by=learned.ada)

    with pytest.raises(Conflict):
        writes.undo_correction(one, by=learned.ada)
    writes.undo_correction(two, by=learned.ada)
    writes.undo_correction(one, by=learned.ada)

    theme.refresh_from_db()
    assert (theme.name_ko, theme.named_by) == (first, "machine")
    with pytest.raises(Conflict):
        writes.undo_correction(one, by=learned.ada)


def test_a_later_merge_keeps_an_earlier_one_from_being_undone(learned: Team) -> None:
    one, two, three = themes()[:3]
    first = writes.merge_themes(two, [three], by=learned.ada)
    second = writes.merge_themes(one, [two], by=learned.ada)

    with pytest.raises(Conflict) as refused:
        writes.undo_correction(first, by=learned.ada)
    settle()

    assert refused.value.details["correction"] == second.pk
    assert size(two) == size(three) == 0


def test_a_theme_named_by_a_person_is_kept_though_it_is_not_found_again(
    learned: Team,
) -> None:
    theme = themes()[0]
    writes.rename_theme(theme, name_ko="우리 이름", by=learned.ada)
    # As if its mentions had become part of something else.
    theme.refresh_from_db()
    theme.center = (-theme_center(theme)).tobytes()
    theme.save()

    learn_again(learned)

    theme.refresh_from_db()
    assert (theme.name_ko, theme.state) == ("우리 이름", "active")
    assert theme.anchors is not None


def theme_center(theme: Theme) -> Vectors:
    return np.frombuffer(bytes(theme.center), np.float32)


class Turned:
    """The shipped encoder in a space where nothing of the old one fits."""

    name, version, dims, is_slow = "turned", "1", 256, False

    def encode(self, texts: Sequence[str]) -> Vectors:
        return -np.roll(load_encoder().encode(texts), 7, axis=1)


register_encoder("turned", lambda _model, _chosen: Turned())


def test_everything_taught_outlives_another_encoder(
    learned: Team, settings: Any
) -> None:
    by = learned.ada
    whole, into, other, gone = themes()[:4]
    writes.rename_theme(into, name_ko="우리 이름", by=by)
    mention = into.mentions.latest("pk")
    writes.pin_mention(mention, None, by=by)
    split(whole, by)
    writes.merge_themes(into, [other], by=by)
    writes.archive_theme(gone, by=by)
    writes.move_theme(into, name_ko="물류", by=by)
    examples = ["포장 비닐 자꾸 틀려서 짜증나요", "포장 테이프 문제로 정말 불편해요"]
    writes.define_theme(
        learned.ours.pk, name_ko="비닐", words=["환불"], examples=examples, by=by
    )
    settle()
    before, names = placed(), names_in_use()

    settings.MOKSORI_ENCODER = "turned"
    learn_again(learned)

    assert last_encoder() == "turned 1"
    assert placed() == before
    assert names_in_use() == names
    for one in (other, gone, into):
        one.refresh_from_db()
    assert (other.state, gone.state) == ("merged", "archived")
    assert into.parent is not None
    assert (into.name_ko, into.parent.name_ko) == ("우리 이름", "물류")


def names_in_use() -> dict[int, str]:
    """Of themes that are mentioned: one that is not cannot be found again."""
    return {one.pk: one.name_ko for one in themes() if size(one)}


def last_encoder() -> str:
    return ThemeRun.objects.latest("number").encoder


def every_write(team: Team, by: Member) -> list[Callable[[], object]]:
    one, two = themes()[:2]
    mention = one.mentions.earliest("pk")
    done = writes.rename_theme(one, name_ko="이름", by=team.ada)
    parts = [Part("하나", (mention.pk,)), Part("둘", (mention.pk,))]
    return [
        lambda: writes.rename_theme(one, name_ko="다른 이름", by=by),
        lambda: writes.merge_themes(one, [two], by=by),
        lambda: writes.split_theme(one, parts=parts, by=by),
        lambda: writes.move_theme(one, name_ko="모음", by=by),
        lambda: writes.pin_mention(mention, two, by=by),
        lambda: writes.archive_theme(one, by=by),
        lambda: writes.define_theme(
            team.ours.pk, name_ko="새것", words=["환불"], by=by
        ),
        lambda: writes.redefine_theme(one, words=["환불"], examples=[], by=by),
        lambda: writes.undo_correction(done, by=by),
    ]


def test_only_who_edits_themes_there_teaches(learned: Team) -> None:
    before = Correction.objects.count()
    for by in (learned.vic, learned.lea, learned.sol, learned.eve, learned.max):
        for write in every_write(learned, by):
            with pytest.raises((NotAllowed, NotFound)):
                write()
    undone = Correction.objects.exclude(undone_at=None).count()
    assert (Correction.objects.count() - before, undone) == (5, 0)


def test_everything_taught_is_in_the_log(learned: Team) -> None:
    one, two, three = themes()[:3]
    writes.rename_theme(three, name_ko="이름", by=learned.ada)
    writes.move_theme(three, name_ko="모음", by=learned.ada)
    done = writes.merge_themes(one, [two], by=learned.ada)
    writes.undo_correction(done, by=learned.ada)
    writes.archive_theme(two, by=learned.ada)

    said = set(Entry.objects.values_list("verb", flat=True))

    assert said >= {
        "rename_theme", "move_theme", "merge_themes", "undo_correction",
        "archive_theme",
    }  # fmt: skip


def test_of_two_who_merge_at_once_the_second_is_told(learned: Team) -> None:
    one, two = themes()[:2]

    def asked(pair: tuple[Theme, Theme]) -> str:
        try:
            writes.merge_themes(pair[0], [pair[1]], by=learned.ada)
        except Conflict as conflict:
            return str(conflict)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as people:
        said = list(people.map(asked, [(one, two), (two, one)]))

    assert sum(bool(words) for words in said) == 1
    assert Theme.objects.filter(state="merged").count() == 1


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("배송 지연", "배송지연이 심해요", True),
        ("배송지연", "배송 지연 때문에", True),
        ("app", "happy with it", False),
        ("app", "The App crashes", True),
        ("APP", "my app", True),
        ("late delivery", "a late delivery again", True),
        ("환불", "반품만 했어요", False),
    ],
)
def test_words_are_found_however_they_are_written(
    word: str, text: str, found: bool
) -> None:
    plain = folded(text)
    assert holds(word, plain, plain.replace(" ", "")) is found
