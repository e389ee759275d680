"""What each week should have been, and how surprising the last weeks are.

Expectations are Farrington's in the improved version; what is judged is not one week
alone but the last one, two, four and eight together, so that a moderate lasting rise
is found too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr

from moksori.analysis.farrington import IMPROVED, Expected, Setup, judge
from moksori.analysis.online import Lord
from moksori.analysis.quasipoisson import Floats
from moksori.analysis.references import WEEKS, References, blocks

WINDOWS = (1, 2, 4, 8)
SKIPPED = 8
"""The newest weeks that are no part of what is usual, or a slow rise would hide."""

FEWEST_WEEKS = 8
MOST_YEARS = 5
HALF, PARTS = 3, 10
ONE_HALF, ONE_PARTS = 6, 4
"""With one year only, seven weeks of it are too few to know a season by: a quarter."""

WEALTH = 0.5
"""Of the rate, what LORD++ may spend before the first discovery: half of it."""

ONE_YEAR = "Seasons are known from one year only."
NO_YEAR = "Less than a year of history: the season is not known."
FULL = "The weeks behave as in the years before."
_MOST_MEMORY = 0.8
_TAIL = 4


@dataclass(frozen=True, slots=True)
class Outlook:
    """Series and what was expected of them, for the weeks looked at (series, weeks).

    `low`–`high` is the 95 % interval of a single week. `chance` is how often chance
    alone is as surprising, in either direction, over the last one, two, four or eight
    weeks;
    NaN where there is too little to say. `direction` is 1 (more) or −1 (less).
    `years` of history, and the `assumed` that follows from them, are per week.
    """

    seen: Floats
    expected: Floats
    low: Floats
    high: Floats
    chance: Floats
    direction: NDArray[np.int64]
    dispersion: Floats
    memory: Floats
    used: NDArray[np.int64]
    years: tuple[int, ...]
    method: str = IMPROVED

    @property
    def assumed(self) -> str:
        """What the newest week's expectation rests on, as a message id."""
        years = self.years[-1] if self.years else 0
        return (NO_YEAR, ONE_YEAR)[years] if years < 2 else FULL


def outlook(
    counts: ArrayLike,
    totals: ArrayLike | None = None,
    *,
    last: int = 26,
    dates: Sequence[date] | None = None,
) -> Outlook:
    """The `last` weeks of series of counts against what was to be expected.

    `counts` is (series, weeks), oldest first; `totals`, of the same shape or (weeks),
    are the feedbacks they are counted among: with them a series that grows because
    everything grows is no news. With a year of history and more the season is taken
    out (Farrington, improved by Noufaily et al. 2013, in ten parts of the year); with
    less, the weeks before are what is usual, from eight on. The newest eight weeks
    (four, with less than a year) before a week are left out of what is usual for it.

    Tails are those of Student's t, for the dispersion is estimated too; sums of weeks
    are widened by the memory that a series shows. Raises ValueError for counts and
    totals that are none.
    """
    y = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    weeks = y.shape[1]
    at = list(range(max(weeks - last - max(WINDOWS) + 1, 0), weeks))
    years = [_years(k, dates) for k in at]
    parts = [
        judge(y, totals, [k], [_references(k, year, dates)], _setup(year))
        for k, year in zip(at, years, strict=True)
    ]
    if not parts or not len(y):
        raise ValueError("There is no week to look at.")
    found = _joined(parts)
    seen = y[:, at]
    memory = _memory(found)
    chance, direction = _surprise(seen, found, memory)
    keep = slice(max(len(at) - last, 0), None)
    return Outlook(
        seen=seen[:, keep],
        expected=found.value[:, keep],
        low=found.low[:, keep],
        high=found.high[:, keep],
        chance=chance[:, keep],
        direction=direction[:, keep],
        dispersion=found.dispersion[:, keep],
        memory=memory[:, keep],
        used=found.used[:, keep],
        years=tuple(years[keep]),
    )


