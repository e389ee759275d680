"""The usual rules as a form has them, and the expressions that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from moksori.collect.questionnaires.definition import (
    CHOOSING,
    SCALES,
    UPLOADS,
    Question,
    Type,
)

Value = str | float | bool | tuple[str, ...] | None
VARIANT, LANGUAGE = "@variant", "@language"  # asked like questions; no id has an @
_ASIDE: Mapping[str, Any] = {VARIANT: {"variant": []}, LANGUAGE: {"language": []}}


class How(StrEnum):
    """How an answer is looked at."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    ALL_OF = "all_of"
    CONTAINS = "contains"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"


_TWO_SIDED = {
    How.IS: "==",
    How.IS_NOT: "!=",
    How.AT_LEAST: ">=",
    How.AT_MOST: "<=",
    How.ANY_OF: "any_of",
    How.ALL_OF: "all_of",
    How.CONTAINS: "contains",
}
# One answer that is in a list is what a form calls one of them.
_OF_SIGN = {sign: how for how, sign in _TWO_SIDED.items()} | {"in": How.ANY_OF}
_OF_LISTS = frozenset({How.ANY_OF, How.NONE_OF, How.ALL_OF})
WITHOUT_VALUE = frozenset({How.ANSWERED, How.NOT_ANSWERED})


@dataclass(frozen=True, slots=True)
class Rule:
    """The answer to a question, looked at in one way."""

    about: str
    how: How
    value: Value = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Several rules: all of them hold, or any of them."""

    rules: tuple[Rule, ...] = ()
    any: bool = False


_ENDS = (How.ANSWERED, How.NOT_ANSWERED)
_OF_NUMBERS = (How.AT_MOST, How.AT_LEAST, How.IS, How.IS_NOT, *_ENDS)
_OF_TEXTS = (How.CONTAINS, How.IS, How.IS_NOT, *_ENDS)
_HOWS: Mapping[Type, tuple[How, ...]] = {
    **dict.fromkeys((*SCALES, Type.NUMBER, Type.DATE), _OF_NUMBERS),
    **dict.fromkeys(CHOOSING | UPLOADS, _ENDS),
    Type.MULTIPLE: (How.ANY_OF, How.NONE_OF, How.ALL_OF, *_ENDS),
    Type.SINGLE: (How.ANY_OF, How.NONE_OF, *_ENDS),
    Type.WITHOUT: (How.ANY_OF, How.NONE_OF, *_ENDS),
    Type.CONSENT: (How.IS,),
    Type.SECTION: (),
}


def hows_of(question: Question | None) -> tuple[How, ...]:
    """The ways to look at an answer to this question; None is variant, language."""
    if question is None:
        return (How.IS, How.IS_NOT)
    return _HOWS.get(question.type, _OF_TEXTS)


def expression_of(rules: Rules) -> Any:
    """The condition that these rules mean; None for no rules."""
    parts = [_expression(rule) for rule in rules.rules]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"or" if rules.any else "and": parts}


def rules_of(expression: Any) -> Rules | None:
    """The rules that a condition stands for; None if it is no usual one."""
    if expression is None:
        return Rules()
    name, given = _only(expression)
    if name in ("and", "or") and isinstance(given, list):
        rules = [_rule(one) for one in given]
        found = tuple(rule for rule in rules if rule is not None)
        is_usual = len(found) == len(rules) > 1
        return Rules(found, any=name == "or") if is_usual else None
    rule = _rule(expression)
    return None if rule is None else Rules((rule,))


def _expression(rule: Rule) -> Any:
    asked = _ASIDE.get(rule.about, {"answer": rule.about})
    value = list(rule.value) if isinstance(rule.value, tuple) else rule.value
    if rule.how == How.ANSWERED:
        return {"answered": asked}
    if rule.how == How.NOT_ANSWERED:
        return {"not": {"answered": asked}}
    if rule.how == How.NONE_OF:
        return {"not": {"any_of": [asked, value]}}
    return {_TWO_SIDED[rule.how]: [asked, value]}


def _rule(expression: Any) -> Rule | None:
    name, given = _only(expression)
    if name == "not":
        rule = _rule(given)
        turned = {How.ANY_OF: How.NONE_OF, How.ANSWERED: How.NOT_ANSWERED}
        if rule is None or rule.how not in turned:
            return None
        return Rule(rule.about, turned[rule.how], rule.value)
    if name == "answered":
        about = _about(given)
        return Rule(about, How.ANSWERED) if about else None
    if name not in _OF_SIGN or not isinstance(given, list) or len(given) != 2:
        return None
    return _compared(_OF_SIGN[name], *given)


def _compared(how: How, left: Any, right: Any) -> Rule | None:
    about = _about(left)
    if not about:
        return None
    if how in _OF_LISTS:
        is_texts = isinstance(right, list) and all(isinstance(v, str) for v in right)
        return Rule(about, how, tuple(right)) if is_texts else None
    is_plain = isinstance(right, str | int | float | bool)
    return Rule(about, how, right) if is_plain else None


def _about(asked: Any) -> str:
    name, given = _only(asked)
    if name == "answer" and isinstance(given, str):
        return given
    aside = {"variant": VARIANT, "language": LANGUAGE}
    return aside.get(name, "") if given == [] else ""


def _only(expression: Any) -> tuple[str, Any]:
    """The one operator of an expression with its arguments."""
    if isinstance(expression, Mapping) and len(expression) == 1:
        [(name, given)] = expression.items()
        return str(name), given
    return "", None
