"""What a questionnaire cannot do on paper, and why; said before it is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from moksori.collect.questionnaires.definition import (
    UPLOADS,
    Full,
    Page,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.expressions import Around, holds, names
from moksori.collect.questionnaires.words import PIPE, Words


class Why(StrEnum):
    """Why something is left out (the first ones), or is other than on a screen."""

    FILE = "file"
    LOOP = "loop"
    RULE = "rule"  # asks for what no sheet knows
    TOO_LONG = "too_long"  # for one page
    TOO_WIDE = "too_wide"
    PIPED = "piped"
    IN_ORDER = "in_order"
    QUOTA = "quota"
    VARIANTS = "variants"
    LETTERS = "letters"  # that no typeface here has
    DATES = "dates"


LEFT_OUT = frozenset({Why.FILE, Why.LOOP, Why.RULE, Why.TOO_LONG, Why.TOO_WIDE})


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one question; without a question about all of it.

    `text` are the words of the question, or the letters that are missing.
    """

    why: Why
    question: str = ""
    text: str = ""

    @property
    def is_left_out(self) -> bool:
        return self.why in LEFT_OUT

    @property
    def said(self) -> str:
        """Why, in the language that is active."""
        return {
            Why.FILE: _("A file, a photo or a recording cannot be put on paper."),
            Why.LOOP: _("It is asked once for each answer chosen before; nobody knows "
                        "when printing which these will be."),
            Why.RULE: _("Whether it is asked hangs on something that no sheet of "
                        "paper knows."),
            Why.TOO_LONG: _("It does not fit on one page. Ask it in fewer answers, or "
                            "in a smaller print."),
            Why.TOO_WIDE: _("Its table is wider than the column. Choose one column, or "
                            "give it fewer answers."),
            Why.PIPED: _("It repeats an earlier answer. On paper the number of that "
                         "question stands there."),
            Why.IN_ORDER: _("On a screen everybody sees another order. On paper it is "
                            "as you wrote it."),
            Why.QUOTA: _("No sheet knows when enough people have answered. All that "
                         "come back are counted, and those beyond are marked."),
            Why.VARIANTS: _("Everybody gets the same questions on paper: its test of "
                            "variants does not go on there."),
            Why.LETTERS: _("This server has no typeface with these letters: they would "
                           "be missing in print."),
            Why.DATES: _("Sheets that come back after the survey has closed still "
                         "count: nobody knows when they were filled in."),
        }[self.why]  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        return {"why": str(self.why), "question": self.question, "text": self.text}


def remark_from(data: Mapping[str, Any]) -> Remark:
    return Remark(Why(data["why"]), data["question"], data["text"])


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The part of a questionnaire that can be printed, and what is to be said of it."""

    questionnaire: Questionnaire
    remarks: tuple[Remark, ...]


def on_paper(
    q: Questionnaire, language: str, unfit: Mapping[str, Why] | None = None
) -> OnPaper:
    """What can be asked on paper, in the language given.

    `unfit` are questions for which there was no room. Hidden questions stay: they ask
    nothing, and the sheet may know the answer.
    """
    sorting = _Sorting(q, language, unfit or {})
    # A page without questions stays, for one may skip to it.
    kept = replace(q, pages=tuple(map(sorting.page, q.pages)))
    return OnPaper(kept, (*sorting.remarks, *_about_all(q)))


class _Sorting:
    """Question after question; a rule may only ask for those that were kept."""

    def __init__(
        self, q: Questionnaire, language: str, unfit: Mapping[str, Why]
    ) -> None:
        self.q, self.language, self.unfit = q, language, unfit
        self.remarks: list[Remark] = []
        self.kept: set[str] = set()

    def page(self, page: Page) -> Page:
        state = self.rule(page.show)
        questions = tuple(filter(None, (
            self.question(one, page, page_rule=state) for one in page.questions
        )))  # fmt: skip
        go = tuple(one for one in page.go if self.rule(one.when) in {"ask", "always"})
        show = page.show if state == "ask" else None
        return replace(page, questions=questions, show=show, loop=None, go=go)

    def question(self, one: Question, page: Page, page_rule: str) -> Question | None:
        if one.type == Type.HIDDEN:
            return one
        own_rule = self.rule(one.show)
        if "never" in {page_rule, own_rule}:
            return None  # not in this language: nothing is missing
        why = self.why_not(one, page, {page_rule, own_rule})
        if why is not None:
            if one.type != Type.SECTION or why != Why.RULE:
                self.say(why, one)
            return None
        if any(PIPE.search(text) for text in self.words(one)):
            self.say(Why.PIPED, one)
        if one.is_random:
            self.say(Why.IN_ORDER, one)
        self.kept.add(one.id)
        return replace(one, show=one.show if own_rule == "ask" else None)

    def why_not(self, one: Question, page: Page, rules: set[str]) -> Why | None:
        if one.id in self.unfit:
            return self.unfit[one.id]
        if one.type in UPLOADS:
            return Why.FILE
        if page.loop is not None:
            return Why.LOOP
        return Why.RULE if "unknown" in rules else None

    def rule(self, rule: Any) -> str:
        """ask: of what is printed; unknown; always or never: the language says it."""
        if rule is None:
            return "always"
        if set(names(rule)) - self.kept or "variant" in _signs(rule):
            return "unknown"
        if set(names(rule)):
            return "ask"
        return "always" if holds(rule, Around(language=self.language)) else "never"

    def words(self, one: Question) -> Iterator[str]:
        said: list[Words] = [one.text, one.help]
        said += [option.text for option in (*one.options, *one.rows)]
        for words in said:
            yield self.q.said(words, self.language)

    def say(self, why: Why, one: Question) -> None:
        text = self.q.said(one.text, self.language)
        self.remarks.append(Remark(why, one.id, text))


def _about_all(q: Questionnaire) -> Iterator[Remark]:
    if q.is_random or any(page.is_random for page in q.pages):
        yield Remark(Why.IN_ORDER)
    if any(quota.full == Full.CLOSE for quota in q.quotas):
        yield Remark(Why.QUOTA)
    if q.variants:
        yield Remark(Why.VARIANTS)
    if q.closes_at is not None:
        yield Remark(Why.DATES)


def _signs(rule: Any) -> set[str]:
    """The operators of a rule."""
    if isinstance(rule, dict):
        inner = set().union(*map(_signs, rule.values())) if rule else set()
        return set(rule) | inner
    return set().union(*map(_signs, rule)) if isinstance(rule, list) and rule else set()
