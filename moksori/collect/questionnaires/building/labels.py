"""What the builder calls types, ways of looking and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.rules import (
    LANGUAGE,
    VARIANT,
    How,
    Rule,
    rules_of,
)

Label = Promise | str
TYPES: Mapping[Type, Label] = {
    Type.NPS: _p("question", "Recommendation, 0 to 10"),
    Type.CSAT: _p("question", "Satisfaction"),
    Type.CES: _p("question", "Ease"),
    Type.STARS: _p("question", "Stars"),
    Type.SMILEYS: _p("question", "Smileys with words"),
    Type.SINGLE: _p("question", "One of several"),
    Type.MULTIPLE: _p("question", "Several of several"),
    Type.MATRIX: _p("question", "Table, one per row"),
    Type.MATRIX_MULTIPLE: _p("question", "Table, several per row"),
    Type.RANKING: _p("question", "Order of importance"),
    Type.SUM: _p("question", "Points to share out"),
    Type.WITHOUT: _p("question", "Could you do without it?"),
    Type.LONG_TEXT: _p("question", "Own words"),
    Type.TEXT: _p("question", "Short text"),
    Type.NUMBER: _p("question", "Number"),
    Type.DATE: _p("question", "Date"),
    Type.EMAIL: _p("question", "E-mail address"),
    Type.PHONE: _p("question", "Telephone number"),
    Type.PHOTO: _p("question", "Photo"),
    Type.AUDIO: _p("question", "Recording"),
    Type.FILE: _p("question", "File"),
    Type.CONSENT: _p("question", "Consent"),
    Type.SECTION: _p("question", "Words in between"),
    Type.HIDDEN: _p("question", "Hidden data"),
}
GROUPS: tuple[tuple[Label, tuple[Type, ...]], ...] = (
    (_p("question", "Scores"), tuple(TYPES)[:5]),
    (_p("question", "Choosing"), tuple(TYPES)[5:12]),
    (_p("question", "Writing and numbers"), tuple(TYPES)[12:18]),
    (_p("question", "Files"), tuple(TYPES)[18:21]),
    (_p("question", "Besides"), tuple(TYPES)[21:]),
)
HOWS: Mapping[How, Label] = {
    How.AT_MOST: _p("rule", "is at most"),
    How.AT_LEAST: _p("rule", "is at least"),
    How.IS: _p("rule", "is"),
    How.IS_NOT: _p("rule", "is not"),
    How.ANY_OF: _p("rule", "is one of"),
    How.NONE_OF: _p("rule", "is none of"),
    How.ALL_OF: _p("rule", "is all of"),
    How.CONTAINS: _p("rule", "contains"),
    How.ANSWERED: _p("rule", "was answered"),
    How.NOT_ANSWERED: _p("rule", "was not answered"),
}
PURPOSES: Mapping[str, Label] = {
    "contact": _p("consent", "Getting back to them about this"),
    "marketing": _p("consent", "News and offers"),
    "third_party": _p("consent", "Passing it on to somebody else"),
    "quote": _p("consent", "Quoting their words"),
    "research": _p("consent", "Further surveys and interviews"),
}
FLAGS: Mapping[str, Label] = {
    "fast": _p("doubt", "answered very fast"),
    "straight": _p("doubt", "the same answer throughout"),
    "contradiction": _p("doubt", "contradicts itself"),
    "gibberish": _p("doubt", "keys pressed at random"),
    "trap": _p("doubt", "filled in by a program"),
    "instant": _p("doubt", "sent at once"),
    "repeated": _p("doubt", "many from one browser"),
    "copied": _p("doubt", "the same words as others"),
    "hurried": _p("doubt", "much faster than others"),
    "same_person": _p("doubt", "several by one customer"),
    "challenged": _p("doubt", "many from one place"),
    "quota": _p("doubt", "beyond a quota"),
    "unsigned": _p("doubt", "a form that was not ours"),
}
UNFIT: Mapping[str, Label] = {  # of paper, which refuses nothing: no doubt in anybody
    "paper_path": _p("doubt", "answered though to be skipped"),
    "paper_unfit": _p("doubt", "answered in a way not offered"),
    "paper_illegible": _p("doubt", "nobody can tell what is written"),
    "paper_order": _p("doubt", "two have the same place"),
    "paper_words": _p("doubt", "words beside an option not chosen"),
    "paper_pages": _p("doubt", "pages are missing"),
}
_SIGNS = {
    How.IS: "=",
    How.IS_NOT: "≠",
    How.AT_LEAST: "≥",
    How.AT_MOST: "≤",
    How.ANY_OF: ":",
    How.NONE_OF: "≠",
    How.ALL_OF: ":",
    How.CONTAINS: "∋",
    How.ANSWERED: "✓",
    How.NOT_ANSWERED: "∅",
}


VARIANT_SAID = _p("rule", "variant")
LANGUAGE_SAID = _p("rule", "language")
GIVEN, NOT_GIVEN = _p("consent", "given"), _p("consent", "not given")


def numbers(whole: Questionnaire) -> dict[str, str]:
    """Question id → "3": how people speak of them; words in between have none."""
    asked = (one.id for one in whole.questions() if one.type != Type.SECTION)
    return {id: str(n) for n, id in enumerate(asked, 1)}


def condition_said(expression: Any, whole: Questionnaire, language: str) -> str:
    """A rule as short as a person would note it: "3 ≤ 6 · 4: price"."""
    if expression is None:
        return ""
    rules = rules_of(expression)
    if rules is None:
        return str(_("a rule of its own"))
    joined = f" {_p('rule', 'or') if rules.any else '·'} "
    return joined.join(_rule_said(rule, whole, language) for rule in rules.rules)


def _rule_said(rule: Rule, whole: Questionnaire, language: str) -> str:
    aside = {VARIANT: VARIANT_SAID, LANGUAGE: LANGUAGE_SAID}
    number = numbers(whole).get(rule.about, rule.about)
    about = (
        str(aside[rule.about]) if rule.about in aside else _("Q{n}").format(n=number)
    )
    sign = _SIGNS[rule.how]
    if rule.how in (How.ANSWERED, How.NOT_ANSWERED):
        return f"{about} {sign}"
    question = whole.question(rule.about)
    if question and question.type == Type.CONSENT:
        is_yes = (rule.how == How.IS) is bool(rule.value)
        return f"{about}: {GIVEN if is_yes else NOT_GIVEN}"
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    arms: dict[Any, str] = {one.id: one.called for one in whole.variants}
    said = []
    for value in values:
        option = question.option(value) if question and isinstance(value, str) else None
        called = arms.get(value, value) if rule.about == VARIANT else value
        said.append(whole.said(option.text, language) if option else str(called))
    gap = "" if sign == ":" else " "
    return f"{about}{gap}{sign} {', '.join(said)}"
