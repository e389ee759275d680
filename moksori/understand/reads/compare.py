"""Two periods, or two parts of the feedback: what is said more, and what less."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import (
    beyond_chance,
    chance_of_difference,
    newcombe,
    wilson,
)
from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.crossed import ATTRIBUTES, ENOUGH, MEASURES
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.places import Option, Place, options, place
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters, Window

PERIOD = "period"
KINDS = (PERIOD, *ATTRIBUTES)
SPANS = (4, 12, 26, 52)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare: values of an attribute, or spans of days.

    Without spans, the last `weeks` weeks against those before; with `year`, against
    the same weeks a year ago.
    """

    kind: str = PERIOD
    one: str = ""
    other: str = ""
    weeks: int = 4
    year: bool = False
    now: Window | None = None
    then: Window | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: `n` feedbacks with words."""

    value: str
    label: str
    n: int
    window: Window | None


@dataclass(frozen=True, slots=True)
class Line:
    """One theme on both sides; `difference` is one − other, `is_sure` says that it is
    more than chance, over all themes compared."""

    id: int
    name: str
    one: Estimate
    other: Estimate
    one_count: int
    other_count: int
    difference: Estimate
    p: float | None
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`lines` with the surest difference first; none while a side is empty."""

    place: Place
    asked: Asked
    measure: str
    choices: list[str]
    values: list[Option]
    one: Side | None
    other: Side | None
    lines: list[Line]

    @property
    def more(self) -> list[Line]:
        return [line for line in self.lines if line.is_sure and line.difference.low > 0]

    @property
    def less(self) -> list[Line]:
        return [
            line for line in self.lines if line.is_sure and line.difference.high < 0
        ]

    @property
    def tested(self) -> int:
        return sum(line.p is not None for line in self.lines)


def comparison(
    *,
    by: Member,
    asked: Asked,
    filters: Filters = EVERYTHING,
    period: str = "",
    measure: str = "",
) -> Comparison | None:
    """The themes of both sides; None for who reads nothing."""
    found = place(by=by, filters=filters, period=period or "all")
    if found is None:
        return None
    measure = measure if measure in MEASURES else "complaints"
    facts = found.facts
    if facts is None or found.newest is None:
        return Comparison(found, asked, measure, [PERIOD], [], None, None, [])
    choices = [PERIOD, *(name for name in ATTRIBUTES if _can_compare(facts, name))]
    asked = asked if asked.kind in choices else replace(asked, kind=PERIOD)
    if asked.kind == PERIOD:
        values: list[Option] = []
        sides = _periods(facts, asked, measure, found.newest)
    else:
        values = [one for one in options(facts, asked.kind) if one.count >= ENOUGH]
        sides = _values(facts, asked, measure, values)
    (one, x), (other, y) = sides
    return Comparison(
        place=found,
        asked=asked,
        measure=measure,
        choices=choices,
        values=values,
        one=one,
        other=other,
        lines=_lines(facts.affiliate, (one, x), (other, y)),
    )


Counted = tuple[Side, dict[int, int]]


def _can_compare(facts: Facts, name: str) -> bool:
    if name in facts.filters.attributes:
        return False
    return sum(n >= ENOUGH for n in facts.totals_by(name).values()) > 1


def _periods(
    facts: Facts, asked: Asked, measure: str, newest: date
) -> tuple[Counted, Counted]:
    now = asked.now or Window.weeks(asked.weeks, newest)
    back = timedelta(days=364 if asked.year else now.days)
    then = asked.then or Window(now.since - back, now.until - back)
    return _of_window(facts, now, measure), _of_window(facts, then, measure)


def _of_window(facts: Facts, window: Window, measure: str) -> Counted:
    asked = replace(facts, window=window)
    counted = {
        theme: int(row[MEASURES[measure]]) for theme, row in asked.by_theme().items()
    }
    return Side("", "", asked.total(), window), counted


def _values(
    facts: Facts, asked: Asked, measure: str, values: list[Option]
) -> tuple[Counted, Counted]:
    """The two values asked for; without, the two most frequent ones."""
    known = {option.value: option for option in values}
    one = known.get(asked.one) or values[0]
    rest = [option for option in values if option.value != one.value]
    other = known.get(asked.other) or rest[0]
    if other.value == one.value:
        other = rest[0]
    counted = facts.counts_by(asked.kind, MEASURES[measure])
    return _of_value(facts, one, counted), _of_value(facts, other, counted)


def _of_value(
    facts: Facts, option: Option, counted: dict[tuple[int, Any], int]
) -> Counted:
    side = Side(option.value, option.label, option.count, facts.window)
    return side, {
        theme: n
        for (theme, value), n in counted.items()
        if theme is not None and str(value) == option.value
    }


def _lines(affiliate: int, one: Counted, other: Counted) -> list[Line]:
    n, m = one[0].n, other[0].n
    if not n or not m:
        return []
    rows = Theme.objects.filter(
        unit_id=affiliate, state=Theme.State.ACTIVE, is_group=False
    ).only("name_ko", "name_en")
    said = [row for row in rows if one[1].get(row.pk) or other[1].get(row.pk)]
    x = np.array([one[1].get(row.pk, 0) for row in said])
    y = np.array([other[1].get(row.pk, 0) for row in said])
    p = chance_of_difference(x, n, y, m)
    sure = beyond_chance(p)
    lines = [
        _line(row, (int(x[at]), n), (int(y[at]), m), (float(p[at]), bool(sure[at])))
        for at, row in enumerate(said)
    ]
    return sorted(lines, key=lambda line: (2 if line.p is None else line.p, line.id))


def _line(
    row: Theme, one: tuple[int, int], other: tuple[int, int], chance: tuple[float, bool]
) -> Line:
    p, is_sure = chance
    return Line(
        id=row.pk,
        name=row.name,
        one=wilson(*one),
        other=wilson(*other),
        one_count=one[0],
        other_count=other[0],
        difference=newcombe(*one, *other),
        p=None if np.isnan(p) else p,
        is_sure=is_sure,
    )
