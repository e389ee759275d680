"""Conditions of XLSForm: "${q1} = '9' and selected(${q2}, 'a')"."""

from __future__ import annotations

import re
from typing import Any

from moksori.collect.questionnaires.formats.infix import (
    Dialect,
    Style,
    Unknown,
    parsed,
)
from moksori.collect.questionnaires.formats.names import Names

_VARIABLE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}|(\.)(?![\w.])")
STYLE = Style(
    variable=lambda name: f"${{{name}}}",
    signs={
        "and": "and", "or": "or", "==": "=", "!=": "!=", "<": "<", "<=": "<=",
        ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*", "/": "div",
    },
    calls={
        "contains": "selected({0}, {1})", "count": "count-selected({0})",
        "answered": "not(empty({0}))", "not": "not({0})", "true": "true()",
        "false": "false()", "if": "if({0}, {1}, {2})",
    },
)  # fmt: skip
_BOUND = re.compile(r"^\.\s*(>=|<=)\s*(?:date\('([\d-]+)'\)|(-?\d+(?:\.\d+)?))$")
_COUNTED = re.compile(
    r"^(?:count-selected|string-length)\(\s*\.\s*\)\s*(>=|<=)\s*(\d+)$"
)


def reader(names: Names) -> Dialect:
    return Dialect(
        _VARIABLE,
        lambda name: {"answer": names.of(name)},
        {
            "selected": lambda given: {"contains": [given[0], given[1]]},
            "not": lambda given: _not(given[0]),
            "empty": lambda given: {"empty": given[0]},
            "count-selected": lambda given: {"count": given[0]},
            "true": lambda _given: True,
            "false": lambda _given: False,
            "if": lambda given: {"if": [given[0], given[1], given[2]]},
            "coalesce": lambda given: {"if": [{"answered": given[0]}, *given[:2]]},
            "number": lambda given: given[0],
            "int": lambda given: given[0],
        },
    )


def _not(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"empty"}:
        return {"answered": value["empty"]}
    return {"not": value}


def written(rule: Any) -> str | None:
    if rule is None:
        return None
    try:
        return STYLE.written(rule)
    except Unknown:
        return None


def understood(text: str, names: Names) -> Any:
    """Our rule. Raises Unknown."""
    return _blank(parsed(text, reader(names)))


def _blank(rule: Any) -> Any:
    """ "${q1} != ''" asks whether there is an answer; "empty" by itself has no word."""
    if isinstance(rule, list):
        return [_blank(one) for one in rule]
    if not isinstance(rule, dict):
        return rule
    [(name, given)] = rule.items()
    if name == "empty":
        return {"not": {"answered": _blank(given)}}
    if name in {"==", "!="} and given[1] == "" and isinstance(given[0], dict):
        answered = {"answered": _blank(given[0])}
        return answered if name == "!=" else {"not": answered}
    return {name: given if name == "answer" else _blank(given)}


def bounds(text: str) -> dict[str, float | str] | None:
    """Low and high of ". >= 1 and . <= 9"; None for any other constraint."""
    found: dict[str, float | str] = {}
    for part in re.split(r"\s+and\s+", text.strip()):
        one = _BOUND.match(part.strip("() "))
        if one is None:
            return None
        name = "low" if one[1] == ">=" else "high"
        number = float(one[3] or 0)
        found[name] = one[2] or (int(number) if number.is_integer() else number)
    return found


def counts(text: str) -> dict[str, int] | None:
    """Least and most of "count-selected(.) >= 1 and …"; None for any other."""
    found: dict[str, int] = {}
    for part in re.split(r"\s+and\s+", text.strip()):
        one = _COUNTED.match(part.strip())
        if one is None:
            return None
        found["least" if one[1] == ">=" else "most"] = int(one[2])
    return found
