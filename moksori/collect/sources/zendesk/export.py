"""Tickets of Zendesk: what the requester wrote, and how they rated the help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moksori.collect.answers import Kind, State
from moksori.collect.sources import shapes
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.words import plain
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.mapping import ScoreColumn
from moksori.collect.tables.table import Cell, Row, Table

_NEEDED = {"id", "subject", "description", "created_at"}
_MARKS = {"requester_id", "via.channel", "satisfaction_rating.score", "brand_id"}
_COLUMNS = ("ticket", "created_at", "subject", "description", "later", "rating")
_MORE = ("rating_comment", "channel", "status", "priority", "type", "tags")
_RATINGS: Mapping[str, Cell] = {
    "good": 1,
    "bad": 0,
    "offered": State.SKIPPED,
    "unoffered": State.NOT_SHOWN,
}
_CHANNELS = {"voice": "phone", "native_messaging": "chat", "messaging": "chat"}


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        known = set(table.columns)
        return known >= _NEEDED and bool(known & _MARKS)

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        newest = _newest(table)

        def reshape(cells: Cells) -> Cells | None:
            # Exports by time repeat tickets: only the latest version counts.
            at = shapes.text(cells.get("updated_at"))
            is_old = at < newest.get(shapes.text(cells.get("id")), "")
            return None if is_old else _reshaped(cells)

        return each(table, [*_COLUMNS, *_MORE], reshape)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        return Meaning(
            texts=("subject", "description", "later", "rating_comment"),
            scores=(ScoreColumn("rating", Kind.CSAT, 0, 1),),
            attributes=("status", "priority", "type", "tags"),
            external_id="ticket",
            date="created_at",
            channel="channel",
        )


def _newest(table: Table) -> dict[str, str]:
    places = {name: at for at, name in enumerate(table.columns)}
    if "updated_at" not in places:
        return {}
    newest: dict[str, str] = {}
    for row in table.rows():
        if row.problem is None:
            ticket = shapes.text(row.cells[places["id"]])
            at = shapes.text(row.cells[places["updated_at"]])
            newest[ticket] = max(at, newest.get(ticket, ""))
    return newest


def _reshaped(cells: Cells) -> Cells:
    channel = shapes.text(cells.get("via.channel"))
    rating = shapes.text(cells.get("satisfaction_rating.score")).lower()
    found: dict[str, Cell] = {
        "ticket": shapes.text(cells.get("id")),
        "created_at": cells.get("created_at"),
        "subject": plain(shapes.text(cells.get("subject"))),
        "description": plain(shapes.text(cells.get("description"))),
        "later": _later(cells),
        "rating": _RATINGS.get(rating, ""),
        "rating_comment": plain(shapes.text(cells.get("satisfaction_rating.comment"))),
        "channel": _CHANNELS.get(channel, channel),
        "tags": ", ".join(str(one) for one in shapes.listed(cells.get("tags"))),
    }
    found |= {name: cells.get(name) for name in ("status", "priority", "type")}
    is_deleted = shapes.text(cells.get("status")).lower() == "deleted"
    return found | ({"": True} if is_deleted else {})


def _later(cells: Cells) -> str:
    """Public comments of the requester after the first, which is the description."""
    requester = shapes.text(cells.get("requester_id"))
    own = [
        comment
        for comment in shapes.items(shapes.listed(cells.get("comments")))
        if comment.get("public") is not False
        and shapes.text(comment.get("author_id")) == requester
    ]
    texts = [plain(shapes.text(one.get("html_body") or one.get("body"))) for one in own]
    return "\n\n".join(text for text in texts[1:] if text)
