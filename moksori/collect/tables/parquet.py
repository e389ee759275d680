"""Parquet files, one batch of rows in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext_noop as _
from pyarrow import parquet

from moksori.collect.tables.messages import Unreadable
from moksori.collect.tables.table import MAX_CELL, Cell, Row, Table, clean


class ParquetTable(Table):
    format = "parquet"

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        with self._open() as file:
            self.rows_total = file.metadata.num_rows
            self.name_columns([str(name) for name in file.schema_arrow.names])

    def _open(self) -> parquet.ParquetFile:
        try:
            return parquet.ParquetFile(self.path)
        except (pa.ArrowException, OSError):
            raise _damaged() from None

    def rows(self) -> Iterator[Row]:
        number = 1  # as if the header were row 1, like in every other format
        with self._open() as file:
            try:
                for batch in file.iter_batches(batch_size=500):
                    columns = [column.to_pylist() for column in batch.columns]
                    for values in zip(*columns, strict=True):
                        number += 1
                        yield self.fitted(number, [_cell(value) for value in values])
            except (pa.ArrowException, OSError):
                raise _damaged() from None


def _damaged() -> Unreadable:
    return Unreadable(_("This Parquet file is damaged. Export it again."))


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return clean(value[:MAX_CELL])
    if isinstance(value, float | Decimal):
        # NaN is how frames write "no value".
        return float(value) if value == value else None  # noqa: PLR0124
    if value is None or isinstance(value, bool | int | datetime | date):
        return value
    if isinstance(value, bytes):
        return value[:MAX_CELL].decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False, default=str)[:MAX_CELL]
