"""The Play Console's CSV: UTF-16, one row for each review in its latest version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from moksori.collect.answers import Kind
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.words import tidy
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.mapping import ScoreColumn
from moksori.collect.tables.table import Row, Table

_NEEDED = {"Package Name", "Star Rating", "Review Text"}
_ID = re.compile(r"review_?id=([^&\s]+)", re.IGNORECASE)
_AT, _MILLIS = "Review Submit Date and Time", "Review Submit Millis Since Epoch"


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return set(table.columns) >= _NEEDED

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        return each(table, ["review", *table.columns], _reshaped)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        known = set(table.columns)
        attributes = ("App Version Name", "Device")
        texts = ("Review Title", "Review Text")
        return Meaning(
            texts=tuple(name for name in texts if name in known),
            scores=(ScoreColumn("Star Rating", Kind.RATING, 1, 5),),
            attributes=tuple(name for name in attributes if name in known),
            external_id="review",
            date=_AT if _AT in known else None,
            product="Package Name",
            language="Reviewer Language" if "Reviewer Language" in known else None,
        )


def _reshaped(cells: Cells) -> Cells:
    text = tidy(str(cells.get("Review Text") or "").replace("\t", "\n"))
    title = tidy(str(cells.get("Review Title") or ""))
    return {**cells, "review": _identity(cells)} | {
        "Review Text": text,
        "Review Title": title,
    }


def _identity(cells: Cells) -> str:
    """From the link; a rating without words has none, and is known by its moment."""
    found = _ID.search(str(cells.get("Review Link") or ""))
    if found:
        return found[1]
    names = ("Package Name", _MILLIS, _AT, "Device", "Reviewer Language")
    said = "\x1f".join(str(cells.get(name) or "") for name in names)
    return f"sha256:{hashlib.sha256(said.encode()).hexdigest()[:40]}"
