"""One way in for every kind of file."""

from __future__ import annotations

import weakref
from pathlib import Path

from django.utils.translation import gettext_noop as _

from moksori.collect.tables import files
from moksori.collect.tables.delimited import DelimitedTable
from moksori.collect.tables.jsonlines import JsonTable
from moksori.collect.tables.messages import Unreadable
from moksori.collect.tables.table import Table


def read_table(
    source: str | Path | files.Readable,
    *,
    name: str = "",
    encoding: str | None = None,
    dialect: str | None = None,
    sheet: str | None = None,
) -> Table:
    """The table in a file, or in a binary stream such as standard input.

    Recognises CSV with any usual separator and encoding, .xlsx, .xls, .ods, Parquet,
    JSON lines, and any of these packed as .gz, by content and not by name. `encoding`,
    `dialect` (the separator) and `sheet` override what was found.

    Raises Unreadable, with what to do, when the file is not a table or is not safe.
    """
    path, is_ours = _on_disk(source)
    # A packed file keeps its own name, not that of its unpacked copy.
    name = name or Path(source if isinstance(source, str | Path) else path).name
    try:
        table = _table(path, name, encoding=encoding, dialect=dialect, sheet=sheet)
    except BaseException:
        if is_ours:
            path.unlink(missing_ok=True)
        raise
    if is_ours:
        weakref.finalize(table, path.unlink, missing_ok=True)
    return table


def _on_disk(source: str | Path | files.Readable) -> tuple[Path, bool]:
    if not isinstance(source, str | Path):
        path, is_ours = files.spooled(source), True
    else:
        path, is_ours = Path(source), False
        if not path.is_file():
            raise Unreadable(
                _("There is no file {name}. Check the path."), name=str(source)
            )
    try:
        plain = files.unpacked(path)
    except BaseException:
        if is_ours:
            path.unlink(missing_ok=True)
        raise
    if plain is None:
        return path, is_ours
    if is_ours:
        path.unlink(missing_ok=True)
    return plain, True


def _table(
    path: Path,
    name: str,
    *,
    encoding: str | None,
    dialect: str | None,
    sheet: str | None,
) -> Table:
    found = files.format_of(path)
    if found == "delimited":
        return DelimitedTable(path, name, encoding=encoding, delimiter=dialect)
    if found == "json":
        return JsonTable(path, name, encoding=encoding)
    if found == "parquet":
        # Imported when needed: pyarrow takes half a second to load.
        from moksori.collect.tables.parquet import ParquetTable  # noqa: PLC0415

        return ParquetTable(path, name)
    from moksori.collect.tables.workbook import WorkbookTable  # noqa: PLC0415

    return WorkbookTable(path, name, format=found, sheet=sheet)
