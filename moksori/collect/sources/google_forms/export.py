"""Google Forms: a moment, and an answer for each question; no identity of its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from moksori.collect.rows import plain as as_text
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.responses import column, meaning_of, separator
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.table import Row, Table

_AT = ("Timestamp", "타임스탬프")
_PRIVATE = re.compile(
    r"^(?:e-?mail(?: address)?|username|이메일(?: ?주소)?|사용자 ?이름)$", re.IGNORECASE
)
_MARKS = (";", ", ")


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return len(table.columns) > 1 and table.columns[0] in _AT

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        kept = [name for name in table.columns if not _PRIVATE.match(name)]
        between = {
            name: mark
            for at, name in enumerate(table.columns)
            if (mark := separator(column(rows, at), _MARKS))
        }
        return each(table, ["response", *kept], _reshaped, separators=between)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        known = Meaning(external_id="response", date=table.columns[1])
        return meaning_of(table, rows, known, table.columns[2:])


def _reshaped(cells: Cells) -> Cells:
    """Known by its moment and what was said: a question added later changes neither,

    for whoever answered before has no answer to it.
    """
    said = sorted(text for cell in cells.values() if (text := as_text(cell)))
    hashed = hashlib.sha256("\x1f".join(said).encode("utf-8", "replace"))
    return {**cells, "response": f"sha256:{hashed.hexdigest()[:40]}"}
