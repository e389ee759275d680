"""Maps: near stays near, nothing overlaps, and the same input gives the same map."""

import numpy as np
import pytest
from numpy.typing import NDArray

from moksori.analysis.layout import Layout, flattened, laid_out


def made(count: int = 70, seed: int = 0) -> tuple[NDArray, list[int], NDArray]:
    """Rows in eight bundles, their groups, and radii of very different sizes."""
    dice = np.random.default_rng(seed)
    groups = dice.integers(0, 8, count)
    rows = dice.normal(size=(8, 64))[groups] + dice.normal(size=(count, 64)) * 0.6
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows, groups.tolist(), 8 + 30 * dice.random(count) ** 3


def drawn(**given) -> tuple[Layout, NDArray, list[int]]:
    rows, groups, radii = made(**given)
    return laid_out(flattened(rows), groups, radii), rows, groups


def overlap(points: NDArray, radii: NDArray) -> float:
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    over = radii[:, None] + radii[None] - distance
    np.fill_diagonal(over, 0)
    return float(over.max())


@pytest.mark.parametrize("seed", range(4))
def test_no_circle_lies_upon_another(seed: int) -> None:
    found, _, _ = drawn(seed=seed)

    assert overlap(found.points, found.radii) <= 0.01
    assert overlap(found.hulls[:, :2], found.hulls[:, 2]) <= 0.01


def test_every_circle_lies_in_the_disc_of_its_group() -> None:
    found, _, groups = drawn()
    discs = found.hulls[[found.groups.index(group) for group in groups]]
    reach = np.linalg.norm(found.points - discs[:, :2], axis=1) + found.radii

    assert (reach <= discs[:, 2] + 1e-6).all()


def test_what_is_near_in_meaning_lies_near() -> None:
    found, rows, _ = drawn()
    distance = np.linalg.norm(found.points[:, None] - found.points[None], axis=2)
    nearest = np.argsort(-(rows @ rows.T), axis=1)[:, 1:4]

    of_near = np.take_along_axis(distance, nearest, axis=1).mean()
    assert of_near < 0.45 * distance.mean()


def test_the_same_input_gives_the_same_map() -> None:
    assert np.array_equal(drawn()[0].points, drawn()[0].points)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_themes_have_a_map_too(count: int) -> None:
    found = laid_out(flattened(np.eye(count, 8)), [5] * count, np.full(count, 20.0))

    assert np.isfinite(found.points).all()
    assert overlap(found.points, found.radii) <= 0.01 if count > 1 else True


def test_equal_themes_are_told_apart() -> None:
    found = laid_out(np.zeros((9, 2)), list(range(9)), np.full(9, 12.0))

    assert overlap(found.points, found.radii) <= 0.01
