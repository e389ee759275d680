"""An answer out of the fields of a form, as browsers send them without JavaScript.

Names of the fields, for a question called q (a copy of it "q@option"):

    q             the value: one for each tick, radio button or text field
    q.row         one row of a table; q.option the place (RANKING) or the points (SUM)
    q:option      the customer's own words to an option that asks for them
    q?            the code of an answer that is none, where it is a field of its own;
                  a radio button may send the code as the value of q instead
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moksori.collect.questionnaires.definition import (
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    SCALES,
    UPLOADS,
    Question,
    Type,
)
from moksori.collect.questionnaires.flow import CODE, OWN

Raw = Mapping[str, Sequence[str]]
PART = "."
CODES = frozenset({NOT_APPLICABLE, PREFER_NOT_TO_SAY})
_LISTS = UPLOADS | {Type.MULTIPLE, Type.RANKING}
_NUMBERS = frozenset({*SCALES, Type.NUMBER})
_THOUSANDS = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")
_NUMBER = re.compile(r"^-?(\d{1,16}([.,]\d{1,15})?|[.]\d{1,15})$")


@dataclass(frozen=True, slots=True)
class Given:
    """What was sent, in the form of the type as far as it could be read."""

    value: Any = None
    code: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def given(question: Question, raw: Raw) -> Given:
    """The answer to one question among the fields of a form."""
    values = [one for one in raw.get(question.id, ()) if one.strip()]
    codes = [*raw.get(f"{question.id}{CODE}", ()), *values]
    if code := next((one for one in codes if one in CODES), ""):
        # Who ticks "prefer not to say" below a text means it.
        return Given(code=code)
    return Given(_value(question, values, raw), words=_words(question, raw))


def number(text: str, *, unit: str = "") -> int | float | str:
    """The number in a text, as people write it; the text where there is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if unit and plain.endswith(unit):
        plain = plain[: -len(unit)].rstrip()
    if _THOUSANDS.match(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.match(plain):
        return text
    found = float(plain.replace(",", "."))
    return int(found) if found.is_integer() else found


def _value(question: Question, values: list[str], raw: Raw) -> Any:
    if question.type in MATRICES:
        return _rows(question, raw)
    if question.type == Type.SUM:
        return {id: number(one) for id, one in _parts(question, raw).items()} or None
    if question.type == Type.RANKING and not values:
        return _ranked(_parts(question, raw))
    return _plain(question, values)


def _plain(question: Question, values: list[str]) -> Any:
    """What stands in the one field of a question."""
    if question.type == Type.CONSENT:
        return bool(values)
    if not values or question.type in _LISTS:
        return values or None
    if question.type not in _NUMBERS:
        return values[0]
    tries = (number(values[0], unit=unit) for unit in ("", *question.unit.values()))
    return next((one for one in tries if not isinstance(one, str)), values[0])


def _rows(question: Question, raw: Raw) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for row in question.rows:
        ticked = [one for one in raw.get(f"{question.id}{PART}{row.id}", ()) if one]
        if ticked and question.type == Type.MATRIX:
            found[row.id] = ticked[0]
        elif ticked:
            code = NOT_APPLICABLE if NOT_APPLICABLE in ticked else ""
            found[row.id] = code or ticked
    return found or None


def _parts(question: Question, raw: Raw) -> dict[str, str]:
    fields = {
        option.id: next(iter(raw.get(f"{question.id}{PART}{option.id}", ())), "")
        for option in question.options
    }
    return {id: text.strip() for id, text in fields.items() if text.strip()}


def _ranked(places: Mapping[str, str]) -> list[str] | dict[str, Any] | None:
    """The options in their order; the places themselves where two share one."""
    found = {id: number(text) for id, text in places.items()}
    whole = [place for place in found.values() if isinstance(place, int)]
    if len(set(whole)) < len(found):
        return dict(found)
    return sorted(found, key=lambda id: whole[list(found).index(id)]) or None


def _words(question: Question, raw: Raw) -> dict[str, str]:
    found = {
        option.id: next(iter(raw.get(f"{question.id}{OWN}{option.id}", ())), "").strip()
        for option in question.options
        if option.is_other
    }
    return {id: text for id, text in found.items() if text}
