"""Themes: what many short texts are about, learned without labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from moksori.analysis.communities import (
    BLOCK,
    NO_THEME,
    Labels,
    Vectors,
    agreement,
    centres,
    communities,
    kept,
    neighbour_graph,
    renumbered,
    split_loose,
    unit,
)

RESOLUTIONS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.5)
FEWEST, MOST = 15, 60
_PARTS = 16.0
_FINER = 4.0
_FEW = 6


class Themes:
    """Communities in the graph of nearest neighbours, each with a centre.

    `fit` takes unit vectors (n, d); a zero row holds nothing and gets no theme. It
    repeats exactly: equal input gives equal themes, equal vectors share a theme. The
    number of themes follows from the data: of the `resolutions` that give a
    readable number (15–60 for ten thousand texts, fewer for fewer), the one whose
    communities change least when a part of the texts is left out. Communities that
    are small (`min_size`, or `min_share` of the learned texts) or hardly hang together
    are no themes, and what resembles them gets none either. A theme need not be round:
    it is known by the centres of its parts, and a text belongs to the nearest part.

    Learned: `labels_` (n,), NO_THEME (−1) where a text fits nowhere; `confidence_` (n,)
    from 0 to 1, the share of the theme's learned texts that lie farther out;
    `centers_` (k, d) unit rows in the space of the input, largest theme first;
    `sizes_` (k,), distinct learned texts in each; `coherence_` (k,), the mean cosine
    of these to the nearest part.
    """

    def __init__(
        self,
        *,
        neighbours: int = 15,
        resolutions: Sequence[float] = RESOLUTIONS,
        min_size: int = 12,
        min_share: float = 0.0015,
        sample: int = 8_000,
        seed: int = 0,
    ) -> None:
        self.neighbours = neighbours
        self.resolutions = tuple(resolutions)
        self.min_size = min_size
        self.min_share = min_share
        self.sample = sample
        self.seed = seed

    def fit(self, vectors: Vectors) -> Self:
        """Learn from unit rows (n, d); beyond `sample` distinct rows, from a sample."""
        rows = _checked(vectors)
        distinct, copies = self._distinct(rows)
        self.mean_, self.shape_ = _evening(rows[distinct])
        points = self._place(rows[distinct])
        themes, parts = self._communities(points, copies)
        self._learn(rows[distinct], points, renumbered(themes), parts)
        self.labels_, self.confidence_ = self.assign(rows)
        return self

    def assign(self, vectors: Vectors) -> tuple[Labels, NDArray[np.float32]]:
        """The theme of each row, NO_THEME where none is near, and its confidence."""
        rows = _checked(vectors)
        labels = np.full(len(rows), NO_THEME, np.int64)
        confidence = np.zeros(len(rows), np.float32)
        if not len(self.centers_):
            return labels, confidence
        for start in range(0, len(rows), 16 * BLOCK):
            part = slice(start, start + 16 * BLOCK)
            theme, cosine = self._nearest(self._place(rows[part]))
            labels[part] = theme
            confidence[part] = self._rank(theme, cosine)
        return labels, confidence

    def state(self) -> dict[str, NDArray[Any]]:
        """What `from_state` needs to assign again, as arrays for `numpy.savez`."""
        return {
            "mean": self.mean_,
            "shape": self.shape_,
            "parts": self._parts,
            "themes": self._themes,
            "centers": self.centers_,
            "sizes": self.sizes_,
            "coherence": self.coherence_,
            "quantiles": self._quantiles,
            "threshold": np.array(self.threshold_, np.float32),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, NDArray[Any]]) -> Self:
        """A fitted estimator that can `assign`, without the learned texts' labels."""
        themes = cls()
        themes.mean_, themes.shape_ = state["mean"], state["shape"]
        themes._parts, themes._themes = state["parts"], state["themes"]
        themes.centers_, themes.sizes_ = state["centers"], state["sizes"]
        themes.coherence_ = state["coherence"]
        themes._quantiles = state["quantiles"]
        themes.threshold_ = float(state["threshold"])
        return themes

    def _distinct(self, rows: Vectors) -> tuple[NDArray[np.intp], Labels]:
        """Row numbers of the texts to learn from, each vector once, and its copies."""
        full = np.flatnonzero(np.abs(rows).max(axis=1, initial=0) > 0)
        coarse = np.ascontiguousarray(rows[full].astype(np.float16))
        keys = coarse.view(np.dtype((np.void, coarse.itemsize * coarse.shape[1])))
        _, first, copies = np.unique(
            keys.ravel(), return_index=True, return_counts=True
        )
        order = np.argsort(first)
        if len(first) > self.sample:
            chosen = np.random.default_rng(self.seed).permutation(len(first))
            order = order[np.sort(chosen[: self.sample])]
        return full[first[order]], copies[order].astype(np.int64)

    def _communities(self, points: Vectors, copies: Labels) -> tuple[Labels, Labels]:
        """The theme of each point (NO_THEME for none), and its part of the theme."""
        n = len(points)
        least = max(self.min_size, int(self.min_share * copies.sum()))
        if n < _FEW or copies.sum() < 2 * least:
            return np.full(n, NO_THEME, np.int64), np.zeros(n, np.int64)
        # Few texts have few true neighbours.
        graph = neighbour_graph(points, min(self.neighbours, max(n // 10, 4)))
        resolution = self._resolution(graph, copies, least)
        whole = communities(graph, resolution, seed=self.seed)
        finer = communities(graph, _FINER * resolution, seed=self.seed)
        whole = split_loose(whole, finer, points, copies, least=least)
        fine = communities(graph, _PARTS, seed=self.seed)
        parts = np.unique(whole * (fine.max() + 1) + fine, return_inverse=True)[1]
        return kept(whole, points, copies, least=least), parts

    def _resolution(
        self, graph: sparse.csr_matrix, copies: Labels, least: int
    ) -> float:
        """The most stable of the resolutions that give a readable number of themes."""
        n = graph.shape[0]
        most = min(MOST, max(int(copies.sum()) // 25, 3), max(n // 4, 2))
        fewest = min(FEWEST, max(most // 4, 2))
        order = np.random.default_rng(self.seed).permutation(n)
        best = (-1.0, -1.0, self.resolutions[0])
        for resolution in self.resolutions:
            whole = communities(graph, resolution, seed=self.seed)
            count = int((np.bincount(whole, copies) >= least).sum())
            readable = (
                1.0 if fewest <= count <= most else -abs(np.log(count / most + 1e-9))
            )
            stable = (
                self._stability(graph, whole, order, resolution) if readable > 0 else 0
            )
            best = max(best, (readable, stable, resolution))
            if count > most:
                break
        return best[2]

    def _stability(
        self,
        graph: sparse.csr_matrix,
        whole: Labels,
        order: NDArray[np.intp],
        resolution: float,
    ) -> float:
        """Agreement with the communities found when every fifth text is left out."""
        scores = []
        for fold in range(2):
            kept = np.sort(np.delete(order, slice(fold, None, 5)))
            again = communities(graph[kept][:, kept], resolution, seed=self.seed)
            scores.append(agreement(whole[kept], again))
        return float(np.mean(scores))

    def _place(self, rows: Vectors) -> Vectors:
        """Rows without the common direction and with its strongest axes evened out."""
        full = np.abs(rows).max(axis=1, initial=0, keepdims=True) > 0
        return unit(np.where(full, (rows - self.mean_) @ self.shape_, 0))

    def _learn(
        self, rows: Vectors, points: Vectors, themes: Labels, parts: Labels
    ) -> None:
        count = int(themes.max(initial=NO_THEME)) + 1
        of_part = np.full(int(parts.max(initial=NO_THEME)) + 1, NO_THEME, np.int64)
        of_part[parts] = themes
        size = np.bincount(parts, minlength=len(of_part))
        # A part of one or two texts is an accident, unless its theme has no others.
        solid = size >= 3
        solid |= ~np.isin(of_part, of_part[solid])
        self._parts = centres(points, parts, len(of_part))[solid]
        self._themes = of_part[solid]
        self.threshold_ = -1.0
        theme, cosine = self._nearest(points)
        inside = [cosine[theme == number] for number in range(count)]
        # One learned text in a hundred fits nowhere; what lies farther does not either.
        fitting = cosine[theme >= 0]
        self.threshold_ = float(np.quantile(fitting, 0.01)) if fitting.size else 1.0
        self.sizes_ = np.array([part.size for part in inside], np.int64)
        self.coherence_ = np.array([part.mean() if part.size else 0 for part in inside])
        self.centers_ = centres(rows, theme, count)
        steps = np.linspace(0, 1, 101)
        self._quantiles = np.array(
            [np.quantile(part, steps) if part.size else steps for part in inside],
            np.float32,
        ).reshape(count, 101)

    def _nearest(self, points: Vectors) -> tuple[Labels, NDArray[np.float32]]:
        if not len(self._parts):
            return np.full(len(points), NO_THEME), np.zeros(len(points), np.float32)
        near = points @ self._parts.T
        best = near.argmax(axis=1)
        cosine = near[np.arange(len(near)), best]
        fits = (cosine >= self.threshold_) & (np.abs(points).max(axis=1) > 0)
        return np.where(fits, self._themes[best], NO_THEME), cosine

    def _rank(self, theme: Labels, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        below = self._quantiles[theme] < cosine[:, None]
        return np.where(theme >= 0, below.sum(axis=1) / 101, 0).astype(np.float32)


def match_themes(
    old_centers: Vectors, new_centers: Vectors, *, least: float = 0.5
) -> dict[int, int]:
    """Which new theme continues which old one: {new: old}, each at most once.

    The pairs with the greatest total cosine (Hungarian method) after the common
    direction is taken out; pairs below `least` are different themes.
    """
    if not len(old_centers) or not len(new_centers):
        return {}
    common = np.vstack([old_centers, new_centers]).mean(axis=0)
    close = unit(new_centers - common) @ unit(old_centers - common).T
    # Costs must be above zero to count as edges.
    new, old = min_weight_full_bipartite_matching(sparse.csr_matrix(2 - close))
    return {
        int(n): int(o) for n, o in zip(new, old, strict=True) if close[n, o] >= least
    }


def _checked(vectors: Vectors) -> Vectors:
    rows = np.asarray(vectors, np.float32)
    if rows.ndim != 2:
        raise ValueError("Themes need vectors of shape (texts, dimensions).")
    if not np.isfinite(rows).all():
        raise ValueError("Themes need finite vectors.")
    return rows


def _evening(rows: Vectors) -> tuple[Vectors, Vectors]:
    """The mean, and a map that damps axes stronger than the tenth.

    The strongest axes of one body of feedback are its commonest words ("movie"), which
    would otherwise make one theme of everything that names them.
    """
    mean = rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1], np.float32)
    away = (rows - mean).astype(np.float64)
    power, axes = np.linalg.eigh(away.T @ away)
    tenth = power[-10:][0] if len(power) >= 10 else power[0]
    damp = np.minimum(1, np.sqrt(max(tenth, 1e-9) / np.maximum(power, 1e-9)))
    return mean.astype(np.float32), (axes * damp).astype(np.float32)
