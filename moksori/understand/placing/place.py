"""Where mentions belong: what people taught first, then what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.neighbours import Vectors, unit
from moksori.analysis.themes import Themes
from moksori.understand.placing.taught import Placed, Rules

BLOCK = 16_384
# How near an example must be where nothing was learned that could tell.
ALONE = 0.45
# No theme has this id; those that do not exist yet, in a preview, are below it.
NOBODY = 0
Numbers = NDArray[np.int64]
Cosines = NDArray[np.float32]


@dataclass(frozen=True)
class ThemeSet:
    """What the last learning of one affiliate found, and what people taught since.

    `ids` are the themes that the estimator tells apart, in its order; `themes` is None
    where nothing was learned yet.
    """

    themes: Themes | None
    ids: list[int]
    rules: Rules

    def taught(self, rules: Rules) -> ThemeSet:
        """The same learning under other rules."""
        return replace(self, rules=rules)

    def place(self, texts: Sequence[str], vectors: Vectors) -> list[Placed]:
        """The theme of each text and how typical of it the text is (0–1)."""
        found: list[Placed] = []
        for start in range(0, len(texts), BLOCK):
            part = slice(start, start + BLOCK)
            found += self._near(vectors[part])
        if self.rules.words or self.rules.pins:
            found = [
                self._said(text, one) for text, one in zip(texts, found, strict=True)
            ]
        return found

    def _said(self, text: str, near: Placed) -> Placed:
        is_pinned, theme = self.rules.pinned(text)
        if is_pinned:
            return (theme, 1.0) if theme is not None else (None, None)
        worded = self.rules.worded(text)
        return (worded[1], 1.0) if worded else near

    def _near(self, vectors: Vectors) -> list[Placed]:
        if self._is_plain and self.themes is not None:
            labels, sure = self.themes.assign(vectors)
            owners = np.append(self.ids, NOBODY)[labels]
        else:
            owners, sure = self.nearest(vectors)
        out: list[Placed] = []
        for owner, one in zip(owners.tolist(), sure.tolist(), strict=True):
            theme = self.rules.heir(owner) if owner != NOBODY else None
            out.append((theme, round(one, 4)) if theme is not None else (None, None))
        return out

    @property
    def _is_plain(self) -> bool:
        """Nothing is taught that the estimator does not know by itself."""
        closed = any(self.rules.is_closed(pk) for pk in self.ids)
        return not self.rules.owners and not closed

    @cached_property
    def owners(self) -> Numbers:
        """The theme of each column of `cosines`: learned parts, then anchors."""
        # Parts of what was no theme are known too, and keep what is like them.
        learned = np.append(np.asarray(self.ids, np.int64), NOBODY)[self._parts_of]
        return np.concatenate([learned, np.asarray(self.rules.owners, np.int64)])

    @cached_property
    def _only_divide(self) -> NDArray[np.bool_]:
        """Anchors that tell parts of a learned theme apart, and attract nothing else.

        Where the whole is no longer found by learning, they must stand for themselves.
        """
        wholes = {pk: self.rules.family.get(pk, NOBODY) for pk in self.rules.owners}
        divide = [wholes[pk] in set(self.ids) for pk in self.rules.owners]
        learned = len(self.owners) - len(divide)
        return np.array([False] * learned + divide, bool)

    @cached_property
    def threshold(self) -> float:
        return self.themes.threshold_ if self.themes is not None else ALONE

    def cosines(self, vectors: Vectors) -> Cosines:
        """How near each row is to each learned part and each anchor (n, parts + m)."""
        points = self.points(vectors)
        columns = [
            points @ rows.T for rows in (self._parts, self._anchors) if len(rows)
        ]
        return np.hstack(columns) if columns else np.zeros((len(points), 0), np.float32)

    def open_cosines(self, vectors: Vectors) -> Cosines:
        """The same, closed themes and rows that hold nothing out of reach."""
        near = self.cosines(vectors)
        closed = [self.rules.is_closed(int(one)) for one in self.owners]
        near[:, np.asarray(closed, bool)] = -2
        near[np.abs(vectors).max(axis=1, initial=0) == 0] = -2
        return near

    def nearest(self, vectors: Vectors) -> tuple[Numbers, Cosines]:
        """Theme (NOBODY: none near) and confidence of each row, from what is near."""
        near = self.open_cosines(vectors)
        count = len(near)
        if not near.shape[1]:
            return np.full(count, NOBODY), np.zeros(count, np.float32)
        reached = near.copy()
        reached[:, self._only_divide] = -2
        best = reached.argmax(axis=1)
        cosine = near[np.arange(count), best]
        found, fits = self.owners[best], cosine >= self.threshold
        sure = self._sure(best, cosine)
        found = self._within_family(near, found)
        return np.where(fits, found, NOBODY), np.where(fits, sure, 0)

    def _within_family(self, near: Cosines, found: Numbers) -> Numbers:
        """Of a theme that was split: the part whose anchor is nearest."""
        family = self.rules.family
        learned = near.shape[1] - len(self.rules.owners)
        roots = np.array([family.get(pk, NOBODY) for pk in self.rules.owners], np.int64)
        of = np.array([family.get(pk, NOBODY) for pk in found.tolist()], np.int64)
        found = found.copy()
        for root in np.unique(of[of != NOBODY]):
            columns = learned + np.flatnonzero(roots == root)
            if not len(columns):
                continue
            rows = np.flatnonzero(of == root)
            close = near[np.ix_(rows, columns)]
            inside = close.max(axis=1) > -2
            nearest = self.owners[columns[close.argmax(axis=1)]]
            found[rows] = np.where(inside, nearest, found[rows])
        return found

    def _sure(self, best: NDArray[np.intp], cosine: Cosines) -> Cosines:
        """Of a learned part: the share of its texts farther out; else the cosine."""
        sure = np.clip(cosine, 0, 1)
        if self.themes is None:
            return sure
        learned = best < len(self._parts)
        theme = self._parts_of[np.minimum(best, max(len(self._parts) - 1, 0))]
        below = (self._state["quantiles"][theme] < cosine[:, None]).sum(axis=1)
        return np.where(learned, below / 101, sure).astype(np.float32)

    @cached_property
    def _state(self) -> dict[str, NDArray[np.float32]]:
        return self.themes.state() if self.themes is not None else {}

    @cached_property
    def _parts(self) -> Vectors:
        return self._state.get("parts", np.zeros((0, 0), np.float32))

    @cached_property
    def _parts_of(self) -> Numbers:
        return np.asarray(self._state.get("themes", np.zeros(0)), np.int64)

    @cached_property
    def _anchors(self) -> Vectors:
        if not self.rules.owners:
            return np.zeros((0, 0), np.float32)
        return self.points(self.rules.anchors)

    def points(self, rows: Vectors) -> Vectors:
        """Rows in the space of the estimator, where common words weigh less."""
        if self.themes is None:
            return rows
        full = np.abs(rows).max(axis=1, initial=0, keepdims=True) > 0
        moved = (rows - self._state["mean"]) @ self._state["shape"]
        return unit(np.where(full, moved, 0))
