"""A suggestion which column means what, from names and values; people correct it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from moksori.collect.answers import Kind
from moksori.collect.tables import vocabulary as words
from moksori.collect.tables.dates import Order, day_order, moment
from moksori.collect.tables.mapping import Mapping, ScoreColumn
from moksori.collect.tables.scores import Score, missing_state, scale_of, score
from moksori.collect.tables.table import Cell, Row, Table

LOOK = 2_000  # rows looked at
MAX_ATTRIBUTES = 30
MANY = 50  # different values: more than a list to choose from has
_BARE_NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")


@dataclass(frozen=True)
class _Column:
    """A column's name and the values it holds in the rows looked at."""

    name: str
    place: int
    values: Sequence[Cell]

    @cached_property
    def filled(self) -> list[Cell]:
        return [value for value in self.values if value not in {"", None}]

    @cached_property
    def texts(self) -> list[str]:
        return [str(value) for value in self.filled]

    @cached_property
    def length(self) -> float:
        return fmean(len(text) for text in self.texts) if self.filled else 0.0

    @cached_property
    def distinct(self) -> float:
        """The share of values that occur once counted once; 1 when all differ."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def order(self) -> tuple[Order, bool]:
        return day_order(self.filled)

    @cached_property
    def date_share(self) -> float:
        if not self.filled:
            return 0.0
        some = self.filled[:300]
        return sum(moment(v, order=self.order[0]) is not None for v in some) / len(some)

    @cached_property
    def scores(self) -> list[Score]:
        asked = [value for value in self.filled if missing_state(value) is None]
        return [found for value in asked if (found := score(value)) is not None]

    @property
    def score_share(self) -> float:
        asked = sum(missing_state(value) is None for value in self.filled)
        return len(self.scores) / asked if asked else 0.0

    @property
    def is_running(self) -> bool:
        """1, 2, 3, …: a line number, not an identity."""
        start = [str(value).strip() for value in self.filled[:50]]
        return bool(words.RUNNING.search(self.name)) or (
            len(start) > 2 and start == [str(n + 1) for n in range(len(start))]
        )

    @property
    def is_numeric(self) -> bool:
        some = self.texts[:200]
        hits = sum(bool(_BARE_NUMBER.match(text.strip())) for text in some)
        return bool(some) and hits >= 0.9 * len(some)


def suggest_mapping(table: Table) -> Mapping:
    """What the columns of this table probably mean, from its first rows."""
    return suggest(table.columns, table.head(LOOK))


def suggest(columns: Sequence[str], rows: Sequence[Row]) -> Mapping:
    """As `suggest_mapping`, for rows at hand."""
    sound = [row.cells for row in rows if row.problem is None]
    found = [
        _Column(name, place, [cells[place] for cells in sound])
        for place, name in enumerate(columns)
    ]
    return _Suggestion(found).mapping()


class _Suggestion:
    """Roles are given one after the other; a column takes the first that fits."""

    def __init__(self, columns: list[_Column]) -> None:
        self.free = {column.name: column for column in columns}

    def mapping(self) -> Mapping:
        date = self._take(self._date())
        scores = tuple(self._take_scores())
        texts = tuple(self._take_texts())
        single = {
            role: self._take(self._named(role))
            for role in ("language", "channel", "customer", "product", "region")
        }
        external_id = self._take(self._identity())
        account = self._take(self._named("account"))
        if not texts:
            texts = tuple(self._take_longest())
        return Mapping(
            texts=texts,
            scores=scores,
            attributes=tuple(self._attributes()),
            external_id=_name(external_id),
            date=_name(date),
            account=_name(account),
            **{role: _name(column) for role, column in single.items()},  # type: ignore[arg-type]
            unsure=(date.name,) if date and not date.order[1] else (),
        )

    def _take(self, column: _Column | None) -> _Column | None:
        return None if column is None else self.free.pop(column.name)

    def _date(self) -> _Column | None:
        """Named like a date and holding dates; else a column of written dates."""
        dated = [column for column in self.free.values() if column.date_share >= 0.5]
        named = [c for c in dated if words.ROLES["date"].search(c.name)]
        written = [c for c in dated if c.date_share >= 0.8 and not c.is_numeric]
        return min(named or written, key=_date_rank, default=None)

    def _take_scores(self) -> list[ScoreColumn]:
        found = []
        for column in list(self.free.values()):
            if not words.SCORE.search(column.name) or column.score_share < 0.8:
                continue
            if len(set(column.texts)) > 101 or words.PERSONAL.search(column.name):
                continue
            self._take(column)
            found.append(_score_column(column))
        return found

    def _take_texts(self) -> list[str]:
        found = [
            column
            for column in self.free.values()
            if _is_wordy(column, named=True)
            and (words.TEXT.search(column.name) or words.TITLE.search(column.name))
            and not words.REPLY.search(column.name)
            and not words.PERSONAL.search(column.name)
        ]
        if all(words.TITLE.search(column.name) for column in found):
            found = [column for column in found if column.length >= 10]
        for column in found:
            self._take(column)
        found.sort(key=lambda column: column.place)
        return [column.name for column in found]

    def _take_longest(self) -> list[str]:
        wordy = [
            column
            for column in self.free.values()
            if _is_wordy(column)
            and not words.REPLY.search(column.name)
            and not words.PERSONAL.search(column.name)
        ]
        best = self._take(max(wordy, key=lambda column: column.length, default=None))
        return [best.name] if best else []

    def _named(self, role: str) -> _Column | None:
        fits = [
            column
            for column in self.free.values()
            if column.filled
            and words.ROLES[role].search(column.name)
            and not words.PERSONAL.search(column.name)
            and column.length <= 120
            and not (role != "customer" and _is_identity(column))
        ]
        # The broad one of "Product" and "Sub-product": the shorter name.
        return min(fits, key=lambda column: len(column.name), default=None)

    def _identity(self) -> _Column | None:
        fits = [column for column in self.free.values() if _is_identity(column)]
        return min(fits, key=lambda column: column.place, default=None)

    def _attributes(self) -> list[str]:
        """What is left and is short, repeats, and names nobody."""
        return [
            column.name
            for column in self.free.values()
            if column.filled
            and not column.is_running
            and not words.PERSONAL.search(column.name)
            and column.length <= 120
            and (column.distinct <= 0.8 or len(column.filled) < 20)
        ][:MAX_ATTRIBUTES]


def _name(column: _Column | None) -> str | None:
    return None if column is None else column.name


def _date_rank(column: _Column) -> tuple[bool, bool, int]:
    return (
        bool(words.DATE_LAST.search(column.name)),
        not words.DATE_FIRST.search(column.name),
        column.place,
    )


def _is_wordy(column: _Column, *, named: bool = False) -> bool:
    """Whether customers wrote this. Few rows, or a telling name, need little proof."""
    if not column.filled or column.is_numeric or column.date_share >= 0.8:
        return False
    if len(column.filled) < 10:
        return named or column.length >= 2
    # In a survey most may have written "none": then what differs is still much.
    is_varied = column.distinct >= 0.2 or (named and len(set(column.texts)) > MANY)
    return column.length >= (2 if named else 6) and is_varied


def _is_identity(column: _Column) -> bool:
    return (
        bool(words.ROLES["external_id"].search(column.name))
        and not column.is_running
        and column.distinct == 1
        and len(column.filled) == len(column.values)
        and column.length <= 200
    )


def _score_column(column: _Column) -> ScoreColumn:
    low, high = scale_of(column.scores)
    kind = Kind.RATING
    if words.NPS.search(column.name) and high <= 10:
        # Nobody answered 0 yet does not make it a scale from 1.
        kind, low, high = Kind.NPS, 0.0, 10.0
    elif words.CES.search(column.name):
        kind = Kind.CES
    elif words.CSAT.search(column.name):
        kind = Kind.CSAT
    return ScoreColumn(column.name, kind, low, high)
