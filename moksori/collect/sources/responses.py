"""Survey responses: which columns are questions, and of which kind."""

from __future__ import annotations

from collections.abc import Sequence

from moksori.collect.answers import State
from moksori.collect.rows import plain as as_text
from moksori.collect.tables import vocabulary
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.mapping import ScoreColumn
from moksori.collect.tables.suggest import suggest
from moksori.collect.tables.table import Cell, Row, Table, unique_names

MOST_OPTIONS = 40
LONGEST_OPTION = 60
BLANK = ("", None)


def meaning_of(
    table: Table, rows: Sequence[Row], known: Meaning, questions: Sequence[str]
) -> Meaning:
    """Scores and own words by what is asked; every other question is a choice."""
    sound = [row for row in rows if row.problem is None]
    places = [table.columns.index(name) for name in questions]
    asked = unique_names([table.labels.get(name) or name for name in questions])
    back = dict(zip(asked, questions, strict=True))
    cells = [Row(row.number, [_seen(row.cells[at]) for at in places]) for row in sound]
    found = suggest(asked, cells)
    scores = tuple(
        ScoreColumn(back[one.column], one.kind, one.low, one.high)
        for one in found.scores
    )
    texts = tuple(back[name] for name in found.texts)
    taken = {*texts, *(one.column for one in scores)}
    choices = tuple(
        back[name]
        for at, name in enumerate(asked)
        if back[name] not in taken
        and not vocabulary.PERSONAL.search(name)
        and any(row.cells[at] not in BLANK for row in cells)
    )
    return Meaning(
        texts=(*known.texts, *texts),
        scores=(*known.scores, *scores),
        choices=choices,
        attributes=known.attributes,
        external_id=known.external_id,
        date=known.date,
        language=known.language,
    )


def _seen(cell: Cell) -> Cell:
    return "" if isinstance(cell, State) else cell


def separator(values: Sequence[Cell], marks: Sequence[str]) -> str:
    """What stands between several choices in a column; "" where one is given.

    Options come again and again; the pieces of sentences do not.
    """
    texts = [text for value in values if (text := as_text(_seen(value)))]
    for mark in marks:
        if not any(mark in text for text in texts):
            continue
        parts = [part.strip() for text in texts for part in text.split(mark)]
        options = set(parts)
        if (
            len(options) <= MOST_OPTIONS
            and len(options) * 2 <= len(parts)
            and all(len(option) <= LONGEST_OPTION for option in options)
        ):
            return mark
    return ""


def column(rows: Sequence[Row], at: int) -> list[Cell]:
    return [row.cells[at] for row in rows if row.problem is None]
