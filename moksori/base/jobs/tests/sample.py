"""Jobs to test with."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from moksori.base.errors import UserError
from moksori.base.jobs.job import job


@job(title="Write a note")
def note(folder: str, number: int, pause: float = 0.0) -> int:
    """Leaves one line a start, and one file when done; may be repeated."""
    line = os.open(f"{folder}/starts", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(line, f"{number}\n".encode())
    os.close(line)
    time.sleep(pause)
    (Path(folder) / f"done-{number}").touch()
    return number


@job(attempts=3, first_delay=timedelta(seconds=10), title="Fail")
def fail() -> None:
    raise RuntimeError("The other side did not answer.")


@job(title="Fail for good")
def refuse() -> None:
    raise UserError("Row 3 has no date.")


@job(attempts=1)
def answer_nonsense() -> object:
    return object()
