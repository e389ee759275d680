"""Theme by segment by time: where something is said more or less than elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import (
    beyond_chance,
    chance_of_difference,
    newcombe,
    wilson,
)
from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.facts import Facts, weeks_until
from moksori.understand.reads.places import Place, labels, place
from moksori.understand.reads.verbatims import EVERYTHING, Verbatim, verbatims
from moksori.understand.reads.window import Filters

ATTRIBUTES = ("product", "region", "channel", "language", "age_band", "tier")
MEASURES = {"complaints": "n_negative_feedback", "mentions": "n_feedback"}
ENOUGH = 30
COLUMNS = 8
RATE = 0.05


@dataclass(frozen=True, slots=True)
class Column:
    """One value of the attribute, and how much feedback has it."""

    value: str
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a value's feedback the share with the theme, against all other values.

    `differs` is 1 (more than elsewhere), −1 (less) or 0 (within chance, over all
    cells of the table); `p` is None where too few are expected to say.
    """

    value: str
    count: int
    share: Estimate
    difference: Estimate
    p: float | None
    differs: int
    spark: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One theme; `count` of `n` feedbacks that have the attribute."""

    id: int
    name: str
    count: int
    share: Estimate
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cell that is looked into, with what was said."""

    row: Row
    column: Column
    cell: Cell
    verbatims: list[Verbatim]


@dataclass(frozen=True, slots=True)
class Crossed:
    """`choices` are the attributes with two values or more; `columns` the eight values
    that differ most, `rows` the themes that differ in one of them, then the rest.

    `hidden` counts values left out: beyond eight, or with less than 30 feedbacks.
    `tested` counts the cells of all values with as many in which enough is expected to
    tell, `found` those that differ.
    """

    place: Place
    attribute: str
    measure: str
    choices: list[str]
    columns: list[Column]
    rows: list[Row]
    hidden: int
    tested: int
    found: int
    chosen: Chosen | None = None

    @property
    def top(self) -> float:
        shares = [cell.share.value for row in self.rows for cell in row.cells]
        return max(shares, default=0.0)


def crossed(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    attribute: str = "",
    measure: str = "",
    cell: tuple[int, str] | None = None,
) -> Crossed | None:
    """The table of themes by values of an attribute; None for who reads nothing.

    Without an attribute, the one that divides the feedback best. `cell` (theme, value)
    is looked into.
    """
    found = place(by=by, filters=filters, period=period)
    if found is None:
        return None
    measure = measure if measure in MEASURES else "complaints"
    facts = found.facts
    choices = _choices(facts) if facts else []
    if attribute not in choices:
        attribute = (
            max(choices, key=partial(_telling, facts)) if facts and choices else ""
        )
    if facts is None or found.newest is None or not attribute:
        return Crossed(found, attribute, measure, choices, [], [], 0, 0, 0)
    table = _table(facts, attribute, measure)
    columns, rows = table.shown(_sparks(facts, attribute, measure, found.newest))
    return Crossed(
        place=found,
        attribute=attribute,
        measure=measure,
        choices=choices,
        columns=columns,
        rows=rows,
        hidden=len(facts.totals_by(attribute)) - len(columns),
        tested=int((~np.isnan(table.chances)).sum()),
        found=int((table.differs != 0).sum()),
        chosen=_chosen(by, found, (attribute, measure), (columns, rows), cell),
    )


def _choices(facts: Facts) -> list[str]:
    asked = facts.filters.attributes
    return [
        name
        for name in ATTRIBUTES
        if name not in asked
        and sum(n >= ENOUGH for n in facts.totals_by(name).values()) > 1
    ]


def _telling(facts: Facts, attribute: str) -> float:
    """How evenly the values that fit a table divide the feedback; hardly, if there are
    hundreds of them or if few feedbacks have one."""
    total = facts.total()
    most = sorted(facts.totals_by(attribute).values(), reverse=True)[:COLUMNS]
    return sum(n / total * (1 - n / total) for n in most if n >= ENOUGH)


def _columns(facts: Facts, attribute: str) -> list[Column]:
    """Every value with enough feedback, most frequent first."""
    totals = facts.totals_by(attribute)
    most = sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0])))
    enough = [(value, n) for value, n in most if n >= ENOUGH]
    names = labels(attribute, [value for value, _ in enough])
    return [Column(str(value), str(names.get(value, value)), n) for value, n in enough]


Sparks = dict[tuple[int, str], tuple[float | None, ...]]


def _table(facts: Facts, attribute: str, measure: str) -> _Table:
    counted = {
        (theme, str(value)): n
        for (theme, value), n in facts.counts_by(attribute, MEASURES[measure]).items()
        if theme is not None and value not in (None, "")
    }
    sums: dict[int, int] = {}
    for (theme, _), n in counted.items():
        sums[theme] = sums.get(theme, 0) + n
    return _Table(
        names=_names(facts.affiliate, sums),
        columns=_columns(facts, attribute),
        counted=counted,
        sums=sums,
        everything=sum(facts.totals_by(attribute).values()),
    )


