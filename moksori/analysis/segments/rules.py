"""Rules of segments: conditions on attributes, and which rows meet them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.segments.levels import Encoding, Level, attribute


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of a segment's rule."""

    attribute: str
    level: Level

    def __str__(self) -> str:
        return f"{self.attribute}: {self.level.label}"


def members(rule: Sequence[Part], table: dict[str, Any]) -> NDArray[np.bool_]:
    """Which rows of named columns a rule takes; KeyError for a column that is missing.

    "other" stands for values that were rare when it was learned, so it takes none.
    """
    inside = np.ones(rows_of(table), bool)
    for part in rule:
        inside &= _holds(part.level, table[part.attribute])
    return inside


def _holds(level: Level, values: Any) -> NDArray[np.bool_]:
    how = Encoding(minimum=1, bins=1, rare="drop")
    if level.kind == "range":
        numbers = np.asarray(values, dtype=np.float64)
        low = -np.inf if level.low is None else level.low
        high = np.inf if level.high is None else level.high
        return np.asarray((numbers >= low) & (numbers < high))
    array = np.asarray(values)
    if array.dtype.kind in "iuf" and np.unique(array).size > 1:
        values = array.tolist()
    found = attribute("", list(values), how)
    at = [i for i, one in enumerate(found.levels) if one == level]
    return np.asarray(found.codes == at[0]) if at else np.zeros(len(found.codes), bool)


def rows_of(table: dict[str, Any]) -> int:
    return max((len(values) for values in table.values()), default=0)
