"""The themes in use, as arrays that place mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from moksori.understand.models import Theme

Placed = tuple[int | None, float | None]


@dataclass(frozen=True)
class ThemeSet:
    """Ids and centres of one affiliate's active themes."""

    ids: list[int]
    centers: NDArray[np.float32]

    def place(self, vectors: NDArray[np.float32]) -> list[Placed]:
        """The nearest theme of each vector, and how clearly it is the nearest."""
        if not self.ids:
            return [(None, None)] * len(vectors)
        near = vectors @ self.centers.T
        best = near.argmax(axis=1)
        return [
            (self.ids[i], round(float(max(near[r, i], 0)), 4))
            for r, i in enumerate(best)
        ]


class ThemeSets:
    """The theme sets of several affiliates, each loaded once."""

    def __init__(self) -> None:
        self._loaded: dict[int, ThemeSet] = {}

    def place(
        self, affiliates: Sequence[int], vectors: NDArray[np.float32]
    ) -> list[Placed]:
        """Theme and confidence of each vector, in the affiliate that stands beside it."""
        out: list[Placed] = [(None, None)] * len(affiliates)
        owner = np.asarray(affiliates, dtype=np.int64)
        for affiliate in np.unique(owner):
            rows = np.flatnonzero(owner == affiliate)
            for row, placed in zip(
                rows, self.of(int(affiliate)).place(vectors[rows]), strict=True
            ):
                out[row] = placed
        return out

    def of(self, affiliate: int) -> ThemeSet:
        if affiliate not in self._loaded:
            self._loaded[affiliate] = load_theme_set(affiliate)
        return self._loaded[affiliate]


def load_theme_set(affiliate: int) -> ThemeSet:
    rows = list(
        Theme.objects.filter(unit_id=affiliate, state=Theme.State.ACTIVE)
        .order_by("pk")
        .values_list("pk", "center")
    )
    centers = [np.frombuffer(bytes(center), np.float32) for _, center in rows]
    stacked = np.stack(centers) if centers else np.zeros((0, 256), np.float32)
    return ThemeSet([pk for pk, _ in rows], stacked)


def vectors_of(column: pa.ChunkedArray) -> NDArray[np.float32]:
    """Vectors stored as float16 bytes, as one array."""
    raw = b"".join(column.to_pylist())
    if not raw:
        return np.zeros((0, 256), np.float32)
    found: NDArray[Any] = np.frombuffer(raw, np.float16)
    return found.reshape(len(column), -1).astype(np.float32)
