"""Feedback as a table: for Excel without a formula, for programs with types."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.base.people.models import Unit
from moksori.collect.models import Channel, Export, Feedback
from moksori.collect.out import workbook
from moksori.collect.out.workbook import Cell
from moksori.collect.questionnaires.words import SPOKEN
from moksori.collect.reads.imports import without_formula

MOST_COLUMNS = 300  # of answers and attributes
CHUNK = 2_000
Progress = Callable[[int], None]

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
_WIDTHS = {"id": 9, "revision": 8, "language": 10, "score": 12, "text": 60}


@dataclass(frozen=True, slots=True)
class Columns:
    """Questions and attributes that occur, each a column."""

    answers: tuple[str, ...]
    attributes: tuple[str, ...]


def write(
    kind: str,
    rows: QuerySet[Feedback],
    out: IO[bytes],
    *,
    progress: Progress = lambda _done: None,
) -> int:
    """The feedbacks into the open file; returns how many.

    They are read in chunks, so a million need no more memory than a thousand;
    `progress` hears after each chunk how many are written.
    """
    if kind == Export.Format.PARQUET:
        return _parquet(rows, out, progress)
    columns = _columns(rows)
    table = _counted(_table(rows, columns), progress)
    if kind == Export.Format.XLSX:
        return _xlsx(_header(columns), table, out)
    return _csv(_header(columns), table, out)


def _counted(table: Iterable[list[Cell]], progress: Progress) -> Iterator[list[Cell]]:
    for number, row in enumerate(table, 1):
        yield row
        if number % CHUNK == 0:
            progress(number)


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
    for fixed, said, known in _read(rows, _words()):
        answers = {one["key"]: _answer(one) for one in said}
        yield [
            *fixed,
            *(answers.get(key) for key in columns.answers),
            *(known.get(name) for name in columns.attributes),
        ]


@dataclass(frozen=True, slots=True)
class Words:
    """What codes are called in a table that people read."""

    channels: dict[str, str]
    languages: dict[str, str]


def _words() -> Words:
    return Words({one.value: str(one.label) for one in Channel}, SPOKEN)


Row = tuple[list[Cell], list[dict[str, Any]], dict[str, Any]]
_NAMED = {"source": "source__name", "product": "product__name", "unit": "unit_id",
          "region": "region__name", "account": "account__name"}  # fmt: skip


def _read(rows: QuerySet[Feedback], words: Words | None = None) -> Iterator[Row]:
    """The fixed cells, the answers and the attributes of each row.

    As plain values: making five objects of each row takes longer than reading it.
    """
    units = {unit.pk: unit.name for unit in Unit.objects.all()}
    names = [_NAMED.get(name, name) for name in _FIXED]
    at = {name: place for place, name in enumerate(_FIXED)}
    unit, outside = at["unit"], at["external_id"]
    channel, language = at["channel"], at["language"]
    found = rows.values_list(*names, "answers", "attributes")
    for values in found.iterator(chunk_size=CHUNK):
        *fixed, answers, attributes = values
        fixed[unit] = units.get(fixed[unit], "")
        if fixed[outside].startswith("#"):
            fixed[outside] = ""
        if words is not None:
            fixed[channel] = words.channels.get(fixed[channel], fixed[channel])
            fixed[language] = words.languages.get(fixed[language], fixed[language])
        yield fixed, answers, attributes


def _answer(stored: dict[str, Any]) -> Cell:
    """What was answered; why not, where the question was not simply missing."""
    state, value = stored.get("state"), stored.get("value")
    if state:  # an answered one says nothing of it
        return f"{{{state}}}"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return value


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
    widths = [_WIDTHS.get(name, 16) for name in _FIXED]
    widths += [16] * (len(header) - len(widths))
    rows = ([_safe(cell) for cell in row] for row in table)
    heads = [without_formula(name) for name in header]
    return workbook.write(_("Feedback"), heads, rows, out, widths=widths)


def _safe(cell: Cell) -> Cell:
    """As a spreadsheet takes it: local time, and nothing that becomes a formula."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).replace(tzinfo=None)
    return without_formula(cell) if isinstance(cell, str) else cell


def _parquet(rows: QuerySet[Feedback], out: IO[bytes], progress: Progress) -> int:
    count = 0
    with pq.ParquetWriter(out, SCHEMA, compression="zstd") as writer:
        part: list[list[Any]] = []
        for fixed, answers, attributes in _read(rows):
            said = json.dumps(answers, ensure_ascii=False)
            known = json.dumps(attributes, ensure_ascii=False)
            part.append([*_filled(fixed), said, known])
            if len(part) == CHUNK * 5:
                count += _written(writer, part)
                progress(count)
                part = []
        count += _written(writer, part)
    return count


def _filled(fixed: list[Cell]) -> list[Cell]:
    return [
        "" if cell is None and name in _NAMED else cell
        for name, cell in zip(_FIXED, fixed, strict=True)
    ]


def _written(writer: pq.ParquetWriter, part: list[list[Any]]) -> int:
    columns = zip(*part, strict=True) if part else ([] for _name in SCHEMA.names)
    arrays = [
        pa.array(list(values), field.type)
        for values, field in zip(columns, SCHEMA, strict=True)
    ]
    writer.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA))
    return len(part)
