"""What an effect is measured on: units by periods, and when the action began where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ENOUGH = 5
"""Where a cell would count fewer, it is more chance than level."""


def _begun(starts: Floats, periods: int) -> Floats:
    """Starts after the last period are "not yet", unless nobody has begun at all.

    Then they stay, at the end: what was asked for is too early, not impossible.
    """
    starts = np.where(np.isnan(starts), np.inf, np.maximum(starts, 0))
    if (starts < periods).any():
        return np.where(starts < periods, starts, np.inf)
    return np.where(np.isfinite(starts), float(periods), np.inf)


class Measure(StrEnum):
    """What a value is: a share of `totals`, a mean of `totals` values, or a count."""

    SHARE = "share"
    MEAN = "mean"
    COUNT = "count"


@dataclass(frozen=True)
class Panel:
    """`values` (units, periods), each of `totals` feedbacks or people.

    `starts` says in which period each unit began (infinity: never). `better` is −1
    where a fall is good, 1 where a rise is. `is_shared` where the units divide the same
    feedback, as themes do: then one that falls lets the others rise. Raises ValueError
    for values that are not finite, shares outside 0–1, negative counts or totals, and
    shapes that do not fit.
    """

    values: Floats
    starts: Floats
    totals: Floats | None = None
    measure: Measure = Measure.SHARE
    better: int = -1
    is_shared: bool = False

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        starts = np.asarray(self.starts, dtype=np.float64)
        if values.ndim != 2 or not values.size or starts.shape != (len(values),):
            raise ValueError("A panel is (units, periods), with one start a unit.")
        if not np.isfinite(values).all():
            raise ValueError("Every unit needs a value in every period.")
        if self.totals is not None:
            totals = np.asarray(self.totals, dtype=np.float64)
            if totals.shape != values.shape or not (totals >= 0).all():
                raise ValueError("Totals must be counts, one a value.")
            object.__setattr__(self, "totals", totals)
        if self.measure is not Measure.MEAN and (values < 0).any():
            raise ValueError("Shares and counts must not be negative.")
        if self.measure is Measure.SHARE and (values > 1).any():
            raise ValueError("Shares must lie between 0 and 1.")
        starts = _begun(starts, values.shape[1])
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "starts", starts)

    @cached_property
    def treated(self) -> Bools:
        return np.isfinite(self.starts)

    @property
    def controls(self) -> int:
        return int((~self.treated).sum())

    @cached_property
    def waves(self) -> Floats:
        """The different periods in which units began."""
        return np.unique(self.starts[self.treated])

    @property
    def start(self) -> int:
        """The first period of the first that began; all periods where none did."""
        return int(self.waves[0]) if self.waves.size else len(self.values[0])

    @property
    def after(self) -> int:
        return len(self.values[0]) - self.start

    @property
    def n(self) -> int:
        """How much stands behind it all of the treated: feedbacks, or else values."""
        if self.totals is None:
            return len(self.values[0]) * int(self.treated.sum())
        return int(self.totals[self.treated].sum())

    @property
    def counts(self) -> Floats:
        """How many of `totals` the shares are."""
        if self.totals is None:
            raise ValueError("Shares without totals cannot be counted.")
        return np.rint(self.values * self.totals)

    @property
    def usual(self) -> float:
        """What a cell usually counts: too small, and it is more chance than level."""
        if self.totals is None:
            return np.inf
        if self.measure is Measure.SHARE:
            return float(np.median(self.counts.mean(axis=1)))
        return float(np.median(self.totals))

    def series(self, rows: Bools) -> tuple[Floats, Floats | None]:
        """These units as one: values weighed by their totals, and the totals."""
        values = self.values[rows]
        if self.measure is Measure.COUNT:
            summed = None if self.totals is None else self.totals[rows].sum(axis=0)
            return values.sum(axis=0), summed
        if self.totals is None:
            return values.mean(axis=0), None
        totals = self.totals[rows]
        summed = totals.sum(axis=0)
        weighed = (values * totals).sum(axis=0) / np.maximum(summed, 1)
        return np.where(summed > 0, weighed, values.mean(axis=0)), summed

    @property
    def steady(self) -> Bools:
        """Units that were heard of all along, in every four periods."""
        if self.totals is None:
            return np.ones(len(self.values), dtype=bool)
        wide = self.joined(4).totals
        if wide is None or not wide.size:
            return np.ones(len(self.values), dtype=bool)
        return np.asarray(wide.min(axis=1) > 0)

    def first_wave(self) -> Panel:
        """Only those that began first, beside the untouched."""
        return self.only((self.starts == self.start) | ~self.treated)

    def grouped(self, fewest: float) -> Panel:
        """Untouched ones too small to compare joined into groups, the smallest first.

        A group is expected to count at least `fewest` after the start; what is left
        over joins the last. Nothing is looked at but the periods before and the totals.
        """
        if self.totals is None or self.is_shared or not self.after:
            return self
        x, n, start = self.counts, self.totals, self.start
        before = np.maximum(n[:, :start].sum(axis=1), 1)
        rates = x[:, :start].sum(axis=1) / before
        expected = rates * n[:, start:].sum(axis=1)
        groups: list[list[int]] = [[]]
        reached = 0.0
        for at in sorted(np.flatnonzero(~self.treated), key=lambda at: expected[at]):
            if reached >= fewest:
                groups.append([])
                reached = 0.0
            groups[-1].append(int(at))
            reached += float(expected[at])
        if reached < fewest and len(groups) > 1:
            groups[-2:] = [groups[-2] + groups[-1]]
        rows = [[int(at)] for at in np.flatnonzero(self.treated)]
        rows += [group for group in groups if group]
        totals = np.array([n[group].sum(axis=0) for group in rows])
        counts = np.array([x[group].sum(axis=0) for group in rows])
        starts = np.array([self.starts[group[0]] for group in rows])
        shares = counts / np.maximum(totals, 1)
        return replace(self, values=shares, totals=totals, starts=starts)

    def until(self, periods: int) -> Panel:
        """The first `periods` alone."""
        totals = None if self.totals is None else self.totals[:, :periods]
        return replace(self, values=self.values[:, :periods], totals=totals)

    def beginning(self, start: int) -> Panel:
        """As if all that were treated had begun in period `start`."""
        return replace(self, starts=np.where(self.treated, start, np.inf))

    def only(self, rows: Bools) -> Panel:
        return replace(
            self,
            values=self.values[rows],
            starts=self.starts[rows],
            totals=None if self.totals is None else self.totals[rows],
        )

    def joined(self, width: int) -> Panel:
        """Periods joined by `width`, counted from the first start; a rest is dropped.

        A later start falls into the joined period that holds it.
        """
        if width <= 1:
            return self
        first = self.start % width if self.waves.size else 0
        last = first + (self.values.shape[1] - first) // width * width
        shape = (len(self.values), -1, width)
        values = self.values[:, first:last].reshape(shape)
        if self.totals is None:
            whole = values.sum(axis=2)
            merged = whole if self.measure is Measure.COUNT else whole / width
            totals = None
        else:
            weights = self.totals[:, first:last].reshape(shape)
            totals = weights.sum(axis=2)
            if self.measure is Measure.COUNT:
                merged = values.sum(axis=2)
            else:
                merged = (values * weights).sum(axis=2) / np.maximum(totals, 1)
        starts = np.floor((self.starts - first) / width)
        return replace(self, values=merged, totals=totals, starts=starts)
