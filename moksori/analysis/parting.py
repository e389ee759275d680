"""Parts of one theme: what could be told apart within it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.communities import Labels, centres
from moksori.analysis.neighbours import Vectors

_TRIES = 3
_ROUNDS = 30
_LEAST_SHARE = 0.04


def part_of_each(
    points: Vectors, *, fewest: int = 2, most: int = 6, least: int = 5, seed: int = 0
) -> Labels:
    """So many parts of unit rows, numbered by size; all zero if there are none.

    Spherical k-means (Dhillon & Modha 2001), for each number of parts the best of three
    starts; the number with the greatest mean silhouette against the middles of the
    parts (Rousseeuw 1987, simplified) is taken. A part holds at least `least` rows and
    four in a hundred.
    """
    best, worth = np.zeros(len(points), np.int64), -1.0
    least = max(least, int(_LEAST_SHARE * len(points)))
    for count in range(fewest, most + 1):
        if count * least > len(points):
            break
        labels, middles = _parted(points, count, seed)
        if np.bincount(labels, minlength=count).min() < least:
            continue
        found = _silhouette(points @ middles.T, labels)
        if found > worth:
            best, worth = labels, found
    order = np.argsort(-np.bincount(best), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[best]


def _parted(points: Vectors, count: int, seed: int) -> tuple[Labels, Vectors]:
    tries = [_once(points, count, seed + number) for number in range(_TRIES)]
    return max(tries, key=lambda one: float((points * one[1][one[0]]).sum()))


def _once(points: Vectors, count: int, seed: int) -> tuple[Labels, Vectors]:
    middles = _starts(points, count, np.random.default_rng(seed))
    labels = np.full(len(points), -1, np.int64)
    for _ in range(_ROUNDS):
        nearest = (points @ middles.T).argmax(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        found = centres(points, labels, count)
        middles = np.where(found.any(axis=1, keepdims=True), found, middles)
    return labels, middles


def _starts(points: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    """Rows far from each other, by chance (k-means++)."""
    chosen = [int(rng.integers(len(points)))]
    far = np.full(len(points), np.inf)
    while len(chosen) < count:
        far = np.minimum(far, np.maximum(1 - points @ points[chosen[-1]], 0))
        total = far.sum()
        share = far / total if total > 0 else np.full(len(points), 1 / len(points))
        chosen.append(int(rng.choice(len(points), p=share)))
    return points[chosen]


def _silhouette(near: NDArray[np.float32], labels: Labels) -> float:
    rows = np.arange(len(near))
    own = 1 - near[rows, labels]
    others = near.copy()
    others[rows, labels] = -2
    other = 1 - others.max(axis=1)
    return float(((other - own) / np.maximum(np.maximum(own, other), 1e-6)).mean())
