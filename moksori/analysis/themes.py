"""Themes: what many short texts are about, learned without labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from moksori.analysis.communities import (
    NO_THEME,
    Labels,
    centres,
    communities,
    consensus,
    description_length,
    kept,
    renumbered,
    settled,
    taken_apart,
)
from moksori.analysis.encoder import load_encoder
from moksori.analysis.estimator import Estimator, several
from moksori.analysis.neighbours import BLOCK, Vectors, neighbour_graph, unit

RESOLUTIONS = (0.1, 0.2, 0.35, 0.6, 1.0, 2.0, 4.0, 6.0, 9.0, 13.0, 19.0)
GROUP_RESOLUTIONS = (4.0, 3.0, 2.0, 1.4, 1.0, 0.7, 0.5, 0.35, 0.25, 0.15, 0.1)
# Descriptions this little longer than the shortest are as good, and have fewer themes.
_AS_SHORT = 1.0025
# Consensus finds a quarter more communities at the same resolution.
_MILDER = 0.8
_PARTS = 6.0
_MOST_PARTS = 120.0
_FEW = 6
# So near are rows that say the same, whatever else was learned.
_ALIKE = 0.95
_SEVERAL = 8
_AXES = 128
_MOST_GROUPS = 24
_PER_THEME = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of themes that was considered: how well it describes the texts.

    `length` is in nats per pair of neighbours, shorter is better.
    """

    resolution: float
    themes: int
    length: float
    chosen: bool = False


