"""Teaching through the API and the command line, and the tree of themes as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import translation

from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.understand import writes
from moksori.understand.cli import themes as command
from moksori.understand.models import Correction, Mention, Theme
from moksori.understand.reads.corrections import history
from moksori.understand.reads.queue import questions
from moksori.understand.reads.taxonomy import (
    as_csv,
    as_json,
    changes,
    entries_of,
    taxonomy,
)
from moksori.understand.reads.why import why
from moksori.understand.tests.makers import make_pain
from moksori.understand.tests.test_teaching import learned, settle, size, themes
from moksori.understand.writes.taxonomy import import_taxonomy

__all__ = ["learned"]

pytestmark = pytest.mark.django_db(transaction=True)
API = "/api/v1/understand"


def client(member: Member) -> Client:
    found = Client()
    found.force_login(member)
    return found


def post(member: Member, path: str, body: Any = None) -> Any:
    return client(member).post(
        f"{API}/{path}", json.dumps(body or {}), content_type="application/json"
    )


def test_the_api_merges_shows_and_undoes(learned: Team) -> None:
    into, other = themes()[:2]
    asked = {"others": [other.pk]}

    shown = post(learned.ada, f"themes/{into.pk}/merge/preview", asked).json()
    done = post(learned.ada, f"themes/{into.pk}/merge", asked).json()
    settle()

    assert shown["mentions"] == done["mentions"] > 0
    assert len(shown["moves"][0]["verbatims"]) == 3
    assert done["can_undo"]
    assert size(other) == 0
    undone = post(learned.ada, f"corrections/{done['id']}/undo")
    assert undone.status_code == 200
    assert undone.json()["undone_by"] == "Ada"
    assert post(learned.ada, f"corrections/{done['id']}/undo").status_code == 409


def addresses(theme: Theme, other: Theme, mention: Mention, done: Correction) -> Any:
    parts = [{"name_ko": name, "anchors": [mention.pk]} for name in ("하나", "둘")]
    unit = theme.unit_id
    return {
        f"themes/{theme.pk}/merge": {"others": [other.pk]},
        f"themes/{theme.pk}/merge/preview": {"others": [other.pk]},
        f"themes/{theme.pk}/split": {"parts": parts},
        f"themes/{theme.pk}/move": {"name_ko": "모음"},
        f"themes/{theme.pk}/archive": {},
        f"mentions/{mention.pk}/pin": {"theme": other.pk},
        f"mentions/{mention.pk}/pin/preview": {"theme": other.pk},
        f"corrections/{done.pk}/undo": {},
        "themes/defined": {"name_ko": "새것", "words": ["환불"], "unit": unit},
        "themes/defined/preview": {"name_ko": "새것", "words": ["환불"], "unit": unit},
        "taxonomy": {"content": "name_ko,words\n새것,환불", "unit": unit},
        "taxonomy/preview": {"content": "name_ko,words\n새것,환불", "unit": unit},
    }


def test_outsiders_find_nothing_and_readers_may_not(learned: Team) -> None:
    theme, other = themes()[:2]
    mention = theme.mentions.earliest("pk")
    done = writes.rename_theme(theme, name_ko="이름", by=learned.ada)

    for path, body in addresses(theme, other, mention, done).items():
        assert post(learned.eve, path, body).status_code == 404, path
        assert post(learned.vic, path, body).status_code == 403, path
    for path in (
        f"themes/{theme.pk}/split", f"themes/{theme.pk}/archive",
        f"questions?unit={theme.unit_id}", f"taxonomy?unit={theme.unit_id}",
    ):  # fmt: skip
        assert client(learned.eve).get(f"{API}/{path}").status_code == 404, path
        assert client(learned.vic).get(f"{API}/{path}").status_code == 403, path
    assert (
        client(learned.eve).get(f"{API}/mentions/{mention.pk}/why").status_code == 404
    )
    assert client(learned.eve).get(f"{API}/corrections").json()["lines"] == []
    assert Correction.objects.get() == done


def test_every_address_of_teaching_works(learned: Team) -> None:
    theme, other = themes()[:2]
    mention = theme.mentions.earliest("pk")
    ada = client(learned.ada)

    proposed = ada.get(f"{API}/themes/{theme.pk}/split").json()["parts"]
    done = post(learned.ada, f"themes/{theme.pk}/split", {"parts": proposed})
    assert done.status_code == 200
    for path, body in {
        "themes/defined/preview": {"name_ko": "새것", "words": ["환불"]},
        f"mentions/{mention.pk}/pin/preview": {"theme": None},
        f"mentions/{mention.pk}/pin": {"theme": other.pk},
        f"themes/{other.pk}/move": {"name_ko": "모음"},
        f"themes/{other.pk}/archive": {},
    }.items():
        assert post(learned.ada, path, body).status_code == 200, path
    found = ada.get(f"{API}/corrections", {"theme": other.pk}).json()["lines"]
    assert [one["kind"] for one in found] == ["archive", "move", "pin"]
    assert ada.get(f"{API}/questions").status_code == 200
    # Where it was pinned was put away since.
    assert ada.get(f"{API}/mentions/{mention.pk}/why").json()["reason"] != "pinned"
    assert ada.get(f"{API}/taxonomy").json()["themes"]
    assert ada.get(f"{API}/taxonomy?form=csv").content.startswith(b"\xef\xbb\xbfid,")


def test_why_a_mention_is_there_is_said(learned: Team) -> None:
    home, other = themes()[:2]
    mention = home.mentions.earliest("pk")

    near = why(mention, by=learned.ada)
    writes.pin_mention(mention, other, by=learned.ada)
    pinned = why(mention, by=learned.ada)

    assert (near.reason, near.theme, near.is_pending) == ("near", home.pk, False)
    assert len(near.like) == 2
    assert near.best is not None
    assert near.next is not None
    assert near.margin == pytest.approx(near.best.similarity - near.next.similarity)
    assert (pinned.reason, pinned.by, pinned.is_pending) == ("pinned", "Ada", True)


def test_a_defining_word_is_named_as_the_reason(learned: Team) -> None:
    writes.define_theme(
        learned.ours.pk, name_ko="돈 돌려받기", words=["환불"], by=learned.ada
    )
    settle()
    mention = Mention.objects.filter(feedback__text__contains="환불").earliest("pk")

    found = why(mention, by=learned.ada)

    assert (found.reason, found.word, found.name) == ("word", "환불", "돈 돌려받기")


def test_the_queue_asks_what_is_in_doubt_and_not_what_was_answered(
    learned: Team,
) -> None:
    asked = questions(learned.ours.pk, by=learned.ada, limit=5)

    assert 1 <= len(asked) <= 5
    assert all(0 < one.doubt <= 1 and len(one.candidates) == 2 for one in asked)
    first = Mention.objects.get(pk=asked[0].mention)
    writes.pin_mention(
        first, Theme.objects.get(pk=asked[0].candidates[0].theme), by=learned.ada
    )
    again = questions(learned.ours.pk, by=learned.ada, limit=5)
    assert first.pk not in {one.mention for one in again}


def test_the_history_says_who_when_and_what_can_be_undone(learned: Team) -> None:
    one, two, three = themes()[:3]
    first = writes.merge_themes(two, [three], by=learned.ada)
    second = writes.merge_themes(one, [two], by=learned.ada)

    lines = history(by=learned.ada, affiliate=learned.ours.pk).lines
    about = history(by=learned.ada, theme=three).lines
    page = history(by=learned.ada, limit=1)

    assert [line.id for line in lines] == [second.pk, first.pk]
    assert [line.blocked_by for line in lines] == [None, second.pk]
    assert [line.can_undo for line in lines] == [True, False]
    assert {line.who for line in lines} == {"Ada"}
    assert [line.id for line in about] == [first.pk]
    assert page.older == second.pk
    assert history(by=learned.eve).lines == ()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_tree_taken_out_and_brought_in_changes_nothing(
    learned: Team, form: str
) -> None:
    writes.define_theme(
        learned.ours.pk,
        name_ko='=모음, "인용"',
        words=["환불", "반품"],
        examples=["환불이 안 돼요", "돈을; 못 받았어요"],
        by=learned.ada,
    )
    entries = taxonomy(learned.ours.pk, by=learned.ada)
    data = as_csv(entries) if form == "csv" else as_json(entries)

    read = entries_of(data, name=f"themes.{form}")

    assert len(read) == len(entries)
    assert changes(learned.ours.pk, read, by=learned.ada) == []


def test_what_a_file_changes_is_shown_done_and_undone_theme_by_theme(
    learned: Team,
) -> None:
    theme = themes()[0]
    before = theme.name_ko
    text = (
        "id,name_ko,group,description_ko,words\n"
        f"{theme.pk},배송 이야기,물류,늦게 오는 것,\n"
        ",돈 돌려받기,,,환불; 반품\n"
    )
    entries = entries_of(text.encode())

    shown = changes(learned.ours.pk, entries, by=learned.ada)
    done = import_taxonomy(learned.ours.pk, entries, by=learned.ada)
    settle()

    assert [one.is_new for one in shown] == [False, True]
    assert [d.field for d in shown[0].differences] == [
        "group", "name_ko", "description_ko",
    ]  # fmt: skip
    assert len(done) == 2
    theme.refresh_from_db()
    assert theme.parent is not None
    assert (theme.name_ko, theme.parent.name_ko) == ("배송 이야기", "물류")
    assert size(done[1].theme) > 0
    assert writes.learn_themes(learned.ours.pk) is not None
    theme.refresh_from_db()
    assert theme.parent is not None
    assert (theme.description_ko, theme.parent.name_ko) == ("늦게 오는 것", "물류")
    for one in done:
        writes.undo_correction(one, by=learned.ada)
    settle()
    theme.refresh_from_db()
    assert theme.name_ko == before
    assert size(done[1].theme) == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no themes"),
        (b"name,words\na,b", "name_ko"),
        (b'name_ko,words\n"ab,cd', "quotation"),
        (b"name_ko,words\nab,cd,ef", "more cells"),
        (b"name_ko,words\n,cd", "Line 2"),
        (b"name_ko,words\nab,cd\nab,cd", "twice"),
        (b'{"themes": [1]}', "object"),
        (b'{"themes": 1}', "list"),
        (b'{"themes": [', "JSON"),
        (b'[{"name_ko": ["a"]}]', "text"),
        (b"[" * 100_000, "JSON"),
        (b"\xff\xfe\x00\x81", "read"),
        (b"x" * 2_000_001, "too large"),
    ],
)
def test_a_bad_file_is_answered_with_what_is_wrong(data: bytes, said: str) -> None:
    with translation.override("en"), pytest.raises(UserError) as refused:
        entries_of(data)
    assert said in str(refused.value)


def test_a_new_theme_in_a_file_needs_something_to_be_known_by(learned: Team) -> None:
    with pytest.raises(UserError, match="2"):
        changes(learned.ours.pk, entries_of(b"name_ko\nNew"), by=learned.ada)
    name = themes()[0].name_ko
    twice = f"id,name_ko\n{themes()[0].pk},x\n,{name}"
    with pytest.raises(UserError):
        changes(learned.ours.pk, entries_of(twice.encode()), by=learned.ada)
    taken = f"id,name_ko\n{themes()[1].pk},{name}"
    with pytest.raises(Conflict):
        import_taxonomy(learned.ours.pk, entries_of(taken.encode()), by=learned.ada)
    assert not Correction.objects.exists()


def test_the_command_line_takes_themes_out_and_in(
    learned: Team, tmp_path: Path
) -> None:
    out = tmp_path / "themes.csv"
    unit = str(learned.ours.pk)
    run = CliRunner().invoke

    taken = run(command, ["export", "--unit", unit, "--out", str(out)])
    text = out.read_text(encoding="utf-8-sig")
    name = themes()[0].name_ko
    out.write_text(text.replace(f",{name},", ",배송 이야기,", 1), encoding="utf-8")
    tried = run(command, ["import", str(out), "--as", learned.ada.email, "--dry-run"])
    assert taken.exit_code == 0, taken.output
    assert "배송 이야기" in tried.output
    assert not Correction.objects.exists()
    done = run(command, ["import", str(out), "--as", learned.ada.email])
    assert done.exit_code == 0, done.output
    assert Theme.objects.filter(name_ko="배송 이야기").exists()
    again = run(command, ["learn", "--unit", unit])
    assert again.exit_code == 0, again.output
    assert Theme.objects.filter(name_ko="배송 이야기", state="active").exists()


def test_a_pain_point_left_behind_says_where_its_theme_went(learned: Team) -> None:
    into, other = themes()[:2]
    led, left = (make_pain(one, state="triaged") for one in (into, other))

    writes.merge_themes(into, [other], by=learned.ada)
    settle()
    told = client(learned.ada).get(f"/understand/pain-points/{left.pk}/")

    assert f'href="/understand/themes/{into.pk}/"' in told.content.decode()
    assert "합쳐져" in told.content.decode()
    assert (
        "합쳐져"
        not in client(learned.ada)
        .get(f"/understand/pain-points/{led.pk}/")
        .content.decode()
    )
