"""Whether an answer fits its question, said so that the customer can put it right.

A question is checked as it is shown (`flow.Step.questions`), so that an option that is
hidden cannot be chosen, by whatever route the answer comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.answers import State
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import (
    NOT_APPLICABLE,
    SKIPPED,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.fields import Given, Raw, given
from moksori.collect.questionnaires.flow import CODE, OWN
from moksori.collect.questionnaires.values import Unfit, codes, fit, own_words
from moksori.collect.tables.messages import Message


@dataclass(frozen=True, slots=True)
class Checked:
    """What an answer comes to; with a problem, nothing of it is taken."""

    value: Any = None
    state: State = State.SKIPPED
    code: str = ""
    problem: Message | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def entries(self, id: str) -> dict[str, Any]:
        """What to keep of it among the answers of the response."""
        found: dict[str, Any] = {}
        if self.value is not None:
            found[id] = self.value
        if self.code:
            found[f"{id}{CODE}"] = self.code
        return found | {f"{id}{OWN}{option}": one for option, one in self.words.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """All answers of a response: those that count, and the problems by question id."""

    answers: Mapping[str, Any]
    problems: Mapping[str, Message]


def check(question: Question, raw: Raw, *, language: str) -> Checked:
    """An answer out of the fields of a form; see `fields` for their names."""
    if question.type == Type.SECTION:
        return Checked(state=State.NOT_SHOWN)
    return _judged(question, given(question, raw), language)


def check_json(
    question: Question,
    value: Any,
    *,
    code: str = "",
    words: Mapping[str, Any] | None = None,
    language: str = "",
) -> Checked:
    """An answer as JSON: the value as `definition.Type` says it, None if there is none.

    `code` says why there is none; {"code": "not_applicable"} as the value does so, too.
    """
    if question.type == Type.SECTION:
        return Checked(state=State.NOT_SHOWN)
    if isinstance(value, Mapping) and set(value) == {"code"} and not question.options:
        value, code = None, str(value["code"])
    told = {
        id: text
        for id, text in (words or {}).items()
        if isinstance(text, str) and text.strip()
    }
    return _judged(
        question, Given(value, "" if code == SKIPPED else code, told), language
    )


def saved(
    answers: Mapping[str, Any], question: Question, checked: Checked
) -> dict[str, Any]:
    """The answers of a response with this one in place of what was said before."""
    return dict(without(answers, question.id)) | checked.entries(question.id)


def without(answers: Mapping[str, Any], id: str) -> Iterator[tuple[str, Any]]:
    """The answers, less all that belongs to one question."""
    for key, value in answers.items():
        if key.split(OWN, 1)[0].removesuffix(CODE) != id:
            yield key, value


def check_all(q: Questionnaire, state: flow.State) -> Verdict:
    """Every answer on the path of a whole response, as a program sends it."""
    found = flow.walked(q, state)
    problems: dict[str, Message] = {}
    for step in found.steps:
        for question in step.questions:
            checked = check_json(
                question,
                state.answers.get(question.id),
                code=str(state.answers.get(f"{question.id}{CODE}", "")),
                words=_own(question, state.answers),
                language=state.language,
            )
            if checked.problem:
                problems[question.id] = checked.problem
    return Verdict(cleaned(q, state), problems)


def cleaned(
    q: Questionnaire, state: flow.State, walked: flow.Walked | None = None
) -> dict[str, Any]:
    """The answers of a whole response that count: what was shown, and fits.

    What was left empty is marked so. Cleaning again changes nothing. `walked` is the
    path of these answers, where the caller has it.
    """
    answers = dict(state.answers)
    found = walked or flow.walked(q, state)
    # A mark may bring out a page whose rule asks for it; each round settles one page.
    for _round in range(len(q.pages) + 1):
        before, answers = answers, _whole(found)
        if answers == before:
            break
        found = flow.walked(q, replace(state, answers=answers))
    return answers


def beside_path(q: Questionnaire, state: flow.State) -> tuple[str, ...]:
    """The questions that were answered though nobody asked: paper cannot hide any."""
    shown = flow.walked(q, state)
    asked = {one.id for step in shown.steps for one in step.questions}
    silent = {one.id for one in q.questions() if one.type == Type.HIDDEN}
    told = (key for key in state.answers if CODE not in key and OWN not in key)
    return tuple(id for id in told if id not in asked | silent)


def _whole(found: flow.Walked) -> dict[str, Any]:
    answers = dict(found.answers)
    for step in found.steps:
        for one in step.questions:
            code = f"{one.id}{CODE}"
            if one.type == Type.CONSENT:
                answers.setdefault(one.id, False)
                answers.pop(code, None)
            elif one.type != Type.SECTION and not {one.id, code} & answers.keys():
                answers[code] = SKIPPED
    return answers


def hidden(q: Questionnaire, told: Mapping[str, str]) -> dict[str, str]:
    """What a link or the page around a widget tells, by the codes of its questions."""
    found = {}
    for question in q.questions():
        text = told.get(question.key) if question.type == Type.HIDDEN else None
        if text:
            found[question.id] = str(fit(question, text))
    return found


def _own(question: Question, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        option.id: answers.get(f"{question.id}{OWN}{option.id}", "")
        for option in question.options
        if option.is_other
    }


def _judged(question: Question, told: Given, language: str) -> Checked:
    if told.code:
        return _coded(question, told.code)
    value = None if told.value in ("", [], {}) else told.value
    if value is None or (value is False and question.type == Type.CONSENT):
        return _nothing(question)
    try:
        fitted = fit(question, value)
        words = own_words(question, fitted, told.words)
    except Unfit as unfit:
        return Checked(problem=_in_words(unfit.problem, question, language))
    return Checked(fitted, State.ANSWERED, words=words)


def _coded(question: Question, code: str) -> Checked:
    if code not in codes(question):
        text = _("This answer is not offered here. Please choose again.")
        return Checked(problem=Message(text))
    is_empty = code == NOT_APPLICABLE
    return Checked(
        state=State.NOT_APPLICABLE if is_empty else State.SKIPPED, code=code
    )  # fmt: skip


def _nothing(question: Question) -> Checked:
    if question.type == Type.CONSENT:
        if question.is_required:
            text = _("Without your consent to this we cannot take your answers.")
            return Checked(problem=Message(text))
        return Checked(value=False, state=State.ANSWERED)  # not ticked is an answer: no
    if question.is_required and question.type != Type.HIDDEN:
        return Checked(problem=Message(_("Please answer this question.")))
    return Checked(code=SKIPPED)


def _in_words(problem: Message, question: Question, language: str) -> Message:
    """The problem with an option's words in place of its id."""
    option = question.option(str(problem.facts.get("option", "")))
    if option is None:
        return problem
    words = option.text.said(language)
    return replace(problem, facts={**problem.facts, "option": words})
