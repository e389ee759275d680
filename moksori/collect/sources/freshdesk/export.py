"""Tickets of Freshdesk, from its JSON (numbers for words) or its CSV."""

from __future__ import annotations

from collections.abc import Sequence

from moksori.collect.sources import shapes
from moksori.collect.sources.form import Cells, Form, each, meaning
from moksori.collect.sources.words import plain
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.table import Cell, Row, Table

_JSON = {"id", "subject", "description_text", "source", "created_at"}
_CSV = {"Ticket ID", "Subject", "Created time"}
# What the numbers of its API mean.
_CHANNELS = {
    "1": "email",
    "2": "web",
    "3": "phone",
    "5": "sns",
    "6": "sns",
    "7": "chat",
    "9": "web",
    "10": "email",
    "13": "chat",
}
_STATES = {"2": "open", "3": "pending", "4": "resolved", "5": "closed"}
_COLUMNS = ("ticket", "created_at", "subject", "description", "later", "channel")
_MORE = ("status", "type", "tags", "product")


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        known = set(table.columns)
        return known >= _JSON or known >= _CSV

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        if "Ticket ID" in table.columns:
            return each(table, table.columns, _plain)
        return each(table, [*_COLUMNS, *_MORE], _reshaped)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        if "Ticket ID" in table.columns:
            wordy = ("Subject", "Description")
            known = Meaning(
                texts=tuple(name for name in wordy if name in table.columns),
                external_id="Ticket ID",
                date="Created time",
                channel="Source" if "Source" in table.columns else None,
            )
            return meaning(table, rows, known, aside=("Agent", "Full name"))
        return Meaning(
            texts=("subject", "description", "later"),
            attributes=("status", "type", "tags"),
            external_id="ticket",
            date="created_at",
            channel="channel",
            product="product",
        )


def _plain(cells: Cells) -> Cells:
    if not cells.get("Description"):
        return cells
    return {**cells, "Description": plain(str(cells["Description"]))}


def _reshaped(cells: Cells) -> Cells:
    status = shapes.text(cells.get("status"))
    source = shapes.text(cells.get("source"))
    found: dict[str, Cell] = {
        "ticket": shapes.text(cells.get("id")),
        "created_at": cells.get("created_at"),
        "subject": plain(shapes.text(cells.get("subject"))),
        "description": plain(shapes.text(cells.get("description_text"))),
        "later": "\n\n".join(_later(cells.get("conversations"))),
        "channel": _CHANNELS.get(source, ""),
        "status": _STATES.get(status, status),
        "type": cells.get("type"),
        "tags": ", ".join(str(tag) for tag in shapes.listed(cells.get("tags"))),
        "product": shapes.text(cells.get("product.name")),
    }
    is_gone = cells.get("deleted") is True or cells.get("spam") is True
    return found | ({"": True} if is_gone else {})


def _later(cell: object) -> list[str]:
    """What the customer wrote later; notes inside the team are not theirs."""
    return [
        plain(shapes.text(one.get("body_text") or one.get("body")))
        for one in shapes.items(shapes.listed(cell))
        if one.get("incoming") and not one.get("private")
    ]
