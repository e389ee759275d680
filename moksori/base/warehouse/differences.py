"""What a change really changes: the given rows against the stored ones."""

# The SQL here is made of declared names and of our own file names, never of input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from moksori.base.warehouse.engine import nothing, reading
from moksori.base.warehouse.tables import Table


@dataclass(frozen=True, slots=True)
class Change:
    """All facts of some feedback, as they should be from now on.

    Feedback named in `remove` or found in `add` loses the rows it had, wherever they
    were; `add` (columns of `Table.given`) must hold everything about each of them.
    """

    add: pa.Table | None = None
    remove: Sequence[int] = ()


def ddl(table: Table) -> str:
    """The columns of a CREATE TABLE."""
    return ", ".join(f"{column.name} {column.type}" for column in table.columns)


def stored_rows(table: Table, files: list[str]) -> str:
    """The stored rows in these files, as something to select from."""
    if files:
        return reading(files)
    return f"({nothing(table.name)})"


def hand_over(
    duck: duckdb.DuckDBPyConnection, table: Table, add: pa.Table | None
) -> None:
    """Make `added`: the rows to store, with derived columns."""
    given = table.given.empty_table() if add is None else add
    try:
        given = given.select(table.given.names).cast(table.given)
    except (KeyError, ValueError) as error:
        raise ValueError(f"Rows for {table.name} do not fit: {error}") from error
    duck.register("given", given)
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE added AS "
        f"SELECT {table.select_derived} FROM given"
    )
    duck.unregister("given")


def find_differences(
    duck: duckdb.DuckDBPyConnection, table: Table, files: list[str], change: Change
) -> None:
    """Make `added`, `concerned` (feedback ids) and `difference` (rows that changed)."""
    hand_over(duck, table, change.add)
    removed = pa.table({"feedback": pa.array(change.remove, pa.int64())})
    duck.register("removed", removed)
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE concerned AS SELECT feedback FROM removed "
        f"UNION SELECT feedback FROM added;"
        f"CREATE OR REPLACE TEMP TABLE had AS "
        f"SELECT * FROM {stored_rows(table, files)} "
        f"WHERE feedback IN (SELECT feedback FROM concerned);"
        f"CREATE OR REPLACE TEMP TABLE difference AS "
        f"(SELECT * FROM had EXCEPT ALL SELECT * FROM added) UNION ALL "
        f"(SELECT * FROM added EXCEPT ALL SELECT * FROM had);"
    )
    duck.unregister("removed")


def touched_months(duck: duckdb.DuckDBPyConnection) -> tuple[int, list[str]]:
    """How many feedbacks differ, and the months in which they do."""
    ((count, months),) = duck.execute(
        "SELECT count(DISTINCT feedback), "
        "list_sort(list(DISTINCT strftime(day, '%Y-%m'))) FROM difference"
    ).fetchall()
    return count, months or []
