"""Values made to fit: one form for each type of question, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import (
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    SKIPPED,
    UPLOADS,
    Question,
    Type,
)
from moksori.collect.questionnaires.expressions import BIGGEST
from moksori.collect.tables.messages import Message

LONGEST = {
    Type.TEXT: 500,
    Type.LONG_TEXT: 5_000,
    Type.EMAIL: 254,
    Type.PHONE: 40,
    Type.HIDDEN: 500,
}
MOST_OWN = 500  # characters of own words to an option
_DAY = re.compile(r"^(\d{4})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})\D{0,3}$")
_PHONE = re.compile(r"^\+?[\d\s().-]{7,30}$")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FILE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
_NOT_OFFERED = _("This answer is not offered here. Please choose again.")
_WRONG_FORM = _("This answer does not have the form that its question asks for.")


class Unfit(Exception):
    """An answer that its question cannot take."""

    def __init__(self, template: str, **facts: Any) -> None:
        super().__init__(template)
        self.problem = Message(template, facts)


def fit(question: Question, value: Any) -> Any:
    """The value in the one form of its type. Raises Unfit."""
    if question.is_score:
        return _score(question, value)
    if question.type == Type.SECTION:
        raise Unfit(_WRONG_FORM)
    return _FITTING[question.type](question, value)


def codes(question: Question) -> frozenset[str]:
    """Why a stored answer to this question may be none."""
    allowed = {
        SKIPPED: True,
        NOT_APPLICABLE: question.may_not_apply,
        PREFER_NOT_TO_SAY: question.may_prefer_not,
    }
    return frozenset(code for code, is_allowed in allowed.items() if is_allowed)


def offered(question: Question, value: Any) -> Any:
    """The value without what is not offered (any more); None if nothing is left."""
    if not question.options:
        return value
    ids = {option.id for option in question.options}
    if isinstance(value, list):
        return [one for one in value if _is_in(one, ids)] or None
    if question.type in MATRICES and isinstance(value, Mapping):
        return _offered_rows(question, value, ids) or None
    if isinstance(value, Mapping):
        return {id: one for id, one in value.items() if id in ids} or None
    return value if _is_in(value, ids) else None


def own_words(
    question: Question, value: Any, words: Mapping[str, Any], *, is_cut: bool = False
) -> dict[str, str]:
    """What the customer wrote to the options that were chosen, at most so long."""
    chosen = value if isinstance(value, list | dict) else [value]
    told = (
        (option.id, one_line(str(words.get(option.id) or "")))
        for option in question.options
        if option.is_other and option.id in chosen
    )
    found = {id: text[:MOST_OWN] if is_cut else text for id, text in told if text}
    for id, text in found.items():
        if len(text) > MOST_OWN:
            raise Unfit(
                _("The words to “{option}” have {count} characters; {most} at most."),
                option=id, count=len(text), most=MOST_OWN,
            )  # fmt: skip
    return found


def _offered_rows(
    question: Question, value: Mapping[str, Any], ids: set[str]
) -> dict[str, Any]:
    allowed = ids | {NOT_APPLICABLE} if question.may_not_apply else ids
    rows = {row.id for row in question.rows}
    found = {
        row: [one for one in cell if _is_in(one, ids)]
        if isinstance(cell, list)
        else cell
        for row, cell in value.items()
        if row in rows and (isinstance(cell, list) or _is_in(cell, allowed))
    }
    return {row: cell for row, cell in found.items() if cell}


def _is_in(one: Any, ids: set[str]) -> bool:
    return isinstance(one, str) and one in ids


def one_line(text: str) -> str:
    return " ".join(several_lines(text).split())


def several_lines(text: str) -> str:
    """One form of Hangul, one kind of line end, no control characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.encode("utf-8", "replace").decode()  # half of a pair has no encoding
    return _CONTROL.sub("", text).strip()


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(_("Please give a number, like 12 or 3.5."))
    if not -BIGGEST < value < BIGGEST:  # not a number is neither
        raise Unfit(_("This number is too large."))
    return int(value) if float(value).is_integer() else value


def _score(question: Question, value: Any) -> int:
    low, high = question.scale
    found = _number(value)
    if not isinstance(found, int) or not low <= found <= high:
        raise Unfit(
            _("Please choose a number from {low} to {high}."), low=low, high=high
        )
    return found


def _amount(question: Question, value: Any) -> int | float:
    found = _number(value)
    low, high = question.low, question.high
    if isinstance(low, int | float) and found < low:
        raise Unfit(_("Please give a number that is at least {low}."), low=low)
    if isinstance(high, int | float) and found > high:
        raise Unfit(_("Please give a number that is at most {high}."), high=high)
    return found


def _one(question: Question, value: Any) -> str:
    if not isinstance(value, str) or question.option(value) is None:
        raise Unfit(_NOT_OFFERED)
    return value


def _several(question: Question, value: Any) -> list[str]:
    chosen = _ids(question, value)
    alone = next(
        (one for one in question.options if one.is_exclusive and one.id in chosen), None
    )
    if alone and len(chosen) > 1:
        raise Unfit(
            _("“{option}” cannot be chosen together with others."), option=alone.id
        )
    if not alone:
        _count(question, len(chosen))
    return chosen


def _count(question: Question, count: int) -> None:
    if question.least and count < question.least:
        raise Unfit(_("Please choose at least {least}."), least=question.least)
    if question.most and count > question.most:
        raise Unfit(_("Please choose {most} at most."), most=question.most)


