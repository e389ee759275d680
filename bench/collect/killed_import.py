"""An import that is killed again and again: every row is there in the end, once.

python bench/collect/killed_import.py [kills] [rows]     100 kills, 10,000 rows

A process imports a file and is killed (SIGKILL) at a random moment; the next one goes
on. Where an import ends before the kills are used up, the file is imported into
another source. MOKSORI_DATABASE_URL takes another database than the embedded one.
"""
# ruff: noqa: PLC0415 - Django is imported once its folder is chosen

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
import tempfile
import time
from typing import Any

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
LONGEST = 6.0  # seconds until a kill; an import takes about as long


def content() -> bytes:
    lines = [f"V{n},배송이 늦었어요 {n},{n % 11},2026-03-01" for n in range(ROWS)]
    return "\n".join(["접수번호,의견,추천점수,접수일", *lines]).encode()


def killed(run: Any, seconds: float) -> bool:
    """Run it in a process of its own; whether it had to be killed."""
    child = os.fork()
    if not child:
        code = 1
        try:
            run()
            code = 0
        finally:
            os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0, f"the import failed: {status}"
            return False
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def one_import(unit: Any, number: int, draw: random.Random, most: int) -> list[int]:
    """Import into a new source, killed at most so often; rows read at each kill."""
    from django.db import connections

    from moksori.collect import writes
    from moksori.collect.models import Batch, Feedback

    source = writes.add_source(f"killed {number}", unit=unit, by=None)
    file = io.BytesIO(content())
    batch = writes.stage_file(file, name="rows.csv", source=source, by=None)
    writes.imports.begin(batch, by=None)
    at: list[int] = []
    while True:
        # A connection must not be shared between processes.
        connections.close_all()
        limit = draw.uniform(0, LONGEST) if len(at) < most else 600
        if not killed(lambda: writes.run_import(batch.pk), limit):
            break
        at.append(Batch.objects.get(pk=batch.pk).rows_read)
    batch.refresh_from_db()
    rows = Feedback.objects.filter(source=source)
    assert batch.state == Batch.State.DONE, batch.message
    assert rows.count() == rows.values("external_id").distinct().count() == ROWS
    assert (batch.added, batch.revised, batch.unchanged) == (ROWS, 0, 0)
    return at


def main() -> None:
    os.environ.setdefault("MOKSORI_DATA_DIR", tempfile.mkdtemp(prefix="moksori-kill-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from moksori.base.people.writes import add_unit
    from moksori.collect.models import Feedback

    draw = random.Random(20_261_122)  # noqa: S311
    unit = add_unit("한빛", by=None)
    imports, at = 0, []
    began = time.monotonic()
    while len(at) < KILLS:
        imports += 1
        at += one_import(unit, imports, draw, KILLS - len(at))
    found = {
        "kills": len(at),
        "imports": imports,
        "rows_each": ROWS,
        "rows_exact": Feedback.objects.count() == imports * ROWS,
        "killed_with_rows_between": sum(0 < one < ROWS for one in at),
        "seconds": round(time.monotonic() - began),
    }
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
