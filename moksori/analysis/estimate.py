"""Estimate: a number and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval, its n and how it was found.

    `value`, `low` and `high` share one unit (a share lies in 0–1, a change in
    percentage points is given as a difference of shares). `low`–`high` is the interval
    at `level`. `assumed` lists, in plain English message ids, what has to be true for
    the number to mean what it says.
    """

    value: float
    low: float
    high: float
    n: int
    method: str
    level: float = 0.95
    assumed: tuple[str, ...] = field(default=())

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0
