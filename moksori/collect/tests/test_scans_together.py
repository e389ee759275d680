"""Workers that are killed and workers that meet: every page exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from PIL import Image

from moksori.base.jobs import leases
from moksori.base.jobs.models import Lease
from moksori.base.people.roles import Role
from moksori.base.testing.makers import make_member
from moksori.collect.models import (
    Feedback,
    Filled,
    Response,
    ReviewItem,
    Scan,
    ScanFile,
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
from moksori.collect.writes import scan_files, scan_reading, scans
from moksori.collect.writes.scan_deciding import Given, answer_field
from moksori.collect.writes.scan_files import place_of_file
from moksori.collect.writes.scan_reading import join, read_pages
from moksori.collect.writes.scan_seeing import seen
from moksori.collect.writes.scans import begin_batch, open_file, take_file

pytestmark = pytest.mark.django_db(transaction=True)

MARKS = {"nps": ["9"], "came": ["yes"], "how": ["4"], "what": ["app", "call"]}
MORE = {f"more{n}": [str(n % 5 + 1)] for n in range(8)}


@pytest.fixture
def survey(team: Any) -> Survey:
    return make_survey(team.ours, LONG, "긴 종이 설문")


def stack(survey: Survey, count: int) -> bytes:
    pages = []
    for n, sheet in enumerate(make_sheets(survey, count)):
        marks = {**MARKS, **MORE, "nps": [str(n)]}
        pages += [scanned(page, n) for page in filled(sheet, marks).pages]
    return pdf_of(pages)


def kept(team: Any, content: bytes) -> ScanFile:
    batch = begin_batch(team.ours, way="upload", by=team.ada)
    return take_file([content], name="a.pdf", batch=batch)


def at_once(*deeds: Any) -> list[BaseException]:
    """All of them in threads of their own, started together; what they raised."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Any) -> BaseException | None:
        try:
            barrier.wait()
            deed()
        except BaseException as error:  # noqa: BLE001 - all are looked at
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [error for error in pool.map(run, deeds) if error is not None]


def test_a_worker_that_dies_while_it_takes_pages_out_goes_on(team, survey, monkeypatch):
    file = kept(team, stack(survey, 3))
    real = scans._messages

    def broken(one: ScanFile, skip: int) -> Any:
        for number, message in enumerate(real(one, skip)):
            if number == 2 and not broken.died:
                broken.died = True
                raise KeyboardInterrupt
            yield message

    broken.died = False
    monkeypatch.setattr(scans, "_messages", broken)
    with pytest.raises(KeyboardInterrupt):
        open_file(file.pk)
    assert Scan.objects.count() == 2
    run_jobs()
    assert Scan.objects.count() == 6
    numbers = Response.objects.order_by("id").values_list("answers", flat=True)
    assert sorted(one["nps"] for one in numbers) == [0, 1, 2]
    assert Feedback.objects.count() == 3
    # Each picture on disk belongs to a page.
    names = set(Scan.objects.values_list("picture", flat=True))
    on_disk = {path.name for path in scan_files.folder("pages").glob("??/*")}
    assert names <= on_disk


def test_the_first_pages_of_a_long_file_are_read_before_the_last_is_taken_out(
    team, monkeypatch
):
    monkeypatch.setattr(scans, "BITE", 10)
    monkeypatch.setattr(scans, "PIECE", 5)
    file = kept(team, pdf_of([Image.new("L", (420, 594), 250)] * 25))
    told: list[str] = []
    real, real_read = scans._messages, scan_reading.read_pages

    def listened(one: ScanFile, skip: int) -> Any:
        told.append(f"from {skip}")
        for number, message in enumerate(real(one, skip)):
            if skip == 10 and number == 7:
                return  # this process used up its time
            yield message

    def read(file_id: int, first: int, last: int) -> None:
        told.append(f"read {first}-{last}")
        real_read(file_id, first, last)

    monkeypatch.setattr(scans, "_messages", listened)
    monkeypatch.setattr(scan_reading, "read_pages", read)
    run_jobs()
    assert told.index("read 1-5") < told.index("from 10") < told.index("from 17")
    file.refresh_from_db()
    assert (file.state, file.pages, file.problem) == ("done", 25, {})
    assert sorted(Scan.objects.values_list("number", "state")) == [
        (number, "blank") for number in range(1, 26)
    ]
    assert not place_of_file(file.sha256).exists()


