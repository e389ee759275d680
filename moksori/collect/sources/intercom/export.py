"""Conversations of Intercom: the customer's parts, and their rating at the end."""

from __future__ import annotations

from collections.abc import Sequence

from moksori.collect.answers import Kind
from moksori.collect.sources import shapes, turns
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.words import plain
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.mapping import ScoreColumn
from moksori.collect.tables.table import Cell, Row, Table

_NEEDED = {"id", "created_at", "source.body"}
_PARTS = "conversation_parts.conversation_parts"
_COLUMNS = ("conversation", "created_at", "customer", "team", "rating", "remark")
_MORE = ("state", "topic", "tags")


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return set(table.columns) >= _NEEDED

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        return each(table, [*_COLUMNS, *_MORE], _reshaped)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        return Meaning(
            texts=("customer", "remark"),
            scores=(ScoreColumn("rating", Kind.CSAT, 1, 5),),
            attributes=_MORE,
            external_id="conversation",
            date="created_at",
        )


def _reshaped(cells: Cells) -> Cells | None:
    who = turns.is_customer(shapes.text(cells.get("source.author.type")))
    first = turns.Turn(who, plain(shapes.text(cells.get("source.body"))))
    said = [first, *_parts(cells.get(_PARTS))]
    customer = turns.said(said, by_customer=True)
    rating = cells.get("conversation_rating.rating")
    remark = plain(shapes.text(cells.get("conversation_rating.remark")))
    if not customer and not remark and rating in {None, ""}:
        return None  # nobody answered what the team sent out
    tags = shapes.items(shapes.listed(cells.get("tags.tags")))
    found: dict[str, Cell] = {
        "conversation": shapes.text(cells.get("id")),
        "created_at": cells.get("created_at"),
        "customer": customer,
        "team": turns.said(said, by_customer=False),
        "rating": rating,
        "remark": remark,
        "state": cells.get("state"),
        "topic": plain(shapes.text(cells.get("source.subject"))),
        "tags": ", ".join(shapes.text(one.get("name")) for one in tags),
    }
    return found


def _parts(cell: object) -> list[turns.Turn]:
    """Comments; assignments and notes inside the team say nothing to the customer."""
    return [
        turns.Turn(
            turns.is_customer(
                shapes.text(shapes.mapping(one.get("author")).get("type"))
            ),
            plain(shapes.text(one.get("body"))),
        )
        for one in shapes.items(shapes.listed(cell))
        if one.get("part_type") in {"comment", "open", "assignment"} and one.get("body")
    ]
