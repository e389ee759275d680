"""The answers to choose from: is every direction there, and every number once?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import (
    CHOOSING,
    MATRICES,
    Question,
    Type,
)
from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.questionnaires.lint.ranges import Range, ranges
from moksori.collect.questionnaires.lint.vocabulary import Vocabulary, vocabulary
from moksori.collect.tables.messages import Message

MOST_OPTIONS, MOST_ROWS = 12, 8
_NAMED_ENDS = frozenset({Type.NPS, Type.CSAT, Type.CES, Type.SMILEYS})


LANGUAGES = ("ko", "en")


def answers(question: Question, path: str, language: str) -> Iterator[Note]:
    """Notes on what there is to choose from."""
    texts = [option.text.get(language, "").strip() for option in question.options]
    base = language.partition("-")[0]
    kind = vocabulary(base) if base in LANGUAGES else None
    at = f"{path}.options"
    if question.type in CHOOSING and question.type != Type.WITHOUT:
        yield from _same(texts, at)
        if question.type in {Type.SINGLE, *MATRICES} and kind:
            yield from _unbalanced(texts, kind, at)
        if question.type in {Type.SINGLE, Type.MULTIPLE}:
            yield from _uneven(texts, at)
            yield from _long_list(question, texts, at)
            if kind:
                yield from _no_way_out(question, texts, kind, at)
    if question.type in MATRICES and len(question.rows) > MOST_ROWS:
        why = Message(
            _("{count} rows: towards the end most people only tick down one column."),
            {"count": len(question.rows)},
        )
        better = Message(_("Leave at most {most}, or spread them over two pages."),
                         {"most": MOST_ROWS})  # fmt: skip
        yield Note(f"{path}.rows", Rule.LONG_TABLE, why, better)
    if question.type in _NAMED_ENDS:
        yield from _ends(question, path, language)


def _same(texts: Sequence[str], at: str) -> Iterator[Note]:
    for text, count in Counter(one.casefold() for one in texts if one).items():
        if count > 1:
            why = Message(_("“{text}” is there {count} times."),
                          {"text": text, "count": count})  # fmt: skip
            better = Message(_("Keep one of them."))
            yield Note(at, Rule.SAME_OPTION, why, better, Severity.SERIOUS)


def _unbalanced(texts: Sequence[str], kind: Vocabulary, at: str) -> Iterator[Note]:
    ways = [way_of(text, kind) for text in texts]
    good, bad = ways.count(1), ways.count(-1)
    is_scale = good + bad >= max(2, len(texts) - 2) and good + bad >= 3
    if not is_scale or good == bad or any(map(kind["scale_one_way"].search, texts)):
        return
    instead = next(s for word, s in kind.balanced.items() if word in " ".join(texts))
    why = Message(
        _("{good} answers on the good side, {bad} on the bad: the scale itself pushes "
          "the result."),
        {"good": good, "bad": bad},
    )  # fmt: skip
    better = Message(_("As many on each side: {instead}"), {"instead": instead})
    yield Note(at, Rule.UNBALANCED, why, better, Severity.SERIOUS,
               " / ".join(texts), instead)  # fmt: skip


def way_of(text: str, kind: Vocabulary) -> int:
    """1 for good, -1 for bad, 0 for neither."""
    if kind["scale_bad"].search(text):
        return -1
    return 1 if kind["scale_good"].search(text) else 0


def _uneven(texts: Sequence[str], at: str) -> Iterator[Note]:
    """Steps of numbers that share a number, or leave one out."""
    steps = ranges(texts)
    for (n, one), (m, two) in pairwise(steps):
        if one.overlaps(two):
            why = _("Who would say {number} finds it twice: in “{one}” and in “{two}”.")
            better = _(
                "Begin with the next number where the step before ended: {instead}"
            )
            number = two.low
        elif one.leaves_gap(two):
            why = _(
                "Who would say {number} finds no answer between “{one}” and “{two}”."
            )
            better = _("Let each step begin where the one before ended: {instead}")
            number = one.high + 1
        else:
            continue
        after = one.high + 1
        wording = texts[m].replace(two.low_text, _number(after, two), 1)
        if not two.is_closed:
            wording = ""
        facts = {"number": _number(number, two), "one": texts[n], "two": texts[m]}
        yield Note(
            f"{at}.{m}.text",
            Rule.OVERLAPPING,
            Message(why, facts),
            Message(better, {"instead": wording}) if wording
            else Message(_("Say which of the two it belongs to.")),
            Severity.SERIOUS,
            texts[m],
            wording,
        )  # fmt: skip


def _number(value: float, step: Range) -> str:
    shown = value / step.factor
    return f"{shown:,.0f}" if shown == int(shown) else f"{shown:g}"


def _long_list(question: Question, texts: Sequence[str], at: str) -> Iterator[Note]:
    if len(texts) <= MOST_OPTIONS or question.is_random or len(ranges(texts)) > 2:
        return
    why = Message(
        _("{count} answers in a fixed order: the first ones are chosen more often "
          "because they are first."),
        {"count": len(texts)},
    )  # fmt: skip
    better = Message(_("Shorten the list, or let everybody see it in another order."))
    yield Note(at, Rule.LONG_LIST, why, better, Severity.HINT)


def _no_way_out(
    question: Question, texts: Sequence[str], kind: Vocabulary, at: str
) -> Iterator[Note]:
    """A list of names has hardly ever every name."""
    has_way = (
        not question.is_required
        or question.may_not_apply
        or question.may_prefer_not
        or any(one.is_other or one.is_exclusive for one in question.options)
    )
    is_scale = any(way_of(text, kind) for text in texts) or any(
        re.search(r"\d", text) or kind["scale_apart"].search(text) for text in texts
    )
    if has_way or is_scale or len(texts) < 4:
        return
    why = Message(_("It has to be answered, and nothing here fits everybody."))
    better = Message(
        _("Add “something else” or “none of these”, or let it be left out.")
    )
    yield Note(at, Rule.NO_WAY_OUT, why, better)


def _ends(question: Question, path: str, language: str) -> Iterator[Note]:
    has_names = bool(question.options) and question.type == Type.SMILEYS
    if has_names or (
        question.low_words.get(language) and question.high_words.get(language)
    ):
        return
    why = Message(_("Nothing says which end of the scale is the good one."))
    better = Message(
        _("Name both ends, such as “very dissatisfied” and “very satisfied”.")
    )
    yield Note(f"{path}.low_words", Rule.UNNAMED_ENDS, why, better)