def test_two_workers_on_the_same_pages_read_each_once(team, survey):
    file = kept(team, stack(survey, 2))
    open_file(file.pk)
    errors = at_once(
        lambda: read_pages(file.pk, 1, 4),
        lambda: read_pages(file.pk, 1, 4),
    )
    assert errors == []
    assert Response.objects.count() == Feedback.objects.count() == 2
    assert set(Scan.objects.values_list("state", flat=True)) == {"used"}


def test_the_first_pages_of_a_sheet_may_come_at_the_same_moment(team, survey):
    """Both begin the sheet; neither breaks on the other."""
    file = kept(team, stack(survey, 4))
    open_file(file.pk)
    readings = {
        scan.pk: seen(scan) for scan in Scan.objects.select_related("file").all()
    }
    rows = list(readings.items())
    errors = at_once(
        *(lambda one=one: join(one[0], one[1]) for one in rows),
    )
    assert errors == []
    assert Filled.objects.count() == 4
    assert Response.objects.count() == Feedback.objects.count() == 4


def test_the_same_page_in_two_files_at_once_counts_once(team):
    survey = make_survey(team.ours, PAPER, "종이")
    (sheet,) = make_sheets(survey)
    (page,) = filled(sheet, MARKS).pages
    files = [kept(team, pdf_of([scanned(page, seed)])) for seed in (1, 2)]
    for file in files:
        open_file(file.pk)
    errors = at_once(*(lambda one=one: read_pages(one.pk, 1, 1) for one in files))
    assert errors == []
    assert sorted(Scan.objects.values_list("state", flat=True)) == ["twice", "used"]
    assert Response.objects.count() == 1


def test_two_people_deciding_the_same_answer_give_one(team):
    survey = make_survey(team.ours, PAPER, "종이")
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, {**MARKS, "nps": ["2", "3"]})
    kept(team, pdf_of([scanned(pen.pages[0])]))
    run_jobs()
    item = ReviewItem.objects.get()
    other = make_member("Bea", team.ours, Role.ANALYST)
    errors = at_once(
        lambda: answer_field(item, Given(["2"]), by=team.ada),
        lambda: answer_field(
            ReviewItem.objects.get(pk=item.pk), Given(["3"]), by=other
        ),
    )
    assert [type(error).__name__ for error in errors] == ["Conflict"]
    assert Response.objects.count() == Feedback.objects.count() == 1
    decided = ReviewItem.objects.get().decided_by
    expected = 2 if decided == team.ada else 3
    assert Response.objects.get().answers["nps"] == expected


@pytest.mark.skipif(
    connection.vendor == "postgresql", reason="the child opens the database by its file"
)
def test_kill_9_in_the_middle_of_reading(team, survey, settings):
    """A real process, killed as it reads; another one ends the work."""
    kept(team, stack(survey, 4))
    program = (
        "import os, django; django.setup();"
        "from django.conf import settings as s;"
        "s.DATABASES['default']['NAME'] = os.environ['TEST_DB'];"
        "s.MOKSORI_UPLOAD_DIR = os.environ['TEST_UPLOADS'];"
        "from moksori.base.jobs.worker import Worker;"
        "Worker().run(drain=True)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "moksori.server.settings",
        "TEST_DB": str(connection.settings_dict["NAME"]),
        "TEST_UPLOADS": str(settings.MOKSORI_UPLOAD_DIR),
    }
    for wanted in (1, 5):  # while pages are taken out, and while they are read
        with subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stderr=subprocess.DEVNULL
        ) as worker:
            end = time.time() + 40
            while time.time() < end and worker.poll() is None:
                found = Scan.objects.count() + Scan.objects.exclude(reader="").count()
                if found >= wanted:
                    break
                time.sleep(0.02)
            worker.send_signal(signal.SIGKILL)
    # What a dead worker held comes back once its lease has ended.
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    leases.reap()
    run_jobs()
    assert Scan.objects.count() == 8
    assert set(Scan.objects.values_list("state", flat=True)) == {"used"}
    assert Response.objects.count() == Feedback.objects.count() == 4
