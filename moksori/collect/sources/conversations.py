"""A row for each turn becomes a row for each conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from moksori.collect.rows import plain as as_text
from moksori.collect.sources import turns
from moksori.collect.sources.form import Shaped
from moksori.collect.sources.words import plain
from moksori.collect.tables.table import Cell, Row, Table


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table of turns has what."""

    conversation: str
    who: str
    text: str
    at: str = ""


@dataclass(slots=True)
class _Group:
    number: int
    first: dict[str, Cell]
    turns: list[turns.Turn] = field(default_factory=list)


def grouped(table: Table, columns: Columns) -> Shaped:
    """One row for each conversation, in the order in which they begin.

    Columns: `conversation`, `at`, `customer`, `agent`, and what else the first turn
    has. Turns of one conversation need not stand together, but then all are kept in
    memory.
    """
    aside = {columns.conversation, columns.who, columns.text, columns.at}
    others = [name for name in table.columns if name not in aside]
    names = ["conversation", "at", "customer", "agent", *others]
    is_sorted = _is_sorted(table, columns.conversation)

    def rows() -> Iterator[Row]:
        for group in _groups(table, columns, is_sorted=is_sorted):
            yield Row(group.number, _cells(group, columns, others))

    return Shaped(table, names, rows)


def _is_sorted(table: Table, column: str) -> bool:
    place = table.columns.index(column)
    seen: set[str] = set()
    last = None
    for row in table.rows():
        if row.problem is not None:
            continue
        key = as_text(row.cells[place])
        if key != last and key in seen:
            return False
        seen.add(key)
        last = key
    return True


def _groups(table: Table, columns: Columns, *, is_sorted: bool) -> Iterator[_Group]:
    open_groups: dict[str, _Group] = {}
    for row in table.rows():
        if row.problem is not None:
            continue
        cells = dict(zip(table.columns, row.cells, strict=False))
        key = as_text(cells[columns.conversation])
        if not key:
            continue
        if is_sorted and open_groups and key not in open_groups:
            yield from open_groups.values()
            open_groups = {}
        group = open_groups.setdefault(key, _Group(row.number, cells))
        if len(group.turns) < turns.MOST:
            group.turns.append(_turn(cells, columns))
    yield from open_groups.values()


def _turn(cells: Mapping[str, Cell], columns: Columns) -> turns.Turn:
    who = turns.is_customer(as_text(cells[columns.who]))
    return turns.Turn(who, plain(as_text(cells[columns.text])))


def _cells(group: _Group, columns: Columns, others: Sequence[str]) -> list[Cell]:
    return [
        as_text(group.first[columns.conversation]),
        group.first[columns.at] if columns.at else "",
        turns.said(group.turns, by_customer=True),
        turns.said(group.turns, by_customer=False),
        *(group.first.get(name) for name in others),
    ]