def new_watch(series: int, rate: float = 0.05) -> Lord:
    """LORD++ for `series` looked at every week: what may be spent lasts the year.

    The sequence that onlineFDR uses spends most on the first hundred tests; with two
    hundred series that is the first Monday.
    """
    return Lord(rate=rate, wealth=WEALTH * rate, even=52 * max(series, 1))


def _setup(years: int) -> Setup:
    return Setup(
        years=max(years, 1),
        half=ONE_HALF if years == 1 else HALF,
        alpha=0.025,
        improved=True,
        parts=_parts(years),
        trend=years >= 3,
    )


def _years(k: int, dates: Sequence[date] | None) -> int:
    """Whole years of windows that lie before week `k`."""
    for years in range(MOST_YEARS, 0, -1):
        half = ONE_HALF if years == 1 else HALF
        if k - WEEKS * years - half - (dates is not None) >= 0:
            return years
    return 0


def _parts(years: int) -> int:
    return (1, ONE_PARTS)[years] if years < 2 else PARTS


def _references(k: int, years: int, dates: Sequence[date] | None) -> References:
    if years:
        return blocks(k, years=years, half=3, parts=PARTS, skipped=SKIPPED, dates=dates)
    at = np.arange(max(k - _TAIL, 0))
    if at.size < FEWEST_WEEKS:
        at = at[:0]
    return References(at, np.zeros_like(at), WEEKS)


def _joined(parts: list[Expected]) -> Expected:
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=1)
        for name in Expected.__slots__
        if name not in ("wanted", "method")
    }
    return replace(parts[0], **arrays)


def _memory(found: Expected) -> Floats:
    """The correlation of neighbouring weeks, never negative.

    Where too few neighbours are known, 0.2: what feedback usually shows.
    """
    known = np.isfinite(found.memory)
    return np.where(known, np.clip(found.memory, 0.0, _MOST_MEMORY), 0.2)


def _surprise(
    seen: Floats, found: Expected, memory: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """The chance of the most surprising window, over both directions, Bonferroni."""
    least = np.full(seen.shape, np.inf)
    direction = np.ones(seen.shape, dtype=np.int64)
    for size in WINDOWS:
        t = _window(seen, found, memory, size)
        p = stdtr(found.freedom, -np.abs(t))
        with np.errstate(invalid="ignore"):
            better = p < least
        least = np.where(better, p, least)
        direction = np.where(better, np.where(t < 0, -1, 1), direction)
    chance = np.minimum(2 * len(WINDOWS) * least, 1.0)
    judged = found.is_judged | (_sums(found.value, 4) >= 5)
    return np.where(judged & np.isfinite(found.value), chance, np.nan), direction


def _window(seen: Floats, found: Expected, memory: Floats, size: int) -> Floats:
    """How far the last `size` weeks lie from their expectation, in deviations.

    On the scale of the power 2/3, as for a single week; errors of the expectations are
    taken as common to the weeks. −inf…inf; 0 where not all weeks are known.
    """
    lags = np.arange(1, size)
    wider = 1 + 2 * ((1 - lags / size) * memory[..., None] ** lags).sum(axis=-1)
    total, mean = _sums(seen, size), _sums(found.value, size)
    noise = _sums(found.dispersion * found.value, size) * wider
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = noise + _sums(found.error, size) ** 2
        sd = 2 / 3 * mean ** (-1 / 3) * np.sqrt(variance)
        t = (total ** (2 / 3) - mean ** (2 / 3)) / sd
    return np.asarray(np.nan_to_num(t, nan=0.0))


def _sums(values: Floats, size: int) -> Floats:
    """Sums of each week with the ones before it; NaN where they are not all known."""
    total = np.zeros_like(values)
    for back in range(size):
        moved = np.full(values.shape, np.nan)
        moved[:, back:] = values[:, : max(values.shape[1] - back, 0)]
        total = total + moved
    return total
