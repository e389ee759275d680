"""What the pages of teaching promise, propose and tell afterwards."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from moksori.base.errors import Conflict, NotFound, UserError
from moksori.base.testing.makers import Team
from moksori.understand import writes
from moksori.understand.cli import themes as command
from moksori.understand.models import Correction, Mention, Pin, Theme
from moksori.understand.reads.choices import alike
from moksori.understand.reads.corrections import CorrectionLine, history, tally
from moksori.understand.reads.preview import pin_preview, split_preview
from moksori.understand.reads.queue import Question, questions
from moksori.understand.reads.taxonomy import entries_of
from moksori.understand.tests.makers import publish
from moksori.understand.tests.test_teaching import (
    learned,
    placed,
    settle,
    size,
    tell,
    themes,
)
from moksori.understand.tests.test_teaching_doors import client, post
from moksori.understand.writes.taxonomy import import_taxonomy

__all__ = ["learned"]

pytestmark = pytest.mark.django_db(transaction=True)


def page(team: Team, address: str) -> str:
    return unescape(client(team.ada).get(address).content.decode())


def newest(team: Team) -> CorrectionLine:
    return history(by=team.ada, affiliate=team.ours.pk).lines[0]


def with_others(team: Team) -> Question:
    """A question whose answer settles other words too."""
    waiting = questions(team.ours.pk, by=team.ada, limit=100)
    return next(one for one in waiting if one.near)


def test_the_queue_settles_just_as_many_as_it_promises(learned: Team) -> None:
    before = placed()
    asked = with_others(learned)
    mention = Mention.objects.get(pk=asked.mention)
    tell(learned.ours, [mention.feedback.text + "!!"])
    settle()
    asked = with_others(learned)
    target = themes()[-1]
    shown = pin_preview(mention, target, near=asked.near, by=learned.ada)

    client(learned.ada).post(
        f"/understand/mentions/{asked.mention}/pin/",
        {"theme": target.pk, "near": ",".join(map(str, asked.near)), "next": "/"},
    )
    settle()

    done = Correction.objects.get()
    assert done.mentions == asked.settles == shown.total > len(asked.near)
    assert tally(learned.ours.pk, by=learned.ada).mentions == asked.settles
    moved = [pk for pk, theme in placed().items() if before.get(pk) != theme]
    assert set(asked.near) <= set(moved)
    assert len(moved) == asked.settles
    writes.undo_correction(done, by=learned.ada)
    settle()
    assert {pk: placed()[pk] for pk in before} == before
    assert not Pin.objects.exists()


def test_an_answer_leaves_what_somebody_placed_where_it_is(learned: Team) -> None:
    asked = with_others(learned)
    own, beside = (Mention.objects.get(pk=pk) for pk in (asked.mention, asked.near[0]))
    one, two = themes()[:2]
    writes.pin_mention(beside, one, by=learned.ada)

    done = writes.pin_mention(own, two, near=[beside.pk], by=learned.ada)
    settle()

    beside.refresh_from_db()
    assert (beside.theme, done.mentions) == (one, 1)


def test_the_page_of_the_queue_names_what_goes_with_an_answer(learned: Team) -> None:
    waiting = questions(learned.ours.pk, by=learned.ada)
    first = next(at for at, one in enumerate(waiting) if one.near)
    skip = ",".join(str(one.mention) for one in waiting[:first])
    theme = waiting[first].candidates[0].theme
    Theme.objects.filter(pk=theme).update(words=[])

    shown = page(learned, f"/understand/teach/?skip={skip}")

    assert f"언급 {waiting[first].settles}개를 한꺼번에" in shown
    assert "거의 같은 말 보기" in shown
    assert " · </span>" not in shown


def test_the_history_says_where_words_went(learned: Team) -> None:
    home, other = themes()[:2]
    mention = home.mentions.earliest("pk")

    writes.pin_mention(mention, other, by=learned.ada)
    moved = newest(learned)
    settle()
    mention.refresh_from_db()
    writes.pin_mention(mention, None, by=learned.ada)
    none = newest(learned)

    assert moved.said == f"{home.name_ko} → {other.name_ko}"
    assert none.said == f"{other.name_ko} → 어느 주제도 아님"
    assert moved.words == mention.feedback.text
    assert history(by=learned.lea).lines[0].words in {"", mention.feedback.text}
    shown = page(learned, "/understand/teach/corrections/")
    assert moved.said in shown
    assert none.said in shown


def test_the_history_says_how_many_a_defined_theme_took(learned: Team) -> None:
    done = writes.define_theme(
        learned.ours.pk, name_ko="돈 돌려받기", words=["환불"], by=learned.ada
    )
    settle()
    made = newest(learned)
    writes.redefine_theme(
        done.theme, words=["환불", "카드"], examples=[], by=learned.ada
    )
    settle()
    anew, before = history(by=learned.ada).lines

    assert (made.said, made.mentions) == ("낱말: 환불", size_of("환불"))
    assert anew.said == "낱말: 환불 → 환불; 카드"
    assert anew.mentions == size(done.theme) > made.mentions > 0
    assert not before.is_counted
    writes.undo_correction(Correction.objects.latest("pk"), by=learned.ada)
    assert newest(learned).mentions == anew.mentions


def size_of(word: str) -> int:
    return Mention.objects.filter(feedback__text__contains=word).count()


def test_the_history_says_what_a_file_and_every_edit_changed(learned: Team) -> None:
    one, two, three = themes()[:3]
    was, group = one.name_ko, one.parent.name_ko if one.parent else ""
    text = f"id,name_ko,group\n{one.pk},배송 이야기,물류\n"

    import_taxonomy(learned.ours.pk, entries_of(text.encode()), by=learned.ada)
    brought = newest(learned)
    writes.move_theme(one, name_ko="배달", by=learned.ada)
    moved = newest(learned)
    writes.merge_themes(two, [three], by=learned.ada)
    merged = newest(learned)

    assert f"한국어 이름: {was} → 배송 이야기" in brought.said
    assert f"묶음: {group or '–'} → 물류" in brought.said
    assert not brought.is_counted
    assert moved.said == "물류 → 배달"
    assert merged.said == f"{three.name_ko} → {two.name_ko}"
    assert merged.mentions > 0


def test_a_theme_just_made_says_that_its_numbers_follow(learned: Team) -> None:
    publish()
    done = writes.define_theme(
        learned.ours.pk, name_ko="돈 돌려받기", words=["환불"], by=learned.ada
    )
    settle()
    address = f"/understand/themes/{done.theme_id}/?period=all"
    fresh = page(learned, address)
    publish()
    counted = page(learned, address)

    assert "방금 만든 주제" in fresh
    assert "고객이 없습니다" not in fresh
    assert '<dl class="figures">' not in fresh
    assert 'figure class="chart' not in fresh
    assert "환불" in fresh
    assert "방금 만든 주제" not in counted
    assert '<dl class="figures">' in counted


def test_a_theme_that_nobody_speaks_of_any_more_says_so(learned: Team) -> None:
    publish()
    long_ago = timezone.now() - timedelta(days=3)
    row = themes()[0]
    row.mentions.update(theme=None)
    Theme.objects.filter(pk=row.pk).update(born_at=long_ago)
    publish()

    shown = page(learned, f"/understand/themes/{row.pk}/?period=all")

    assert "방금 만든 주제" not in shown
    assert "고객이 없습니다" in shown


def test_the_first_part_keeps_the_name_and_the_others_get_one_each(
    learned: Team,
) -> None:
    whole, other = themes()[:2]
    writes.rename_theme(whole, name_ko="우리 배송", by=learned.ada)
    whole.refresh_from_db()
    proposed = split_preview(whole, by=learned.ada).parts[1].name_ko
    writes.rename_theme(other, name_ko=proposed, by=learned.ada)

    parts = split_preview(whole, by=learned.ada).parts
    names = [one.name_ko for one in parts]
    writes.split_theme(whole, parts=[one.part for one in parts], by=learned.ada)

    whole.refresh_from_db()
    assert names[0] == whole.name_ko == "우리 배송"
    assert whole.named_by == "person"
    assert len({*names, other.name_ko}) == len(names) + 1
    assert newest(learned).said == f"우리 배송 → {' · '.join(names)}"


def test_a_theme_is_split_into_as_many_parts_as_asked(learned: Team) -> None:
    whole = themes()[0]
    address = f"/understand/themes/{whole.pk}/split/"

    for count in (2, 3):
        parts = split_preview(whole, count=count, by=learned.ada).parts
        shown = page(learned, f"{address}?parts={count}")
        assert len(parts) == count
        assert shown.count('class="part"') == count
    with pytest.raises(UserError):
        split_preview(themes()[-1], count=6, by=learned.ada)
    assert 'class="part"' in page(learned, f"{address}?parts=77")
    api = f"/api/v1/understand/themes/{whole.pk}/split?count=3"
    assert len(client(learned.ada).get(api).json()["parts"]) == 3


def test_two_themes_in_use_have_no_name_in_common(learned: Team) -> None:
    one, two = themes()[:2]
    address = f"/understand/themes/{two.pk}/rename/"

    with pytest.raises(Conflict):
        writes.rename_theme(two, name_ko=f" {one.name_ko} ", by=learned.ada)
    web = client(learned.ada).post(address, {"name_ko": one.name_ko})
    api = client(learned.ada).patch(
        f"/api/v1/understand/themes/{two.pk}",
        {"name_ko": one.name_ko},
        content_type="application/json",
    )
    file = f"id,name_ko\n{two.pk},{one.name_ko}\n"
    brought = post(learned.ada, "taxonomy", {"content": file})

    assert (web.status_code, api.status_code, brought.status_code) == (422, 409, 409)
    assert "이미 있습니다" in web.content.decode()
    assert not Correction.objects.exists()
    writes.rename_theme(two, name_ko=two.name_ko, name_en="Same", by=learned.ada)


def test_a_theme_to_merge_with_is_found_by_its_name(learned: Team) -> None:
    publish()
    one = themes()[0]
    address = f"/understand/themes/{one.pk}/merge/"
    offered = alike(one, by=learned.ada)
    others = {each.pk for each in themes()[1:]}
    other = next(each for each in offered if each.mentions)

    empty = page(learned, address)
    shown = page(learned, f"{address}?other={other.label}")
    wrong = page(learned, f"{address}?other=없는 주제")
    done = client(learned.ada).post(address, {"other": other.label})

    assert {each.id for each in offered} == others
    option = f"{other.label} · 언급 {other.mentions}개</option>"
    assert f'<option value="{other.label}">{option}' in empty
    assert "disabled" not in shown.split('id="ask"')[1].split("</form>")[0]
    assert "이런 이름의 주제가 없습니다" in wrong
    assert done.status_code == 302
    assert Theme.objects.get(pk=other.id).merged_into == one


def test_themes_of_one_name_are_told_apart(learned: Team) -> None:
    one, two, three = themes()[:3]
    Theme.objects.filter(pk__in=[two.pk, three.pk]).update(name_ko="같은 이름")

    labels = [each.label for each in alike(one, by=learned.ada)]

    assert {f"같은 이름 #{two.pk}", f"같은 이름 #{three.pk}"} <= set(labels)


def test_the_command_line_says_that_nothing_changes(
    learned: Team, tmp_path: Path
) -> None:
    out = tmp_path / "themes.csv"
    run = CliRunner().invoke
    run(command, ["export", "--unit", str(learned.ours.pk), "--out", str(out)])

    same = run(command, ["import", str(out), "--as", learned.ada.email, "--dry-run"])
    theme = themes()[0]
    out.write_text(f"id,name_ko\n{theme.pk},배송 이야기\n", encoding="utf-8")
    tried = run(command, ["import", str(out), "--as", learned.ada.email, "--dry-run"])
    nope = run(command, ["learn", "--unit", "nope"])

    assert "바뀌는 것이 없습니다" in same.output
    assert f"한국어 이름: {theme.name_ko} → 배송 이야기" in tried.output
    assert isinstance(nope.exception, NotFound)
    assert "‘nope’라는 조직이 없습니다" in str(nope.exception)


def test_who_may_not_teach_is_shown_what_changed(learned: Team) -> None:
    publish()
    reader = client(learned.vic).get("/understand/themes/").content.decode()

    assert "바뀐 기록" in reader
    assert ">가르치기" not in reader
    assert ">가르치기" in page(learned, "/understand/themes/")
