"""Large tables: Parquet files, one manifest, DuckDB or Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moksori.base.warehouse.access import Warehouse


def warehouse() -> Warehouse:
    """The warehouse of this installation; opened once a process.

    Engines are imported at the first question: commands that ask none start sooner.
    """
    from moksori.base.warehouse.access import opened  # noqa: PLC0415

    return opened()
