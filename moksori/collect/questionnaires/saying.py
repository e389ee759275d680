"""A rule in words, for people: on paper, in a caller's script, beside a question."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext

from moksori.base.web.text import with_particles
from moksori.collect.questionnaires.definition import Expression, Questionnaire
from moksori.collect.questionnaires.numbering import numbers

_SIGNS: Mapping[str, Callable[[], str]] = {
    "==": lambda: pgettext("rule", "{question} is {value}"),
    "!=": lambda: pgettext("rule", "{question} is not {value}"),
    "<": lambda: pgettext("rule", "{question} is less than {value}"),
    "<=": lambda: pgettext("rule", "{question} is {value} or less"),
    ">": lambda: pgettext("rule", "{question} is more than {value}"),
    ">=": lambda: pgettext("rule", "{question} is {value} or more"),
    "in": lambda: pgettext("rule", "{question} is one of {value}"),
    "any_of": lambda: pgettext("rule", "one of {value} was chosen in {question}"),
    "all_of": lambda: pgettext("rule", "all of {value} were chosen in {question}"),
    "contains": lambda: pgettext("rule", "{value} was chosen in {question}"),
}
_SAME_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def rule_in_words(rule: Expression, q: Questionnaire, language: str) -> str:
    """What has to be so, in the language that is active; options in `language`.

    What is too involved for words is given as it is written.
    """
    return _Saying(q, language, numbers(q)).rule(rule)


@dataclass(frozen=True, slots=True)
class _Saying:
    q: Questionnaire
    language: str
    numbers: Mapping[str, str]

    def rule(self, rule: Expression) -> str:
        if not isinstance(rule, dict) or len(rule) != 1:
            return self._as_written(rule)
        [(name, given)] = rule.items()
        parts = given if isinstance(given, list) else [given]
        if name in {"and", "or"}:
            return self._joined(name, parts)
        if name == "not" and len(parts) == 1:
            return self._denied(parts[0])
        if name == "answered" and len(parts) == 1:
            return self._about("answered", parts[0]) or self._as_written(rule)
        return self._compared(name, parts) or self._as_written(rule)

    def _joined(self, name: str, parts: list[Any]) -> str:
        word = pgettext("rule", " and ") if name == "and" else pgettext("rule", " or ")
        said = []
        for part in parts:
            is_mixed = isinstance(part, dict) and bool({"and", "or"} & part.keys())
            text = self.rule(part)
            said.append(f"({text})" if is_mixed and len(parts) > 1 else text)
        return word.join(said)

    def _denied(self, rule: Expression) -> str:
        if isinstance(rule, dict) and set(rule) == {"answered"}:
            asked = rule["answered"]
            asked = asked[0] if isinstance(asked, list) and len(asked) == 1 else asked
            if said := self._about("unanswered", asked):
                return said
        text = pgettext("rule", "it is not so that {rule}")
        return with_particles(text.format(rule=self.rule(rule)))

    def _about(self, what: str, asked: Expression) -> str:
        question = self._question(asked)
        if not question:
            return ""
        text = (
            pgettext("rule", "{question} was answered")
            if what == "answered"
            else pgettext("rule", "{question} was not answered")
        )
        return text.format(question=question)

    def _compared(self, name: str, parts: list[Any]) -> str:
        if name not in _SIGNS or len(parts) != 2:
            return ""
        asked, told = parts
        if name in _SAME_TURNED and not self._question(asked):
            name, asked, told = _SAME_TURNED[name], told, asked
        question, value = self._question(asked), self._value(asked, told)
        if not question or not value:
            return ""
        return _SIGNS[name]().format(question=question, value=value)

    def _question(self, asked: Expression) -> str:
        """What is looked at: a question by its number, the variant or the language."""
        if not isinstance(asked, dict) or len(asked) != 1:
            return ""
        [(name, given)] = asked.items()
        if name == "count":
            inner = self._question(given[0] if isinstance(given, list) else given)
            text = pgettext("rule", "the number of answers to {question}")
            return text.format(question=inner) if inner else ""
        if name == "answer" and isinstance(given, str):
            number = self.numbers.get(given)
            text = pgettext("rule", "question {number}")
            return text.format(number=number) if number else f"“{given}”"
        return {
            "variant": gettext("the variant"),
            "language": gettext("the language"),
            "item": pgettext("rule", "what this page is about"),
        }.get(name, "")

    def _value(self, asked: Expression, told: Expression) -> str:
        if isinstance(told, list):
            return ", ".join(self._value(asked, one) for one in told)
        if isinstance(told, bool):
            return pgettext("rule", "yes") if told else pgettext("rule", "no")
        if isinstance(told, int | float):
            return f"{told:.10g}"
        if not isinstance(told, str):
            return self._question(told)
        id = asked.get("answer") if isinstance(asked, dict) else ""
        question = self.q.question(str(id))
        option = question.option(told) if question else None
        return f"“{self.q.said(option.text, self.language) if option else told}”"

    @staticmethod
    def _as_written(rule: Expression) -> str:
        return json.dumps(rule, ensure_ascii=False)
