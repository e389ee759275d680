"""Reads a file in a process of its own, with little memory and time to waste.

A file that eats memory or crashes a parser takes only this process down. It is started
by `moksori.collect.reader` with an order as JSON on standard input, and answers with
messages on standard output: four bytes of length, then a marshalled tuple.
"""

from __future__ import annotations

import json
import marshal
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from moksori.collect.records import prepared, without_secrets
from moksori.collect.rows import RowReader, Trouble, look_through, plain
from moksori.collect.sources.form import Form, shaped
from moksori.collect.tables import Table, Unreadable, read_table
from moksori.collect.tables.mapping import mapping_from
from moksori.collect.tables.suggest import LOOK, suggest

MEMORY = 2_000_000_000  # bytes of address space
PREVIEW_SECONDS = 25  # of computing: somebody waits
SECONDS = 60  # of computing, and more for large files
SECONDS_PER_MB = 4
CHUNK = 500
SHOWN = 20  # rows in a preview

Wire = tuple[Any, ...]


def limit(seconds: int) -> None:
    """Fence this process in before it opens the file."""
    for kind, wanted in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def answer(order: dict[str, Any]) -> Iterator[Wire]:
    """The messages for one order; `do` is "preview" or "read"."""
    try:
        table = read_table(
            order["path"],
            name=order["name"],
            encoding=order.get("encoding") or None,
            dialect=order.get("dialect") or None,
            sheet=order.get("sheet") or None,
        )
        kind, table, form = shaped(table, order.get("form", ""))
        if order["do"] == "preview":
            yield from _preview(table, kind, form)
        else:
            yield from _read(table, order)
    except Unreadable as error:
        yield ("failed", error.template, _simple(error.facts), error.field)
    except (MemoryError, RecursionError):
        yield ("exhausted",)


def _preview(table: Table, kind: str, form: Form | None) -> Iterator[Wire]:
    rows = list(islice(table.rows(), LOOK))
    if not rows:
        raise Unreadable(
            _(
                "This file has a header and no rows. Check that the export worked and "
                "choose it again."
            )
        )
    shown = [
        [without_secrets(plain(cell))[:2_000] for cell in row.cells]
        for row in rows[:SHOWN]
    ]
    yield (
        "preview",
        {
            "format": table.format,
            "form": kind,
            "labels": {name: text[:300] for name, text in table.labels.items()},
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "sheet": table.sheet,
            "sheets": list(table.sheets),
            "columns": table.columns,
            "rows": shown,
            "numbers": [row.number for row in rows[:SHOWN]],
            "notices": [
                [message.template, _simple(message.facts)] for message in table.notices
            ],
            "mapping": (
                form.meaning(table, rows) if form else suggest(table.columns, rows)
            ).to_json(),
        },
    )


def _read(table: Table, order: dict[str, Any]) -> Iterator[Wire]:
    mapping = mapping_from(order["mapping"])
    mapping.check(table.columns)
    # All of the file once before the first row is given: a file that breaks in the
    # middle is refused as a whole, and a whole column decides the order of its dates.
    total, found = look_through(table, mapping.date)
    yield ("total", total, found.value)
    reader = RowReader(
        table,
        mapping,
        order=mapping.date_order or found,
        zone=ZoneInfo(order["zone"]),
    )
    skip = order.get("skip", 0)
    rows = islice(table.rows(), skip, None)
    while batch := list(islice(rows, CHUNK)):
        outcomes = [reader.outcome(row) for row in batch]
        skip += len(batch)
        yield (
            "rows",
            skip,
            [tuple(prepared(o.record)) for o in outcomes if o.record is not None],
            [_wire(trouble) for o in outcomes for trouble in o.troubles],
            [o.gone for o in outcomes if o.gone],
        )
    yield ("end",)


def _wire(trouble: Trouble) -> Wire:
    record = {name: without_secrets(text) for name, text in trouble.record.items()}
    return (
        trouble.row,
        trouble.is_refused,
        trouble.column,
        trouble.message.template,
        _simple(trouble.message.facts),
        record,
    )


def _simple(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        key: str(value) if isinstance(value, datetime | date) else value
        for key, value in facts.items()
    }


def main() -> None:
    order = json.load(sys.stdin)
    path = Path(order["path"])
    megabytes = path.stat().st_size // 1_000_000
    is_preview = order["do"] == "preview"
    limit(PREVIEW_SECONDS if is_preview else SECONDS + SECONDS_PER_MB * megabytes)
    out = sys.stdout.buffer
    for message in answer(order):
        content = marshal.dumps(message)
        out.write(len(content).to_bytes(4, "big") + content)
        out.flush()


if __name__ == "__main__":
    main()
