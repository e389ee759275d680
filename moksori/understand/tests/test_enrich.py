"""From the outbox to themes and numbers, again and again, without a trace too much."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from moksori.base.testing.kept import kept
from moksori.base.testing.makers import Team
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.understand import writes
from moksori.understand.models import Mention, PainPoint, SearchText, Theme, ThemeRun
from moksori.understand.reads import place, search, theme_lines
from moksori.understand.reads.near import near_themes
from moksori.understand.tests.makers import hand_over, sentences

# The outbox shows committed notes only.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def learned(team: Team) -> Team:
    def build() -> None:
        hand_over(team.ours, sentences(400))
        writes.catch_up()

    return kept("four hundred sentences", team, build)


def mentions() -> list[tuple[object, ...]]:
    columns = ("pk", "start", "end", "sentiment", "kind", "theme_id", "confidence")
    return list(Mention.objects.order_by("pk").values_list(*columns))


def test_feedback_becomes_mentions_and_can_be_searched(team: Team) -> None:
    hand_over(team.ours, ["배송이 늦어서 화가 나요. 그래도 포장은 좋았어요.", ""])

    writes.catch_up()

    said = [m.feedback.text[m.start : m.end] for m in Mention.objects.order_by("pk")]
    assert said == ["배송이 늦어서 화가 나요.", "그래도 포장은 좋았어요."]
    assert search("포장", by=team.ada).total == 1
    assert Feedback.objects.exclude(text="").get().language == "ko"


def asked(write: Callable[[], object]) -> object:
    try:
        return write()
    finally:
        connections.close_all()


def test_a_second_worker_leaves_the_notes_to_the_first(team: Team) -> None:
    hand_over(team.ours, ["배송이 늦어서 화가 나요."])

    with (
        outbox.reading("enrich") as first,
        outbox.reading("warehouse"),
        ThreadPoolExecutor(1) as second,  # with a connection of its own
    ):
        meanwhile = list(
            second.map(asked, [writes.enrich_pending, writes.refresh_facts])
        )
    after = writes.enrich_pending()

    assert first
    assert meanwhile == [False, False]
    assert after
    assert Mention.objects.count() == 1


def test_themes_are_learned_by_themselves_with_enough_feedback(learned: Team) -> None:
    run = ThemeRun.objects.get()

    assert (run.number, run.feedback) == (1, 400)
    themes = Theme.objects.filter(state="active", is_group=False)
    assert themes.count() == len(run.labels) >= 3
    assert all(theme.name_ko for theme in Theme.objects.all())
    assert len(theme_lines(by=learned.ada)) >= 3
    assert PainPoint.objects.exists()


def test_a_search_names_themes_near_in_meaning_to_whom_they_are_shown(
    learned: Team,
) -> None:
    said = "배송이 너무 늦어서 화가 납니다"

    assert near_themes(said, by=learned.ada)
    assert near_themes(said, by=learned.eve) == []
    assert near_themes(" ", by=learned.ada) == []


def test_too_little_feedback_has_no_themes(team: Team) -> None:
    hand_over(team.ours, sentences(100))

    writes.catch_up()

    assert not ThemeRun.objects.exists()
    assert writes.learn_themes(team.ours.pk) is None


def test_the_same_again_changes_nothing(learned: Team) -> None:
    before = mentions()

    writes.enrich_feedback(list(Feedback.objects.values_list("pk", flat=True)))
    writes.catch_up()

    assert mentions() == before


def test_the_same_feedback_gives_the_same_themes(learned: Team) -> None:
    before = {t.pk: (t.name_ko, t.words, bytes(t.center)) for t in Theme.objects.all()}
    placed = mentions()

    run = writes.learn_themes(learned.ours.pk)
    writes.catch_up()

    assert run is not None
    themes = Theme.objects.filter(is_group=False).count()
    assert (run.kept, run.born, run.archived) == (themes, 0, 0)
    after = {t.pk: (t.name_ko, t.words, bytes(t.center)) for t in Theme.objects.all()}
    assert (after, mentions()) == (before, placed)


def test_a_name_given_by_a_person_survives_learning_again(learned: Team) -> None:
    theme = Theme.objects.filter(state="active").earliest("pk")
    writes.rename_theme(theme, name_ko="택배 지연", name_en="Parcels", by=learned.ada)
    hand_over(learned.ours, [text + " 정말로요" for text in sentences(120)])
    writes.catch_up()

    run = writes.learn_themes(learned.ours.pk)

    assert run is not None
    assert run.number == 2
    theme.refresh_from_db()
    assert (theme.name_ko, theme.name_en) == ("택배 지연", "Parcels")


def test_themes_are_of_the_affiliate_and_not_of_others(learned: Team) -> None:
    known = Mention.objects.exclude(theme=None).earliest("pk").feedback.text
    hand_over(learned.team, [known])
    hand_over(learned.theirs, [known])
    writes.catch_up()

    inside = Mention.objects.filter(feedback__unit=learned.team)
    outside = Mention.objects.filter(feedback__unit=learned.theirs)

    units = {row.theme.unit for row in inside if row.theme is not None}
    assert units == {learned.ours}
    assert {row.theme for row in outside} == {None}
    assert theme_lines(by=learned.eve) == []


def test_feedback_at_the_root_has_themes_of_its_own(learned: Team) -> None:
    hand_over(learned.root, sentences(320))
    writes.catch_up()

    own = Theme.objects.filter(unit=learned.root)
    placed = Mention.objects.filter(theme__in=own)

    assert ThemeRun.objects.get(unit=learned.root).feedback == 320
    assert set(placed.values_list("feedback__unit_id", flat=True)) == {learned.root.pk}
    assert theme_lines(by=learned.ada)[0].feedback <= 400
    mine = {line.id for line in theme_lines(by=learned.ada)}
    assert not mine & set(own.values_list("pk", flat=True))


def test_undo_removes_mentions_tokens_and_facts(learned: Team) -> None:
    first = Feedback.objects.order_by("pk")[:50]
    ids = [one.pk for one in first]
    Feedback.objects.filter(pk__in=ids).delete()
    outbox.put("feedback", {"removed": ids})

    writes.catch_up()

    found = place(by=learned.ada, period="all")
    assert found is not None
    assert found.total == 350
    assert not Mention.objects.filter(feedback_id__in=ids).exists()
    assert SearchText.objects.count() == 350


def test_a_changed_text_is_enriched_anew(learned: Team) -> None:
    feedback = Feedback.objects.earliest("pk")
    Feedback.objects.filter(pk=feedback.pk).update(text="상담원이 친절하고 좋았어요")
    outbox.put("feedback", {"ids": [feedback.pk]})

    writes.catch_up()

    (mention,) = Mention.objects.filter(feedback=feedback)
    assert mention.kind == "praise"
    assert search("친절하고", by=learned.ada).total == 1


def test_half_done_work_is_done_again_in_full(team: Team) -> None:
    hand_over(team.ours, sentences(30))
    batch = outbox.take("enrich", "feedback", 20)
    writes.enrich_feedback(batch.payloads[0]["ids"][:7])  # and then it was killed

    writes.catch_up()

    assert Feedback.objects.filter(mentions__isnull=True).count() == 0
    found = place(by=team.ada, period="all")
    assert found is not None
    assert found.total == 30


def test_facts_made_anew_are_the_same(learned: Team) -> None:
    before = [(line.id, line.feedback) for line in theme_lines(by=learned.ada)]

    writes.rebuild_facts()

    assert [(line.id, line.feedback) for line in theme_lines(by=learned.ada)] == before
