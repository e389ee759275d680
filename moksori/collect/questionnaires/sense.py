"""What makes no sense in a questionnaire: the rules between its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import (
    CHOOSING,
    END,
    MATRICES,
    NOT_APPLICABLE,
    OUT,
    PREFER_NOT_TO_SAY,
    SCALES,
    Option,
    Page,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.expressions import names
from moksori.collect.questionnaires.rules import How, Rules, rules_of
from moksori.collect.questionnaires.words import Words, named_in
from moksori.collect.tables.messages import Message

Found = Iterator[tuple[str, Message]]
LOOPABLE = frozenset({Type.MULTIPLE, Type.RANKING})
_FIXED = {
    Type.WITHOUT: ("very", "somewhat", "not")
}  # first: would be very disappointed


_NOT_BEFORE = _("This rule asks for “{id}”, which is not asked before.")
_COMPARES_NOTHING = _("Say what the answer is compared with in this rule.")
_MAY_BE_EMPTY = frozenset({How.IS, How.IS_NOT})  # "nothing was written"
# Questions come out while a page is answered; words and options do not change there.
_NOT_ON_EARLIER_PAGE = _("This rule asks for “{id}”, which no earlier page asks.")


def problems_of(whole: Questionnaire) -> Found:
    """Each fault with its path; nothing for a questionnaire that can be published."""
    if not whole.pages:
        yield "pages", Message(_("A questionnaire needs at least one page."))
    yield from _twice(whole)
    yield from _pages(whole)
    for n, quota in enumerate(whole.quotas):
        yield from _asks(quota.when, set(_ids(whole)), f"quotas.{n}.when")
    for n, variant in enumerate(whole.variants):
        if not variant.share > 0:
            text = _("The share of a variant is more than 0.")
            yield f"variants.{n}.share", Message(text)
    if whole.opens_at and whole.closes_at and whole.closes_at <= whole.opens_at:
        yield "closes_at", Message(_("It closes before it opens."))


def _ids(whole: Questionnaire) -> list[str]:
    return [question.id for question in whole.questions()]


def _twice(whole: Questionnaire) -> Found:
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("pages", (page.id for page in whole.pages)),
        ("pages", _ids(whole)),
        ("pages", (q.key for q in whole.questions() if q.type != Type.SECTION)),
        ("quotas", (quota.id for quota in whole.quotas)),
        ("variants", (variant.id for variant in whole.variants)),
    )
    for path, ids in kinds:
        for id, count in Counter(ids).items():
            if id and count > 1:
                text = _("“{id}” is there {count} times; an id is there once.")
                yield path, Message(text, {"id": id, "count": count})


def _pages(whole: Questionnaire) -> Found:
    # What a link tells is known from the start, wherever it stands.
    before = {one.id for one in whole.questions() if one.type == Type.HIDDEN}
    for p, page in enumerate(whole.pages):
        at = f"pages.{p}"
        if not page.questions:
            yield f"{at}.questions", Message(_("There is no question on this page."))
        yield from _asks(page.show, before, f"{at}.show")
        yield from _named(page.title, before, f"{at}.title")
        yield from _loop(page, before, whole, at)
        here: set[str] = set()
        for q, question in enumerate(page.questions):
            path = f"{at}.questions.{q}"
            yield from _asks(question.show, before | here, f"{path}.show")
            yield from _question(question, before, path)
            here.add(question.id)
        before |= here
        later = {one.id for one in whole.pages[p + 1 :]} | {END, OUT}
        for g, go in enumerate(page.go):
            yield from _asks(go.when, before, f"{at}.go.{g}.when")
            if go.to not in later:
                text = _("“{to}” is no later page; “end” and “out” are the others.")
                yield f"{at}.go.{g}.to", Message(text, {"to": go.to})


def _loop(page: Page, before: set[str], whole: Questionnaire, at: str) -> Found:
    if page.loop is None:
        return
    over = whole.question(page.loop.over)
    if over is None or over.id not in before or over.type not in LOOPABLE:
        text = _("A page is repeated for what was chosen in an earlier question.")
        yield f"{at}.loop.over", Message(text)
        return
    asked_on = whole.page_of(over.id)
    if asked_on and asked_on.loop:
        text = _("“{id}” is on a repeated page itself; pages repeat on one level only.")
        yield f"{at}.loop.over", Message(text, {"id": over.id})


def _asks(
    expression: object, known: set[str], path: str, said: str = _NOT_BEFORE
) -> Found:
    for name in names(expression):
        if name not in known:
            yield path, Message(said, {"id": name})
    for rule in (rules_of(expression) or Rules()).rules:
        if rule.value == () or (rule.value == "" and rule.how not in _MAY_BE_EMPTY):
            yield path, Message(_COMPARES_NOTHING)


def _named(words: Words, known: set[str], path: str) -> Found:
    for name in dict.fromkeys(named_in(words)):
        if name not in known:
            text = _("The words name “{{{id}}}”, which no earlier page asks.")
            yield path, Message(text, {"id": name})


def _question(question: Question, known: set[str], path: str) -> Found:
    """`known` is what earlier pages ask."""
    yield from _options(question, known, path)
    yield from _named(question.text, known, f"{path}.text")
    yield from _named(question.help, known, f"{path}.help")
    low, high = question.scale
    if question.type in SCALES and not (
        high > low and high - low <= 10 and low == int(low) and high == int(high)
    ):
        text = _("A scale runs in whole steps, from low to high, eleven at most.")
        yield f"{path}.high", Message(text)
    if question.type == Type.NPS and (low, high) != (0, 10):
        yield f"{path}.high", Message(_("The recommendation score runs from 0 to 10."))
    if question.type == Type.SUM and not (question.total or 0) > 0:
        yield f"{path}.total", Message(_("Say how many points there are to share out."))
    if question.type == Type.CONSENT and not question.purpose:
        text = _("Say what the consent is for: each purpose is asked by itself.")
        yield f"{path}.purpose", Message(text)
    if question.least and question.most and question.least > question.most:
        yield f"{path}.least", Message(_("The least is more than the most."))


def _option(option: Option, known: set[str], path: str) -> Found:
    yield from _asks(option.show, known, f"{path}.show", _NOT_ON_EARLIER_PAGE)
    yield from _named(option.text, known, f"{path}.text")
    if option.id in {NOT_APPLICABLE, PREFER_NOT_TO_SAY}:
        text = _("“{id}” is a code that a question allows, not an answer of its own.")
        yield f"{path}.id", Message(text, {"id": option.id})


def _options(question: Question, known: set[str], path: str) -> Found:
    needed = 2 if question.type in CHOOSING else 0
    if len(question.options) < needed:
        yield f"{path}.options", Message(_("Give at least two answers to choose from."))
    if question.type in MATRICES and not question.rows:
        yield f"{path}.rows", Message(_("A table needs at least one row."))
    for name, listed in (("options", question.options), ("rows", question.rows)):
        for id, count in Counter(option.id for option in listed).items():
            if id and count > 1:
                text = _("“{id}” is there {count} times; an id is there once.")
                yield f"{path}.{name}", Message(text, {"id": id, "count": count})
        for n, option in enumerate(listed):
            yield from _option(option, known, f"{path}.{name}.{n}")
    expected = _FIXED.get(question.type)
    if expected and tuple(one.id for one in question.options[:3]) != expected:
        text = _("This item has the answers {ids}, in this order, so that it can be "
                 "compared.")  # fmt: skip
        yield f"{path}.options", Message(text, {"ids": ", ".join(expected)})
