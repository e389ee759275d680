"""Communities in a graph of nearest neighbours, and what can be asked of them."""

from __future__ import annotations

import numpy as np
from graspologic_native import leiden_csr
from numpy.typing import NDArray
from scipy import sparse

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]

NO_THEME = -1
BLOCK = 1024
_LOOSE = 0.85
_FALLING_APART = 0.6


def unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-6), np.float32)


def neighbour_graph(points: Vectors, neighbours: int) -> sparse.csr_matrix:
    """Cosines to the nearest neighbours, both directions added up."""
    n = len(points)
    columns = np.empty((n, neighbours), np.int32)
    values = np.empty((n, neighbours), np.float32)
    for start in range(0, n, BLOCK):
        part = slice(start, min(start + BLOCK, n))
        close = points[part] @ points.T
        rows = np.arange(part.stop - start)
        close[rows, rows + start] = -2
        top = np.argpartition(-close, neighbours - 1, axis=1)[:, :neighbours]
        columns[part] = top
        values[part] = np.maximum(np.take_along_axis(close, top, axis=1), 1e-3)
    ends = np.arange(0, n * neighbours + 1, neighbours)
    graph = sparse.csr_matrix((values.ravel(), columns.ravel(), ends), shape=(n, n))
    return (graph + graph.T).tocsr()


def communities(graph: sparse.csr_matrix, resolution: float, *, seed: int) -> Labels:
    """Communities by the Leiden method (Traag, Waltman, van Eck 2019), by modularity.

    Each of them is connected, and the same graph and seed give the same ones.
    `resolution` is that of modularity as usually defined, 1 being plain modularity.
    """
    # The library counts both directions of an edge in the degrees but one in their sum.
    _quality, found = leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        graph.shape[0],
        resolution=resolution / 2,
        iterations=3,
        seed=seed,
    )
    labels = np.empty(graph.shape[0], np.int64)
    labels[list(found)] = list(found.values())
    return labels


def split_loose(
    whole: Labels, fine: Labels, points: Vectors, copies: Labels, *, least: int
) -> Labels:
    """Communities that hang together less than most are cut along the finer ones.

    They gather what is left over, and hide a subject or two among it.
    """
    sizes, relative = _coherence(whole, points, copies, least)
    loose = (relative < _LOOSE)[whole]
    pieces = len(sizes) + whole * (int(fine.max()) + 1) + fine
    return np.unique(np.where(loose, pieces, whole), return_inverse=True)[1]


def kept(found: Labels, points: Vectors, copies: Labels, *, least: int) -> Labels:
    """Communities that are large enough and hang together."""
    sizes, relative = _coherence(found, points, copies, least)
    good = (sizes >= least) & (relative >= _FALLING_APART)
    return np.where(good[found], found, NO_THEME)


def _coherence(
    found: Labels, points: Vectors, copies: Labels, least: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sizes, and mean cosines to the centre over the median of those large enough."""
    count = int(found.max()) + 1
    sizes = np.bincount(found, copies, minlength=count)
    own = (points * centres(points, found, count)[found]).sum(axis=1) * copies
    coherence = np.bincount(found, own, minlength=count) / np.maximum(sizes, 1)
    large = sizes >= least
    usual = float(np.median(coherence[large])) if large.any() else 1.0
    return sizes.astype(np.float64), coherence / max(usual, 1e-6)


def centres(points: Vectors, labels: Labels, count: int) -> Vectors:
    inside = labels >= 0
    member = sparse.csr_matrix(
        (np.ones(inside.sum(), np.float32), (labels[inside], np.flatnonzero(inside))),
        shape=(count, len(points)),
    )
    return unit(np.asarray(member @ points, np.float32))


def renumbered(found: Labels) -> Labels:
    """Numbers without gaps, the largest theme first."""
    names, sizes = np.unique(found[found >= 0], return_counts=True)
    order = names[np.argsort(-sizes, kind="stable")]
    number = np.full(int(found.max(initial=0)) + 2, NO_THEME, np.int64)
    number[order] = np.arange(len(order))
    return np.where(found >= 0, number[found], NO_THEME)


def agreement(one: Labels, other: Labels) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985)."""
    both = one * (int(other.max()) + 1) + other
    together, rows, columns = (
        _pairs(np.unique(part, return_counts=True)[1]) for part in (both, one, other)
    )
    expected = rows * columns / _pairs(np.array([len(one)]))
    most = (rows + columns) / 2
    return float((together - expected) / (most - expected)) if most > expected else 1.0


def _pairs(counts: NDArray[np.int64]) -> float:
    return float((counts * (counts - 1) / 2).sum())
