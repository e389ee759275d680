"""Files that cannot be read or removed, and bytes that stay nowhere."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from moksori.collect.models import Filled, Scan, ScanBatch, ScanFile
from moksori.collect.reads.scan_folder import watched_folder
from moksori.collect.reads.scan_sheets import survey_sheets
from moksori.collect.tests.papers import PAPER, make_sheets, pdf_of, run_jobs
from moksori.collect.tests.surveys import make_survey
from moksori.collect.writes import scan_folder
from moksori.collect.writes.scan_files import place_of_file
from moksori.collect.writes.scans import begin_batch, take_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    path = tmp_path / "scanner"
    path.mkdir()
    settings.MOKSORI_SCAN_FOLDER = str(path)
    old = time.time() - 60
    for name in ("a.pdf", "b.pdf"):
        (path / name).write_bytes(b"%PDF-1.4 " + name.encode())
        os.utime(path / name, (old, old))
    return path


def test_a_file_that_nobody_can_read_stops_no_other(team, folder, monkeypatch):
    real = Path.open

    def opened(self: Path, *given: Any, **named: Any) -> Any:
        if self.name == "a.pdf":
            raise PermissionError(13, "Permission denied")
        return real(self, *given, **named)

    monkeypatch.setattr(Path, "open", opened)
    assert scan_folder.take_folder() == 1
    assert scan_folder.take_folder() == 0
    assert [path.name for path in folder.iterdir()] == ["a.pdf"]
    assert ScanBatch.objects.count() == ScanFile.objects.count() == 1


def test_a_file_that_cannot_be_removed_is_taken_once(team, folder, monkeypatch):
    real = Path.unlink

    def unlinked(self: Path, **named: Any) -> None:
        if self.parent == folder:
            raise PermissionError(13, "Permission denied")
        real(self, **named)

    monkeypatch.setattr(Path, "unlink", unlinked)
    for _round in range(3):
        scan_folder.take_folder()
    assert ScanBatch.objects.count() == 1
    assert sorted(ScanFile.objects.values_list("name", flat=True)) == ["a.pdf", "b.pdf"]


def test_from_a_folder_that_cannot_be_emptied_nothing_is_taken(
    team, folder, monkeypatch, client
):
    monkeypatch.setattr(os, "access", lambda *_given: False)
    assert not scan_folder.is_anything_there()
    assert scan_folder.take_folder() == 0
    assert not ScanBatch.objects.exists()
    told = watched_folder(by=team.ada)
    assert told is not None
    assert not told.can_be_emptied
    client.force_login(team.ada)
    page = client.get(reverse("collect:scans"))
    assert "그 안의 파일을 지울 수 없어" in page.content.decode()


def test_the_bytes_of_a_file_that_came_before_lie_nowhere(team):
    content = pdf_of([Image.new("L", (420, 594), 250)])
    for _time in range(2):
        batch = begin_batch(team.ours, way="upload", by=team.ada)
        file = take_file([content], name="a.pdf", batch=batch)
        take_file([content], name="again.pdf", batch=batch)
        run_jobs()
        assert not place_of_file(file.sha256).exists()
    file.refresh_from_db()
    assert (file.state, file.is_kept) == ("repeated", False)
    files = place_of_file(file.sha256).parents[1]
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_list_of_sheets_asks_once_which_pages_are_there(team):
    survey = make_survey(team.ours, PAPER, "종이")
    file = ScanFile.objects.create(
        batch=begin_batch(team.ours, way="upload", by=team.ada),
        name="a", sha256="0" * 64, size=1,
    )  # fmt: skip

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            lines = survey_sheets(survey, by=team.ada).object_list
            assert {line.pages for line in lines} <= {1}
        return len(found)

    for number, sheet in enumerate(make_sheets(survey, 12), start=1):
        Filled.objects.create(sheet=sheet, survey=survey)
        Scan.objects.create(
            file=file, number=number, unit=team.ours, sheet=sheet, page=1, state="used"
        )
        if number == 2:
            few = queries()
    assert queries() == few


def test_a_name_on_a_sheet_that_never_came_back_can_be_erased(team, client):
    survey = make_survey(team.ours, PAPER, "종이")
    about = {"customer": "C-17"}
    first, second = make_sheets(survey, 2, "personal", name="김민지", about=about)
    other = make_sheets(survey, 1, "personal", name="이서준")[0]
    client.force_login(team.ada)
    page = client.get(reverse("collect:survey_paper", args=[survey.pk]))
    where = reverse("collect:printing_people", args=[first.printing_id])
    assert where in page.content.decode()
    assert client.get(where + "?q=민").content.decode().count("김민지") == 2
    assert "김민지" not in client.get(where + "?q=서준").content.decode()

    args = [first.printing_id, first.pk]
    assert client.post(reverse("collect:printing_person_erase", args=args)).status_code
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.name, first.about) == ("", {})
    assert (second.name, second.about) == ("김민지", about)
    assert Filled.objects.get(sheet=first).state == "erased"
    assert client.get(where).content.decode().count("김민지") == 1

    # A sheet of another printing is not there, and nobody outside may ask.
    args = [first.printing_id, other.pk]
    erase = reverse("collect:printing_person_erase", args=args)
    assert client.post(erase).status_code == 404
    client.force_login(team.eve)
    assert client.get(where).status_code == 404
