"""Convex weights by Frank-Wolfe steps, as R's synthdid takes them, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_STEPS = 10_000
STEPS_BEFORE_SPARSE = 100
FEW_GO_ON = 0.7
"""Those that have ended are dropped only now and then: each time copies the rest."""


@dataclass(slots=True)
class _Problem:
    """|A x − b|² / rows + zeta² |x|² as products of columns; one row a problem."""

    gram: Floats
    target: Floats
    square: Floats
    rows: int
    zeta: Floats
    least: Floats

    def only(self, kept: NDArray[np.bool_]) -> _Problem:
        return _Problem(
            self.gram[kept],
            self.target[kept],
            self.square[kept],
            self.rows,
            self.zeta[kept],
            self.least[kept],
        )


def convex_weights(
    tables: Floats,
    zeta: Floats,
    least: Floats,
    *,
    begin: Floats | None = None,
    centred: bool = True,
) -> Floats:
    """Weights (problems, columns) that bring the columns nearest to the last one.

    `tables` is (problems, rows, columns + 1). `zeta` holds the weights apart, `least`
    is the decrease at which the search stops; both one a problem. As in R, a hundred
    steps find which columns matter, the rest is dropped, and the search goes on.
    """
    if centred:
        tables = tables - tables.mean(axis=1, keepdims=True)
    a, b = tables[:, :, :-1], tables[:, :, -1]
    problem = _Problem(
        gram=np.einsum("mri,mrj->mij", a, a, optimize=True),
        target=np.einsum("mri,mr->mi", a, b),
        square=(b**2).sum(axis=1),
        rows=tables.shape[1],
        zeta=zeta,
        least=least,
    )
    count = a.shape[2]
    first = np.full((len(tables), count), 1 / count) if begin is None else begin
    found = _descend(problem, first, STEPS_BEFORE_SPARSE)
    found = np.where(found <= found.max(axis=1, keepdims=True) / 4, 0.0, found)
    return _descend(problem, found / found.sum(axis=1, keepdims=True), MOST_STEPS)


def _descend(problem: _Problem, x: Floats, steps: int) -> Floats:
    """Frank-Wolfe until each problem's own last decrease is too small to go on."""
    found, places = x.copy(), np.arange(len(x))
    x, product = x.copy(), np.einsum("mij,mj->mi", problem.gram, x)
    last, going = np.full(len(x), np.inf), np.ones(len(x), dtype=bool)
    for _ in range(steps):
        value, product = _step(problem, x, product)
        ends = going & (last - value <= problem.least**2)
        last = value
        found[places[ends]] = x[ends]
        going &= ~ends
        if not going.any():
            return found
        if going.mean() < FEW_GO_ON:
            problem, x, product = problem.only(going), x[going], product[going]
            last, places, going = last[going], places[going], going[going]
    found[places[going]] = x[going]
    return found


def _step(problem: _Problem, x: Floats, product: Floats) -> tuple[Floats, Floats]:
    """One step of every problem, in place; answers with the values reached."""
    each = np.arange(len(x))
    eta = problem.rows * problem.zeta**2
    slope = product - problem.target + eta[:, None] * x
    i = slope.argmin(axis=1)
    towards, there = problem.gram[each, i], problem.gram[each, i, i]
    length = (x * x).sum(axis=1)
    curve = there - 2 * product[each, i] + (x * product).sum(axis=1)
    curve = curve + eta * (1 - 2 * x[each, i] + length)
    rise = (slope * x).sum(axis=1) - slope[each, i]
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(curve > 0, np.clip(rise / curve, 0.0, 1.0), 0.0)[:, None]
    x *= 1 - size
    x[each, i] += size[:, 0]
    product = (1 - size) * product + size * towards
    error = problem.square - 2 * (x * problem.target).sum(axis=1)
    error = error + (x * product).sum(axis=1)
    return problem.zeta**2 * (x * x).sum(axis=1) + error / problem.rows, product
