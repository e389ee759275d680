"""SurveyMonkey: the question above the first column of a block, options below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moksori.collect.rows import plain as as_text
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.responses import BLANK, column, meaning_of
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.table import Cell, Row, Table, unique_names

_ID = ("Respondent ID", "응답자 ID")
_COLLECTOR = ("Collector ID", "수집기 ID", "수집자 ID")
_DATES = ("End Date", "Date Modified", "Date Created", "Start Date", "종료일", "시작일")
_PRIVATE = re.compile(
    r"^(?:ip.?(?:address|주소)|e-?mail.?address|이메일.?주소|first name|last name|"
    r"이름|성|custom data.*)$",
    re.IGNORECASE,
)
_UNNAMED = re.compile(r"^(?:column|열) \d+$")
_SIMPLE = re.compile(
    r"^(?:response|open-ended response|응답|주관식 응답|개방형 응답|)$", re.IGNORECASE
)
BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    question: str
    option: str
    is_choice: bool = False


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        known = set(table.columns)
        return bool(known & set(_ID)) and bool(known & set(_COLLECTOR))

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        has_options = bool(rows) and rows[0].cells[0] in BLANK
        options = rows[0].cells if has_options else [""] * len(table.columns)
        found = _columns(table, options, rows[int(has_options) :])
        own = [one for one in found if not _PRIVATE.match(one.question)]
        names = unique_names([_name(one) for one in own if not one.is_choice])
        single = dict(
            zip(names, [one for one in own if not one.is_choice], strict=True)
        )
        several: dict[str, list[_Column]] = {}
        for one in own:
            if one.is_choice:
                several.setdefault(one.question, []).append(one)

        def reshape(cells: Cells) -> Cells:
            values = list(cells.values())
            new: dict[str, Cell] = {
                name: values[one.place] for name, one in single.items()
            }
            return new | {
                question: BETWEEN.join(
                    as_text(values[one.place])
                    for one in block
                    if values[one.place] not in BLANK
                )
                for question, block in several.items()
            }

        return each(
            table,
            [*single, *several],
            reshape,
            separators=dict.fromkeys(several, BETWEEN),
            skip=int(has_options),
        )

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        known = set(table.columns)
        own = {*_ID, *_COLLECTOR, *_DATES}
        facts = Meaning(
            external_id=next((name for name in _ID if name in known), None),
            date=next((name for name in _DATES if name in known), None),
        )
        questions = [name for name in table.columns if name not in own]
        return meaning_of(table, rows, facts, questions)


def _columns(
    table: Table, options: Sequence[Cell], rows: Sequence[Row]
) -> list[_Column]:
    found: list[_Column] = []
    question = ""
    for place, name in enumerate(table.columns):
        starts = not _UNNAMED.match(name)
        question = name if starts else question
        option = as_text(options[place]) if place < len(options) else ""
        found.append(_Column(place, question, option))
    sizes = {one.question: 0 for one in found}
    for one in found:
        sizes[one.question] += 1
    return [
        _Column(one.place, one.question, one.option, is_choice=True)
        if sizes[one.question] > 1 and _repeats(one, rows)
        else one
        for one in found
    ]


def _repeats(one: _Column, rows: Sequence[Row]) -> bool:
    """Whether the column says its own option, or nothing."""
    said = {as_text(cell) for cell in column(rows, one.place) if cell not in BLANK}
    return bool(one.option) and said <= {one.option}


def _name(one: _Column) -> str:
    if _SIMPLE.match(one.option):
        return one.question
    return f"{one.question[:80]} – {one.option}"
