"""The questions in the one order in which they are printed or read out, with numbers.

On paper nothing is shuffled and nothing is hidden: a line says who it is meant for, and
where to go after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moksori.collect.questionnaires.definition import (
    END,
    OUT,
    Expression,
    Go,
    Page,
    Question,
    Questionnaire,
    Type,
)


@dataclass(frozen=True, slots=True)
class Direction:
    """Where to go on: the number of a question, END or OUT.

    `options` are the answers after which to go there; without any, `when` says it, and
    without that one always goes there.
    """

    to: str
    options: tuple[str, ...] = ()
    when: Expression = None


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its number, or words between questions without one.

    `only_if` are rules that all have to hold, `over` is the question for whose chosen
    options the whole page is asked again.
    """

    number: str
    question: Question
    page: Page
    is_first: bool  # of its page
    only_if: tuple[Expression, ...] = ()
    over: str = ""
    directions: tuple[Direction, ...] = ()


def numbers(q: Questionnaire) -> dict[str, str]:
    """The number of each question that asks something: "1", "2", …"""
    asking = (one for one in q.questions() if _is_asking(one))
    return {one.id: str(n) for n, one in enumerate(asking, 1)}


def lines(q: Questionnaire) -> tuple[Line, ...]:
    """All that is printed or read out, in order."""
    numbered = numbers(q)
    return tuple(
        line for page in q.pages for line in _lines_of(q, page, numbered)
    )  # fmt: skip


def _lines_of(
    q: Questionnaire, page: Page, numbered: Mapping[str, str]
) -> Iterator[Line]:
    printed = [one for one in page.questions if one.type != Type.HIDDEN]
    asking = [one for one in printed if _is_asking(one)]
    for n, question in enumerate(printed):
        is_last = question is printed[-1]
        yield Line(
            number=numbered.get(question.id, ""),
            question=question,
            page=page,
            is_first=n == 0,
            only_if=tuple(
                rule for rule in (page.show, question.show) if rule is not None
            ),
            over=page.loop.over if page.loop else "",
            directions=tuple(
                Direction(
                    _number(q, go.to, numbered), _options(go, asking[-1:]), go.when
                )
                for go in page.go
            )
            if is_last
            else (),
        )


def _number(q: Questionnaire, to: str, numbered: Mapping[str, str]) -> str:
    """The first question at or after a page; END where only words are left."""
    if to in {END, OUT}:
        return to
    ids = [page.id for page in q.pages]
    later = q.pages[ids.index(to) :] if to in ids else ()
    found = (numbered.get(one.id, "") for page in later for one in page.questions)
    return next((number for number in found if number), END)


def _options(go: Go, last: list[Question]) -> tuple[str, ...]:
    """The answers to the last question that lead there, where the rule is so simple."""
    if not last or not isinstance(go.when, dict) or len(go.when) != 1:
        return ()
    [(sign, arguments)] = go.when.items()
    if not isinstance(arguments, list) or len(arguments) != 2:
        return ()
    asked, told = arguments
    if asked != {"answer": last[0].id} or sign not in {
        "==",
        "in",
        "any_of",
        "contains",
    }:
        return ()
    ids = told if isinstance(told, list) else [told]
    known = all(isinstance(id, str) and last[0].option(id) for id in ids)
    return tuple(ids) if known else ()


def _is_asking(question: Question) -> bool:
    return question.type not in {Type.SECTION, Type.HIDDEN}
