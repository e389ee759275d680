"""Rules in the fields of a form: rows of question, way of looking, value; or JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.building.given import Given, number_in
from moksori.collect.questionnaires.definition import Question, Questionnaire, Type
from moksori.collect.questionnaires.expressions import fault
from moksori.collect.questionnaires.rules import (
    LANGUAGE,
    VARIANT,
    WITHOUT_VALUE,
    How,
    Rule,
    Rules,
    Value,
    expression_of,
    hows_of,
)
from moksori.collect.tables.messages import Message

MOST = 10
_LISTS = frozenset({How.ANY_OF, How.NONE_OF, How.ALL_OF})


class Unclear(Exception):
    """JSON of a rule that is none; `message` says so to who wrote it."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def condition_in(given: Given, prefix: str, whole: Questionnaire) -> Any:
    """The expression of the form's rules; Unclear for JSON that is none."""
    if given.has(f"{prefix}-json"):
        return _json(given, f"{prefix}-json")
    if given.text(f"{prefix}-own"):
        return _json(given, f"{prefix}-own")
    rules = [
        _rule(given, f"{prefix}-{n}", whole)
        for n in given.numbered(prefix)
        if given.text(f"{prefix}-{n}-about")
    ]
    return expression_of(
        Rules(tuple(rules[:MOST]), given.text(f"{prefix}-any") == "any")
    )


def with_one_more(rules: Rules, askable: tuple[Question, ...]) -> Rules:
    """One rule more, about the nearest question that was asked before."""
    about = next((one for one in reversed(askable) if hows_of(one)), None)
    if about is None or len(rules.rules) >= MOST:
        return rules
    how = hows_of(about)[0]
    return Rules((*rules.rules, Rule(about.id, how, _first(about, how))), rules.any)


def asks_another(given: Given, ends: tuple[str, ...] = ("-about", "-how")) -> bool:
    """Whether a rule now looks at another question, or in another way."""
    for name in given.fields:
        for end in ends:
            was = f"{name.removesuffix(end)}-was{'-how' if end == '-how' else ''}"
            if name.endswith(end) and given.text(name) != given.text(was):
                return True
    return False


def without(rules: Rules, n: int) -> Rules:
    kept = tuple(rule for i, rule in enumerate(rules.rules) if i != n)
    return Rules(kept, rules.any)


def _rule(given: Given, at: str, whole: Questionnaire) -> Rule:
    about = given.text(f"{at}-about")
    is_other = about != given.text(f"{at}-was", about)
    question = None if about in (VARIANT, LANGUAGE) else whole.question(about)
    hows = hows_of(question) if question or about.startswith("@") else tuple(How)
    named = given.text(f"{at}-how")
    how = How(named) if named in hows else (hows[0] if hows else How.ANSWERED)
    if how in WITHOUT_VALUE:
        return Rule(about, how)
    if question and (is_other or not given.has(f"{at}-value")):
        return Rule(about, how, _first(question, how))
    return Rule(about, how, _value(given, f"{at}-value", how, question))


def _value(given: Given, name: str, how: How, question: Question | None) -> Value:
    if how in _LISTS:
        return tuple(one for one in given.texts(name) if one)
    text = given.text(name)
    if question is None:
        return text
    if question.type == Type.CONSENT:
        return text == "yes"
    if question.is_score or question.type == Type.NUMBER:
        number = number_in(text)
        return number if number is not None else text
    return text


def _first(question: Question, how: How) -> Value:
    """What a new rule compares with, until somebody says otherwise."""
    if how in WITHOUT_VALUE:
        return None
    if how in _LISTS:
        return ()  # which answers is for a person to say; until then it is missing
    if question.is_score:
        low, high = question.scale
        return int(high if how == How.AT_LEAST else (low + high) // 2)
    if question.type == Type.NUMBER:
        return 0
    return True if question.type == Type.CONSENT else ""


def _json(given: Given, name: str) -> Any:
    if not given.text(name):
        return None
    try:
        found = given.json(name)
    except (ValueError, RecursionError):
        raise Unclear(Message(_("This is no JSON. Check the brackets."))) from None
    if wrong := fault(found):
        text = _("This rule cannot be understood at “{part}”.")
        raise Unclear(Message(text, {"part": wrong}))
    return found
