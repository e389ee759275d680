"""A page that would hold up everybody is given up, and the others are read."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from PIL import Image, ImageDraw

from moksori.collect.models import Filled, Scan, ScanFile
from moksori.collect.tests.papers import (
    PAPER,
    filled,
    make_sheets,
    pdf_of,
    run_jobs,
    scanned,
)
from moksori.collect.tests.surveys import make_survey
from moksori.collect.writes import scan_reading, scan_seeing
from moksori.collect.writes.scan_reading import read_pages
from moksori.collect.writes.scans import begin_batch, open_file, take_file

pytestmark = pytest.mark.django_db(transaction=True)
MARKS = {"nps": ["9"], "came": ["yes"], "how": ["4"], "what": ["app"]}


def kept(team: Any, pages: list[Any]) -> ScanFile:
    batch = begin_batch(team.ours, way="upload", by=team.ada)
    return take_file([pdf_of(pages)], name="a.pdf", batch=batch)


def chessboard(size: int, step: int) -> Image.Image:
    picture = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(picture)
    for y in range(0, size, step):
        for x in range(y % (2 * step), size, 2 * step):
            draw.rectangle((x, y, x + step - 1, y + step - 1), fill=0)
    return picture


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader with two seconds of computing for a page."""
    program = (
        "from moksori.collect.paper import seeing; seeing.SECONDS = 2; seeing.main()"
    )
    monkeypatch.setattr(scan_seeing, "CHILD", ("-c", program))
    monkeypatch.setattr(scan_seeing, "_idle", [])


def test_a_page_that_computes_for_ever_is_given_up_and_the_next_is_read(team, short):
    (sheet,) = make_sheets(make_survey(team.ours, PAPER, "종이"))
    page = scanned(filled(sheet, MARKS).pages[0])
    file = kept(team, [chessboard(5000, 40), page])
    open_file(file.pk)
    start = time.process_time()
    read_pages(file.pk, 1, 2)
    assert time.process_time() - start < 2  # the worker itself computes nothing
    assert list(Scan.objects.order_by("number").values_list("state", flat=True)) == [
        "unreadable",
        "used",
    ]
    assert Scan.objects.get(number=1).problem["why"] == "too_long"
    assert Filled.objects.get().state == "done"
    scan_seeing._end_all()


def test_after_some_such_pages_the_others_of_the_file_are_not_tried(team, monkeypatch):
    tried = []

    def slow(scan: Scan) -> Any:
        tried.append(scan.number)
        raise scan_seeing.TookTooLong

    monkeypatch.setattr(scan_reading, "seen", slow)
    kept(team, [Image.new("L", (420, 594), 250)] * 9)
    run_jobs()
    assert tried == [1, 2, 3, 4, 5]
    assert set(Scan.objects.values_list("state", flat=True)) == {"unreadable"}


def test_one_process_reads_page_after_page_and_is_followed_where_it_is_killed(team):
    sheets = make_sheets(make_survey(team.ours, PAPER, "종이"), 3)
    pages = [
        scanned(filled(sheet, MARKS).pages[0], n) for n, sheet in enumerate(sheets)
    ]
    scan_seeing._end_all()
    file = kept(team, pages)
    open_file(file.pk)
    read_pages(file.pk, 1, 2)
    (child,) = scan_seeing._idle
    assert child.pages == 2
    os.kill(child._process.pid, 9)
    child._process.wait()
    read_pages(file.pk, 3, 3)
    assert set(Scan.objects.values_list("state", flat=True)) == {"used"}
