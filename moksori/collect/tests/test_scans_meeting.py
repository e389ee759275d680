"""Two who change one sheet at the same moment, as only row locks keep apart."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, connections
from PIL import Image

from moksori.collect.models import (
    Feedback,
    Filled,
    PaperAnswer,
    Response,
    ReviewItem,
    Scan,
    Survey,
)
from moksori.collect.tests.papers import (
    LONG,
    PAPER,
    filled,
    make_sheets,
    pdf_of,
    run_jobs,
    scanned,
)
from moksori.collect.tests.surveys import make_survey
from moksori.collect.writes import scan_deciding, scan_reading, scan_settling, scans
from moksori.collect.writes.review import decide
from moksori.collect.writes.scan_deciding import Given, answer_field
from moksori.collect.writes.scan_files import place_of_file
from moksori.collect.writes.scan_keeping import erase_sheet

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks"),
]
MARKS = {"nps": ["9"], "came": ["yes"], "how": ["4"], "what": ["app"]}
MORE = {f"more{n}": ["3"] for n in range(8)}


def take(team: Any, pages: list[Any]) -> int:
    batch = scans.begin_batch(team.ours, way="upload", by=team.ada)
    return scans.take_file([pdf_of(pages)], name="a.pdf", batch=batch).pk


def begun(deed: Any, errors: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            deed()
        except BaseException as error:  # noqa: BLE001 - all are looked at
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def slowed(monkeypatch: Any, module: Any, name: str) -> threading.Event:
    """The function takes a second; the event tells that somebody is inside."""
    real, inside = getattr(module, name), threading.Event()

    def slow(*given: Any, **named: Any) -> Any:
        inside.set()
        time.sleep(1)
        return real(*given, **named)

    monkeypatch.setattr(module, name, slow)
    return inside


def test_a_sheet_erased_while_its_last_page_is_read_stays_erased(team, monkeypatch):
    survey: Survey = make_survey(team.ours, LONG, "종이")
    (sheet,) = make_sheets(survey)
    pages = [
        scanned(page, n) for n, page in enumerate(filled(sheet, MARKS | MORE).pages)
    ]
    take(team, pages[:1])
    run_jobs()
    second = take(team, pages[1:])
    scans.open_file(second)
    inside = slowed(monkeypatch, scan_settling, "take_response")
    errors: list[BaseException] = []
    reader = begun(lambda: scan_reading.read_pages(second, 1, 9), errors)
    assert inside.wait(60)
    eraser = begun(lambda: erase_sheet(Filled.objects.get(), by=team.ada), errors)
    reader.join(60)
    eraser.join(60)
    assert errors == []
    row = Filled.objects.get()
    assert (row.state, row.answers, row.flags) == ("erased", {}, [])
    assert sorted(Scan.objects.values_list("state", "picture")) == [("erased", "")] * 2
    assert [one.answers for one in Response.objects.all()] == [{}]
    assert not Feedback.objects.exists()


def test_an_answer_typed_and_the_same_one_decided_do_not_wait_for_each_other(
    team, monkeypatch
):
    survey = make_survey(team.ours, PAPER, "종이")
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, {**MARKS, "nps": ["2", "3"]})
    take(team, [scanned(pen.pages[0])])
    run_jobs()
    item = ReviewItem.objects.get()
    inside = slowed(monkeypatch, scan_deciding, "keep")
    errors: list[BaseException] = []
    typed = begun(lambda: answer_field(item, Given(["2"]), by=team.ada), errors)
    assert inside.wait(60)
    other = ReviewItem.objects.get(pk=item.pk)
    pressed = begun(lambda: decide(other, "blank", by=team.ada), errors)
    typed.join(60)
    pressed.join(60)
    assert [type(error).__name__ for error in errors] == ["Conflict"]
    answer = PaperAnswer.objects.get()
    assert (answer.outcome, answer.codes) == ("value", ["2"])
    assert Response.objects.get().answers["nps"] == 2


def test_a_file_sent_again_as_its_first_copy_is_dropped_keeps_its_bytes(
    team, monkeypatch
):
    """For two units: the bytes are dropped while the second row is being written."""
    content = pdf_of([Image.new("L", (420, 594), 250)])
    first = scans.begin_batch(team.ours, way="upload", by=team.ada)
    scans.take_file([content], name="a.pdf", batch=first)
    second = scans.begin_batch(team.theirs, way="folder", by=None)
    inside = slowed(monkeypatch, scans, "_new_file")
    errors: list[BaseException] = []
    taker = begun(
        lambda: scans.take_file([content], name="b.pdf", batch=second), errors
    )
    assert inside.wait(60)
    monkeypatch.undo()
    scans.open_file(first.files.get().pk)  # its pages are out: the bytes can go
    taker.join(60)
    assert errors == []
    file = second.files.get()
    assert place_of_file(file.sha256).exists()
    run_jobs()
    file.refresh_from_db()
    assert (file.state, file.pages, file.problem) == ("done", 1, {})
    assert not place_of_file(file.sha256).exists()
