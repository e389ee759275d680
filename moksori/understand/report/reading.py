"""What a table says, in columns: words, days, scores and the groups to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from moksori.analysis.masking import mask
from moksori.base.errors import UserError
from moksori.collect.answers import Kind, main_score, text_of
from moksori.collect.rows import Outcome, RowReader
from moksori.collect.tables import Message, Table, Unreadable
from moksori.collect.tables.dates import day_order
from moksori.collect.tables.mapping import Mapping, ScoreColumn
from moksori.collect.tables.scores import scale_of, score
from moksori.collect.tables.suggest import LOOK, suggest_mapping
from moksori.collect.tables.table import Cell

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns named by a person; () and "" leave them to be recognised."""

    texts: tuple[str, ...] = ()
    date: str = ""
    score: str = ""
    by: tuple[str, ...] = ()


class LeftOut(NamedTuple):
    """How many rows were not used, for one reason; `str(reason)` is translated."""

    rows: int
    reason: Message


@dataclass(slots=True)
class Said:
    """Feedback in columns of equal length.

    `texts` are masked as they are stored elsewhere; `scores` run from 0 to 10, None
    where there is none; `groups` hold the value of each compared column.
    """

    name: str
    mapping: Mapping
    texts: list[str] = field(default_factory=list)
    days: list[date | None] = field(default_factory=list)
    scores: list[float | None] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def scale(self) -> ScoreColumn | None:
        return self.mapping.scores[0] if self.mapping.scores else None

    def on_scale(self, score: float | None) -> float | None:
        """A score from 0 to 10 on the file's own scale."""
        if score is None or self.scale is None:
            return None
        return self.scale.low + score / 10 * (self.scale.high - self.scale.low)

    @property
    def is_nps(self) -> bool:
        return self.scale is not None and self.scale.kind is Kind.NPS


def read(
    table: Table, columns: Columns, *, on_progress: Progress | None = None
) -> Said:
    """The table's feedback; columns not named are recognised.

    Raises UserError when a named column is missing or no row holds any words.
    """
    mapping = _mapping(table, columns)
    said = Said(table.name, mapping, groups={name: [] for name in columns.by})
    refused: Counter[str] = Counter()
    reasons: dict[str, Message] = {}
    reader = RowReader(table, mapping)
    done = 0
    for batch in table.batches():
        for row in batch:
            why = _add(said, reader.outcome(row))
            if why is not None:
                refused[why.template] += 1
                reasons.setdefault(why.template, why)
        done += len(batch)
        if on_progress:
            on_progress(done)
    said.left_out = [LeftOut(n, reasons[why]) for why, n in refused.most_common()]
    if not said.texts:
        raise UserError(_nothing(said, mapping))
    return said


def _add(said: Said, outcome: Outcome) -> Message | None:
    """Take a row; the reason when it says nothing."""
    record = outcome.record
    if record is None:
        return outcome.troubles[0].message
    text = text_of(record.answers)
    if not text.strip():
        return Message(gettext_noop("The row holds no words."))
    at = record.occurred_at
    said.texts.append(mask(text).text)
    said.days.append(timezone.localtime(at).date() if at else None)
    said.scores.append(main_score(record.answers))
    for name, values in said.groups.items():
        values.append(str(record.raw.get(name, "")))
    return None


def _mapping(table: Table, columns: Columns) -> Mapping:
    named = [*columns.texts, columns.date, columns.score, *columns.by]
    for name in named:
        if name and name not in table.columns:
            raise Unreadable(
                gettext_noop("The file has no column “{lost}”. It has: {columns}."),
                lost=name,
                columns=", ".join(table.columns[:20]),
            )
    mapping = suggest_mapping(table)
    if columns.texts:
        mapping = replace(mapping, texts=columns.texts)
    if columns.date:
        order, _is_sure = day_order(_values(table, columns.date))
        mapping = replace(mapping, date=columns.date, date_order=order)
    if columns.score:
        mapping = replace(mapping, scores=(_score_column(table, mapping, columns),))
    if not mapping.texts:
        raise UserError(
            _("No column looks like customers' words. Name it with --text: %(columns)s")
            % {"columns": ", ".join(table.columns[:20])}
        )
    return mapping


def _score_column(table: Table, mapping: Mapping, columns: Columns) -> ScoreColumn:
    for known in mapping.scores:
        if known.column == columns.score:
            return known
    values = [found for cell in _values(table, columns.score) if (found := score(cell))]
    low, high = scale_of(values)
    return ScoreColumn(columns.score, Kind.RATING, low, high)


def _values(table: Table, column: str) -> list[Cell]:
    at = table.columns.index(column)
    return [row.cells[at] for row in table.head(LOOK) if row.problem is None]


def _nothing(said: Said, mapping: Mapping) -> str:
    if said.left_out:
        return _("No row could be used. %(reason)s") % {
            "reason": said.left_out[0].reason
        }
    return _("The file has columns (%(columns)s) but no rows.") % {
        "columns": ", ".join(mapping.columns)
    }
