"""Tables in files: CSV, Excel, Parquet and JSON lines, row by row."""

from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.reading import read_table
from moksori.collect.tables.table import Row, Table

__all__ = ["Message", "Row", "Table", "Unreadable", "read_table"]
