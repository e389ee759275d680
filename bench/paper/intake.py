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

    start, load = time.perf_counter(), os.getloadavg()[0]
    before = _computed()
    take_file([content], name="scan.pdf", batch=batch)
    command = [sys.executable, "-m", "bench.paper.intake", WORK]
    running = [
        subprocess.Popen(command)
        for _worker in range(workers)
    ]
    for one in running:
        one.wait()
    seconds = time.perf_counter() - start
    _tell(count, workers, seconds, _computed() - before, load)


def _tell(
    count: int, workers: int, seconds: float, computed: float, load: float
) -> None:
    from moksori.collect.models import Response, Scan

    states = Counter(Scan.objects.values_list("state", flat=True))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{count} pages, {workers} workers: {seconds:.1f} s, {count / seconds:.1f} "
        f"pages/s; {1000 * computed / count:.0f} ms of computing a page; a process "
        f"took at most {most:.0f} MB; load before {load:.1f}"
    )
    print(f"pages: {dict(states)}; responses: {Response.objects.count()}")


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django

    django.setup()


def _work() -> None:
    _set_up()
    from moksori.base.jobs.worker import Worker

    Worker().run(drain=True)


def _computed() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
