"""Circles on a plane: near where the meaning is near, and none upon another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

GAP = 3.0
_STEPS = 150
_PULL = 0.02
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Layout:
    """Where circles lie, and the circles around their groups.

    `points` (k, 2) and `radii` (k,) are in one unit; `hulls` has a centre and a radius
    for each group asked for, in the order of `groups`.
    """

    points: Floats
    radii: Floats
    groups: tuple[int, ...]
    hulls: Floats

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of everything."""
        centres = np.vstack([self.points, self.hulls[:, :2]])
        reach = np.concatenate([self.radii, self.hulls[:, 2]])[:, None]
        low, high = (centres - reach).min(0), (centres + reach).max(0)
        return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def laid_out(
    base: Floats,
    groups: Sequence[int],
    radii: Floats,
    *,
    stretch: float = 1.6,
    margin: float = 15.0,
) -> Layout:
    """Circles of `radii` near their `base` points (k, 2), each group in a disc.

    Within a group, and of groups among each other, what is near in `base` stays near;
    nothing overlaps. `margin` is kept free around the circles of a group; a group with
    a negative number is one circle that stands alone, without a margin. `stretch` is
    how much wider than high the whole should be. The same input gives the same picture.
    """
    home = np.asarray(groups, dtype=np.int64)
    names = tuple(dict.fromkeys(home.tolist()))
    offsets = np.zeros((len(home), 2))
    discs = np.zeros(len(names))
    for at, name in enumerate(names):
        inside = np.flatnonzero(home == name)
        packed = packed_apart(_even(base[inside], radii[inside]), radii[inside], GAP)
        centre, reach = _around(packed, radii[inside])
        offsets[inside] = packed - centre
        discs[at] = reach + (margin if name >= 0 else 0.0)
    middles = np.array([base[home == name].mean(0) for name in names])
    middles = packed_apart(_even(middles, discs), discs, GAP, stretch=stretch)
    index = np.array([names.index(name) for name in home.tolist()], dtype=np.int64)
    points = offsets + middles[index]
    return Layout(points, radii, names, np.column_stack([middles, discs]))


def flattened(vectors: NDArray[np.floating]) -> Floats:
    """Unit rows on a plane that keeps as much of their distances as a plane can.

    Principal axes of the rows, the sign of each fixed by its largest entry, so that
    another run does not mirror the picture.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    if len(rows) < 2:
        return np.zeros((len(rows), 2))
    centred = rows - rows.mean(0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    left = np.pad(left[:, :2], ((0, 0), (0, max(0, 2 - left.shape[1]))))
    sizes = np.pad(sizes[:2], (0, max(0, 2 - len(sizes))))
    signs = np.sign(left[np.abs(left).argmax(0), range(2)])
    return np.asarray(left * sizes * np.where(signs == 0, 1, signs))


def packed_apart(
    points: Floats, radii: Floats, gap: float, *, stretch: float = 1.0
) -> Floats:
    """Points moved as little as it takes for their circles to lie `gap` apart.

    A weak pull to the middle keeps them together; the last steps only push.
    """
    spots = points + _spiral(len(points))
    need = radii[:, None] + radii[None, :] + gap
    weight = radii**2 / (radii**2).sum() if len(radii) else radii
    pull = _PULL * np.array([1 / stretch, stretch])
    for step in range(2 * _STEPS):
        if step < _STEPS:
            spots = spots - pull * (spots - weight @ spots)
        pushes, worst = _pushes(spots, need, radii)
        spots = spots + pushes
        if step >= _STEPS and worst < _TINY:
            break
    return spots


def _pushes(spots: Floats, need: Floats, radii: Floats) -> tuple[Floats, float]:
    """How far each circle must go to leave the others; small ones give way first."""
    apart = spots[:, None, :] - spots[None, :, :]
    distance = np.sqrt((apart**2).sum(2))
    over = np.maximum(need - distance, 0.0)
    np.fill_diagonal(over, 0.0)
    heavy = radii[:, None] ** 2 + radii[None, :] ** 2 + _TINY
    mine = radii[None, :] ** 2 / heavy
    way = apart / np.maximum(distance, _TINY)[:, :, None]
    worst = float(over.max(initial=0.0))
    return (way * (over * mine * 0.7)[:, :, None]).sum(1), worst


def _even(points: Floats, radii: Floats) -> Floats:
    """The points spread so that the circles would about fill the same area."""
    centred = points - points.mean(0)
    reach = float(np.sqrt((centred**2).sum(1).mean())) or 1.0
    return np.asarray(centred / reach * np.sqrt((radii**2).sum()))


def _around(points: Floats, radii: Floats) -> tuple[Floats, float]:
    """A small circle around circles (Bădoiu and Clarkson's walk to the farthest)."""
    centre = points.mean(0)
    for step in range(1, 200):
        reach = np.sqrt(((points - centre) ** 2).sum(1)) + radii
        far = int(reach.argmax())
        way = points[far] - centre
        centre = centre + way / (step + 1) * (1 if reach[far] > radii.max() else 0)
    return centre, float((np.sqrt(((points - centre) ** 2).sum(1)) + radii).max())


def _spiral(count: int) -> Floats:
    """Tiny different steps, so that equal points can be told apart."""
    turn = np.arange(count) * 2.399963
    return np.column_stack([np.cos(turn), np.sin(turn)]) * 1e-3 * (1 + turn[:, None])
