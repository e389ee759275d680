"""Forms of files: exports that are more than a table, recognised and put in order.

A form turns its table into one that the importer understands: one row for each
feedback, columns named for good, and cells that say why there is no answer.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from django.utils.translation import gettext_noop as _

from moksori.collect.sources.connector import connectors
from moksori.collect.tables.mapping import SINGLE
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.suggest import LOOK, suggest
from moksori.collect.tables.table import DELETED, Cell, Row, Table

PLAIN = "table"  # a table like any other
Cells = Mapping[str, Cell]
Reshaped = Cells | Message | None

__all__ = [
    "DELETED",
    "PLAIN",
    "Cells",
    "Form",
    "Reshaped",
    "Shaped",
    "each",
    "meaning",
    "shaped",
]


class Form(abc.ABC):
    """One kind of export."""

    @abc.abstractmethod
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        """Whether the table is of this kind; `rows` are its first ones."""

    @abc.abstractmethod
    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        """The table put in order."""

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        """What the columns of the table in order mean; people correct it."""
        return suggest(table.columns, rows)


class Shaped(Table):
    """A table whose rows are made of those of another one."""

    def __init__(
        self,
        inner: Table,
        columns: Sequence[str],
        rows: Callable[[], Iterator[Row]],
        *,
        labels: Mapping[str, str] | None = None,
        separators: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(inner.path, inner.name)
        self.inner = inner  # also keeps an unpacked copy of the file alive
        self.format, self.encoding = inner.format, inner.encoding
        self.delimiter, self.sheet = inner.delimiter, inner.sheet
        self.sheets, self.notices = inner.sheets, list(inner.notices)
        self.columns = list(columns)
        self.labels = dict(labels or {})
        self.separators = dict(separators or {})
        self._rows = rows

    def rows(self) -> Iterator[Row]:
        return self._rows()


def each(
    inner: Table,
    columns: Sequence[str],
    reshape: Callable[[Cells], Reshaped],
    *,
    labels: Mapping[str, str] | None = None,
    separators: Mapping[str, str] | None = None,
    skip: int = 0,
) -> Shaped:
    """Row by row: `reshape` gives the new cells, what is wrong, or None to leave out.

    What is wrong with a row that was to be deleted comes with its cells: DELETED is
    put under the key "".
    """

    def rows() -> Iterator[Row]:
        for row in islice(inner.rows(), skip, None):
            if row.problem is not None:
                yield Row(row.number, [""] * len(columns), row.problem)
                continue
            found = reshape(dict(zip(inner.columns, row.cells, strict=False)))
            if isinstance(found, Message):
                yield Row(row.number, [""] * len(columns), found)
            elif found is not None:
                problem = DELETED if found.get("") else None
                cells = [found.get(name, "") for name in columns]
                yield Row(row.number, cells, problem)

    return Shaped(inner, columns, rows, labels=labels, separators=separators)


def meaning(
    table: Table,
    rows: Sequence[Row],
    known: Meaning,
    *,
    aside: Sequence[str] = (),
) -> Meaning:
    """What is known of the columns; a suggestion for the others, save those `aside`."""
    taken = {*known.columns, *aside}
    places = [at for at, name in enumerate(table.columns) if name not in taken]
    left = [
        row._replace(cells=[row.cells[at] for at in places])
        for row in rows
        if row.problem is None
    ]
    found = suggest([table.columns[at] for at in places], left)
    single = {role: getattr(known, role) or getattr(found, role) for role in SINGLE}
    return Meaning(
        texts=known.texts or found.texts,
        scores=known.scores or found.scores,
        choices=known.choices,
        attributes=(*known.attributes, *found.attributes),
        unsure=() if known.date else found.unsure,
        **single,
    )


def shaped(table: Table, wanted: str = "") -> tuple[str, Table, Form | None]:
    """The table in order, and of which kind it is; `wanted` "" finds out.

    Raises Unreadable if it is not of the kind that was wanted.
    """
    if wanted == PLAIN:
        return PLAIN, table, None
    rows = table.head(LOOK)
    for kind, connector in connectors().items():
        form = connector.form
        if form is None or wanted not in {"", kind}:
            continue
        if form.fits(table, rows):
            return kind, form.shaped(table, rows), form
    if wanted:
        raise Unreadable(
            _("This file does not look like that kind. Read it as a table instead."),
            field="form",
        )
    return PLAIN, table, None
