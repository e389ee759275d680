"""Convex weights by Frank-Wolfe steps, as R's synthdid takes them, many at once."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_STEPS = 10_000
STEPS_BEFORE_SPARSE = 100
FEW_GO_ON = 0.7
"""Those that have ended are dropped only now and then: each time copies the rest."""


@dataclass(slots=True)
class _Search:
    """Where each problem stands: x, and of |A x − b|² + eta |x|² its half slope.

    `rows` holds the half slope at each corner, so that a step towards one is a mean of
    two slopes; `own` is x'Gx and `meets` x'A'b. Nothing is multiplied out again.
    """

    x: Floats
    slope: Floats
    rows: Floats
    target: Floats
    corner: Floats
    own: Floats
    meets: Floats
    least: Floats

    def only(self, kept: NDArray[np.bool_]) -> _Search:
        return _Search(*(getattr(self, each.name)[kept] for each in fields(self)))

    def step(self) -> NDArray[np.bool_]:
        """One step of every problem; says which made less way than is worth it."""
        each = np.arange(len(self.x))
        i = self.slope.argmin(axis=1)
        slope, target = self.slope[each, i], self.target[each, i]
        corner = self.corner[each, i]
        there = slope + target
        rise = self.own - self.meets - slope
        curve = corner - 2 * there + self.own
        flat = curve <= 0
        size = np.clip(rise / np.where(flat, 1.0, curve), 0.0, 1.0)
        size[flat] = 0.0
        rest = 1 - size
        self.own = rest * rest * self.own + 2 * size * rest * there + size**2 * corner
        self.meets = rest * self.meets + size * target
        self.slope *= rest[:, None]
        self.slope += size[:, None] * self.rows[each, i]
        self.x *= rest[:, None]
        self.x[each, i] += size
        return np.asarray(size * (2 * rise - size * curve) <= self.least)


def convex_weights(
    tables: Floats,
    zeta: Floats,
    least: Floats,
    *,
    begin: Floats | None = None,
    centred: bool = True,
    steps: int = MOST_STEPS,
) -> Floats:
    """Weights (problems, columns) that bring the columns nearest to the last one.

    `tables` is (problems, rows, columns + 1). `zeta` holds the weights apart, `least`
    is the decrease at which the search stops; both one a problem. As in R, a hundred
    steps find which columns matter, the rest is dropped, and the search goes on.
    """
    if centred:
        tables = tables - tables.mean(axis=1, keepdims=True)
    a, b = tables[:, :, :-1], tables[:, :, -1]
    rows, count = tables.shape[1], tables.shape[2] - 1
    gram = a.transpose(0, 2, 1) @ a
    gram[:, np.arange(count), np.arange(count)] += (rows * zeta**2)[:, None]
    target = np.einsum("mri,mr->mi", a, b)
    first = np.full((len(tables), count), 1 / count) if begin is None else begin

    def search(x: Floats) -> _Search:
        product = np.einsum("mij,mj->mi", gram, x)
        return _Search(
            x=x.copy(),
            slope=product - target,
            rows=gram - target[:, None, :],
            target=target,
            corner=np.einsum("mii->mi", gram),
            own=(x * product).sum(axis=1),
            meets=(x * target).sum(axis=1),
            least=rows * least**2,
        )

    found = _descend(search(first), STEPS_BEFORE_SPARSE)
    found = np.where(found <= found.max(axis=1, keepdims=True) / 4, 0.0, found)
    return _descend(search(found / found.sum(axis=1, keepdims=True)), steps)


def _descend(at: _Search, steps: int) -> Floats:
    """Frank-Wolfe until each problem's own last decrease is too small to go on."""
    found, places = at.x.copy(), np.arange(len(at.x))
    going = np.ones(len(at.x), dtype=bool)
    for count in range(steps):
        # As in R, the first step has nothing to be compared with.
        ends = at.step() & going & (count > 0)
        if ends.any():
            found[places[ends]] = at.x[ends]
            going &= ~ends
            if not going.any():
                return found
            if going.mean() < FEW_GO_ON:
                at, places, going = at.only(going), places[going], going[going]
    found[places[going]] = at.x[going]
    return found