@dataclass(frozen=True)
class _Table:
    """Counts of themes by values, and of each theme everywhere."""

    names: dict[int, str]
    columns: list[Column]
    counted: dict[tuple[int, str], int]
    sums: dict[int, int]
    everything: int

    @cached_property
    def themes(self) -> list[int]:
        return sorted(self.names, key=lambda theme: (-self.sums[theme], theme))

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        rows = [
            [self.counted.get((theme, column.value), 0) for column in self.columns]
            for theme in self.themes
        ]
        return np.array(rows, np.int64).reshape(len(self.themes), len(self.columns))

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """Of each cell, how likely such a difference is by chance; NaN: too few."""
        x, n, sums, rest = self._against()
        return np.asarray(chance_of_difference(x, n, sums - x, rest))

    @cached_property
    def differs(self) -> NDArray[np.int64]:
        """Which cells differ beyond chance, and which way."""
        if not self._counts.size:
            return self._counts
        x, n, sums, rest = self._against()
        way = np.where(x * rest > (sums - x) * n, 1, -1)
        return np.where(beyond_chance(self.chances, rate=RATE), way, 0)

    def _against(self) -> tuple[NDArray[np.int64], ...]:
        n = np.array([column.n for column in self.columns], np.int64)
        sums = np.array([self.sums[theme] for theme in self.themes], np.int64)
        return self._counts, n, sums[:, None], self.everything - n

    def shown(self, sparks: Sparks) -> tuple[list[Column], list[Row]]:
        """As many values as fit, those that differ most; themes that differ first."""
        marks = (self.differs != 0).sum(axis=0)
        most = sorted(range(len(self.columns)), key=lambda to: (-marks[to], to))
        kept = sorted(most[:COLUMNS])
        differing = (self.differs[:, kept] != 0).any(axis=1)
        order = sorted(range(len(self.themes)), key=lambda at: not differing[at])
        return (
            [self.columns[to] for to in kept],
            [self._row(at, kept, sparks) for at in order],
        )

    def _row(self, at: int, kept: list[int], sparks: Sparks) -> Row:
        theme = self.themes[at]
        return Row(
            theme,
            self.names[theme],
            self.sums[theme],
            wilson(self.sums[theme], self.everything),
            [self._cell(at, to, sparks) for to in kept],
        )

    def _cell(self, at: int, to: int, sparks: Sparks) -> Cell:
        theme, column = self.themes[at], self.columns[to]
        count = self.counted.get((theme, column.value), 0)
        rest = self.everything - column.n
        p = float(self.chances[at, to])
        return Cell(
            value=column.value,
            count=count,
            share=wilson(count, column.n),
            difference=newcombe(count, column.n, self.sums[theme] - count, rest),
            p=None if np.isnan(p) else p,
            differs=int(self.differs[at, to]),
            spark=sparks.get((theme, column.value), ()),
        )


def _names(affiliate: int, themes: dict[int, int]) -> dict[int, str]:
    rows = Theme.objects.filter(
        unit_id=affiliate, state=Theme.State.ACTIVE, is_group=False, pk__in=list(themes)
    ).only("name_ko", "name_en")
    return {row.pk: row.name for row in rows}


def _sparks(facts: Facts, attribute: str, measure: str, last: date) -> Sparks:
    """Twelve weeks of each cell: the share of the value's feedback."""
    weeks = weeks_until(last)
    counts = facts.weekly_counts_by(attribute, MEASURES[measure], weeks)
    totals: dict[Any, Any] = {
        str(value): n for value, n in facts.weekly_totals_by(attribute, weeks).items()
    }
    return {
        (theme, str(value)): tuple(
            float(x / n) if n else None
            for x, n in zip(row, totals[str(value)], strict=True)
        )
        for (theme, value), row in counts.items()
        if theme is not None and value not in (None, "")
    }


def _chosen(
    by: Member,
    found: Place,
    asked: tuple[str, str],
    table: tuple[list[Column], list[Row]],
    cell: tuple[int, str] | None,
) -> Chosen | None:
    if cell is None or found.facts is None:
        return None
    attribute, measure = asked
    columns = {column.value: column for column in table[0]}
    rows = {row.id: row for row in table[1]}
    row, column = rows.get(cell[0]), columns.get(cell[1])
    if row is None or column is None:
        return None
    value = int(cell[1]) if attribute in {"product", "region"} else cell[1]
    said = verbatims(
        by=by,
        theme=row.id,
        window=found.window,
        filters=found.facts.filters.also(**{attribute: value}),
        kind="complaint" if measure == "complaints" else "",
        limit=12,
    )
    inside = next(one for one in row.cells if one.value == column.value)
    return Chosen(row, column, inside, said)
