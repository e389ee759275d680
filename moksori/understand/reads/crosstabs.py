"""Who agrees, by an attribute: shares, tests, and nothing that betrays a few people."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.surveys.crosstabs import CrossTab, Test, crosstab, top_box
from moksori.analysis.surveys.design import Design
from moksori.analysis.surveys.suppression import protect
from moksori.base.people.models import Member
from moksori.understand.reads.answers import (
    Question,
    Rows,
    in_order,
    questions_of,
    rows_of,
    value_labels,
)
from moksori.understand.reads.places import Place
from moksori.understand.reads.populations import (
    Weighting,
    counts_everybody,
    population_of,
    weighted,
)
from moksori.understand.reads.scores import scored_place
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters

LEAST = 5
BOXES = {"nps": 2}


@dataclass(frozen=True, slots=True)
class CrossColumn:
    """One value of the attribute. `agree` is None where few people are protected;
    `differs` against all others together: 1 more, −1 fewer, 0 within chance."""

    value: str
    label: str
    n: int | None
    agree: Estimate | None
    p: float | None = None
    differs: int = 0


@dataclass(frozen=True)
class CrossPage:
    """A question by an attribute.

    `agreed_from` is the lowest answer that counts as agreeing. `hidden` counts columns
    protected because they, or what would be left without them, are few people; `test`
    is None where there is nothing to test.
    """

    place: Place
    questions: tuple[Question, ...] = ()
    question: Question | None = None
    attributes: tuple[str, ...] = ()
    attribute: str = ""
    everybody: Estimate | None = None
    columns: tuple[CrossColumn, ...] = ()
    test: Test | None = None
    agreed_from: float = 0.0
    n: int = 0
    hidden: int = 0
    weighting: Weighting | None = field(default=None)


def cross_page(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    question: str = "",
    attribute: str = "",
    is_weighted: bool = False,
) -> CrossPage | None:
    """The table asked for, or the first question by the first attribute; None for who
    reads nothing."""
    found = scored_place(by=by, filters=filters, period=period)
    if found is None or found.facts is None:
        return None if found is None else CrossPage(found)
    questions = tuple(one for one in questions_of(found.facts, by=by) if one.answered)
    if not questions:
        return CrossPage(found)
    chosen = next((one for one in questions if one.id == question), questions[0])
    rows = rows_of(found.facts, (f"answered:{chosen.id}",))
    attribute = attribute if attribute in rows.attributes else ""
    attribute = attribute or next(iter(rows.attributes), "")
    page = _Table(found, questions, chosen, rows, attribute)
    can_weight = is_weighted and counts_everybody(found, by=by)
    return page.with_weights() if can_weight else page.as_came()


@dataclass(frozen=True)
class _Table:
    place: Place
    questions: tuple[Question, ...]
    question: Question
    rows: Rows
    attribute: str

    def as_came(self) -> CrossPage:
        return self._page(self.rows, None, None)

    def with_weights(self) -> CrossPage:
        kept = population_of(self.place.affiliate)
        if kept is None or not kept.margins:
            return self.as_came()
        weighting, sample, inside = weighted(self.rows, kept)
        if sample is None:
            return self._page(self.rows, None, weighting)
        return self._page(self.rows.only(inside), sample, weighting)

    def _page(
        self, rows: Rows, sample: Design | None, weighting: Weighting | None
    ) -> CrossPage:
        if len(rows) < LEAST:
            return CrossPage(
                self.place, self.questions, self.question, weighting=weighting
            )
        boxes = BOXES.get(self.question.kind.value, 2)
        low, high = self.question.low, self.question.high
        agrees = top_box(rows.values, low=low, high=high, boxes=boxes)
        coded = rows.attribute(self.attribute) if self.attribute else None
        table = crosstab(agrees, coded.values(), sample) if coded else None
        whole = table or crosstab(agrees, ["all"] * len(rows), sample)
        columns, hidden = (
            self._columns(table, coded.sizes) if table and coded else ((), 0)
        )
        return CrossPage(
            place=self.place,
            questions=self.questions,
            question=self.question,
            attributes=tuple(self.rows.attributes),
            attribute=self.attribute,
            everybody=whole.everybody.estimate,
            columns=columns,
            test=table.test if table else None,
            agreed_from=_lowest(low, high, boxes),
            n=whole.answered,
            hidden=hidden,
            weighting=weighting,
        )

    def _columns(
        self, table: CrossTab, sizes: dict[str, int]
    ) -> tuple[tuple[CrossColumn, ...], int]:
        """In order; those that betray few people last, without their numbers."""
        closed = protected(sizes)
        known = {column.group: column for column in table.columns}
        names = value_labels(self.attribute, sorted(closed))
        shown, hidden = [], 0
        for value in sorted(in_order(sizes), key=closed.__getitem__):
            label = names.get(value, value)
            column = known.get(value)
            if closed[value] or column is None:
                hidden += 1
                shown.append(CrossColumn(value, label, None, None))
                continue
            p = None if np.isnan(column.p) else column.p
            agree = column.agree.estimate
            shown.append(CrossColumn(value, label, column.n, agree, p, column.differs))
        return tuple(shown), hidden


def protected(sizes: dict[str, int], *, least: int = LEAST) -> dict[str, bool]:
    """Which of several groups must stay hidden, so that none of under five people can
    be worked out from the whole and the others."""
    if not sizes:
        return {}
    names = sorted(sizes)
    counts: NDArray[np.int64] = np.array([sizes[name] for name in names])
    hidden = protect(counts, least=least).hidden[:-1]
    return {name: bool(one) for name, one in zip(names, hidden, strict=True)}


def _lowest(low: float, high: float, boxes: int) -> float:
    """The lowest answer that agrees, for the words beside the table."""
    is_whole = float(high - low).is_integer() and high - low <= 10
    step = 1.0 if is_whole else (high - low) / 5
    return high - (boxes - 1) * step
