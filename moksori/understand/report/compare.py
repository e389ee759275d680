"""Groups of feedback beside each other: who complains about what more than the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM
from moksori.analysis.proportions import newcombe, wilson
from moksori.understand.report.findings import Cell, Comparison, Group

MOST = 12
Score = Callable[[NDArray[np.intp]], Estimate | None]


def compared(
    column: str,
    values: list[str],
    complaining: NDArray[np.bool_],
    complaints: Sequence[NDArray[np.bool_]],
    score: Score,
) -> Comparison:
    """The largest groups of a column with at least `MINIMUM` feedbacks each.

    A group differs when the interval of its share minus that of all others leaves out
    zero, at a level that allows for the number of cells looked at (Bonferroni).
    """
    array = np.array(values, dtype=object)
    counted = Counter(value for value in values if value)
    large = [value for value, n in counted.most_common() if n >= MINIMUM]
    shown = large[:MOST]
    level = 1 - 0.05 / max(len(shown) * (len(complaints) + 1), 1)
    groups = []
    for value in shown:
        inside = array == value
        cells = tuple(_cell(named, inside, level) for named in complaints)
        groups.append(
            Group(
                value,
                int(inside.sum()),
                score(np.flatnonzero(inside)),
                _cell(complaining, inside, level),
                cells,
            )
        )
    return Comparison(column, tuple(groups), len(counted) - len(shown))


def _cell(named: NDArray[np.bool_], inside: NDArray[np.bool_], level: float) -> Cell:
    x1, n1 = int((named & inside).sum()), int(inside.sum())
    x2, n2 = int((named & ~inside).sum()), int((~inside).sum())
    if not n2:
        return Cell(wilson(x1, n1), 0)
    change = newcombe(x1, n1, x2, n2, level=level)
    differs = int(np.sign(change.value)) if change.is_clear else 0
    return Cell(wilson(x1, n1), differs)