class Themes(Estimator):
    """Communities in the graph of nearest neighbours, as a tree of groups and themes.

    `fit` takes texts, or their unit vectors (n, d); what holds nothing gets no theme.
    It repeats exactly: equal input gives equal themes, equal texts share a theme. The
    number of themes follows from the data: the fewest that describe the neighbourhoods
    within a quarter per cent of the shortest description (`candidates_` shows what was
    considered). Many looks at parts of the texts decide together (consensus), so that
    another sample gives much the same. Communities that are small (`min_size`, or
    `min_share` of the learned texts) or hardly hang together are no themes, and what
    resembles them gets none either. A theme need not be round: it is known by the
    centres of its parts, and a text belongs to the nearest part.

    Learned: `labels_` (n,), NO_THEME (−1) where a text fits nowhere ("new or other");
    `confidence_` (n,) from 0 to 1, the share of the theme's learned texts that lie
    farther out; `groups_` (k,), the group of each theme, the upper level of the tree;
    `centers_` (k, d) unit rows in the space of the input, largest theme first;
    `sizes_` (k,), distinct learned texts in each; `coherence_` (k,), the mean cosine
    of these to the nearest part.
    """

    def __init__(
        self,
        *,
        neighbours: int = 30,
        resolutions: Sequence[float] = RESOLUTIONS,
        min_size: int = 12,
        min_share: float = 0.0015,
        sample: int = 12_000,
        seed: int = 0,
    ) -> None:
        self.neighbours = neighbours
        self.resolutions = resolutions
        self.min_size = min_size
        self.min_share = min_share
        self.sample = sample
        self.seed = seed

    def fit(self, texts: Sequence[str] | Vectors, y: object = None) -> Self:
        """Learn from texts or unit rows (n, d); of many, from a sample of `sample`.

        `y` is ignored; it is there for pipelines.
        """
        rows = _checked(texts)
        distinct, copies, learned = self._distinct(rows)
        few = len(distinct) < _FEW
        self.mean_, self.shape_ = (_as_they_are if few else _evening)(rows[distinct])
        points = self._place(rows[distinct])
        found, parts, groups = self._communities(points, copies)
        themes = renumbered(found)
        self._learn(rows[distinct], points, themes, parts)
        self.groups_ = _groups(themes, groups, len(self.centers_))
        self.labels_, self.confidence_ = self.assign(rows)
        # What was learned from belongs where its neighbours are, though another
        # theme's centre may be nearer.
        own = np.append(themes, NO_THEME)[learned]
        self.labels_ = np.where(own >= 0, own, self.labels_)
        return self

    def predict(self, texts: Sequence[str] | Vectors) -> Labels:
        """The theme of each text or unit row, NO_THEME where none is near."""
        return self.assign(texts)[0]

    def fit_predict(self, texts: Sequence[str] | Vectors, y: object = None) -> Labels:
        return self.fit(texts, y).labels_

    def assign(
        self, texts: Sequence[str] | Vectors
    ) -> tuple[Labels, NDArray[np.float32]]:
        """The theme of each, NO_THEME where none is near, and its confidence."""
        rows = _checked(texts)
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
            "groups": self.groups_,
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
        # Learned before there were groups: each theme stands alone.
        themes.groups_ = state.get("groups", np.arange(len(themes.centers_)))
        themes._quantiles = state["quantiles"]
        themes.threshold_ = float(state["threshold"])
        return themes

    def _distinct(self, rows: Vectors) -> tuple[NDArray[np.intp], Labels, Labels]:
        """Row numbers of the texts to learn from, each vector once, and its copies.

        Then, for every row, which of them it is (−1: of none).
        """
        full = np.flatnonzero(np.abs(rows).max(axis=1, initial=0) > 0)
        coarse = np.ascontiguousarray(rows[full].astype(np.float16))
        keys = coarse.view(np.dtype((np.void, coarse.itemsize * coarse.shape[1])))
        _, first, which, copies = np.unique(
            keys.ravel(), return_index=True, return_inverse=True, return_counts=True
        )
        order = np.argsort(first)
        if len(first) > self.sample:
            chosen = np.random.default_rng(self.seed).permutation(len(first))
            order = order[np.sort(chosen[: self.sample])]
        place = np.full(len(first), -1, np.int64)
        place[order] = np.arange(len(order))
        learned = np.full(len(rows), -1, np.int64)
        learned[full] = place[which.ravel()]
        return full[first[order]], copies[order].astype(np.int64), learned

    def _communities(
        self, points: Vectors, copies: Labels
    ) -> tuple[Labels, Labels, Labels]:
        """Theme (NO_THEME for none), part of the theme, and group of each point."""
        n = len(points)
        self.candidates_: list[Candidate] = []
        least = max(self.min_size, int(self.min_share * copies.sum()))
        none = np.zeros(n, np.int64)
        if copies.sum() < 2 * least:
            return none + NO_THEME, none, none
        if n < _FEW:
            # A few sentences, each said by many: nothing else is near to any.
            every = np.arange(n)
            return np.where(copies >= least, every, NO_THEME), every, none
        # Few texts have few true neighbours.
        near = min(self.neighbours, max(n // 10, 4))
        graph = neighbour_graph(points, near)
        resolution = self._resolution(graph, copies, least)
        whole = consensus(graph, _MILDER * resolution, seed=self.seed)
        whole = settled(whole, graph)
        whole = taken_apart(whole, graph, points, copies, least=least, seed=self.seed)
        finer = min(_PARTS * resolution, _MOST_PARTS)
        fine = communities(graph, finer, seed=self.seed)
        parts = np.unique(whole * (fine.max() + 1) + fine, return_inverse=True)[1]
        found = kept(whole, points, copies, least=least)
        return found, parts, self._coarse(graph, found)

    def _resolution(
        self, graph: sparse.csr_matrix, copies: Labels, least: int
    ) -> float:
        """The coarsest that describes the graph about as shortly as any.

        What leaves fewer than fifty texts to a theme is not considered: nothing could
        be said about so few.
        """
        tried: list[Candidate] = []
        most = max(int(copies.sum()) // _PER_THEME, 3)
        for resolution in self.resolutions:
            labels = communities(graph, resolution, seed=self.seed, rounds=1)
            count = int((np.bincount(labels, copies) >= least).sum())
            if tried and count > most:
                break
            length = description_length(graph, labels)
            tried.append(Candidate(resolution, count, length))
            if length > 1.02 * min(one.length for one in tried):
                break
        enough = _AS_SHORT * min(one.length for one in tried)
        chosen = next(one for one in tried if one.length <= enough)
        self.candidates_ = [replace(one, chosen=one is chosen) for one in tried]
        return chosen.resolution

    def _coarse(self, graph: sparse.csr_matrix, themes: Labels) -> Labels:
        """Communities few enough to be read as chapters: four themes or more in each.

        Without consensus, which at a coarse resolution leaves one giant and crumbs.
        """
        most = min(max((int(themes.max(initial=NO_THEME)) + 1) // 4, 2), _MOST_GROUPS)
        for resolution in GROUP_RESOLUTIONS:
            coarse = communities(graph, resolution, seed=self.seed)
            if len(np.unique(coarse)) <= most:
                break
        return coarse

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
        usual = float(np.quantile(fitting, 0.01)) if fitting.size else 1.0
        self.threshold_ = min(usual, _ALIKE)
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
    every = np.vstack([old_centers, new_centers])
    # A few have no common direction but what makes them the same.
    common = every.mean(axis=0) if len(every) >= _SEVERAL else 0 * every[0]
    close = unit(new_centers - common) @ unit(old_centers - common).T
    # Costs must be above zero to count as edges.
    new, old = min_weight_full_bipartite_matching(sparse.csr_matrix(2 - close))
    return {
        int(n): int(o) for n, o in zip(new, old, strict=True) if close[n, o] >= least
    }


def _groups(themes: Labels, coarse: Labels, count: int) -> Labels:
    """The group that most of a theme's texts are in, numbered by size."""
    inside = themes >= 0
    table = np.zeros((count, int(coarse.max(initial=0)) + 1), np.int64)
    np.add.at(table, (themes[inside], coarse[inside]), 1)
    return renumbered(table.argmax(axis=1)) if count else np.zeros(0, np.int64)


def _checked(texts: Sequence[str] | Vectors) -> Vectors:
    several(texts)
    is_said = len(texts) and isinstance(texts[0], str)
    if is_said or (isinstance(texts, list) and not texts):
        return load_encoder().encode(list(texts))
    rows = np.asarray(texts, np.float32)
    if rows.ndim != 2:
        raise ValueError("Themes need vectors of shape (texts, dimensions).")
    if not np.isfinite(rows).all():
        raise ValueError("Themes need finite vectors.")
    return rows


def _as_they_are(rows: Vectors) -> tuple[Vectors, Vectors]:
    """Of a few, the mean is most of what they say."""
    size = rows.shape[1]
    return np.zeros(size, np.float32), np.eye(size, dtype=np.float32)


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
    # The weakest axes hold little but accident, and cost time.
    strong = (axes * damp)[:, -_AXES:]
    return mean.astype(np.float32), strong.astype(np.float32)
