"""What leaves as a file or a feed: what may be seen, no more, and remembered."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone, translation

from moksori.base.audit.models import Entry
from moksori.base.errors import NotFound, TooLarge, UserError
from moksori.base.people.models import Assignment
from moksori.base.testing.makers import Team
from moksori.collect.answers import Answer, Kind, State
from moksori.collect.models import Export, Feedback, SavedSearch
from moksori.collect.out.cli import export as command
from moksori.collect.reads.feedback import FeedbackFilters
from moksori.collect.reads.taken import feed, search_row
from moksori.collect.tests.makers import make_feedback
from moksori.collect.writes import exports as writes
from moksori.collect.writes import large_exports as large
from moksori.collect.writes.exports import make_export
from moksori.collect.writes.searches import close_feed, open_feed, save_search

# The strings of which a spreadsheet makes something else than words.
EVIL = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    "\u00a0=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "|calc", "%0A=1",
    '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "\ufeff=1+1", "\x00=1", "-배송",
)  # fmt: skip
HARMLESS = ("+82 10", "-3", "배송이 늦어요", "3=3")


def taken(
    team: Team, form: str, filters: FeedbackFilters | None = None, by: Any = None
) -> bytes:
    made = make_export(
        filters or FeedbackFilters(), form=form, reason="월간 보고", by=by or team.ada
    )
    with made.file:
        return made.file.read()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_opens_in_excel_with_every_answer_in_a_column(team: Team) -> None:
    answers = [
        Answer("왜", Kind.TEXT, "느려요"),
        Answer("추천", Kind.NPS, 3),
        Answer("재구매", Kind.CHOICE, None, state=State.NOT_SHOWN),
    ]
    make_feedback("느려요", unit=team.ours, attributes={"나이": "30대"})
    Feedback.objects.update(answers=[one.to_json() for one in answers], score=3)

    content = taken(team, "csv")

    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = rows_of(content)
    said = {name.rsplit(": ", 1)[-1]: value for name, value in row.items()}
    assert (said["왜"], said["추천"], said["재구매"]) == ("느려요", "3", "{not_shown}")
    assert said["나이"] == "30대"


@pytest.mark.parametrize("text", EVIL)
def test_no_formula_gets_into_a_csv(team: Team, text: str) -> None:
    kept = text.replace("\x00", "")  # no database keeps it
    make_feedback("좋아요", unit=team.ours, attributes={"메모": kept, kept: "x"})

    (header, line) = list(
        csv.reader(io.StringIO(taken(team, "csv").decode("utf-8-sig")))
    )

    assert f"'{kept}" in header or kept == "1"
    assert f"'{kept}" in line or kept == "1"


def test_no_formula_gets_into_a_workbook(team: Team) -> None:
    for text in (*EVIL, *HARMLESS):
        make_feedback(text.replace("\x00", ""), unit=team.ours)

    book = openpyxl.load_workbook(io.BytesIO(taken(team, "xlsx")))

    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert book.active.max_row == len(EVIL) + len(HARMLESS) + 1
    assert "배송이 늦어요" in {cell.value for cell in cells}


def test_parquet_keeps_the_types(team: Team) -> None:
    row = make_feedback("느려요", unit=team.ours, score=3)

    table = pq.read_table(io.BytesIO(taken(team, "parquet")))

    (found,) = table.to_pylist()
    assert (found["id"], found["score"], found["text"]) == (row.pk, 3.0, "느려요")
    assert found["occurred_at"] == row.occurred_at
    assert json.loads(found["answers"])[0]["value"] == "느려요"


def test_the_filters_of_the_list_narrow_the_file_down(team: Team) -> None:
    make_feedback("나빠요", unit=team.ours, score=1)
    make_feedback("좋아요", unit=team.ours, score=9)
    make_feedback("남의 것", unit=team.theirs, score=1)

    rows = rows_of(taken(team, "csv", FeedbackFilters(score="low")))

    assert len(rows) == 1
    assert "나빠요" in rows[0].values()


def test_an_export_is_remembered_with_its_reason(team: Team) -> None:
    make_feedback("느려요", unit=team.ours)
    content = taken(team, "csv", FeedbackFilters(words="with"))

    export = Export.objects.get()
    assert (export.reason, export.rows, export.size) == ("월간 보고", 1, len(content))
    assert export.filters == {"words": "with"}
    entry = Entry.objects.get(verb="export_feedback")
    assert "월간" not in str(entry.facts)


def test_conditions_that_no_database_keeps_are_none(team: Team) -> None:
    filters = FeedbackFilters(product="a\x00", words="x\ud800" + "가" * 5_000)
    make_feedback("느려요", unit=team.ours)
    with pytest.raises(UserError):
        make_export(filters, form="csv", reason="월간 보고", by=team.ada)
    search = save_search("이상한 것", filters, by=team.ada)
    search.refresh_from_db()
    assert search.filters == {"product": "a", "words": "x?" + "가" * 198}


@pytest.mark.parametrize("reason", ["", "  ", "x", "y" * 301])
def test_without_a_reason_nothing_leaves(team: Team, reason: str) -> None:
    make_feedback("느려요", unit=team.ours)

    with pytest.raises(UserError) as found:
        make_export(FeedbackFilters(), form="csv", reason=reason, by=team.ada)

    assert found.value.field == "reason"
    assert not Export.objects.exists()


def test_too_much_for_a_format_is_refused_before_it_is_written(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(writes.MOST, Export.Format.XLSX, 1)
    make_feedback("하나", unit=team.ours)
    make_feedback("둘", unit=team.ours)

    with pytest.raises(TooLarge):
        taken(team, "xlsx")
    assert len(rows_of(taken(team, "csv"))) == 2


def test_nothing_to_take_is_said(team: Team) -> None:
    with pytest.raises(UserError):
        taken(team, "csv")
    assert not Export.objects.exists()


def test_the_command_takes_out_what_its_member_may_see(
    team: Team, tmp_path: Path
) -> None:
    make_feedback("나빠요", unit=team.ours, score=1)
    make_feedback("남의 것", unit=team.theirs, score=1)
    path = tmp_path / "out.csv"
    given = [str(path), "--as", team.vic.email, "--reason", "월간 보고"]

    found = CliRunner().invoke(command, [*given, "--only", "score=low"])
    wrong = CliRunner().invoke(command, [*given, "--only", "colour=red"])

    assert found.exit_code == 0
    assert len(rows_of(path.read_bytes())) == 1
    assert isinstance(wrong.exception, UserError)
    assert Export.objects.get().member == team.vic


def searched(team: Team, **filters: str) -> tuple[SavedSearch, str]:
    search = save_search("느린 배송", FeedbackFilters(**filters), by=team.ada)
    return search, open_feed(search, by=team.ada)


def test_a_saved_search_is_a_feed_that_readers_understand(team: Team) -> None:
    make_feedback("배송이 <b>느려요</b> \x0b", unit=team.ours, score=1)
    make_feedback("좋아요", unit=team.ours, score=9)
    _search, token = searched(team, score="low")

    answer = Client().get(f"/feeds/{token}.atom")

    found = feedparser.parse(answer.content)
    assert not found.bozo
    assert [entry.title for entry in found.entries] == ["배송이 <b>느려요</b>"]
    as_json = Client().get(f"/feeds/{token}.json").json()
    assert as_json["version"].endswith("1.1")
    assert as_json["items"][0]["_moksori"]["score"] == 1


def test_a_feed_that_did_not_change_says_so(team: Team) -> None:
    make_feedback("느려요", unit=team.ours)
    _search, token = searched(team)
    first = Client().get(f"/feeds/{token}.atom")

    again = Client().get(
        f"/feeds/{token}.atom", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (first.status_code, again.status_code) == (200, 304)
    assert "private" in first.headers["Cache-Control"]


def test_a_feed_ends_with_its_owner_s_rights(team: Team) -> None:
    make_feedback("느려요", unit=team.ours)
    search, token = searched(team)
    Assignment.objects.filter(member=team.ada).delete()

    with pytest.raises(NotFound):
        feed(token)
    assert Client().get(f"/feeds/{token}.atom").status_code == 404
    assert token not in str(SavedSearch.objects.values().get())
    close_feed(search, by=team.ada)
    assert Client().get("/feeds/.atom").status_code == 404


def test_a_search_is_its_owner_s_alone(team: Team) -> None:
    search, _token = searched(team)

    with pytest.raises(NotFound):
        search_row(search.pk, by=team.vic)


def test_the_same_name_again_replaces_the_conditions(team: Team) -> None:
    searched(team, score="low")
    searched(team, score="high")

    assert SavedSearch.objects.get().filters == {"score": "high"}


def ordered(team: Team, form: str = "csv") -> Export:
    asked = writes.ask(FeedbackFilters(), form=form, reason="월간 보고", by=team.ada)
    assert asked.is_large
    return large.order_export(asked, by=team.ada)


@pytest.fixture
def many(team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
         settings: Any) -> Team:  # fmt: skip
    settings.MOKSORI_UPLOAD_DIR = tmp_path
    monkeypatch.setattr(writes, "AT_ONCE", 2)
    for text in ("하나", "둘", "셋"):
        make_feedback(text, unit=team.ours)
    return team


def test_much_is_made_by_the_worker_and_fetched_by_who_ordered_it(many: Team) -> None:
    client, other = Client(), Client()
    client.force_login(many.ada)
    other.force_login(many.max)
    made = client.post(
        "/collect/feedback/export/", {"form": "csv", "reason": "월간 보고"}
    )
    export = Export.objects.get()
    page = f"/collect/exports/{export.pk}/"
    assert made.headers["Location"] == page
    assert "파일을 만들고 있습니다" in client.get(page).content.decode()
    assert client.get(f"{page}file/").status_code == 404

    large.run_export(export.pk)
    large.run_export(export.pk)  # once more changes nothing

    assert client.get(f"{page}progress/").headers["HX-Refresh"] == "true"
    answer = client.get(f"{page}file/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    export.refresh_from_db()
    assert len(rows_of(content)) == export.rows == export.rows_done == 3
    assert export.digest == hashlib.sha256(content).hexdigest()
    assert other.get(page).status_code == 200  # who checks the log sees that it is
    assert other.get(f"{page}file/").status_code == 404
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"order_export", "export_feedback", "fetch_export"} <= verbs


def test_a_program_orders_much_and_asks_until_it_is_there(many: Team) -> None:
    client = Client()
    client.force_login(many.ada)
    address = "/api/v1/collect/exports"
    body = {"reason": "월간 보고", "form": "xlsx"}
    made = client.post(address, body, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (202, "waiting")
    large.run_export(made.json()["id"])

    one = client.get(f"{address}/{made.json()['id']}").json()
    assert (one["state"], one["rows"]) == ("ready", 3)
    file = client.get(f"{address}/{one['id']}/file")
    content = b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert openpyxl.load_workbook(io.BytesIO(content)).active.max_row == 4


def test_a_file_is_made_with_the_rights_of_its_moment(many: Team) -> None:
    late, early = ordered(many), ordered(many)
    large.run_export(early.pk)
    early.refresh_from_db()
    Assignment.objects.filter(member=many.ada).delete()

    large.run_export(late.pk)

    late.refresh_from_db()
    assert (late.state, late.stored_as) == ("failed", "")
    assert "권한" in late.message
    ada = type(many.ada).objects.get(pk=many.ada.pk)
    with pytest.raises(UserError):
        large.open_export(early, by=ada)


def test_files_go_after_a_week_and_lost_orders_are_told(
    many: Team, tmp_path: Path
) -> None:
    kept, lost = ordered(many), ordered(many)
    large.run_export(kept.pk)
    assert len(list((tmp_path / "exports").iterdir())) == 1
    week = timezone.now() - large.KEPT - timedelta(hours=1)
    Export.objects.update(created_at=week)
    Export.objects.filter(pk=kept.pk).update(finished_at=week)

    large.forget_exports()

    states = Export.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["gone", "failed"]
    assert not list((tmp_path / "exports").iterdir())
    large.stop_export(lost.pk)


def test_one_member_orders_three_at_a_time(many: Team) -> None:
    for _time in range(3):
        ordered(many)
    with pytest.raises(UserError):
        ordered(many)


def test_a_workbook_speaks_to_people(team: Team) -> None:
    make_feedback("느려요_x000D_ <b>&\r\n둘", unit=team.ours, score=3)
    Feedback.objects.update(language="ko", channel="phone")
    with translation.override("ko"):
        book = openpyxl.load_workbook(io.BytesIO(taken(team, "xlsx")))

    sheet = book.active
    head, row = list(sheet.iter_rows())
    said = {cell.value: other for cell, other in zip(head, row, strict=True)}
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{head[-1].coordinate[:-1]}2"
    assert said["언어"].value == "한국어"
    assert said["경로"].value == "전화"
    assert said["말한 때"].is_date
    # What looks like an escape of Excel's stays as it was written.
    assert said["고객의 말"].value == "느려요_x005F_x000D_ <b>&_x000D_\n둘"
