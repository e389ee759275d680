"""Reviews as App Store Connect gives them, or the store's public list, in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moksori.collect.answers import Kind
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.words import tidy
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.mapping import ScoreColumn
from moksori.collect.tables.table import Cell, Row, Table

# Our columns, and where App Store Connect and the public list have them.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "review": ("id", "id.label"),
    "date": ("attributes.createdDate", "updated.label"),
    "rating": ("attributes.rating", "im:rating.label"),
    "title": ("attributes.title", "title.label"),
    "text": ("attributes.body", "content.label"),
    "country": ("attributes.territory",),
    "version": ("im:version.label",),
}
_NEEDED = ({"attributes.rating", "attributes.body"}, {"im:rating.label", "id.label"})


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return any(needed <= set(table.columns) for needed in _NEEDED)

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        return each(table, list(_PLACES), _reshaped)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        return Meaning(
            texts=("title", "text"),
            scores=(ScoreColumn("rating", Kind.RATING, 1, 5),),
            attributes=("country", "version"),
            external_id="review",
            date="date",
        )


def _reshaped(cells: Cells) -> dict[str, Cell] | None:
    found: dict[str, Cell] = {
        ours: next((cells[name] for name in theirs if cells.get(name)), "")
        for ours, theirs in _PLACES.items()
    }
    if not found["rating"]:
        return None  # the entry that is the app itself
    return found | {name: tidy(str(found[name])) for name in ("title", "text")}
