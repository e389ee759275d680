"""What teaching refuses to take, and files of themes that come from anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from moksori.base.errors import UserError
from moksori.base.testing.makers import Team
from moksori.understand.models import Correction
from moksori.understand.placing.taught import folded, holds
from moksori.understand.reads.taxonomy import as_csv, entries_of
from moksori.understand.tests.test_teaching import learned, themes
from moksori.understand.tests.test_teaching_doors import API, client, post

__all__ = ["learned"]

pytestmark = pytest.mark.django_db(transaction=True)
HALF = "\ud800a"
LONG = "9" * 5_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("themes/defined", {"name_ko": "x1", "words": [HALF]}),
        ("themes/defined", {"name_ko": "x1", "examples": [HALF]}),
        ("themes/defined", {"name_ko": HALF, "words": ["환불"]}),
        ("themes/defined", {"name_ko": "x1", "words": ["a\0b"]}),
        ("themes/defined/preview", {"words": [HALF], "name_ko": "x1"}),
        ("taxonomy", {"content": json.dumps([{"name_ko": HALF, "words": ["ab"]}])}),
        ("taxonomy", {"content": json.dumps([{"name_ko": "x", "words": [HALF]}])}),
        (
            "taxonomy/preview",
            {"content": json.dumps([{"name_ko": "x", "group": HALF}])},
        ),
        ("taxonomy", {"content": HALF}),
    ],
)
def test_text_that_no_database_keeps_is_refused(
    learned: Team, path: str, body: dict[str, Any]
) -> None:
    told = post(learned.ada, path, body)

    assert 400 <= told.status_code < 500, told.content
    assert not Correction.objects.exists()
    assert client(learned.ada).get(f"{API}/taxonomy").status_code == 200


@pytest.mark.parametrize("number", ["²", LONG, "٣", "-1"])
def test_an_id_that_is_none_is_no_reason_to_fail(learned: Team, number: str) -> None:
    body = {"content": f"id,name_ko,words\n{number},새것,환불"}
    rows = f'[{{"id": "{number}", "name_ko": "새것", "words": ["환불"]}}]'
    file = SimpleUploadedFile("themes.csv", body["content"].encode())

    shown = post(learned.ada, "taxonomy/preview", body)
    page = client(learned.ada).post("/understand/teach/taxonomy/", {"file": file})

    assert [one["is_new"] for one in shown.json()] == [True]
    assert page.status_code == 200
    assert entries_of(rows.encode(), name="a.json")[0].id == 0


def test_a_bare_number_too_long_for_json_is_answered() -> None:
    with pytest.raises(UserError):
        entries_of(f'[{{"id": {LONG}, "name_ko": "a", "words": ["ab"]}}]'.encode())


def test_a_file_of_an_old_mac_is_read_and_an_open_quotation_is_told() -> None:
    read = entries_of(b"name_ko,words\rone,ab\rtwo,cd")

    assert [one.name_ko for one in read] == ["one", "two"]
    with pytest.raises(UserError):
        entries_of(b'"name_ko,words\none,ab')


def test_words_that_hold_what_separates_words_come_back_whole() -> None:
    (entry,) = entries_of(b'[{"name_ko": "a", "words": ["ab;cd", "ef"]}]')

    assert entries_of(as_csv([entry]))[0].words == ("ab;cd", "ef")
    told = entries_of(b'name_ko,words\na,"ab; cd\nef"')
    assert told[0].words == ("ab", "cd", "ef")


def test_mentions_that_cannot_be_stand_for_no_part(learned: Team) -> None:
    theme = themes()[0]
    names = {"name_ko_0": "하나", "name_ko_1": "둘"}
    parts = [{"name_ko": name, "anchors": [2**70]} for name in ("하나", "둘")]

    told = post(learned.ada, f"themes/{theme.pk}/split", {"parts": parts})
    assert told.status_code == 422
    for digits in (30, 5_000):
        sent = {**names, "anchors_0": "9" * digits, "anchors_1": "1"}
        page = client(learned.ada).post(f"/understand/themes/{theme.pk}/split/", sent)
        assert page.status_code in {200, 422}
    assert (
        post(learned.ada, f"themes/{theme.pk}/merge", {"others": [2**70]}).status_code
        == 422
    )
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ㅠㅠ", "배송이 늦어요ㅠㅠ"),
        ("ㅋㅋ", "ㅋㅋㅋㅋ"),
        ("ㅇㅈ", "ㅇㅈ합니다"),
        ("credit report", "my credit  report is wrong"),
        ("credit report", "my credit\nreport is wrong"),
        ("don't", "I don’t know"),
        ("don’t", "I don't know"),
        ("ＡＰＰ", "my app"),
        ("배송", "\u1107\u1162\u1109\u1169\u11bc 늦음"),
    ],
)
def test_a_word_is_found_however_it_was_typed(word: str, text: str) -> None:
    plain = folded(text)
    assert holds(word, plain, plain.replace(" ", ""))
