"""How long until it could be known: power from how the series swings by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

Floats = NDArray[np.float64]
POWER = 0.8
LONGEST = 104
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Outlook:
    """`periods` after the start until a change of the expected size shows in `power`.

    None: not within `longest`, or no size was expected. `smallest` is the change that
    shows in as many periods as the outlook reaches (`longest`), in the same unit.
    """

    periods: int | None
    smallest: float
    power: float = POWER
    longest: int = LONGEST


def outlook(
    gap: NDArray[Any],
    *,
    expected: float | None = None,
    fixed: float = 0.0,
    level: float = 0.95,
    longest: int = LONGEST,
) -> Outlook:
    """From `gap`, the treated less its comparison in each period before the start.

    The variance of "after less before" is `fixed` (what does not shrink with waiting:
    how far such units drift apart by themselves) and the long-run variance of the gap
    shared out over the periods before and after. `expected` in the unit of the gap.
    """
    before = np.asarray(gap, dtype=np.float64)
    before = before[np.isfinite(before)]
    if before.size < FEWEST:
        return Outlook(None, float("nan"), longest=longest)
    variance = long_run_variance(before)
    needed = float(stdtrit(before.size - 1, 0.5 + level / 2) + ndtri(POWER))
    after = np.arange(FEWEST, longest + 1)
    smallest = needed * np.sqrt(fixed + variance * (1 / before.size + 1 / after))
    periods = None
    if expected is not None and expected != 0:
        enough = np.flatnonzero(smallest <= abs(expected))
        periods = int(after[enough[0]]) if enough.size else None
    return Outlook(periods, float(smallest[-1]), longest=longest)


def long_run_variance(series: Floats) -> float:
    """The variance of a mean times its length, for an AR(1) series."""
    dev = series - series.mean()
    rho = float((dev[1:] * dev[:-1]).sum() / max((dev**2).sum(), 1e-300))
    # Short series understate their own memory (Kendall 1954).
    rho = min(max(rho + (1 + 3 * rho) / series.size, 0.0), 0.9)
    return float(series.var(ddof=1)) * (1 + rho) / (1 - rho)
