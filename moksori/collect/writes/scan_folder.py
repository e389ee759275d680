"""The watched folder: a scanner or a network share drops files, and they are taken.

A file directly in the folder goes to the top unit; one in a folder that is called as a
unit (or has its number as its name) goes to that unit. A file that grows is left until
it is whole. What was taken is kept by us and removed there, so that pictures of people
do not lie about in a second place; where we may not remove it nothing is taken.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from moksori.base.errors import UserError
from moksori.base.people.models import Unit
from moksori.collect.models import ScanBatch
from moksori.collect.writes.scans import begin_batch, take_file

log = logging.getLogger(__name__)
QUIET = 10  # seconds without a change after which a file is whole
MOST = 200  # files of one round
_stuck: set[tuple[str, int, int]] = set()  # taken, but they could not be removed
REFUSED = "not-taken"  # where files go that we cannot keep: empty, too large


def is_anything_there() -> bool:
    return next(_ready(), None) is not None


def take_folder() -> int:
    """Take what is whole; how many files there were."""
    count = 0
    batches: dict[int, ScanBatch] = {}
    for path, unit in _ready():
        if count >= MOST:
            break
        try:
            with path.open("rb") as content:
                batch = batches.get(unit.pk) or _begun(unit)
                batches[unit.pk] = batch
                _take(path, content, batch)
        except OSError as error:  # this one nobody can read; the others are taken
            log.warning("a file of the watched folder was left: %s", error.strerror)
            continue
        count += 1
    return count


def _begun(unit: Unit) -> ScanBatch:
    name = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    return begin_batch(unit, way=ScanBatch.Way.FOLDER, by=None, name=name)


def _take(path: Path, content: BinaryIO, batch: ScanBatch) -> None:
    named = _named(path)
    try:
        take_file(content, name=path.name, batch=batch)
    except UserError:
        _stuck.add(named)
        aside = path.parent / REFUSED
        aside.mkdir(exist_ok=True)
        path.replace(aside / path.name)
    else:
        _stuck.add(named)
        path.unlink(missing_ok=True)
    _stuck.discard(named)


def _named(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size


def _ready() -> Iterator[tuple[Path, Unit]]:
    """Files that nobody writes any more, with their unit, the oldest name first."""
    if not settings.MOKSORI_SCAN_FOLDER:
        return
    folder = Path(settings.MOKSORI_SCAN_FOLDER)
    top = Unit.objects.filter(parent=None).order_by("path").first()
    if top is None or not folder.is_dir():
        return
    units = {name: unit for unit in Unit.objects.all() for name in _names(unit)}
    for unit, place in [(top, folder), *_subfolders(folder, units)]:
        if not os.access(place, os.W_OK | os.X_OK):
            continue  # what cannot be removed would come again and again
        for path in sorted(place.iterdir()):
            if _is_whole(path):
                yield path, unit


def _names(unit: Unit) -> set[str]:
    return {str(unit.pk), unit.name_ko, unit.name_en} - {""}


def _subfolders(folder: Path, units: dict[str, Unit]) -> list[tuple[Unit, Path]]:
    return [
        (units[path.name], path)
        for path in sorted(folder.iterdir())
        if path.name in units and path.is_dir() and not path.is_symlink()
    ]


def _is_whole(path: Path) -> bool:
    try:
        is_file = path.is_file() and not path.is_symlink()
        found = path.stat()
        is_new = _named(path) not in _stuck
    except OSError:
        return False
    is_hidden = path.name.startswith((".", "~")) or path.name.endswith(
        (".part", ".tmp")
    )
    return is_file and is_new and not is_hidden and time.time() - found.st_mtime > QUIET
