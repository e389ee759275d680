"""Questions about imports."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect import reader
from moksori.collect.models import Batch
from moksori.collect.reader import Preview
from moksori.collect.rows import MOST_MISTAKES
from moksori.collect.tables.mapping import Mapping, mapping_from
from moksori.collect.troubles import TroubledRow, by_row
from moksori.collect.writes import staging

PER_PAGE = 30
SHOWN = 20
_FORMULA = frozenset("=+-@|%")
_NUMBER = re.compile(r"^[+-]?\d[\d., ]*%?$")


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import: the batch, the first rows in trouble, and how it is read."""

    batch: Batch
    troubles: tuple[TroubledRow, ...]
    mapping: Mapping
    seconds: float | None

    @property
    def is_waiting(self) -> bool:
        waiting = {Batch.State.UPLOADED, Batch.State.FAILED}
        return self.batch.state in waiting and bool(self.batch.stored_as)


def import_row(batch_id: int, *, by: Member) -> Batch:
    """The batch; NotFound where the member reads nothing, NotAllowed without import.

    Reading feedback does not include files; who may read here learns whom to ask.
    """
    seen = Batch.objects.select_related("source__unit", "member")
    rows = seen.visible_to(by, Ability.IMPORT) | seen.visible_to(by)
    batch = one(rows.distinct(), pk=batch_id)
    by.must(Ability.IMPORT, batch)
    return batch


def import_page(batch_id: int, *, by: Member) -> ImportPage:
    batch = import_row(batch_id, by=by)
    took = None
    if batch.started_at and batch.finished_at:
        took = (batch.finished_at - batch.started_at).total_seconds()
    return ImportPage(
        batch=batch,
        troubles=tuple(troubled_rows(batch)),
        mapping=mapping_from(batch.mapping),
        seconds=took,
    )


def troubled_rows(batch: Batch) -> Iterator[TroubledRow]:
    """The first rows in trouble."""
    first = batch.troubles.all()[: SHOWN * MOST_MISTAKES]
    return islice(by_row(first), SHOWN)


def import_lines(*, by: Member, page: str | int | None = 1) -> Page[Batch]:
    """Imports of the units for which the member may import, newest first."""
    rows = Batch.objects.visible_to(by, Ability.IMPORT).select_related(
        "source", "member"
    )
    return Paginator(rows.order_by("-id"), PER_PAGE).get_page(page)


def preview_of(batch: Batch) -> Preview:
    """The first rows of a waiting file, read as its options say."""
    return reader.preview(
        staging.staged(batch),
        name=batch.file_name,
        options=staging.options_kept(batch),
    )


def trouble_csv(batch_id: int, *, by: Member) -> Iterator[bytes]:
    """Rows in trouble as CSV for Excel: what was wrong, then the row as it was."""
    batch = import_row(batch_id, by=by)
    columns: dict[str, None] = {}
    records = batch.troubles.exclude(record={}).values_list("record", flat=True)
    for record in records[:500]:
        columns.update(dict.fromkeys(record))
    head = [_("Row"), _("Taken?"), _("Column"), _("What is wrong"), *columns]
    yield b"\xef\xbb\xbf" + _csv_line(head)
    words = {True: _("no"), False: _("yes, with a doubt")}
    for row in by_row(batch.troubles.iterator(chunk_size=500)):
        is_one = len(row.mistakes) == 1
        yield _csv_line(
            [
                str(row.row),
                words[row.is_refused],
                ", ".join(each.column for each in row.mistakes if each.column),
                row.mistakes[0].message
                if is_one
                else " · ".join(map(str, row.mistakes)),
                *(str(row.record.get(name, "")) for name in columns),
            ]
        )


def _csv_line(cells: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([without_formula(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def without_formula(cell: str) -> str:
    """The cell as a spreadsheet shows it and never runs it; numbers stay numbers."""
    if not cell:
        return cell
    start = unicodedata.normalize("NFKC", cell[:50]).lstrip(
        "".join(map(chr, range(33))) + "\u00a0\ufeff"
    )
    is_formula = start[:1] in _FORMULA or cell[0] in "\t\r\n\x00"
    return f"'{cell}" if is_formula and not _NUMBER.match(cell) else cell
