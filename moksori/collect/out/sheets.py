"""Feedback as a table: for Excel without a formula, for programs with types."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from moksori.base.people.models import Unit
from moksori.collect.answers import State, answer_from
from moksori.collect.models import Export, Feedback
from moksori.collect.reads.imports import without_formula

MOST_COLUMNS = 300  # of answers and attributes
LONGEST_CELL = 32_767  # that Excel opens
CHUNK = 2_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Cell = str | int | float | datetime | None

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("revision", pa.int32()),
        ("unit", pa.string()),
        ("source", pa.string()),
        ("external_id", pa.string()),
        ("channel", pa.string()),
        ("language", pa.string()),
        ("product", pa.string()),
        ("region", pa.string()),
        ("account", pa.string()),
        ("score", pa.float64()),
        ("text", pa.string()),
        ("answers", pa.string()),
        ("attributes", pa.string()),
    ]
)
_FIXED = SCHEMA.names[:-2]


@dataclass(frozen=True, slots=True)
class Columns:
    """Questions and attributes that occur, each a column."""

    answers: tuple[str, ...]
    attributes: tuple[str, ...]


def write(kind: str, rows: QuerySet[Feedback], out: IO[bytes]) -> int:
    """The feedbacks into the open file; returns how many."""
    if kind == Export.Format.PARQUET:
        return _parquet(rows, out)
    columns = _columns(rows)
    table = _table(rows, columns)
    if kind == Export.Format.XLSX:
        return _xlsx(_header(columns), table, out)
    return _csv(_header(columns), table, out)


def _columns(rows: QuerySet[Feedback]) -> Columns:
    answers: dict[str, None] = {}
    attributes: dict[str, None] = {}
    found = rows.order_by().values_list("answers", "attributes")
    for said, known in found.iterator(chunk_size=CHUNK):
        answers.update(dict.fromkeys(str(one["key"]) for one in said))
        attributes.update(dict.fromkeys(known))
    kept = sorted(attributes)[:MOST_COLUMNS]
    return Columns(tuple(answers)[: MOST_COLUMNS - len(kept)], tuple(kept))


def _header(columns: Columns) -> list[str]:
    names = {
        "id": _("Number"),
        "occurred_at": _("Said on"),
        "received_at": _("Received on"),
        "revision": pgettext("export", "Version"),
        "unit": _("Unit"),
        "source": pgettext("filter", "Source"),
        "external_id": pgettext("export", "Number at the source"),
        "channel": _("Channel"),
        "language": _("Language"),
        "product": _("Product"),
        "region": _("Region"),
        "account": _("Client company"),
        "score": pgettext("export", "Score (0–10)"),
        "text": _("What the customer said"),
    }
    answers = [
        pgettext("export", "Answer: {key}").format(key=k) for k in columns.answers
    ]
    return [*(names[one] for one in _FIXED), *answers, *columns.attributes]


def _table(rows: QuerySet[Feedback], columns: Columns) -> Iterator[list[Cell]]:
    units = _units()
    for row in _read(rows):
        answers = {one["key"]: _answer(one) for one in row.answers}
        yield [
            *_fixed(row, units),
            *(answers.get(key) for key in columns.answers),
            *(row.attributes.get(name) for name in columns.attributes),
        ]


def _read(rows: QuerySet[Feedback]) -> Iterator[Feedback]:
    named = rows.select_related("source", "product", "region", "account")
    return named.defer("raw", "metadata", "consent").iterator(chunk_size=CHUNK)


def _units() -> dict[int, str]:
    return {unit.pk: unit.name for unit in Unit.objects.all()}


def _fixed(row: Feedback, units: dict[int, str]) -> list[Cell]:
    return [
        row.pk,
        row.occurred_at,
        row.received_at,
        row.revision,
        units[row.unit_id],
        row.source.name,
        "" if row.external_id.startswith("#") else row.external_id,
        row.channel,
        row.language,
        row.product.name if row.product else "",
        row.region.name if row.region else "",
        row.account.name if row.account else "",
        row.score,
        row.text,
    ]


def _answer(stored: dict[str, Any]) -> Cell:
    """What was answered; why not, where the question was not simply missing."""
    answer = answer_from(stored)
    if answer.state != State.ANSWERED:
        return f"{{{answer.state.value}}}"
    if isinstance(answer.value, list):
        return "; ".join(answer.value)
    return answer.value


def _csv(header: Sequence[str], table: Iterable[list[Cell]], out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, "utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([without_formula(name) for name in header])
    count = 0
    for row in table:
        writer.writerow([_plain(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
    return without_formula(cell) if isinstance(cell, str) else cell


def _xlsx(header: Sequence[str], table: Iterable[list[Cell]], out: IO[bytes]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Feedback"))
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    heads = []
    for name in header:
        head = WriteOnlyCell(sheet, _safe(name))
        head.font = bold
        heads.append(head)
    sheet.append(heads)
    count = 0
    for row in table:
        sheet.append([_safe(cell) for cell in row])
        count += 1
    book.save(out)
    return count


def _safe(cell: Cell) -> Cell:
    """As a spreadsheet takes it: local time, no formula, nothing that XML forbids."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).replace(tzinfo=None)
    if isinstance(cell, str):
        return without_formula(_CONTROL.sub("", cell))[:LONGEST_CELL]
    return cell


def _parquet(rows: QuerySet[Feedback], out: IO[bytes]) -> int:
    units = _units()
    count = 0
    with pq.ParquetWriter(out, SCHEMA, compression="zstd") as writer:
        part: list[list[Any]] = []
        for row in _read(rows):
            said = json.dumps(row.answers, ensure_ascii=False)
            known = json.dumps(row.attributes, ensure_ascii=False)
            part.append([*_fixed(row, units), said, known])
            if len(part) == CHUNK * 5:
                count += _written(writer, part)
                part = []
        count += _written(writer, part)
    return count


def _written(writer: pq.ParquetWriter, part: list[list[Any]]) -> int:
    columns = zip(*part, strict=True) if part else ([] for _name in SCHEMA.names)
    arrays = [
        pa.array(list(values), field.type)
        for values, field in zip(columns, SCHEMA, strict=True)
    ]
    writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA))
    return len(part)
