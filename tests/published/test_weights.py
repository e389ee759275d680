"""Published raking."""

from __future__ import annotations

import numpy as np

from moksori.analysis.surveys.weights import Margin, rake


def test_a_table_raked_by_hand() -> None:
    """Wikipedia, "Iterative proportional fitting", example: a 4 × 4 table fitted to
    150, 300, 400, 150 and 200, 300, 400, 100. Printed there to two digits after few
    rounds, so with an error of its own of up to .15."""
    seed = np.array(
        [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
    )
    rows, columns = np.divmod(np.arange(16), 4)
    margins = [
        Margin(rows.tolist(), dict(enumerate([150, 300, 400, 150])), "rows"),
        Margin(columns.tolist(), dict(enumerate([200, 300, 400, 100])), "columns"),
    ]

    found = rake(seed.ravel(), margins)

    printed = [
        [64.61, 46.28, 35.42, 3.83],
        [49.95, 68.15, 156.49, 25.37],
        [56.70, 144.40, 145.06, 53.76],
        [28.74, 41.18, 63.03, 17.03],
    ]
    assert found.converged
    assert np.abs(found.weights.reshape(4, 4) - printed).max() < 0.15
