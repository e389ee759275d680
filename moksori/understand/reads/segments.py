"""Where a theme hurts more than elsewhere: by product, region and channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import newcombe, wilson
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.places import labels

DIMENSIONS = ("product", "region", "channel")
ENOUGH = 30
AT_LEAST_TIMES = 1.3


@dataclass(frozen=True, slots=True)
class Segment:
    """One value of an attribute: the share of its feedback that complains."""

    dimension: str
    value: str
    label: str
    reach: Estimate
    complaints: int

    @property
    def total(self) -> int:
        return self.reach.n


@dataclass(frozen=True, slots=True)
class Counts:
    """Complaints per theme and value, and all feedback per value."""

    dimension: str
    complaints: dict[tuple[int, Any], int]
    totals: dict[Any, int]


def counts(facts: Facts) -> list[Counts]:
    """For every attribute that has at least two values to compare."""
    found = []
    for dimension in DIMENSIONS:
        if dimension in facts.filters.attributes:
            continue
        totals = facts.totals_by(dimension)
        if len(totals) > 1:
            found.append(Counts(dimension, facts.complaints_by(dimension), totals))
    return found


def segments(theme: int, counted: Counts, *, most: int = 8) -> list[Segment]:
    """The values of one attribute with enough feedback, worst first."""
    large = [value for value, n in counted.totals.items() if n >= ENOUGH]
    shares = {
        value: counted.complaints.get((theme, value), 0) / counted.totals[value]
        for value in large
    }
    worst = sorted(large, key=lambda value: (-shares[value], str(value)))[:most]
    names = labels(counted.dimension, list(worst))
    return [
        Segment(
            dimension=counted.dimension,
            value=str(value),
            label=names.get(value, str(value)),
            reach=wilson(
                counted.complaints.get((theme, value), 0), counted.totals[value]
            ),
            complaints=counted.complaints.get((theme, value), 0),
        )
        for value in worst
    ]


def tags(themes: list[int], counted: list[Counts]) -> dict[int, Segment]:
    """Per theme, the one segment that it hits clearly harder than the rest, if any.

    Hundreds of segments are compared, so the interval of the difference is widened to
    99.9 %; the share must also be a third higher than elsewhere to be worth a word.
    """
    found: dict[int, tuple[float, Any, Counts]] = {}
    for one in counted:
        everything = sum(one.totals.values())
        for theme in themes:
            worse = _clearest(theme, one, everything)
            if worse and (theme not in found or worse[0] > found[theme][0]):
                found[theme] = (*worse, one)
    return {theme: _tag(theme, value, one) for theme, (_, value, one) in found.items()}


def _clearest(theme: int, one: Counts, everything: int) -> tuple[float, Any] | None:
    complaints = {value: one.complaints.get((theme, value), 0) for value in one.totals}
    all_complaints = sum(complaints.values())
    best: tuple[float, Any] | None = None
    for value, hurt in complaints.items():
        n, rest = one.totals[value], everything - one.totals[value]
        if hurt < ENOUGH // 3 or n < ENOUGH or rest < ENOUGH:
            continue
        elsewhere = all_complaints - hurt
        if hurt / n < AT_LEAST_TIMES * elsewhere / rest:
            continue
        low = newcombe(hurt, n, elsewhere, rest, level=0.999).low
        if low > 0 and (best is None or low > best[0]):
            best = (low, value)
    return best


def _tag(theme: int, value: Any, one: Counts) -> Segment:
    hurt, n = one.complaints[(theme, value)], one.totals[value]
    label = labels(one.dimension, [value]).get(value, str(value))
    return Segment(one.dimension, str(value), label, wilson(hurt, n), hurt)
