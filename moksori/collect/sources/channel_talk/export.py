"""Messages of Channel Talk: a row for each message, by chat and kind of person."""

from __future__ import annotations

from collections.abc import Sequence

from moksori.collect.sources.conversations import Columns, grouped
from moksori.collect.sources.form import Form
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.table import Row, Table

_NEEDED = {"chatId", "personType", "plainText", "createdAt"}


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return set(table.columns) >= _NEEDED

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        columns = Columns("chatId", "personType", "plainText", "createdAt")
        return grouped(table, columns)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        return Meaning(texts=("customer",), external_id="conversation", date="at")
