"""Theme by segment by time: where something is said more or less than elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
    """`choices` are the attributes with two values or more; `hidden` counts values
    left out: the smaller ones beyond eight, and those with less than 30 feedbacks."""

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

    Without an attribute, the first that has two values. `cell` (theme, value) is looked
    into.
    """
    found = place(by=by, filters=filters, period=period)
    if found is None:
        return None
    measure = measure if measure in MEASURES else "complaints"
    facts = found.facts
    choices = _choices(facts) if facts else []
    attribute = attribute if attribute in choices else (choices or [""])[0]
    if facts is None or found.newest is None or not attribute:
        return Crossed(found, attribute, measure, choices, [], [], 0, 0, 0)
    columns, hidden = _columns(facts, attribute)
    rows = _rows(facts, attribute, measure, columns, found.newest)
    every = [one for row in rows for one in row.cells]
    return Crossed(
        place=found,
        attribute=attribute,
        measure=measure,
        choices=choices,
        columns=columns,
        rows=rows,
        hidden=hidden,
        tested=sum(one.p is not None for one in every),
        found=sum(one.differs != 0 for one in every),
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


def _columns(facts: Facts, attribute: str) -> tuple[list[Column], int]:
    totals = facts.totals_by(attribute)
    most = sorted(totals.items(), key=lambda pair: (-pair[1], str(pair[0])))
    shown = [(value, n) for value, n in most if n >= ENOUGH][:COLUMNS]
    names = labels(attribute, [value for value, _ in shown])
    columns = [
        Column(str(value), str(names.get(value, value)), n) for value, n in shown
    ]
    return columns, len(totals) - len(columns)


def _rows(
    facts: Facts, attribute: str, measure: str, columns: list[Column], last: date
) -> list[Row]:
    counted = {
        (theme, str(value)): n
        for (theme, value), n in facts.counts_by(attribute, MEASURES[measure]).items()
        if theme is not None and value not in (None, "")
    }
    everything = sum(facts.totals_by(attribute).values())
    sums: dict[int, int] = {}
    for (theme, _), n in counted.items():
        sums[theme] = sums.get(theme, 0) + n
    names = _names(facts.affiliate, sums)
    themes = sorted((t for t in sums if t in names), key=lambda t: (-sums[t], t))
    table = _Table(themes, columns, counted, sums, everything)
    sparks = _sparks(facts, attribute, measure, last)
    differs, chances = table.differs()
    return [
        Row(
            theme,
            names[theme],
            sums[theme],
            wilson(sums[theme], everything),
            [
                table.cell(at, to, differs, chances, sparks)
                for to in range(len(columns))
            ],
        )
        for at, theme in enumerate(themes)
    ]


Sparks = dict[tuple[int, str], tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts of themes by values, and of each theme everywhere."""

    themes: list[int]
    columns: list[Column]
    counted: dict[tuple[int, str], int]
    sums: dict[int, int]
    everything: int

    def differs(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Which cells differ beyond chance and which way, and their chances."""
        if not self.themes or not self.columns:
            return np.zeros((0, 0), np.int64), np.zeros((0, 0))
        x = np.array(
            [
                [self.counted.get((theme, column.value), 0) for column in self.columns]
                for theme in self.themes
            ]
        )
        n = np.array([column.n for column in self.columns])
        sums = np.array([self.sums[theme] for theme in self.themes])[:, None]
        rest = self.everything - n
        p = chance_of_difference(x, n, sums - x, rest)
        more = x * rest > (sums - x) * n
        return np.where(beyond_chance(p, rate=RATE), np.where(more, 1, -1), 0), p

    def cell(
        self,
        at: int,
        to: int,
        differs: NDArray[np.int64],
        chances: NDArray[np.float64],
        sparks: Sparks,
    ) -> Cell:
        theme, column = self.themes[at], self.columns[to]
        count = self.counted.get((theme, column.value), 0)
        rest = self.everything - column.n
        p = float(chances[at, to])
        return Cell(
            value=column.value,
            count=count,
            share=wilson(count, column.n),
            difference=newcombe(count, column.n, self.sums[theme] - count, rest),
            p=None if np.isnan(p) else p,
            differs=int(differs[at, to]),
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