def _ids(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Unfit(_WRONG_FORM)
    return list(dict.fromkeys(_one(question, one) for one in value))


def _ranked(question: Question, value: Any) -> list[str]:
    if isinstance(value, Mapping):  # as `fields` leaves them
        raise Unfit(
            _("Please give each of them a place of its own: 1, 2, 3 and so on.")
        )
    order = _ids(question, value)
    missing = (question.least or question.most or len(question.options)) - len(order)
    if missing > 0:
        raise Unfit(_("Please go on: {count} still need a place."), count=missing)
    if question.most and len(order) > question.most:
        raise Unfit(_("Please choose {most} at most."), most=question.most)
    return order


def _rows(question: Question, value: Any) -> dict[str, Any]:
    rows = {row.id for row in question.rows}
    if not isinstance(value, Mapping) or not set(value) <= rows:
        raise Unfit(_WRONG_FORM)
    found = {row.id: _cell(question, value.get(row.id)) for row in question.rows}
    given = {row: cell for row, cell in found.items() if cell}
    missing = len(rows) - len(given)
    if question.is_required and missing:
        raise Unfit(_("Please answer every line; {count} to go."), count=missing)
    return given


def _cell(question: Question, cell: Any) -> Any:
    if cell in (None, "", []):
        return None
    if cell == NOT_APPLICABLE and question.may_not_apply:
        return cell
    if question.type == Type.MATRIX_MULTIPLE:
        return _several(question, cell)
    return _one(question, cell)


def _shared_out(question: Question, value: Any) -> dict[str, int | float]:
    if not isinstance(value, Mapping) or not all(map(question.option, value)):
        raise Unfit(_WRONG_FORM)
    points = {id: _number(one) for id, one in value.items()}
    if any(one < 0 for one in points.values()):
        raise Unfit(_("Please give a number that is at least {low}."), low=0)
    total, found = question.total or 0, sum(points.values())
    if abs(found - total) > 1e-6:
        raise Unfit(_("These add up to {sum}; please make it {total}."),
                    sum=_plain(found), total=_plain(total))  # fmt: skip
    return {one.id: points.get(one.id, 0) for one in question.options}


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _day(question: Question, value: Any) -> str:
    found = _DAY.match(unicodedata.normalize("NFKC", str(value)).strip())
    try:
        day = date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        day = ""
    if not day:
        raise Unfit(_("Please give a date, like 2026-12-01."))
    if isinstance(question.low, str) and day < question.low:
        raise Unfit(_("Please give a date that is not before {low}."), low=question.low)
    if isinstance(question.high, str) and day > question.high:
        raise Unfit(
            _("Please give a date that is not after {high}."), high=question.high
        )
    return day


def _text(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(_WRONG_FORM)
    is_long = question.type == Type.LONG_TEXT
    text = several_lines(value) if is_long else one_line(value)
    most = min(question.most or 10_000, 10_000) if question.most else (
        LONGEST.get(question.type, 500)
    )  # fmt: skip
    if len(text) > most:
        raise Unfit(
            _("This has {count} characters; {most} at most. Please shorten it."),
            count=len(text), most=most,
        )  # fmt: skip
    if question.least and len(text) < question.least:
        raise Unfit(_("Please write at least {least} characters."),
                    least=question.least)  # fmt: skip
    return text


def _email(question: Question, value: Any) -> str:
    text = _text(question, value)
    try:
        validate_email(text)
    except ValidationError:
        raise Unfit(
            _("This is not an e-mail address. One looks like name@example.com.")
        ) from None
    return text


def _phone(question: Question, value: Any) -> str:
    plain = unicodedata.normalize("NFKC", _text(question, value))
    digits = re.sub(r"\D", "", plain)
    if not _PHONE.match(plain) or not 7 <= len(digits) <= 15:
        raise Unfit(_("This is not a phone number. One looks like 010-1234-5678."))
    return f"+{digits}" if plain.startswith("+") else digits


def _files(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(
        isinstance(one, str) and _FILE.match(one) for one in value
    ):
        raise Unfit(_WRONG_FORM)
    most = question.most or 1
    if len(value) > most:
        raise Unfit(_("At most {most} can be added here."), most=most)
    if question.least and len(value) < question.least:
        raise Unfit(_("Please add at least {least} here."), least=question.least)
    return list(dict.fromkeys(value))


def _hidden(question: Question, value: Any) -> str:
    """What a link says is not the customer's to put right, so it is only cut."""
    text = value if isinstance(value, str) else str(value)
    return one_line(text)[: LONGEST[Type.HIDDEN]]


def _ticked(_question: Question, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(_WRONG_FORM)
    return value


_FITTING: Mapping[Type, Callable[[Question, Any], Any]] = {
    Type.SINGLE: _one,
    Type.WITHOUT: _one,
    Type.MULTIPLE: _several,
    Type.RANKING: _ranked,
    Type.MATRIX: _rows,
    Type.MATRIX_MULTIPLE: _rows,
    Type.SUM: _shared_out,
    Type.NUMBER: _amount,
    Type.DATE: _day,
    Type.TEXT: _text,
    Type.LONG_TEXT: _text,
    Type.EMAIL: _email,
    Type.PHONE: _phone,
    Type.CONSENT: _ticked,
    Type.HIDDEN: _hidden,
    **dict.fromkeys(UPLOADS, _files),
}
