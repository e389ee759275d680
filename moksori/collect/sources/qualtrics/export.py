"""Qualtrics: three rows of header, of which the third names the columns for good."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_noop as _

from moksori.collect.answers import State
from moksori.collect.rows import plain as as_text
from moksori.collect.sources.form import Cells, Form, Reshaped, each
from moksori.collect.sources.responses import column, meaning_of, separator
from moksori.collect.tables.dates import SEOUL, moment
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.messages import Message
from moksori.collect.tables.table import Cell, Row, Table, unique_names

_ID, _LANGUAGE, _FINISHED = "_recordId", "userLanguage", "finished"
_DATES = ("recordedDate", "endDate", "startDate")
# Facts about people and machines that no question asked for.
_PRIVATE = frozenset(
    {
        *("ipAddress", "recipientLastName", "recipientFirstName", "recipientEmail"),
        *("locationLatitude", "locationLongitude"),
    }
)
_OWN = frozenset(
    {
        *(*_PRIVATE, *_DATES, _ID, _LANGUAGE, _FINISHED, "status", "progress"),
        *("duration", "externalDataReference", "distributionChannel"),
    }
)
_TRIED = frozenset({"survey preview", "survey test", "1", "2", "9", "설문 미리 보기"})
_PREVIEW = Message(_("An answer from a preview. It is left out."))


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return bool(table.heads) and any(
            as_text(cell).startswith('{"ImportId"') for cell in table.heads[-1][:3]
        )

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        told = [_told(cell) for cell in _padded(table.heads[-1], table)]
        names = unique_names(
            [
                one.get("ImportId", "") or name
                for one, name in zip(told, table.columns, strict=True)
            ]
        )
        ours = dict(zip(table.columns, names, strict=True))
        zones = {
            name: zone
            for name, one in zip(names, told, strict=True)
            if (zone := _zone(one.get("timeZone")))
        }

        def reshape(cells: Cells) -> Reshaped:
            named = {ours[name]: cell for name, cell in cells.items() if name in ours}
            return _PREVIEW if _is_tried(named) else _read(named, zones)

        kept = [name for name in names if name not in _PRIVATE]
        asked = _padded(table.heads[0], table) if len(table.heads) > 1 else []
        labels = {n: as_text(c) for n, c in zip(names, asked, strict=False) if c}
        between = {
            name: mark
            for at, name in enumerate(names)
            if (mark := separator(column(rows, at), (",",)))
        }
        return each(table, kept, reshape, labels=labels, separators=between)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        known = set(table.columns)
        questions = [
            name
            for name in table.columns
            if name not in _OWN and not name.endswith("_NPS_GROUP")
        ]
        facts = Meaning(
            external_id=_ID if _ID in known else None,
            date=next((name for name in _DATES if name in known), None),
            language=_LANGUAGE if _LANGUAGE in known else None,
            attributes=(_FINISHED,) if _FINISHED in known else (),
        )
        return meaning_of(table, rows, facts, questions)


def _padded(cells: Sequence[Cell], table: Table) -> list[Cell]:
    width = len(table.columns)
    return [*cells[:width], *[""] * (width - len(cells))]


def _told(cell: Cell) -> Mapping[str, Any]:
    try:
        found = json.loads(as_text(cell))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_tried(cells: Cells) -> bool:
    """Somebody of the company looked whether the survey works."""
    status = as_text(cells.get("status")).lower()
    channel = as_text(cells.get("distributionChannel")).lower()
    return status in _TRIED or channel == "preview"


def _read(cells: Cells, zones: Mapping[str, ZoneInfo]) -> Cells:
    found = dict(cells)
    for name, cell in cells.items():
        if name in _DATES and cell not in {"", None}:
            found[name] = moment(cell, zone=zones.get(name, SEOUL)) or cell
        elif name not in _OWN and as_text(cell) == "-99":
            found[name] = State.SKIPPED  # seen, and not answered
    return found
