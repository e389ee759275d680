"""Communities in a graph of nearest neighbours, and what can be asked of them."""

from __future__ import annotations

import numpy as np
from graspologic_native import leiden_csr
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import gammaln

from moksori.analysis.neighbours import Vectors, unit

Labels = NDArray[np.int64]

NO_THEME = -1
_SEEN = 0.85
_AGREED = 6
_FALLING_APART = 0.6
_FINER = (1.0, 2.0, 4.0)


def communities(
    graph: sparse.csr_matrix, resolution: float, *, seed: int, rounds: int = 2
) -> Labels:
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
        iterations=rounds,
        seed=seed,
    )
    labels = np.empty(graph.shape[0], np.int64)
    labels[list(found)] = list(found.values())
    return labels


def consensus(
    graph: sparse.csr_matrix, resolution: float, *, seed: int, runs: int = 16
) -> Labels:
    """Communities that many looks at parts of the graph agree on.

    Each run sees 85 % of the points; an edge counts by the share of runs that put its
    ends together (Lancichinetti and Fortunato 2012). Themes learned on two overlapping
    samples agree more than single runs do, by about .05 of adjusted Rand.
    """
    n = graph.shape[0]
    if not graph.nnz:
        return np.arange(n)
    edges = graph.tocoo()
    seen, together = np.zeros((2, edges.nnz), np.float32)
    rng = np.random.default_rng(seed)
    for run in range(runs):
        inside = rng.random(n) < _SEEN
        ids = np.flatnonzero(inside)
        labels = np.full(n, NO_THEME, np.int64)
        labels[ids] = communities(
            graph[ids][:, ids], resolution, seed=seed + run, rounds=1
        )
        both = inside[edges.row] & inside[edges.col]
        seen += both
        together += both & (labels[edges.row] == labels[edges.col])
    agreed = ((together + 0.5) / (seen + 1)) ** _AGREED
    weighed = sparse.csr_matrix(
        (edges.data * agreed, (edges.row, edges.col)), shape=graph.shape
    )
    return communities(weighed, resolution, seed=seed)


def description_length(graph: sparse.csr_matrix, labels: Labels) -> float:
    """Nats per edge that it takes to tell the communities and then the edges.

    The degree-corrected block model (Karrer and Newman 2011) with the cost of its
    parameters (Peixoto 2014). More communities tell more about the edges and cost more
    to tell: the shortest description shows how many the data bear, without labels.
    """
    upper = sparse.triu(graph, 1).tocoo()
    edges, n = float(upper.nnz), graph.shape[0]
    if not edges:
        return 0.0
    sizes = np.bincount(labels)
    count = len(sizes)
    one, other = labels[upper.row], labels[upper.col]
    ends = np.bincount(one, minlength=count) + np.bincount(other, minlength=count)
    pairs = np.minimum(one, other) * count + np.maximum(one, other)
    pair, between = np.unique(pairs, return_counts=True)
    a, b = pair // count, pair % count
    likely = np.where(a == b, 2 * between, between) / (ends[a] * ends[b])
    told = -(between * np.log(likely)).sum()
    kinds = count * (count + 1) / 2
    matrix = gammaln(edges + kinds) - gammaln(edges + 1) - gammaln(kinds)
    partition = gammaln(n + 1) - gammaln(sizes + 1).sum() + np.log(n)
    return float((told + matrix + partition) / edges)


def settled(found: Labels, graph: sparse.csr_matrix, *, rounds: int = 2) -> Labels:
    """Each point where most of its neighbours are, as their edges weigh, twice over.

    Where two communities meet, the line between them is an accident of the run.
    """
    points = np.arange(len(found))
    for _ in range(rounds):
        member = sparse.csr_matrix((np.ones(len(found), np.float32), (points, found)))
        ties = (graph @ member).tocsr()
        heaviest = np.asarray(ties.argmax(axis=1), np.int64).ravel()
        found = np.where(np.diff(ties.indptr) > 0, heaviest, found)
    return found


def taken_apart(
    found: Labels,
    graph: sparse.csr_matrix,
    points: Vectors,
    copies: Labels,
    *,
    least: int,
    seed: int,
) -> Labels:
    """Large communities that hardly hang together, replaced by communities of theirs.

    Among few texts one community may hold all that is in no other: read by itself, and
    ever finer, it has its parts too.
    """
    for resolution in _FINER:
        sizes, relative = _coherence(found, points, copies, least)
        loose = np.flatnonzero((sizes >= 2 * least) & (relative < _FALLING_APART))
        if not loose.size:
            break
        found = found.copy()
        for community in loose:
            ids = np.flatnonzero(found == community)
            inside = graph[ids][:, ids]
            finer = communities(inside, resolution, seed=seed)
            found[ids] = np.where(finer > 0, found.max() + finer, community)
    return found


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
