"""Conditions of LimeSurvey: "q1.NAOK == 9 and q2_a.NAOK == 'Y'"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moksori.collect.questionnaires.formats.infix import (
    AS_IS,
    Dialect,
    Style,
    Unknown,
    parsed,
    sayable,
)

# A question, or one answer of several: "q2_a.NAOK"; not the name of a function.
_VARIABLE = re.compile(r"([A-Za-z]\w*(?:\.\w+)?)(?!\s*\(|\w|\.)")
_WORDS = frozenset(
    {"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "true", "false", "xor"}
)


def dialect(
    known: Mapping[str, Any], values: Mapping[str, Mapping[str, str]]
) -> Dialect:
    """`known`: code of a question → its JSON; `values`: codes of its answers → ids."""

    def answer(name: str) -> Any:
        code = name.partition(".")[0]
        if code.lower() in _WORDS:
            raise Unknown(code)
        if code in known:
            return {"answer": known[code]["id"]}
        base, _dash, cell = code.rpartition("_")
        if base not in known:
            raise Unknown(code)
        return {"part": [known[base]["id"], values.get(base, {}).get(cell, cell)]}

    return Dialect(
        re.compile(rf"(?!(?:{'|'.join(_WORDS)})\b){_VARIABLE.pattern}"),
        answer,
        {
            "is_empty": lambda given: {"not": {"answered": given[0]}},
            "if": lambda given: {"if": [given[0], given[1], given[2]]},
            "sum": lambda given: {"sum": given},
            "count": lambda given: {"count": given[0]},
        },
    )


def understood(
    text: str,
    known: Mapping[str, Any],
    values: Mapping[str, Mapping[str, str]],
) -> Any:
    """Our rule; None for "1", which always holds. Raises Unknown."""
    if text.strip() in {"", "1"}:
        return None
    by_id = {one["id"]: (code, one) for code, one in known.items()}
    return _ours(parsed(text, dialect(known, values)), by_id, values)


def _ours(rule: Any, by_id: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """Parts of several answers, and codes of answers, as we say them."""
    if isinstance(rule, list):
        return [_ours(one, by_id, values) for one in rule]
    if not isinstance(rule, dict):
        return rule
    [(name, given)] = rule.items()
    if name == "part":
        return {"cell": [{"answer": given[0]}, given[1]]}
    if name in {"==", "!="} and isinstance(given, list) and isinstance(given[0], dict):
        return _compared(name, given, by_id, values)
    return {name: given if name == "answer" else _ours(given, by_id, values)}


def _compared(
    name: str, given: list[Any], by_id: Mapping[str, Any], values: Mapping[str, Any]
) -> Any:
    left, right = given
    if "part" in left and right == "Y":
        id, option = left["part"]
        chosen = {"contains": [{"answer": id}, option]}
        return chosen if name == "==" else {"not": chosen}
    asked = left.get("answer") or (left.get("part") or [None])[0]
    if isinstance(right, str) and asked in by_id:
        code, question = by_id[asked]
        if question["type"] == "consent" and right in {"Y", "N"}:
            right = right == "Y"
        else:
            right = values.get(f"={code}", {}).get(right, right)
    if isinstance(right, str) and _is_scored(asked, by_id) and right.isdecimal():
        right = int(right)
    return {name: [_ours(left, by_id, values), right]}


def _is_scored(asked: Any, by_id: Mapping[str, Any]) -> bool:
    scores = {"nps", "csat", "ces", "stars", "smileys", "number"}
    return asked in by_id and by_id[asked][1]["type"] in scores


def style(codes: Mapping[str, str], several: frozenset[str]) -> Style:
    """`codes`: "id", "id/option" → code; `several`: questions with several answers."""

    def variable(id: str) -> str:
        if id not in codes or id in several:
            raise Unknown(id)
        return f"{codes[id]}.NAOK"

    return Style(
        variable,
        {"and": "and", "or": "or", "==": "==", "!=": "!=", "<": "<", "<=": "<=",
         ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*", "/": "/"},
        {"answered": "!is_empty({0})", "not": "!({0})", "if": "if({0}, {1}, {2})"},
    )  # fmt: skip


def written(rule: Any, codes: Mapping[str, str], several: frozenset[str]) -> str | None:
    """The rule as LimeSurvey has it; None where it has no words for it."""
    if rule is None:
        return None
    try:
        return style(codes, several).written(_theirs(rule, codes, several))
    except Unknown:
        return None


def _theirs(rule: Any, codes: Mapping[str, str], several: frozenset[str]) -> Any:
    """Our ids as their codes."""
    if isinstance(rule, list):
        return [_theirs(one, codes, several) for one in rule]
    if not isinstance(rule, dict) or len(rule) != 1 or "answer" in rule:
        return rule
    [(name, given)] = rule.items()
    if isinstance(given, list):
        name, given = sayable(name, given)
        if name == "contains" and (place := _place(given, codes, several)):
            return {"==": [{AS_IS: place}, "Y"]}
        if name in {"==", "!="} and len(given) == 2:
            return {name: [given[0], _value(given, codes)]}
    return {name: _theirs(given, codes, several)}


def _place(given: Any, codes: Mapping[str, str], several: frozenset[str]) -> str:
    """The answer of several that is asked for: "q2_a.NAOK"."""
    whole, one = given
    asked = whole.get("answer") if isinstance(whole, dict) else None
    code = codes.get(f"{asked}/{one}")
    return f"{codes[asked]}_{code}.NAOK" if asked in several and code else ""


def _value(given: Any, codes: Mapping[str, str]) -> Any:
    asked = given[0].get("answer") if isinstance(given[0], dict) else None
    if isinstance(given[1], bool):
        return "Y" if given[1] else "N"
    return codes.get(f"{asked}/{given[1]}", given[1])
