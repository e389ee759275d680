"""Real workers in real processes, killed without warning."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moksori.base.jobs.models import Lease
from moksori.base.jobs.tests import sample

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = """
import sys
from datetime import timedelta
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from moksori.base.jobs import schedules
# What the steps have done regularly is not ours to test, and slow to load.
schedules.autodiscover_modules = lambda name: None
from moksori.base.jobs.worker import run_worker
run_worker(drain=sys.argv[2] == "drain", lease=timedelta(seconds=float(sys.argv[3])))
"""


def start(mode: str = "stay", lease: float = 3.0) -> subprocess.Popen[bytes]:
    database = str(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, database, mode, str(lease)],
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def workers(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    running = [start() for _ in range(count)]
    try:
        yield running
    finally:
        for worker in running:
            worker.kill()
            worker.wait()


def wait_for(seconds: float, what: str, ready: object) -> None:
    until = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < until, f"{what} did not happen"
        time.sleep(0.05)


def states() -> Counter[str]:
    return Counter(DBTaskResult.objects.values_list("status", flat=True))


def starts(folder: Path) -> int:
    notes = folder / "starts"
    return notes.read_bytes().count(b"\n") if notes.exists() else 0


def test_killed_workers_lose_nothing_and_leave_nothing_stuck(tmp_path: Path) -> None:
    jobs, kills, draw = 120, 6, random.Random(5)  # noqa: S311
    for number in range(jobs):
        sample.note.enqueue(str(tmp_path), number, 0.03)

    with workers(2) as running:
        wait_for(180, "the first job", lambda: starts(tmp_path))
        for _ in range(kills):
            before = starts(tmp_path)
            victim = draw.randrange(2)
            wait_for(180, "more work", lambda n=before: starts(tmp_path) > n)
            time.sleep(draw.random() * 0.05)
            running[victim].kill()
            running[victim].wait()
            running[victim] = start()
        done = {TaskResultStatus.SUCCESSFUL: jobs}
        wait_for(180, "the end", lambda: states() == done)

    assert len(list(tmp_path.glob("done-*"))) == jobs
    assert not Lease.objects.exists()
    assert starts(tmp_path) <= jobs + kills


def test_a_worker_asked_to_stop_finishes_its_job_first(tmp_path: Path) -> None:
    sample.note.enqueue(str(tmp_path), 1, 1.0)
    sample.note.enqueue(str(tmp_path), 2, 1.0)
    worker = start()
    wait_for(180, "the first job", lambda: starts(tmp_path))

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(60) == 0
    assert states() == {
        TaskResultStatus.SUCCESSFUL: 1,
        TaskResultStatus.READY: 1,
    }


def test_a_worker_asked_twice_gives_its_job_back(tmp_path: Path) -> None:
    sample.note.enqueue(str(tmp_path), 1, 30.0)
    worker = start()
    wait_for(180, "the first job", lambda: starts(tmp_path))

    for _ in range(2):
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.3)

    assert worker.wait(60) == 0
    assert states() == {TaskResultStatus.READY: 1}


def test_a_job_longer_than_its_lease_keeps_it(tmp_path: Path) -> None:
    sample.note.enqueue(str(tmp_path), 1, 2.5)
    running = [start("drain", lease=1.0), start("stay", lease=1.0)]
    try:
        wait_for(180, "the job", (tmp_path / "done-1").exists)
    finally:
        for worker in running:
            worker.terminate()
            worker.wait()

    assert starts(tmp_path) == 1


def test_a_draining_worker_ends_when_nothing_is_left(tmp_path: Path) -> None:
    for number in range(5):
        sample.note.enqueue(str(tmp_path), number)

    assert start("drain").wait(120) == 0
    assert len(list(tmp_path.glob("done-*"))) == 5
