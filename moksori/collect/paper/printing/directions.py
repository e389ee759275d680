"""Printed logic: who a question is for, and where to go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.base.web.text import with_particles
from moksori.collect.questionnaires.definition import (
    END,
    OUT,
    Expression,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.numbering import Direction, Line, numbers
from moksori.collect.questionnaires.saying import rule_in_words
from moksori.collect.questionnaires.words import ITEM, PIPE, Words


def said(
    words: Words, q: Questionnaire, language: str, numbered: Mapping[str, str]
) -> str:
    """The words; where an earlier answer would stand, the number of its question."""

    def place(found: re.Match[str]) -> str:
        if found[2]:
            return found[2]
        number = numbered.get(found[1])
        if number is None:
            return found[0] if found[1] != ITEM else _("(this answer)")
        return _("(your answer to {number})").format(number=number)

    return PIPE.sub(place, q.said(words, language))


def after_option(line: Line, option: str) -> str:
    """Where to go after this answer, to stand beside it; "" to go on."""
    if line.question.type != Type.SINGLE:
        return ""
    for one in line.directions:
        if option in one.options:
            return _("→ {to}").format(to=_to(one.to))
    return ""


def after_question(line: Line, q: Questionnaire, language: str) -> list[str]:
    """Where to go after this question, where it does not stand beside the answers."""
    found = []
    for one in line.directions:
        if one.options and line.question.type == Type.SINGLE:
            continue
        found.append(_direction(one, line, q, language))
    return found


def before_question(line: Line, q: Questionnaire, language: str) -> str:
    """For whom it is; "" where it is for everybody."""
    if not line.only_if:
        return ""
    if len(line.only_if) == 1:
        people = _people(line.only_if[0], q, language)
        if people:
            return with_particles(_("Only if {people}").format(people=people))
    rules = [rule_in_words(rule, q, language) for rule in line.only_if]
    told = pgettext("rule", " and ").join(rules)
    return with_particles(_("Only where this is so: {rule}").format(rule=told))


def _direction(one: Direction, line: Line, q: Questionnaire, language: str) -> str:
    to = _to(one.to)
    if one.when is None:
        return _("→ {to}").format(to=to)
    people = _people(one.when, q, language)
    if people:
        return with_particles(_("If {people}: → {to}").format(people=people, to=to))
    rule = rule_in_words(one.when, q, language)
    return with_particles(
        _("Where this is so: {rule}: → {to}").format(rule=rule, to=to)
    )


def _people(rule: Expression, q: Questionnaire, language: str) -> str:
    """Those whom a plain rule means, in plain words; "" for a rule that is involved."""
    sign, question, told = _taken_apart(rule, q)
    if question is None:
        return ""
    values = told if isinstance(told, list) else [told]
    words = [_value(one, question, q, language) for one in values]
    if question.type == Type.CONSENT and sign == "==" and told is True:
        text = pgettext("people", "you agreed in {number}")
        return text.format(number=numbers(q).get(question.id, ""))
    name = "number" if sign == "==" and not question.options else sign
    is_amount = name in _AMOUNTS
    is_plain = all(words) and (len(words) == 1 or sign in _SEVERAL)
    if name not in _PEOPLE or not is_plain or is_amount == bool(question.options):
        return ""
    number = numbers(q).get(question.id, "")
    text = _PEOPLE[name]().format(number=number, value=", ".join(words))
    return with_particles(text)


def _taken_apart(
    rule: Expression, q: Questionnaire
) -> tuple[str, Question | None, Expression]:
    """The sign, the question asked for, and what its answer is compared with."""
    if isinstance(rule, dict) and len(rule) == 1:
        [(sign, parts)] = rule.items()
        if isinstance(parts, list) and len(parts) == 2:
            asked, told = parts
            id = asked.get("answer") if isinstance(asked, dict) else None
            return sign, q.question(id) if isinstance(id, str) else None, told
    return "", None, None


def _value(told: object, question: Question, q: Questionnaire, language: str) -> str:
    if isinstance(told, str):
        option = question.option(told)
        return f"“{q.said(option.text, language)}”" if option else ""
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    return f"{told:g}" if is_number else ""


def _to(to: str) -> str:
    if to == END:
        return _("you are done, thank you")
    if to == OUT:
        return _("you are done, thank you: leave the rest empty")
    return _("go to {number}").format(number=to)


_AMOUNTS = frozenset({"number", "<", "<=", ">", ">="})
_SEVERAL = frozenset({"in", "any_of", "all_of"})
_PEOPLE: Mapping[str, Callable[[], str]] = {
    "==": lambda: pgettext("people", "you marked {value} in {number}"),
    "in": lambda: pgettext("people", "you marked one of {value} in {number}"),
    "any_of": lambda: pgettext("people", "you marked one of {value} in {number}"),
    "all_of": lambda: pgettext("people", "you marked all of {value} in {number}"),
    "contains": lambda: pgettext("people", "you marked {value} in {number}"),
    "number": lambda: pgettext("people", "your answer to {number} is {value}"),
    "<": lambda: pgettext("people", "your answer to {number} is below {value}"),
    "<=": lambda: pgettext("people", "your answer to {number} is {value} or lower"),
    ">": lambda: pgettext("people", "your answer to {number} is above {value}"),
    ">=": lambda: pgettext("people", "your answer to {number} is {value} or higher"),
}
