"""What the builder shows: the outline of a draft, and the form that lies open."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moksori.collect.questionnaires.building import labels
from moksori.collect.questionnaires.building.orders import askable
from moksori.collect.questionnaires.definition import (
    Option,
    Page,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.drafts import (
    Draft,
    Json,
    by_language,
    dicts,
    languages_of,
    tidied,
    type_of,
)
from moksori.collect.questionnaires.lint import Note, lint
from moksori.collect.questionnaires.reading import Problem, look_at
from moksori.collect.questionnaires.rules import (
    LANGUAGE,
    VARIANT,
    How,
    Rule,
    hows_of,
    rules_of,
)
from moksori.collect.questionnaires.shapes import fields_of
from moksori.collect.questionnaires.words import NOTHING, Words

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the outline."""

    id: str
    number: str
    text: str
    type: Type
    label: str
    is_required: bool
    rule: str
    problems: int
    notes: int
    is_open: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class PageRow:
    id: str
    number: int
    title: str
    rule: str
    goes: int
    is_repeated: bool
    is_random: bool
    problems: tuple[Problem, ...]  # its own, without those of its questions
    is_open: bool
    is_first: bool
    is_last: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as a row of fields; `kind` is the field that its value has."""

    n: int
    about: str
    how: str
    value: Any
    kind: str  # number, date, text, choices, yesno, languages, variants, none
    hows: tuple[Choice, ...]
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RulesForm:
    prefix: str
    questions: tuple[Choice, ...]
    rules: tuple[RuleRow, ...] = ()
    any: bool = False
    json: str = ""  # where the rule is none of the usual
    is_usual: bool = True


@dataclass(frozen=True, slots=True)
class GoForm:
    n: int
    to: str
    when: RulesForm


@dataclass(frozen=True, slots=True)
class Screen:
    """A draft as the builder sees it, in one of its languages."""

    draft: Draft
    whole: Questionnaire
    language: str
    languages: tuple[str, ...]
    pages: tuple[PageRow, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    at: str

    @property
    def first(self) -> str:
        return self.languages[0]

    @property
    def open_path(self) -> str:
        """The path of what lies open: "pages.0" or "pages.0.questions.2"."""
        for p, page in enumerate(self.draft["pages"]):
            if page["id"] == self.at:
                return f"pages.{p}"
            for q, question in enumerate(page["questions"]):
                if question["id"] == self.at:
                    return f"pages.{p}.questions.{q}"
        return ""

    @property
    def page_id(self) -> str:
        """The page on which what lies open stands; the first for nothing."""
        found = self.open_path.split(".")
        number = int(found[1]) if len(found) > 1 else 0
        pages = self.draft["pages"]
        return str(pages[number]["id"]) if pages else ""

    def problems_at(self, path: str) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if _is_under(one.path, path))

    def notes_at(self, path: str) -> tuple[Note, ...]:
        return tuple(one for one in self.notes if _is_under(one.path, path))


def screen(found: Any, *, at: str = "", language: str = "") -> Screen:
    """Outline, problems and notes of a draft; `at` is the id of what lies open."""
    draft = tidied(found)
    whole, problems = look_at(draft)
    languages = languages_of(draft)
    language = language if language in languages else languages[0]
    whole = whole or Questionnaire(title=NOTHING, pages=())
    notes = lint(whole, language)
    ids = {page["id"] for page in draft["pages"]}
    ids |= {one["id"] for page in draft["pages"] for one in page["questions"]}
    at = at if at in ids else ""
    pages = tuple(
        _page_row(p, page, whole, language, (problems, notes, at))
        for p, page in enumerate(whole.pages)
    )
    return Screen(draft, whole, language, languages, pages, tuple(problems), notes, at)


def _page_row(
    p: int, page: Page, whole: Questionnaire, language: str, about: tuple[Any, ...]
) -> PageRow:
    problems, notes, at = about
    path = f"pages.{p}"
    number = labels.numbers(whole)
    own = (one for one in problems if _is_under(one.path, path))
    rows = []
    for q, question in enumerate(page.questions):
        here = f"{path}.questions.{q}"
        rows.append(
            Row(
                id=question.id,
                number=number.get(question.id, ""),
                text=whole.said(question.text, language),
                type=question.type,
                label=str(labels.TYPES[question.type]),
                is_required=question.is_required,
                rule=labels.condition_said(question.show, whole, language),
                problems=_count(problems, here),
                notes=_count(notes, here),
                is_open=question.id == at,
                is_first=p == 0 and q == 0,
                is_last=p == len(whole.pages) - 1 and q == len(page.questions) - 1,
            )
        )
    return PageRow(
        id=page.id,
        number=p + 1,
        title=whole.said(page.title, language),
        rule=labels.condition_said(page.show, whole, language),
        goes=len(page.go),
        is_repeated=page.loop is not None,
        is_random=page.is_random,
        problems=tuple(one for one in own if ".questions." not in one.path),
        is_open=page.id == at,
        is_first=p == 0,
        is_last=p == len(whole.pages) - 1,
        rows=tuple(rows),
    )


def _is_under(path: str, whole: str) -> bool:
    return path == whole or path.startswith(f"{whole}.")


def _count(found: Iterable[Problem | Note], path: str) -> int:
    return sum(_is_under(one.path, path) for one in found)


# --- forms of rules ------------------------------------------------------------------


def rules_form(
    prefix: str, expression: Any, whole: Questionnaire, language: str,
    known: Sequence[Question],
) -> RulesForm:  # fmt: skip
    """The fields of a condition; as JSON where it is none of the usual."""
    rules = rules_of(expression)
    asked = [one for one in known if hows_of(one)]
    number = labels.numbers(whole)
    questions = [
        (one.id, f"{number.get(one.id, '')}. {whole.said(one.text, language)[:60]}")
        for one in asked
    ]
    if whole.variants:
        questions.append((VARIANT, str(labels.VARIANT_SAID)))
    if len(whole.languages) > 1:
        questions.append((LANGUAGE, str(labels.LANGUAGE_SAID)))
    written = json.dumps(expression, ensure_ascii=False, indent=1)
    if rules is None:
        return RulesForm(prefix, tuple(questions), json=written, is_usual=False)
    rows = tuple(
        _rule_row(n, rule, whole, language) for n, rule in enumerate(rules.rules)
    )
    # What was asked about may be gone, or stand later now: it is shown all the same.
    there = {id for id, _text in questions}
    missing = {row.about for row in rows} - there
    questions += [(id, f"? {id}") for id in sorted(missing)]
    return RulesForm(prefix, tuple(questions), rows, any=rules.any)


def _rule_row(n: int, rule: Rule, whole: Questionnaire, language: str) -> RuleRow:
    question = whole.question(rule.about)
    kind, values = _kind(rule, question, whole, language)
    hows = hows_of(question) if question or rule.about.startswith("@") else (rule.how,)
    return RuleRow(
        n=n,
        about=rule.about,
        how=rule.how.value,
        value=rule.value,
        kind=kind,
        hows=tuple((how.value, str(labels.HOWS[how])) for how in hows),
        values=values,
    )


def _kind(  # noqa: PLR0911 – by type
    rule: Rule, question: Question | None, whole: Questionnaire, language: str
) -> tuple[str, tuple[Choice, ...]]:
    if rule.how in (How.ANSWERED, How.NOT_ANSWERED):
        return "none", ()
    if rule.how in (How.ANY_OF, How.NONE_OF, How.ALL_OF):
        options: Sequence[Option] = question.options if question else ()
        return "choices", tuple(
            (one.id, whole.said(one.text, language) or one.id) for one in options
        )
    if question is None:
        if rule.about == VARIANT:
            return "one", tuple((one.id, one.called) for one in whole.variants)
        return "one", tuple((one, one) for one in whole.languages)
    if question.type == Type.CONSENT:
        return "yesno", ()
    if question.is_score or question.type == Type.NUMBER:
        return "number", ()
    return ("date" if question.type == Type.DATE else "text"), ()


def goes_form(page: Json, screen: Screen) -> tuple[GoForm, ...]:
    """Where a page leads on to, rule by rule."""
    known = askable(screen.whole, page["id"], on_page=True)
    return tuple(
        GoForm(
            n,
            str(go.get("to", "")),
            rules_form(f"go-{n}-when", go.get("when"), screen.whole, screen.language,
                       known),
        )
        for n, go in enumerate(dicts(page.get("go")))
    )  # fmt: skip


# --- words of a form -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the language of the form, and in the first one as an example."""

    text: str
    example: str


def said(thing: Mapping[str, Any], name: str, screen: Screen) -> Said:
    words = Words(by_language(thing.get(name), screen.first))
    others = tuple(one for one in screen.languages if one != screen.language)
    text = words.get(screen.language, "")
    return Said(text, "" if text else words.said("", otherwise=others))


def open_fields(question: Json) -> Collection[str]:
    return fields_of(type_of(question))
