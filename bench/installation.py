"""What the benches of pages have in common: a folder to live in, and real texts."""

# Settings must be said before Django is loaded, hence the import within a function.
# ruff: noqa: PLC0415

from __future__ import annotations

import csv
import gzip
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

DATA = Path(__file__).parent.parent / "moksori/server/demo/data"
NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHUNK = 500
"""Feedbacks stored in one transaction."""

Said = tuple[str, float | None]


def open_at(folder: Path | None) -> None:
    """Use the installation in this folder, or a new one that nobody keeps."""
    folder = folder or Path(tempfile.mkdtemp(prefix="moksori-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["MOKSORI_DATA_DIR"] = str(folder)
    os.environ["MOKSORI_LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    import django

    django.setup()


def reviews() -> list[Said]:
    """The demo's film reviews in Korean, with their score on 0–10."""
    return [
        (row["review"], (float(row["rating"]) - 1) / 9 * 10)
        for row in _rows("reviews.csv.gz")
    ]


def complaints() -> list[Said]:
    """The demo's complaints on banks in English, without a score."""
    rows = _rows("complaints.csv.gz")
    return [(row["narrative"], None) for row in rows if row["narrative"]]


def _rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pace() -> str:
    """How fast this machine is at this moment, for whoever compares two tables."""
    started = time.process_time()
    total = 0
    for one in range(10_000_000):
        total += one
    return f"ten million additions in Python: {time.process_time() - started:.1f} s"
