"""Series with what was expected of them: the panels of the page of trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.alarms.changepoints import Cost, change_points
from moksori.analysis.alarms.weekly import Outlook, outlook
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.places import Place, labels, place
from moksori.understand.reads.series import Key, SeriesSet, series_of
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters

SHOWN = 12
MOST = 48
WEEKS = 26
RECENT = 4
FEWEST = 5
"""A share of fewer feedbacks would tell of persons; the week is left blank."""

FEWEST_WEEKS = 12
SURPRISING = 0.01


@dataclass(frozen=True, slots=True)
class TrendWeek:
    """One week in shares of feedback; None where too little was heard or known."""

    monday: date
    seen: int
    total: int
    share: float | None
    expected: float | None
    low: float | None
    high: float | None

    @property
    def is_beyond(self) -> int:
        """1 above what was expected, −1 below it, 0 within."""
        if self.share is None or self.low is None or self.high is None:
            return 0
        return int(self.share > self.high) - int(self.share < self.low)


@dataclass(frozen=True, slots=True)
class Shift:
    """The level changed for good in the week of `since`: shares before and after."""

    since: date
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One series: its weeks, what is expected of them, and where its level changed.

    `recent` is the share of the last four weeks, `expected` what it should have been;
    `chance` how often chance alone is as surprising over the last one to eight weeks
    (None: cannot be said yet), `direction` 1 for more and −1 for less.
    """

    key: Key
    name: str
    where: str
    weeks: tuple[TrendWeek, ...]
    shifts: tuple[Shift, ...]
    recent: Estimate | None
    expected: float | None
    chance: float | None
    direction: int
    method: str
    assumed: str

    @property
    def is_surprising(self) -> bool:
        return self.chance is not None and self.chance <= SURPRISING


@dataclass(frozen=True, slots=True)
class Trends:
    """The page's series, the most surprising first; `series` is how many there are.

    `weeks` counts the whole weeks of history; with fewer than twelve nothing is drawn.
    """

    place: Place
    dimension: str
    panels: list[Panel]
    series: int
    weeks: int

    @property
    def is_too_short(self) -> bool:
        return self.weeks < FEWEST_WEEKS


def trends(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    dimension: str = "",
    theme: int | None = None,
    limit: int = SHOWN,
) -> Trends | None:
    """Themes everywhere, or at each product or region; None for who reads nothing.

    Computed from what the member may read, so that everybody's numbers are their own.
    With `theme`, that theme alone.
    """
    found = place(by=by, filters=filters, period="52")
    if found is None:
        return None
    if found.newest is None or found.facts is None:
        return Trends(found, dimension, [], 0, 0)
    every = series_of(found.facts, found.newest, dimensions=(dimension,))
    if theme is not None:
        every = every.at([i for i, one in enumerate(every.keys) if one.theme == theme])
    weeks = len(every.weeks)
    if not every.keys or weeks < FEWEST_WEEKS:
        return Trends(found, dimension, [], len(every.keys), weeks)
    chosen = every.at(range(min(len(every.keys), limit)))
    panels = panels_of(chosen)
    panels.sort(key=lambda one: one.chance if one.chance is not None else 1.0)
    return Trends(found, dimension, panels, len(every.keys), weeks)


def panels_of(series: SeriesSet, weeks: int = WEEKS) -> list[Panel]:
    """The series with their expectation for the last `weeks`."""
    looked = outlook(series.counts, series.totals, last=weeks)
    names = Theme.objects.in_bulk({key.theme for key in series.keys})
    where = _where(series.keys)
    return [
        _panel(series, looked, row, names[key.theme].name, where.get(key, ""))
        for row, key in enumerate(series.keys)
        if key.theme in names
    ]


def _panel(series: SeriesSet, looked: Outlook, row: int, name: str, at: str) -> Panel:
    width = looked.seen.shape[1]
    counts, totals = series.counts[row], series.totals[row]
    first = len(series.weeks) - width
    weeks = tuple(
        _week(series.weeks[first + i], totals[first + i], looked, (row, i))
        for i in range(width)
    )
    chance = float(looked.chance[row, -1])
    return Panel(
        key=series.keys[row],
        name=name,
        where=at,
        weeks=weeks,
        shifts=_shifts(series.weeks, counts, totals, since=series.weeks[first]),
        recent=_recent(counts, totals),
        expected=_expected(looked.expected[row], totals[first:]),
        chance=chance if np.isfinite(chance) else None,
        direction=int(looked.direction[row, -1]),
        method=looked.method,
        assumed=looked.assumed,
    )


def _week(
    monday: date, total: float, looked: Outlook, at: tuple[int, int]
) -> TrendWeek:
    seen = int(looked.seen[at])
    known = total >= FEWEST
    expected, low, high = (
        float(one[at]) / total if known and np.isfinite(one[at]) else None
        for one in (looked.expected, looked.low, looked.high)
    )
    return TrendWeek(
        monday=monday,
        seen=seen,
        total=int(total),
        share=seen / total if known else None,
        expected=expected,
        low=low,
        high=min(high, 1.0) if high is not None else None,
    )


def _shifts(
    weeks: Sequence[date], counts: NDArray[Any], totals: NDArray[Any], *, since: date
) -> tuple[Shift, ...]:
    found = change_points(counts, exposure=totals, cost=Cost.POISSON)
    shifts = (
        Shift(weeks[change.last + 1], change.before, change.after)
        for change in found.changes
        if change.last + 1 < len(weeks)
    )
    return tuple(shift for shift in shifts if shift.since >= since)


def _recent(counts: NDArray[Any], totals: NDArray[Any]) -> Estimate | None:
    x, n = float(counts[-RECENT:].sum()), float(totals[-RECENT:].sum())
    return wilson(x, n) if n >= FEWEST else None


def _expected(expected: NDArray[Any], totals: NDArray[Any]) -> float | None:
    n, mean = float(totals[-RECENT:].sum()), float(expected[-RECENT:].sum())
    return mean / n if n >= FEWEST and np.isfinite(mean) else None


def _where(keys: Sequence[Key]) -> dict[Key, str]:
    """The names of the values that the series are at."""
    found = {}
    for dimension in {key.dimension for key in keys} - {""}:
        values = [key.value for key in keys if key.dimension == dimension]
        names = labels(dimension, values)
        for key in keys:
            if key.dimension == dimension:
                found[key] = str(names.get(key.value, key.value))
    return found


def where_of(key: Key) -> str:
    return _where([key]).get(key, "")
