"""Which earlier weeks say what is to be expected of a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WEEKS = 52
MONTHS = 12


@dataclass(frozen=True, slots=True)
class References:
    """Positions of the weeks to compare with, and the part of the year of each.

    `part` counts from 0; 0 is the part that the week itself lies in. `wanted` is how
    many positions there would be if the history were long enough.
    """

    at: NDArray[np.int64]
    part: NDArray[np.int64]
    wanted: int


def windows(
    k: int,
    *,
    years: int,
    half: int,
    frequency: int = WEEKS,
    dates: Sequence[date] | None = None,
) -> References:
    """The 2 · `half` + 1 periods around the same period of each of `years` before `k`.

    Without `dates` a year has `frequency` periods; with them it is a calendar year, and
    the nearest same weekday (of the month: the same day) is taken, as R's surveillance
    does for `epochAsDate`. Periods before the first are left out.
    """
    if dates is None:
        around = np.arange(-half, half + 1)
        at = np.concatenate(
            [k - frequency * back + around for back in range(years, 0, -1)]
        )
        kept = at[at >= 0]
    else:
        kept = _by_date(k, years, half, frequency, dates)
    return References(kept, np.zeros_like(kept), years * (2 * half + 1))


def blocks(  # noqa: PLR0913 – the arguments of farringtonFlexible
    k: int,
    *,
    years: int,
    half: int,
    parts: int,
    skipped: int,
    frequency: int = WEEKS,
    dates: Sequence[date] | None = None,
) -> References:
    """All periods since the oldest window, the year cut into `parts` (Noufaily 2013).

    The windows around the same period of each year are part 0, what lies between two
    windows is cut into `parts` − 1 blocks, the longer ones first. With one part, only
    the windows. The last `skipped` periods before `k` are left out, so that what begins
    now does not become what is usual. Raises ValueError when the history is too short.
    """
    same = _same_periods(k, years, frequency, dates)
    if min(same) - half < 0:
        raise ValueError("The history is shorter than the years asked for.")
    part = np.full(k + 1, -1)
    part[max(k - half, 0) : k + 1] = 0
    for newer, older in pairwise(same):
        part[older - half : older + half + 1] = 0
        if parts > 1:
            first, length = older + half + 1, newer - 2 * half - 1 - older
            if length < parts - (2 * half + 1) or length < 0:
                raise ValueError("The year cannot be cut into so many parts.")
            sizes = np.full(parts - 1, length // (parts - 1))
            sizes[: length % (parts - 1)] += 1
            part[first : first + length] = np.repeat(np.arange(1, parts), sizes)
    part[max(k - skipped, 0) :] = -1
    at = np.flatnonzero(part >= 0)
    return References(at, part[at], at.size)


def _same_periods(
    k: int, years: int, frequency: int, dates: Sequence[date] | None
) -> list[int]:
    """`k` and the same period of each year before, newest first."""
    if dates is None:
        return [k - frequency * back for back in range(years + 1)]
    index = {day: i for i, day in enumerate(dates)}
    found = [k]
    for back in range(1, years + 1):
        day = _years_before(dates[k], back)
        if frequency == WEEKS:
            day += timedelta(days=_to_weekday(day, dates[k]))
        if day not in index:
            raise ValueError("The history is shorter than the years asked for.")
        found.append(index[day])
    return found


def _by_date(
    k: int, years: int, half: int, frequency: int, dates: Sequence[date]
) -> NDArray[np.int64]:
    index = {day: i for i, day in enumerate(dates)}
    found = []
    for back in range(1, years + 1):
        same = _years_before(dates[k], back)
        for step in range(-half, half + 1):
            day = _moved(same, step, frequency, dates[k])
            if day in index:
                found.append(index[day])
    return np.array(found, dtype=np.int64)


def _moved(day: date, step: int, frequency: int, like: date) -> date:
    if frequency == MONTHS:
        months = day.year * 12 + day.month - 1 + step
        return date(months // 12, months % 12 + 1, like.day)
    if frequency == WEEKS:
        return day + timedelta(days=7 * step + _to_weekday(day, like))
    return day + timedelta(days=step)


def _to_weekday(day: date, like: date) -> int:
    """Days to the nearest day of the same weekday; backwards when as near."""
    forward = (like.weekday() - day.weekday()) % 7
    backward = (day.weekday() - like.weekday()) % 7
    return forward if forward < backward else -backward


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)
