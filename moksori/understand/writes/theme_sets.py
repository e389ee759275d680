"""The themes in use, as the estimator that places mentions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.encoder import load_encoder
from moksori.analysis.themes import Themes
from moksori.analysis.topical import topical
from moksori.understand.models import Theme, ThemeRun

Vectors = NDArray[np.float32]
Placed = tuple[int | None, float | None]


@dataclass(frozen=True)
class ThemeSet:
    """What the last learning of one affiliate found, and the ids of its themes."""

    themes: Themes
    ids: list[int | None]

    def place(self, vectors: Vectors) -> list[Placed]:
        """The theme of each vector and how typical of it the vector is (0–1)."""
        labels, confidence = self.themes.assign(vectors)
        found = []
        for label, sure in zip(labels.tolist(), confidence.tolist(), strict=True):
            theme = self.ids[label] if label >= 0 else None
            found.append((theme, round(sure, 4) if theme is not None else None))
        return found


class ThemeSets:
    """The theme sets of several affiliates, each loaded once."""

    def __init__(self) -> None:
        self._loaded: dict[int, ThemeSet | None] = {}

    def place(self, affiliates: Sequence[int], texts: Sequence[str]) -> list[Placed]:
        """Theme and confidence of each text, in the affiliate that stands beside it."""
        out: list[Placed] = [(None, None)] * len(affiliates)
        owner = np.asarray(affiliates, dtype=np.int64)
        for affiliate in np.unique(owner):
            found = self.of(int(affiliate))
            if found is None:
                continue
            rows = np.flatnonzero(owner == affiliate).tolist()
            placed = found.place(theme_vectors([texts[row] for row in rows]))
            for row, one in zip(rows, placed, strict=True):
                out[row] = one
        return out

    def of(self, affiliate: int) -> ThemeSet | None:
        if affiliate not in self._loaded:
            self._loaded[affiliate] = load_theme_set(affiliate)
        return self._loaded[affiliate]


def load_theme_set(affiliate: int) -> ThemeSet | None:
    """The last learning of an affiliate; None before the first one."""
    run = ThemeRun.objects.filter(unit_id=affiliate).order_by("-number").first()
    if run is None:
        return None
    merged = dict(
        Theme.objects.filter(unit_id=affiliate, state=Theme.State.MERGED).values_list(
            "pk", "merged_into_id"
        )
    )
    return ThemeSet(unpacked(run.state), [merged.get(pk, pk) for pk in run.labels])


def theme_vectors(texts: Sequence[str]) -> Vectors:
    """What the texts are about, as vectors: judgement and filler taken out first."""
    return load_encoder().encode([topical(text) for text in texts])


def packed(themes: Themes) -> bytes:
    stored = io.BytesIO()
    arrays: dict[str, Any] = themes.state()
    np.savez_compressed(stored, **arrays)
    return stored.getvalue()


def unpacked(state: bytes | memoryview[int]) -> Themes:
    with np.load(io.BytesIO(bytes(state)), allow_pickle=False) as arrays:
        return Themes.from_state(dict(arrays))
