"""The manifest: one small file that says which files are the warehouse now.

Data files are never changed once named. A publisher writes new ones beside the old,
and replaces the manifest last: a reader sees all of a change or nothing of it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 3  # 2: facts have traits, 3: scores have every question
CURRENT = "CURRENT.json"
SPILL = "spill"
KEPT_VERSIONS = 3
KEPT_SECONDS = 120.0


class UnknownFormatError(RuntimeError):
    """The files were written by another release; rebuild the warehouse."""


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable file: path below the warehouse, and how many rows it has."""

    path: str
    rows: int


Parts = Mapping[str, Part]  # "2026-03" (facts) or "2026-1" (rollups) → file


@dataclass(frozen=True, slots=True)
class Retired:
    """Files that a newer version no longer uses, kept for readers still at work."""

    version: int
    at: float
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    version: int = 0
    published_at: float = 0.0
    tables: Mapping[str, Parts] = field(default_factory=dict)
    rollups: Mapping[str, Parts] = field(default_factory=dict)
    retired: tuple[Retired, ...] = ()

    def paths(self) -> Iterator[str]:
        """Every file that readers of this version need."""
        for group in (self.tables, self.rollups):
            for parts in group.values():
                for part in parts.values():
                    yield part.path

    def parts(self, name: str) -> list[str]:
        """The files of a table or rollup, oldest period first."""
        found = self.tables.get(name) or self.rollups.get(name) or {}
        return [found[period].path for period in sorted(found)]

    def rows(self, name: str) -> int:
        found = self.tables.get(name) or self.rollups.get(name) or {}
        return sum(part.rows for part in found.values())

    def next(
        self, tables: Mapping[str, Parts], rollups: Mapping[str, Parts]
    ) -> Manifest:
        """The version after this one, with what it leaves behind noted as retired."""
        now = time.time()
        new = Manifest(self.version + 1, now, tables, rollups)
        left = tuple(sorted(set(self.paths()) - set(new.paths())))
        gone = [r for r in self.retired if not _is_over(r, new.version, now)]
        retired = (*gone, Retired(new.version, now, left)) if left else tuple(gone)
        return Manifest(new.version, now, tables, rollups, retired)

    def kept(self) -> set[str]:
        """Every file that must stay on disk."""
        return {*self.paths(), *(path for r in self.retired for path in r.paths)}


def _is_over(retired: Retired, version: int, now: float) -> bool:
    old = version - retired.version >= KEPT_VERSIONS
    return old and now - retired.at > KEPT_SECONDS


def load_to_rebuild(root: Path) -> Manifest:
    """The manifest, or an empty one after it where another release wrote it.

    Its files are then nobody's, and the next version replaces them all.
    """
    try:
        return load(root)
    except UnknownFormatError:
        return Manifest(version=_found(root)["version"])


def is_foreign(root: Path) -> bool:
    """Whether the files were written by another release and must be made anew."""
    found = _found(root)
    return bool(found) and found["format"] != FORMAT


def load(root: Path) -> Manifest:
    """The manifest of this moment; an empty one where nothing was published yet.

    Raises UnknownFormatError where another release wrote it.
    """
    found = _found(root)
    if not found:
        return Manifest()
    if found["format"] != FORMAT:
        raise UnknownFormatError(
            f"{root / CURRENT} was written by another release of Moksori. "
            "Rebuild the warehouse: nothing is lost, it is made of the database."
        )
    return Manifest(
        version=found["version"],
        published_at=found["published_at"],
        tables=_groups(found["tables"]),
        rollups=_groups(found["rollups"]),
        retired=tuple(
            Retired(r["version"], r["at"], tuple(r["paths"])) for r in found["retired"]
        ),
    )


def _found(root: Path) -> dict[str, Any]:
    """What the file says; {} where there is none."""
    try:
        text = (root / CURRENT).read_text("utf-8")
    except FileNotFoundError:
        return {}
    found: dict[str, Any] = json.loads(text)
    return found


def _groups(found: dict[str, Any]) -> dict[str, Parts]:
    return {
        name: {period: Part(**part) for period, part in parts.items()}
        for name, parts in found.items()
    }


def save(root: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step that survives a crash at any point."""
    temporary = root / f"{CURRENT}.tmp"
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False)
    temporary.write_text(text, "utf-8")
    settle(temporary, root / CURRENT)


def settle(temporary: Path, final: Path) -> None:
    """Give a finished file its name: bytes on disk first, then the name, then both."""
    _sync(temporary)
    temporary.replace(final)
    _sync(final.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stamp(root: Path) -> tuple[int, int, int]:
    """Changes whenever the manifest does; cheap enough to ask before each question."""
    try:
        found = (root / CURRENT).stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
