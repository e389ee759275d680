"""Parts of a theme are those that can be told apart, and none where nothing can."""

from __future__ import annotations

import numpy as np
import pytest

from moksori.analysis.neighbours import Vectors, unit
from moksori.analysis.parting import part_of_each


def around(middles: int, each: int, *, noise: float = 0.15) -> Vectors:
    rng = np.random.default_rng(3)
    rows = np.repeat(np.eye(middles, 32), each, axis=0)
    return unit((rows + noise * rng.normal(size=rows.shape)).astype(np.float32))


@pytest.mark.parametrize("middles", [2, 3, 5])
def test_parts_that_are_there_are_found(middles: int) -> None:
    labels = part_of_each(around(middles, 30))

    assert sorted(np.bincount(labels)) == [30] * middles
    assert all(len(set(labels[at : at + 30])) == 1 for at in range(0, len(labels), 30))


def test_parts_are_numbered_by_size_and_the_same_each_time() -> None:
    points = np.vstack([around(2, 30)[:45], around(3, 20)[40:]])

    labels = part_of_each(points)

    sizes = np.bincount(labels)
    assert list(sizes) == sorted(sizes, reverse=True)
    assert (labels == part_of_each(points)).all()


def test_too_few_or_all_the_same_have_no_parts() -> None:
    assert not part_of_each(around(3, 3)).any()
    assert not part_of_each(np.repeat(around(1, 1), 200, axis=0)).any()
    assert len(part_of_each(np.zeros((0, 32), np.float32))) == 0
