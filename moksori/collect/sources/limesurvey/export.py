"""LimeSurvey: CSV with codes, or VV files, which know what was never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from moksori.collect.answers import State
from moksori.collect.rows import plain as as_text
from moksori.collect.sources.form import Cells, Form, each
from moksori.collect.sources.responses import BLANK, column, meaning_of
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.table import Cell, Row, Table, unique_names

_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "Response ID", "응답 ID", "Record ID"),
    "submitdate": ("submitdate", "Date submitted", "제출 일시", "완료일"),
    "startlanguage": ("startlanguage", "Start language", "시작 언어"),
    "lastpage": ("lastpage", "Last page", "마지막 페이지"),
    "startdate": ("startdate", "Date started", "시작 일시"),
    "datestamp": ("datestamp", "Date last action", "최종 활동 일시"),
}
_OURS = {name: ours for ours, names in _NAMES.items() for name in names}
_ASIDE = frozenset({"token", "Access code", "seed", "Seed", "refurl", "Referrer URL"})
_PRIVATE = frozenset({"ipaddr", "IP address", "IP 주소"})
_NOT_SHOWN = "{question_not_shown}"
_ESCAPES = {"lbrace": "{", "tab": "\t", "cr": "\r", "newline": "\n", "quote": '"'}
_ESCAPE = re.compile("{(" + "|".join(_ESCAPES) + ")}")
_PART = re.compile(
    r"^(?P<code>[A-Za-z][A-Za-z0-9]*)(?:\[(?P<sub>[^\]]+)\]|_(?P<vv>\w+))$"
)
_ANONYMOUS = "1980-01-01"  # what it writes where moments are not kept
BETWEEN = "\n"


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        codes = _codes(table, rows)
        found = {_OURS.get(name) for name in codes}
        return {"id", "submitdate"} <= found and bool(
            found & {"lastpage", "startlanguage"}
        )

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        is_vv = _is_vv(rows)
        names = unique_names([_named(code) for code in _codes(table, rows)])
        sound = rows[int(is_vv) :]
        blocks = _blocks(names, sound)
        inside = {name for block in blocks.values() for name in block}
        kept = [name for name in names if name not in inside and name not in _PRIVATE]
        labels = dict(zip(names, table.columns, strict=True)) if is_vv else {}

        def reshape(cells: Cells) -> Cells:
            found = {
                name: _decoded(cell)
                for name, cell in zip(names, cells.values(), strict=False)
            }
            return _reshaped(found, blocks)

        return each(
            table,
            ["date", *kept, *blocks],
            reshape,
            labels=labels,
            separators=dict.fromkeys(blocks, BETWEEN),
            skip=int(is_vv),
        )

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        known = set(table.columns)
        places = table.columns.index("date")
        has_dates = any(cell not in BLANK for cell in column(rows, places))
        facts = Meaning(
            external_id="id",
            date="date" if has_dates else None,
            language="startlanguage" if "startlanguage" in known else None,
        )
        own = {"date", *_NAMES, *_ASIDE}
        questions = [name for name in table.columns if name not in own]
        return meaning_of(table, rows, facts, questions)


def _is_vv(rows: Sequence[Row]) -> bool:
    """Whether the codes stand in the second row, under the questions."""
    first = {as_text(cell) for cell in rows[0].cells} if rows else set()
    return {"id", "submitdate"} <= first


def _codes(table: Table, rows: Sequence[Row]) -> list[str]:
    if not _is_vv(rows):
        return table.columns
    return [as_text(cell) for cell in rows[0].cells][: len(table.columns)]


def _named(code: str) -> str:
    """One spelling: VV writes `code_sub`, CSV `code[sub]`."""
    if code in _OURS:
        return _OURS[code]
    part = _PART.match(code)
    return f"{part['code']}[{part['sub'] or part['vv']}]" if part else code


def _blocks(names: Sequence[str], rows: Sequence[Row]) -> dict[str, list[str]]:
    """Questions with a column for each option, of which several may be ticked."""
    found: dict[str, list[str]] = {}
    for at, name in enumerate(names):
        part = _PART.match(name)
        if part is None:
            continue
        said = {as_text(cell) for cell in column(rows, at) if cell not in BLANK}
        ticks = said - {_NOT_SHOWN}
        if ticks <= {"Y", "N", "Yes", "No", "예", "아니요"}:
            found.setdefault(part["code"], []).append(name)
    return {code: block for code, block in found.items() if len(block) > 1}


def _decoded(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    if cell == _NOT_SHOWN:
        return State.NOT_SHOWN
    return _ESCAPE.sub(lambda found: _ESCAPES[found[1]], cell) if "{" in cell else cell


def _reshaped(cells: Cells, blocks: Mapping[str, Sequence[str]]) -> Cells:
    found: dict[str, Cell] = {**cells, "date": _date(cells)}
    for code, block in blocks.items():
        values = [cells.get(name) for name in block]
        if all(value is State.NOT_SHOWN for value in values):
            found[code] = State.NOT_SHOWN
            continue
        ticked = [
            name[len(code) + 1 : -1]
            for name, value in zip(block, values, strict=True)
            if as_text(value) in {"Y", "Yes", "예"}
        ]
        found[code] = BETWEEN.join(ticked)
    return found


def _date(cells: Cells) -> Cell:
    for name in ("submitdate", "datestamp", "startdate"):
        cell = cells.get(name)
        if cell in BLANK or isinstance(cell, State):
            continue
        if not as_text(cell).startswith(_ANONYMOUS):
            return cell
    return ""
