"""The file of clause vectors beside the warehouse, as readers see it.

A manifest names the segments; each is a few arrays of one length, mapped into memory.
Nothing in a file ever changes: what is new is written aside and named by the next
manifest. So a reader sees one state or the next, never half of one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from moksori.analysis.encoder import load_encoder
from moksori.understand.models import MENTIONS_PER_FEEDBACK

FORMAT = 1
MANIFEST = "manifest.json"
NONE = -1
SENTIMENT_STEPS = 10_000
SCORE_STEPS = 100
FACTS = (
    "unit", "region", "product", "source", "theme", "day", "channel", "language",
    "age_band", "tier", "kind", "flags", "sentiment", "score",
)  # fmt: skip
COLUMN = {name: at for at, name in enumerate(FACTS)}

# Rows of a block: 2 MB as float32, so that it stays within the processor's cache.
BLOCK = 2_048
TRIES = 5

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Segment:
    """Clauses in the order of their ids.

    `ids` holds mention and text key, `facts` the columns FACTS as 32-bit codes,
    `vectors` 8-bit steps of the size that `scales` gives.
    """

    name: str
    gone: str
    ids: NDArray[np.int64]
    facts: NDArray[np.int32]
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]
    alive: Mask

    @property
    def mentions(self) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.ids[0]
        return found

    @property
    def keys(self) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.ids[1]
        return found

    @property
    def feedback(self) -> NDArray[np.int64]:
        return self.mentions // MENTIONS_PER_FEEDBACK

    def column(self, name: str) -> NDArray[np.int32]:
        found: NDArray[np.int32] = self.facts[COLUMN[name]]
        return found

    def closeness(self, asked: NDArray[np.float32], wanted: Mask) -> Any:
        """The cosine of each wanted clause with what is asked; −1 for the others."""
        out = np.full(len(self.scales), -1, np.float32)
        for start in range(0, len(out), BLOCK):
            part = slice(start, start + BLOCK)
            rows = np.flatnonzero(wanted[part])
            if len(rows) == 0:
                continue
            vectors = self.vectors[part]
            if len(rows) < len(vectors):
                vectors = vectors[rows]
            out[start + rows] = vectors.astype(np.float32) @ asked
        out[wanted] *= self.scales[wanted]
        return out


@dataclass(frozen=True, eq=False)
class ClauseIndex:
    """All segments of one version; without any, nothing was written yet."""

    version: int
    encoder: str
    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(int(segment.alive.sum()) for segment in self.segments)

    @property
    def is_current(self) -> bool:
        """Whether it was written, with the encoder that questions are read with."""
        return self.version > 0 and self.encoder == encoder_name()

    @property
    def names(self) -> set[str]:
        """Of the files that belong to it."""
        parts = {f"{s.name}.{part}.npy" for s in self.segments for part in PARTS}
        return parts | {segment.gone for segment in self.segments if segment.gone}


PARTS = ("ids", "facts", "vectors", "scales")
EMPTY = ClauseIndex(0, "", ())


def encoder_name() -> str:
    """Of vectors that can be compared; another version's cannot."""
    encoder = load_encoder()
    return f"{encoder.name} {encoder.version} {encoder.dims}"


def folder() -> Path:
    return Path(settings.MOKSORI_WAREHOUSE_DIR) / "clauses"


def clause_index() -> ClauseIndex:
    """What was written last; opened once a version."""
    path = folder() / MANIFEST
    for _ in range(TRIES):
        try:
            written = path.stat().st_mtime_ns, path.stat().st_ino
            return _opened(folder(), written)
        except FileNotFoundError:
            # A writer came between manifest and files; or nothing is there at all.
            if not path.exists():
                return EMPTY
    return EMPTY


def code(value: object) -> int:
    """A name or an id as 31 bits; two that share a code are told apart later."""
    if value is None or value == "":
        return NONE
    number = value if isinstance(value, int) else crc32(str(value).encode())
    return number & 0x7FFFFFFF


def steps(value: float | None, size: int) -> int:
    """A number in whole steps, for instance hundredths."""
    return NONE - 2**30 if value is None else round(value * size)


def codes(values: Sequence[object]) -> NDArray[np.int32]:
    return np.fromiter((code(value) for value in values), np.int32, len(values))


@lru_cache(maxsize=2)
def _opened(root: Path, _written: tuple[int, int]) -> ClauseIndex:
    stored = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    if stored["format"] != FORMAT:
        return EMPTY
    segments = tuple(_segment(root, one) for one in stored["segments"])
    return ClauseIndex(stored["version"], stored["encoder"], segments)


def _segment(root: Path, stored: dict[str, str]) -> Segment:
    name, gone = stored["name"], stored["gone"]
    ids, facts, vectors, scales = (
        np.load(root / f"{name}.{part}.npy", mmap_mode="r", allow_pickle=False)
        for part in PARTS
    )
    alive = np.ones(len(scales), bool)
    if gone:
        alive[np.load(root / gone, allow_pickle=False)] = False
    return Segment(name, gone, ids, facts, vectors, scales, alive)
