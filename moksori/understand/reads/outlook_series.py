"""The series to be forecast: feedback by region and product, and imported demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from moksori.base.customers.models import DemandPoint, DemandSeries, Every, Outlook
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.conditions import Between, Equals, In
from moksori.base.warehouse.cube import Cube
from moksori.understand.reads.window import unit_ids_of

Numbers = NDArray[np.float64]
Part = tuple[int | None, int | None]
WEEKS = 156
NAMED = 4  # regions and products with series of their own
LATELY = 26  # weeks
LEAST = 26  # feedbacks lately to be named
REST = 0
"""The region or product of all that are not named."""


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Series that add up: the parts, over the same periods, gaps as NaN.

    `parts` are (region, product); None where the series has none, REST for all not
    named. `signals` are known of the whole, one value a period.
    """

    unit: int
    source: str
    name: str
    every: str
    days: tuple[date, ...]
    parts: tuple[Part, ...]
    values: Numbers
    signals: Mapping[str, Numbers]

    @property
    def season(self) -> int:
        return 12 if self.every == Every.MONTH else 52

    @property
    def horizon(self) -> int:
        return 6 if self.every == Every.MONTH else 8


def feedback_bundle(affiliate: int) -> Bundle | None:
    """Weekly feedback of the affiliate; None without a whole week of it."""
    rows = _weekly(affiliate)
    if not rows:
        return None
    last = max(row[0] for row in rows)
    # The newest week may not be over: only whole ones are forecast from.
    weeks = [last - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    first = min(row[0] for row in rows)
    weeks = [week for week in weeks if week >= first]
    if not weeks:
        return None
    lately = [row for row in rows if row[0] >= last - timedelta(weeks=LATELY)]
    regions = _most(Counter(_sums((row[1], row[3]) for row in lately)))
    products = _most(Counter(_sums((row[2], row[3]) for row in lately)))
    at = {week: place for place, week in enumerate(weeks)}
    found: dict[Part, Numbers] = {}
    for week, region, product, count in rows:
        if week in at:
            part = (_named(region, regions), _named(product, products))
            line = found.setdefault(part, np.zeros(len(weeks)))
            line[at[week]] += count
    parts = tuple(sorted(found, key=lambda part: (part[0] or 0, part[1] or 0)))
    signals = {"complaints": _complaint_share(affiliate, weeks)}
    return Bundle(
        affiliate,
        Outlook.Source.FEEDBACK,
        "",
        Every.WEEK,
        tuple(weeks),
        parts,
        np.array([found[part] for part in parts]),
        signals,
    )


def demand_bundles(unit: int) -> list[Bundle]:
    """Imported series of the unit, those of one name and dimensions together."""
    together: dict[tuple[str, str, bool, bool], list[DemandSeries]] = {}
    for one in DemandSeries.objects.filter(unit_id=unit).order_by("pk"):
        shape = (one.name, one.every, one.region_id is None, one.product_id is None)
        together.setdefault(shape, []).append(one)
    return [
        _demand(unit, name, every, series)
        for (name, every, _no_region, _no_product), series in together.items()
    ]


def _demand(unit: int, name: str, every: str, series: Sequence[DemandSeries]) -> Bundle:
    points = DemandPoint.objects.filter(series__in=series).values_list(
        "series_id", "starts_on", "value"
    )
    rows = list(points)
    days = _periods(min(r[1] for r in rows), max(r[1] for r in rows), every)
    at = {day: place for place, day in enumerate(days)}
    line = {one.pk: place for place, one in enumerate(series)}
    values = np.full((len(series), len(days)), np.nan)
    for series_id, day, value in rows:
        values[line[series_id], at[day]] = value
    share = _share_by_period(unit, days)
    return Bundle(
        unit,
        Outlook.Source.DEMAND,
        name,
        every,
        tuple(days),
        tuple((one.region_id, one.product_id) for one in series),
        values,
        {"complaints": share} if np.isfinite(share).sum() >= 12 else {},
    )


def _periods(first: date, last: date, every: str) -> list[date]:
    days = [first]
    while days[-1] < last:
        day = days[-1]
        if every == Every.WEEK:
            days.append(day + timedelta(weeks=1))
        else:
            days.append((day.replace(day=1) + timedelta(days=32)).replace(day=1))
    return days


def _weekly(affiliate: int) -> list[tuple[date, int | None, int | None, int]]:
    inside = In("unit", tuple(sorted(unit_ids_of(affiliate))))
    cube = Cube("mentions", ("week", "region", "product"), ("n_feedback",), (inside,))
    return [
        (row["week"], row["region"], row["product"], row["n_feedback"])
        for row in warehouse().rows(cube)
    ]


def _complaint_share(affiliate: int, weeks: Sequence[date]) -> Numbers:
    """The share of feedback that complains, week by week."""
    inside = In("unit", tuple(sorted(unit_ids_of(affiliate))))
    between = Between("week", weeks[0], weeks[-1])
    found = {}
    for bad in ((), (Equals("is_negative", value=True),)):
        cube = Cube("mentions", ("week",), ("n_feedback",), (inside, between, *bad))
        found[bool(bad)] = {
            row["week"]: row["n_feedback"] for row in warehouse().rows(cube)
        }
    share = [
        found[True].get(week, 0) / found[False][week]
        if found[False].get(week)
        else np.nan
        for week in weeks
    ]
    return np.array(share)


def _share_by_period(unit: int, days: Sequence[date]) -> Numbers:
    """The same by the periods of a demand series."""
    first = days[0] - timedelta(days=days[0].weekday())
    weeks = _periods(first, days[-1] + timedelta(days=31), Every.WEEK)
    share = _complaint_share(unit, weeks)
    starts = np.array([day.toordinal() for day in days])
    place = np.searchsorted(starts, [w.toordinal() for w in weeks], side="right") - 1
    known = np.isfinite(share) & (place >= 0)
    n = np.bincount(place[known], minlength=len(days))
    total = np.bincount(place[known], share[known], minlength=len(days))
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _sums(pairs: object) -> dict[int, int]:
    found: dict[int, int] = {}
    for value, count in pairs:  # type: ignore[attr-defined]
        if value is not None:
            found[value] = found.get(value, 0) + count
    return found


def _most(counts: Counter[int]) -> frozenset[int]:
    return frozenset(value for value, n in counts.most_common(NAMED) if n >= LEAST)


def _named(value: int | None, named: frozenset[int]) -> int | None:
    if not named:
        return None
    return value if value in named else REST
