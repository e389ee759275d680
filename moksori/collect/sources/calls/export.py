"""Calls: transcripts turn by turn, in one piece or as JSON; or an agent's notes.

Of a transcript only what the customer said is their words. A note is what an agent
understood; it is all there is of many calls, and is marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from moksori.collect.rows import plain as as_text
from moksori.collect.sources import turns
from moksori.collect.sources.conversations import Columns, grouped
from moksori.collect.sources.form import Cells, Form, each, meaning
from moksori.collect.tables.mapping import Mapping as Meaning
from moksori.collect.tables.table import Row, Table


def _names(pattern: str) -> Callable[[Sequence[str]], str]:
    found = re.compile(f"^(?:{pattern})$", re.IGNORECASE)
    return lambda columns: next((one for one in columns if found.match(one)), "")


_CALL = _names(
    r"call.?(?:id|no|key|number)|conversation.?id|contact.?id|콜\s?(?:id|번호|키)|"
    r"통화\s?(?:id|번호|키)|상담\s?(?:id|번호)|녹취\s?(?:id|번호|키)"
)
_WHO = _names(r"speaker|role|화자|발화자|who|speaker.?(?:role|type)")
_TEXT = _names(r"text|utterance|transcript|발화(?:\s?내용)?|내용|content|message")
_WHOLE = _names(
    r"(?:call.?)?transcript(?:ion)?|turns|utterances|segments|dialog(?:ue)?|녹취(?:록|\s?내용)?|"
    r"통화\s?(?:내용|전문)|대화(?:\s?내용)?|전문"
)
_NOTE = _names(
    r"(?:call|agent|contact|wrap.?up)?.?notes?|memo|상담\s?(?:내용|메모|내역)|"
    r"통화\s?메모|처리\s?메모|상담원\s?메모|메모"
)
_AT = _names(
    r"(?:call.?|started?.?|begin.?)?(?:at|time|date|datetime|start)|started_at|"
    r"(?:통화|상담|접수|발화)?\s?(?:시작\s?)?(?:일시|시각|시간|일자)"
)
LOOK = 50


class Export(Form):
    def fits(self, table: Table, rows: Sequence[Row]) -> bool:
        return bool(_CALL(table.columns)) and _kind(table, rows) != ""

    def shaped(self, table: Table, rows: Sequence[Row]) -> Table:
        columns, kind = table.columns, _kind(table, rows)
        call = _CALL(columns)
        if kind == "turns":
            where = Columns(call, _WHO(columns), _TEXT(columns), _AT(columns))
            return grouped(table, where)
        if kind == "whole":
            whole = _WHOLE(columns)
            names = [name for name in columns if name != whole]
            return each(table, [*names, "customer", "agent"], _parted(whole))
        return each(table, [*columns, "words of"], _noted)

    def meaning(self, table: Table, rows: Sequence[Row]) -> Meaning:
        columns = table.columns
        call = "conversation" if "conversation" in columns else _CALL(columns)
        at = "at" if "at" in columns else _AT(columns)
        is_note = "words of" in columns
        known = Meaning(
            texts=(_NOTE(columns),) if is_note else ("customer",),
            attributes=("words of",) if is_note else (),
            external_id=call,
            date=at or None,
        )
        aside = [one for one in columns if re.match(r"agent|상담(?:사|원)", one)]
        return meaning(table, rows, known, aside=aside)


def _kind(table: Table, rows: Sequence[Row]) -> str:
    """turns, whole, note, or "" for something else."""
    columns = table.columns
    if _WHO(columns) and _TEXT(columns) and _has_roles(table, rows):
        return "turns"
    if _WHOLE(columns) and _has_turns(table, rows):
        return "whole"
    return "note" if _NOTE(columns) else ""


def _some(table: Table, rows: Sequence[Row], column: str) -> list[str]:
    place = table.columns.index(column)
    sound = [row.cells[place] for row in rows[:LOOK] if row.problem is None]
    return [text for cell in sound if (text := as_text(cell))]


def _has_roles(table: Table, rows: Sequence[Row]) -> bool:
    said = _some(table, rows, _WHO(table.columns))
    known = [turns.is_customer(one) for one in said]
    return True in known and None not in known


def _has_turns(table: Table, rows: Sequence[Row]) -> bool:
    texts = _some(table, rows, _WHOLE(table.columns))
    hits = sum(turns.has_both(_turns(text)) for text in texts)
    return bool(texts) and hits * 2 >= len(texts)


def _turns(text: str) -> list[turns.Turn]:
    return turns.listed(text) or turns.written(text)


def _parted(whole: str) -> Callable[[Cells], Cells]:
    def parted(cells: Cells) -> Cells:
        said = _turns(as_text(cells.get(whole)))
        customer = turns.said(said, by_customer=True)
        return {**cells, "customer": customer} | {
            "agent": turns.said(said, by_customer=False)
        }

    return parted


def _noted(cells: Cells) -> Cells:
    return {**cells, "words of": "agent"}
