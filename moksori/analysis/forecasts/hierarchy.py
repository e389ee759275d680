"""Forecasts of parts and wholes that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Numbers = NDArray[np.float64]
WAYS = ("bottom-up", "least squares", "structural", "trace minimisation")


@dataclass(frozen=True, slots=True, eq=False)
class Coherent:
    """Values (nodes, horizon) of which each whole is the sum of its parts.

    `low`–`high` is the interval at `level` where spreads were given, else equal to
    the value.
    """

    value: Numbers
    low: Numbers
    high: Numbers
    way: str


def summing(
    parts: Sequence[Sequence[object]],
) -> tuple[list[tuple[object, ...]], Numbers]:
    """The nodes of a table of dimensions and what each sums.

    `parts` names each bottom series by its value in every dimension (region, product).
    Nodes are the whole (all None), each value of each dimension alone where there are
    several dimensions, and the bottom, in that order; the matrix is (nodes, bottom).
    """
    width = len(parts[0]) if parts else 0
    nodes: dict[tuple[object, ...], None] = {(None,) * width: None}
    if width > 1:
        for at in range(width):
            for part in parts:
                nodes[tuple(v if k == at else None for k, v in enumerate(part))] = None
    for part in parts:
        nodes[tuple(part)] = None
    found = list(nodes)
    matrix = np.array(
        [
            [
                float(all(one in {None, v} for one, v in zip(node, part, strict=True)))
                for part in parts
            ]
            for node in found
        ]
    )
    return found, matrix


def reconciled(
    base: ArrayLike,
    sums: ArrayLike,
    *,
    residuals: ArrayLike | None = None,
    spreads: ArrayLike | None = None,
    way: str = "trace minimisation",
    level: float = 0.95,
) -> Coherent:
    """Base forecasts (nodes, horizon) moved as little as possible until they add up.

    `sums` (nodes, bottom) of 0 and 1. "trace minimisation" is MinT with the shrunk
    covariance of one-step `residuals` (times, nodes) (Wickramasuriya, Athanasopoulos
    and Hyndman 2019; Schäfer and Strimmer 2005); "structural" weighs by how many parts
    a node has, "least squares" by nothing, "bottom-up" takes the parts alone. Without
    residuals MinT becomes structural. `spreads` (nodes, horizon) are standard errors
    of the base forecasts and give intervals. Base forecasts that are all at or above
    zero stay there: negative parts become zero, and wholes their sum.
    """
    said, matrix = np.asarray(base, dtype=np.float64), np.asarray(sums, np.float64)
    said = said.reshape(len(matrix), -1)
    if way not in WAYS:
        raise ValueError(f"A way is one of {', '.join(WAYS)}.")
    if not np.isfinite(said).all():
        raise ValueError("Base forecasts must be numbers.")
    if way == "trace minimisation" and residuals is None:
        way = "structural"
    weights = _weights(matrix, residuals, way)
    to_bottom = _to_bottom(matrix, weights, way)
    bottom = to_bottom @ said
    if (said >= 0).all():
        bottom = np.maximum(bottom, 0.0)
    value = matrix @ bottom
    margin = np.zeros_like(value)
    if spreads is not None:
        given = np.asarray(spreads, dtype=np.float64).reshape(said.shape)
        margin = _margins(matrix @ to_bottom, weights, given)
        margin = margin * float(ndtri(0.5 + level / 2))
    low = value - margin
    if (said >= 0).all():
        low = np.maximum(low, 0.0)
    return Coherent(value, low, value + margin, way)


def _weights(matrix: Numbers, residuals: ArrayLike | None, way: str) -> Numbers:
    if way in {"least squares", "bottom-up"}:
        return np.eye(len(matrix))
    if way == "structural" or residuals is None:
        return np.diag(matrix.sum(axis=1))
    return shrunk_covariance(residuals)


def shrunk_covariance(residuals: ArrayLike) -> Numbers:
    """Covariance of residuals (times, nodes) about zero, correlations shrunk.

    The intensity of Schäfer and Strimmer (2005). Rows with a gap are left out; a node
    that never erred keeps a little variance, so that it can be inverted.
    """
    e = np.asarray(residuals, dtype=np.float64)
    e = e[np.isfinite(e).all(axis=1)]
    times = len(e)
    if times < 2:
        return np.eye(e.shape[1])
    variance = (e**2).mean(axis=0)
    usual = float(variance.mean()) or 1.0
    variance = np.maximum(variance, 1e-6 * usual)
    even = e / np.sqrt(variance)
    r = even.T @ even / times
    # The variance of each correlation, about zero as the residuals.
    spread = ((even**2).T @ (even**2) / times - r**2) * times / (times - 1) ** 2
    off = ~np.eye(len(r), dtype=bool)
    total = float((r[off] ** 2).sum())
    share = min(max(float(spread[off].sum()) / total, 0.0), 1.0) if total > 0 else 1.0
    shrunk = np.where(off, (1 - share) * r, 1.0)
    return np.asarray(shrunk * np.sqrt(np.outer(variance, variance)))


def _to_bottom(matrix: Numbers, weights: Numbers, way: str) -> Numbers:
    """G: from all base forecasts to the parts."""
    if way == "bottom-up":
        return np.asarray(
            np.eye(matrix.shape[1], len(matrix), len(matrix) - matrix.shape[1])
        )
    inverse = np.linalg.pinv(weights)
    whole = matrix.T @ inverse
    return np.asarray(np.linalg.lstsq(whole @ matrix, whole, rcond=None)[0])


def _margins(projection: Numbers, weights: Numbers, spreads: Numbers) -> Numbers:
    """Standard errors of what was reconciled, step by step."""
    size = np.sqrt(np.maximum(np.diag(weights), 1e-300))
    correlation = weights / np.outer(size, size)
    found = np.zeros_like(spreads)
    for step in range(spreads.shape[1]):
        covariance = correlation * np.outer(spreads[:, step], spreads[:, step])
        moved = projection @ covariance @ projection.T
        found[:, step] = np.sqrt(np.maximum(np.diag(moved), 0.0))
    return found
