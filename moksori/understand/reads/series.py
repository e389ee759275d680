"""Complaints week by week: every theme, everywhere and at each product and region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.understand.models import Theme
from moksori.understand.reads.facts import Facts, weeks_until

HISTORY = 117  # two years and a quarter: two years of windows around the same week
LEAST = 20
"""Complaints in a year below which a series is only noise."""

MOST = 200
DIMENSIONS = ("", "product", "region")
MEASURE = "n_negative_feedback"
_NEARLY_ALL = 0.9
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Key:
    """Which series: a theme, everywhere or at one value of an attribute."""

    theme: int
    dimension: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesSet:
    """Counts (series, weeks) of feedback that complains, and all feedback beside it.

    `weeks` are Mondays of whole weeks, from the first with any feedback on. Larger
    series come first: the order does not depend on what is judged.
    """

    keys: tuple[Key, ...]
    counts: Array
    totals: Array
    weeks: tuple[date, ...]

    def at(self, chosen: Sequence[int]) -> SeriesSet:
        keys = tuple(self.keys[i] for i in chosen)
        rows = list(chosen)
        return SeriesSet(keys, self.counts[rows], self.totals[rows], self.weeks)


def whole_weeks(last: date, count: int = HISTORY) -> list[date]:
    """Mondays of the weeks that were over on `last`."""
    weeks = weeks_until(last, count)
    return weeks if weeks[-1] + timedelta(days=6) <= last else weeks[:-1]


def series_of(
    facts: Facts,
    last: date,
    *,
    dimensions: Sequence[str] = DIMENSIONS,
    most: int = MOST,
) -> SeriesSet:
    """The series worth watching, the largest first, at most `most`.

    A segment that holds nearly all of a theme's complaints is the theme itself.
    """
    weeks = whole_weeks(last)
    totals = facts.weekly_totals(weeks) if weeks else np.zeros(0)
    heard = np.flatnonzero(totals)
    if not heard.size:
        return SeriesSet((), np.zeros((0, 0)), np.zeros((0, 0)), ())
    first = int(heard[0])
    themes = _themes(facts)
    everywhere = {
        theme: counts
        for theme, counts in facts.weekly(weeks, MEASURE).items()
        if theme in themes
    }
    rows: list[tuple[Key, Array, Array]] = []
    for dimension in dimensions:
        if dimension:
            rows += _segments(facts, weeks, dimension, everywhere)
        else:
            rows += [(Key(theme), x, totals) for theme, x in everywhere.items()]
    kept = [row for row in rows if row[1][-52:].sum() >= LEAST]
    kept.sort(key=lambda row: (-float(row[1][:-8].sum()), str(row[0])))
    kept = kept[:most]
    shape = (len(kept), len(weeks) - first)
    return SeriesSet(
        keys=tuple(key for key, _, _ in kept),
        counts=np.array([x[first:] for _, x, _ in kept]).reshape(shape),
        totals=np.array([n[first:] for _, _, n in kept]).reshape(shape),
        weeks=tuple(weeks[first:]),
    )


def _segments(
    facts: Facts, weeks: list[date], dimension: str, everywhere: dict[int, Array]
) -> list[tuple[Key, Array, Array]]:
    totals = facts.weekly_totals_by(dimension, weeks)
    if len([value for value in totals if value is not None]) < 2:
        return []
    found = []
    counted = facts.weekly_counts_by(dimension, MEASURE, weeks)
    for (theme, value), counts in counted.items():
        if theme not in everywhere or value is None or value not in totals:
            continue
        if counts.sum() > _NEARLY_ALL * everywhere[theme].sum():
            continue
        key = Key(theme, dimension, int(value))
        found.append((key, counts, totals[value]))
    return found


def _themes(facts: Facts) -> set[int]:
    active = Theme.objects.filter(
        unit_id=facts.affiliate,
        state=Theme.State.ACTIVE,
        is_group=False,
        is_general=False,
    )
    return set(active.values_list("pk", flat=True))
