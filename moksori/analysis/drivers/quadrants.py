"""Importance against performance: what to mend first, and what to leave as it is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from moksori.analysis.drivers.importance import Driver


class Quadrant(StrEnum):
    """A stable key for the name that a picture shows (Martilla and James 1977)."""

    MEND = "mend"  # matters, and goes badly
    KEEP = "keep"  # matters, and goes well
    WATCH = "watch"  # matters less, and goes badly
    LEAVE = "leave"  # matters less, and goes well


def limits(
    drivers: Sequence[Driver], performance: Sequence[float]
) -> tuple[float, float]:
    """Where the picture is divided: the even part of importance, mean performance.

    The even part is what each would have if all mattered the same.
    """
    if not drivers:
        return 0.0, 0.0
    even = sum(one.importance.value for one in drivers) / len(drivers)
    return even, sum(performance) / len(performance)


def quadrant(
    driver: Driver, performance: float, divided: tuple[float, float]
) -> Quadrant:
    """Where a driver lies; one that chance may have made does not matter."""
    matters = driver.is_clear and driver.importance.value >= divided[0]
    goes_well = performance >= divided[1]
    if matters:
        return Quadrant.KEEP if goes_well else Quadrant.MEND
    return Quadrant.LEAVE if goes_well else Quadrant.WATCH
