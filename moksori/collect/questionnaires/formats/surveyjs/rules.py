"""Conditions of SurveyJS: "{q1} = 9 and {q2} contains 'a'"."""

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

_VARIABLE = re.compile(r"\{([^{}]+)\}")
STYLE = Style(
    variable=lambda name: f"{{{name}}}",
    signs={
        "and": "and", "or": "or", "==": "=", "!=": "<>", "<": "<", "<=": "<=",
        ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*", "/": "/",
    },
    calls={
        "contains": "({0} contains {1})", "any_of": "({0} anyof {1})",
        "all_of": "({0} allof {1})", "answered": "({0} notempty)", "not": "!({0})",
        "true": "true", "false": "false", "sum": "sum({0})", "if": "iif({0}, {1}, {2})",
    },
)  # fmt: skip


def reader(names: Names) -> Dialect:
    def answer(name: str) -> Any:
        base, dot, cell = name.strip().partition(".")
        found = {"answer": names.of(base)}
        return {"cell": [found, cell]} if dot and cell else found

    return Dialect(
        _VARIABLE,
        answer,
        {
            "iif": lambda given: {"if": [given[0], given[1], given[2]]},
            "sum": lambda given: {"sum": given},
            "isempty": lambda given: {"not": {"answered": given[0]}},
        },
    )


def written(rule: Any) -> str | None:
    """The rule as SurveyJS has it; None where it has no words for it."""
    if rule is None:
        return None
    try:
        return STYLE.written(rule)
    except Unknown:
        return None


def understood(text: object, names: Names) -> Any:
    """Our rule. Raises Unknown."""
    if not isinstance(text, str):
        raise Unknown(str(text)[:60])
    return parsed(text, reader(names))
