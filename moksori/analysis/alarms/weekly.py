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

from moksori.analysis.alarms.farrington import IMPROVED, Expected, Setup, judge
from moksori.analysis.alarms.online import Lord
from moksori.analysis.alarms.quasipoisson import Floats
from moksori.analysis.alarms.references import WEEKS, References, blocks

WINDOWS = (1, 2, 4, 8)
SKIPPED = 8
"""The newest weeks that are no part of what is usual, or a slow rise would hide."""

FEWEST_WEEKS = 8
MOST_YEARS = 5
HALF, PARTS = 3, 10
ONE_HALF, ONE_PARTS = 6, 4
"""With one year only, seven weeks of it are too few to know a season by: a quarter."""

WEALTH = 0.2
"""Of the rate, what LORD++ may spend before the first discovery: a fifth."""

ONE_YEAR = "Seasons are known from one year only."
NO_YEAR = "Less than a year of history: the season is not known."
FULL = "The weeks behave as in the years before."
SLACK = (0.15, 0.10, 0.05)
"""How far a season that is not known, known from one year, or known may be off."""

FEWEST_IN_SEASON = 5
FEWEST_HEARD = 5
_THIN = 0.1
_HALF, _NEARLY_ALL = 0.5, 0.9
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
    are widened by the memory that series show, and by what a season may be off. Weeks
    in which hardly anything was heard count as missing. Raises ValueError for counts
    and totals that are none.
    """
    y, totals = _given(counts, totals)
    weeks = y.shape[1]
    at = list(range(max(weeks - last - max(WINDOWS) + 1, 0), weeks))
    if not at or not len(y):
        raise ValueError("There is no week to look at.")
    first = _beginning(y)
    years = [_years(k - first, dates) for k in at]
    parts = [
        _judged(y, totals, k, year, dates) for k, year in zip(at, years, strict=True)
    ]
    found = _joined(parts)
    seen, heard = y[:, at], np.atleast_2d(np.asarray(counts, dtype=np.float64))[:, at]
    wider = _widening(found)
    slack = np.array([SLACK[min(year, 2)] for year in years])
    chance, direction = _surprise(seen, found, wider, slack)
    keep = slice(max(len(at) - last, 0), None)
    return Outlook(
        seen=heard[:, keep],
        expected=found.value[:, keep],
        # Below one count lies none: where none may be heard, none is not too little.
        low=np.floor(found.low[:, keep]),
        high=found.high[:, keep],
        chance=chance[:, keep],
        direction=direction[:, keep],
        dispersion=found.dispersion[:, keep],
        memory=np.nan_to_num(found.memory[:, keep, 0]),
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


def _given(counts: ArrayLike, totals: ArrayLike | None) -> tuple[Floats, Floats]:
    """Counts; missing where hardly anything was heard, for others spoke then."""
    y = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    if totals is None:
        return y, np.ones_like(y)
    n = np.broadcast_to(np.asarray(totals, dtype=np.float64), y.shape)
    usual = np.median(n[:, -26:], axis=1, keepdims=True) if n.shape[1] else n
    thin = (n < FEWEST_HEARD) | (n < _THIN * usual)
    return np.where(thin, np.nan, y), n


def _beginning(y: Floats) -> int:
    """From which week on nearly every week of most series is known."""
    known = np.isfinite(y).mean(axis=0) >= _HALF
    after = known[::-1].cumsum()[::-1] / np.arange(known.size, 0, -1)
    enough = np.flatnonzero(known & (after >= _NEARLY_ALL))
    return int(enough[0]) if enough.size else 0


def _judged(
    y: Floats, n: Floats, k: int, years: int, dates: Sequence[date] | None
) -> Expected:
    """One week; without its season where the season's weeks hold next to nothing."""
    near = _references(k, years, dates)
    found = judge(y, n, [k], [near], _setup(years))
    if not years:
        return found
    season = np.nansum(y[:, near.at[near.part == 0]], axis=1)
    few = np.flatnonzero(season < FEWEST_IN_SEASON)
    if few.size:
        flat = References(near.at, np.zeros_like(near.part), near.wanted)
        plain = judge(y[few], n[few], [k], [flat], _setup(0))
        for name in _ARRAYS:
            getattr(found, name)[few] = getattr(plain, name)
    # A mean of nothing would make the first complaint a wonder.
    found.value[np.nansum(y[:, near.at], axis=1) < FEWEST_IN_SEASON] = np.nan
    return found


_ARRAYS = tuple(name for name in Expected.__slots__ if name not in ("wanted", "method"))


def _joined(parts: list[Expected]) -> Expected:
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=1)
        for name in _ARRAYS
    }
    return replace(parts[0], **arrays)


def _widening(found: Expected) -> Floats:
    """By how much sums of 1 … 8 weeks vary more than weeks that know nothing of each
    other: (series, weeks, 8), at least 1.

    From the correlations with the seven weeks before: those of all series together,
    and where a series shows more by itself, its own.
    """
    known = np.isfinite(found.memory)
    lags = np.where(known, found.memory, 0.0)
    sizes = np.arange(1, max(WINDOWS) + 1)
    taper = np.maximum(1 - np.arange(1, lags.shape[-1] + 1)[:, None] / sizes, 0.0)
    own = 1 + 2 * lags @ taper
    some = known[..., :1].any(axis=0, keepdims=True)
    counted = np.maximum(known[..., :1].sum(axis=0, keepdims=True), 1)
    common = np.where(known[..., :1], own, 0.0).sum(axis=0, keepdims=True) / counted
    # Where too few neighbours are known: a memory of 0.2, which feedback usually has.
    usual = 1 + 2 * (0.2 ** np.arange(1, lags.shape[-1] + 1)) @ taper
    common = np.maximum(np.where(some, common, usual), 1.0)
    own = np.where(known[..., :1], own, common)
    return np.asarray(np.maximum(own, common))


def _surprise(
    seen: Floats, found: Expected, wider: Floats, slack: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """The chance of the most surprising window, over both directions, Bonferroni."""
    least = np.full(seen.shape, np.inf)
    direction = np.ones(seen.shape, dtype=np.int64)
    for size in WINDOWS:
        t = _window(seen, found, (wider[..., size - 1], wider[..., -1]), size, slack)
        # Weeks that resemble each other tell less of how far weeks differ.
        p = stdtr(np.maximum(found.freedom / wider[..., -1], 1.0), -np.abs(t))
        with np.errstate(invalid="ignore"):
            better = p < least
        least = np.where(better, p, least)
        direction = np.where(better, np.where(t < 0, -1, 1), direction)
    chance = np.minimum(2 * len(WINDOWS) * least, 1.0)
    judged = found.is_judged | (_sums(found.value, 4) >= 5)
    judged &= np.isfinite(found.value) & np.isfinite(seen)
    return np.where(judged, chance, np.nan), direction


def _window(
    seen: Floats,
    found: Expected,
    wider: tuple[Floats, Floats],
    size: int,
    slack: Floats,
) -> Floats:
    """How far the last `size` weeks lie from their expectation, in deviations.

    On the scale of the power 2/3, as for a single week; errors of the expectations, and
    what the season may be off, are common to the weeks. 0 where not all are known.
    """
    total, mean = _sums(seen, size), _sums(found.value, size)
    noise = _sums(found.dispersion * found.value, size) * wider[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        error = _sums(found.error, size) ** 2 * wider[1]
        sd = 2 / 3 * mean ** (-1 / 3) * np.sqrt(noise + error + (slack * mean) ** 2)
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
