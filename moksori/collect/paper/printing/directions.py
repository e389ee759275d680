"""Printed logic: who a question is for, and where to go on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from moksori.base.web.text import with_particles
from moksori.collect.questionnaires.definition import END, OUT, Questionnaire, Type
from moksori.collect.questionnaires.numbering import Direction, Line
from moksori.collect.questionnaires.saying import rule_in_words
from moksori.collect.questionnaires.words import ITEM, PIPE, Words


def said(
    words: Words, q: Questionnaire, language: str, numbers: Mapping[str, str]
) -> str:
    """The words; where an earlier answer would stand, the number of its question."""

    def place(found: re.Match[str]) -> str:
        if found[2]:
            return found[2]
        number = numbers.get(found[1])
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
    rules = [rule_in_words(rule, q, language) for rule in line.only_if]
    text = _("Only if {rule}").format(rule=_(" and ").join(rules))
    return with_particles(text)


def _direction(one: Direction, line: Line, q: Questionnaire, language: str) -> str:
    to = _to(one.to)
    if one.options:
        chosen = [line.question.option(id) for id in one.options]
        words = ", ".join(
            f"“{q.said(option.text, language)}”" for option in chosen if option
        )
        return with_particles(_("If {answers}: → {to}").format(answers=words, to=to))
    if one.when is None:
        return _("→ {to}").format(to=to)
    rule = rule_in_words(one.when, q, language)
    return with_particles(_("If {rule}: → {to}").format(rule=rule, to=to))


def _to(to: str) -> str:
    if to == END:
        return _("you are done, thank you")
    if to == OUT:
        return _("you are done, thank you: leave the rest empty")
    return _("go to {number}").format(number=to)
