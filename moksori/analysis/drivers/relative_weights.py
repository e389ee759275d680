"""Johnson's relative weights: what each of many correlated predictors explains."""

from __future__ import annotations

import numpy as np

from moksori.analysis.drivers.subsets import Floats

_NOTHING = 1e-9


def relative_weights(gram: Floats, cross: Floats) -> Floats:
    """The weights (b, p) of p predictors, which add up to R².

    `gram` (b, p, p) are correlations among predictors, `cross` (b, p) theirs with the
    outcome. Predictors are replaced by the orthogonal ones nearest to them, and what
    those explain is handed back by the squared correlations (Johnson 2000). They come
    near LMG and are not the same.
    """
    values, vectors = np.linalg.eigh(gram)
    usable = values > _NOTHING
    roots = np.sqrt(np.where(usable, values, 0.0))
    inverse = np.where(usable, 1 / np.where(usable, roots, 1.0), 0.0)
    turned = np.swapaxes(vectors, -1, -2)
    ties = (vectors * roots[:, None, :]) @ turned
    slopes = (vectors * inverse[:, None, :]) @ turned @ cross[..., None]
    return np.asarray((ties**2 @ slopes**2)[..., 0])
