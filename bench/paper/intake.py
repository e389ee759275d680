"""A PDF of filled sheets, from the file to stored answers, with the worker's own code.

python -m bench.paper.intake [pages] [workers]     200 pages and two workers unless told

The embedded database, in a folder of its own. Counted from the moment the file is
handed over until every page is where it belongs and no job waits.
"""
# ruff: noqa: PLC0415 - Django is set up once its folder is chosen

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Any

WORK = "work"


def main() -> None:
    if sys.argv[1:] == [WORK]:
        _work()
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    os.environ["MOKSORI_DATA_DIR"] = tempfile.mkdtemp()
    _set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    batch, content = _prepared(count)
    from moksori.collect.writes.scans import take_file

    command = [sys.executable, "-m", "bench.paper.intake", WORK]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _worker in range(workers)
    ]
    for one in running:
        assert one.stdout
        one.stdout.readline()  # it has started
    start, load = time.perf_counter(), os.getloadavg()[0]
    take_file([content], name="scan.pdf", batch=batch)
    for one in running:
        assert one.stdin
        one.stdin.close()  # begin
    while not _is_done(count):
        time.sleep(0.2)
    seconds = time.perf_counter() - start
    for one in running:
        one.wait()
    _tell(count, workers, seconds, load)


def _is_done(count: int) -> bool:
    from moksori.collect.models import Scan

    waiting = Scan.State.WAITING
    return Scan.objects.exclude(state=waiting).count() >= count


def _tell(count: int, workers: int, seconds: float, load: float) -> None:
    from moksori.collect.models import Response, Scan

    states = Counter(Scan.objects.values_list("state", flat=True))
    print(
        f"{count} pages, {workers} workers: {seconds:.1f} s, {count / seconds:.1f} "
        f"pages/s; load before {load:.1f}"
    )
    print(f"pages: {dict(states)}; responses: {Response.objects.count()}")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django

    django.setup()


def _work() -> None:
    """A worker; one that finds nothing waits, as it does when it serves."""
    _set_up()
    from moksori.base.jobs.worker import Worker
    from moksori.collect.models import Scan, ScanFile

    print("ready", flush=True)
    sys.stdin.read()
    moving = [ScanFile.State.WAITING, ScanFile.State.OPENED]
    worker = Worker()
    used = time.process_time()
    while (
        ScanFile.objects.filter(state__in=moving).exists()
        or Scan.objects.filter(state=Scan.State.WAITING).exists()
    ):
        worker.run(drain=True)
        time.sleep(0.1)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"worker: {time.process_time() - used:.1f} s of computing, {most:.0f} MB; "
        f"its child that takes files apart: {child.ru_utime + child.ru_stime:.1f} s, "
        f"{child.ru_maxrss / 1024:.0f} MB",
        file=sys.stderr,
    )


def _prepared(count: int) -> tuple[Any, bytes]:
    """A batch, and a PDF of sheets of two pages that are filled in."""
    from moksori.base.testing.makers import make_team
    from moksori.collect.tests.papers import (
        LONG,
        filled,
        make_sheets,
        pdf_of,
        scanned,
    )
    from moksori.collect.tests.surveys import make_survey
    from moksori.collect.writes.scans import begin_batch

    team = make_team()
    survey = make_survey(team.ours, LONG, "긴 종이 설문")
    marks = {"nps": ["9"], "came": ["yes"], "how": ["4"], "what": ["app"]}
    more = {f"more{n}": [str(n % 5 + 1)] for n in range(8)}
    pages = []
    for sheet in make_sheets(survey, count // 2):
        pen = filled(sheet, {**marks, **more})
        pages += [scanned(page, len(pages) + n) for n, page in enumerate(pen.pages)]
    batch = begin_batch(team.ours, way="upload", by=team.ada, name="bench")
    return batch, pdf_of(pages[:count])


if __name__ == "__main__":
    main()
