"""Who praised or complained about what, and how they scored: rows for drivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import F, Q
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import mean_from, newcombe, wilson
from moksori.base.people.models import Member
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.extract import Extract
from moksori.collect.models import Feedback
from moksori.understand.reads.facts import Facts

SCORE, PROMOTER, DETRACTOR, LEFT = "score", "promoter", "detractor", "left"
OUTCOMES = (SCORE, PROMOTER, DETRACTOR, LEFT)
YES_OR_NO = frozenset({PROMOTER, DETRACTOR, LEFT})
PROMISING, GRUDGING = 9.0, 6.0
FEWEST_LEFT = 30
Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]


@dataclass(frozen=True)
class Heard:
    """One row a feedback: `praised` and `complained` (n,) have a bit per theme in
    `themes`, `score` (n,) is NaN where none was given."""

    themes: tuple[int, ...]
    feedback: NDArray[np.int64]
    praised: Bits
    complained: Bits
    score: Floats
    outcome: Floats
    counts: Floats

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    def with_outcome(self, y: Floats, *, most: int, enough: int) -> Heard:
        """Rows that have the outcome, alike ones once, and the themes most spoken of.

        Only themes of which `enough` feedbacks speak stay.
        """
        known = np.isfinite(y)
        praised, complained, y = self.praised[known], self.complained[known], y[known]
        said = [int(_has(praised | complained, at).sum()) for at in self._places]
        order = sorted(self._places, key=lambda at: (-said[at], at))
        kept = sorted(at for at in order[:most] if said[at] >= enough)
        table = np.stack(
            [_packed(praised, kept), _packed(complained, kept), y.view(np.uint64)]
        )
        kinds, counts = np.unique(table, axis=1, return_counts=True)
        return replace(
            self,
            themes=tuple(self.themes[at] for at in kept),
            feedback=np.empty(0, dtype=np.int64),
            praised=kinds[0],
            complained=kinds[1],
            outcome=np.ascontiguousarray(kinds[2]).view(np.float64),
            counts=counts.astype(np.float64),
        )

    @property
    def _places(self) -> range:
        return range(len(self.themes))

    @cached_property
    def sides(self) -> list[tuple[int, Any]]:
        """Theme and 0/1 column, first praise, then complaint."""
        return [
            (theme, _has(bits, at))
            for at, theme in enumerate(self.themes)
            for bits in (self.praised, self.complained)
        ]

    @property
    def columns(self) -> Floats:
        if not self.sides:
            return np.empty((len(self.counts), 0))
        return np.column_stack([column for _, column in self.sides]).astype(np.float64)

    @property
    def names(self) -> list[str]:
        return [str(theme) for theme, _ in self.sides]

    def praise(self, theme: int) -> tuple[float, float]:
        """Feedback that praises, of what praises or complains."""
        at = self.themes.index(theme)
        praised, complained = _has(self.praised, at), _has(self.complained, at)
        good = float(self.counts[praised].sum())
        return good, good + float(self.counts[complained].sum())

    def difference(self, theme: int) -> Estimate | None:
        """The outcome of those who complain, less that of all others."""
        hurt = _has(self.complained, self.themes.index(theme))
        return difference(self.outcome, self.counts, hurt)

    def whole(self) -> Estimate:
        """The mean outcome; of a yes or no its share."""
        total = self.counts.sum()
        if _is_yes_or_no(self.outcome):
            return wilson(float(self.counts @ self.outcome), float(total))
        mean, sd = _moments(self.outcome, self.counts)
        return mean_from(mean, sd, int(total))


def difference(outcome: Floats, counts: Floats, these: Any) -> Estimate | None:
    """The mean (or share) of these rows less that of the others; None of under 5."""
    n1, n2 = float(counts[these].sum()), float(counts[~these].sum())
    if min(n1, n2) < 5:
        return None
    if _is_yes_or_no(outcome):
        yes1 = float(counts[these] @ outcome[these])
        yes2 = float(counts[~these] @ outcome[~these])
        return newcombe(yes1, n1, yes2, n2)
    mean1, sd1 = _moments(outcome[these], counts[these])
    mean2, sd2 = _moments(outcome[~these], counts[~these])
    margin = 1.959964 * float(np.sqrt(sd1**2 / n1 + sd2**2 / n2))
    change = mean1 - mean2
    return Estimate(
        value=change,
        low=change - margin,
        high=change + margin,
        n=int(n1 + n2),
        method="Difference of two means, large-sample interval",
        assumed=("The two groups are separate people.",),
    )


def heard_of(facts: Facts, themes: Mapping[int, str]) -> Heard:
    """All feedback with words on these facts; at most 64 themes, the lowest ids."""
    wanted = tuple(sorted(themes))
    if len(wanted) > 64:
        often = facts.by_theme()
        said = {theme: often[theme]["n_feedback"] for theme in wanted if theme in often}
        wanted = tuple(sorted(sorted(said, key=lambda one: -said[one])[:64]))
    table = _table(facts)
    column = {name: table.column(name).to_numpy() for name in table.column_names}
    feedback, first = np.unique(column["feedback"], return_index=True)
    if not feedback.size:
        nothing = np.empty(0, dtype=np.uint64)
        return Heard(
            wanted, feedback, nothing, nothing, np.empty(0), np.empty(0), np.empty(0)
        )
    known = np.nan_to_num(column["theme"].astype(np.float64), nan=-1)
    place = np.searchsorted(np.array(wanted, dtype=np.float64), known)
    place = np.minimum(place, max(len(wanted) - 1, 0))
    is_ours = np.array(wanted or (-2,), dtype=np.float64)[place] == known
    bit = np.where(is_ours, np.uint64(1) << place.astype(np.uint64), np.uint64(0))
    sides = {
        "praised": column["kind"] == "praise",
        "complained": column["is_negative"].astype(bool),
    }
    bits = {
        name: np.bitwise_or.reduceat(np.where(side, bit, np.uint64(0)), first)
        for name, side in sides.items()
    }
    score = column["score"].astype(np.float64)[first]
    return Heard(
        themes=wanted,
        feedback=feedback,
        praised=bits["praised"],
        complained=bits["complained"],
        score=score,
        outcome=score,
        counts=np.ones(len(feedback)),
    )


def outcome_values(
    heard: Heard, outcome: str, *, by: Member
) -> tuple[Floats, tuple[str, ...]]:
    """The outcome of each row (NaN: not known), and which outcomes there are."""
    gone = _left(heard, by=by)
    outcomes = OUTCOMES if gone is not None else OUTCOMES[:-1]
    if outcome == LEFT and gone is not None:
        return gone, outcomes
    known = np.isfinite(heard.score)
    if outcome == PROMOTER:
        return np.where(known, heard.score >= PROMISING, np.nan), outcomes
    if outcome == DETRACTOR:
        return np.where(known, heard.score <= GRUDGING, np.nan), outcomes
    return heard.score, outcomes


def _left(heard: Heard, *, by: Member) -> Floats | None:
    """Whether who gave it has left since; None where hardly anybody is known to."""
    rows = Feedback.objects.visible_to(by).filter(
        Q(customer__left_on__isnull=False) | Q(account__left_on__isnull=False)
    )
    late = Q(customer__left_on__gt=F("occurred_at__date")) | Q(
        account__left_on__gt=F("occurred_at__date")
    )
    gone = np.fromiter(rows.filter(late).values_list("pk", flat=True), dtype=np.int64)
    mine = np.isin(heard.feedback, gone)
    if mine.sum() < FEWEST_LEFT:
        return None
    kept = Feedback.objects.visible_to(by).filter(
        Q(customer__since__isnull=False, customer__left_on=None)
        | Q(account__since__isnull=False, account__left_on=None)
    )
    stays = np.fromiter(kept.values_list("pk", flat=True), dtype=np.int64)
    still = np.isin(heard.feedback, stays) & ~mine
    return np.where(mine, 1.0, np.where(still, 0.0, np.nan))


def _table(facts: Facts) -> Any:
    window = facts.window.conditions if facts.window else ()
    columns = ("feedback", "theme", "kind", "is_negative", "score")
    asked = Extract("mentions", columns, (*facts.place, *window))
    return warehouse().table(asked.within(facts.scope))


def _has(bits: Bits, at: int) -> NDArray[np.bool_]:
    return np.asarray((bits >> np.uint64(at)) & np.uint64(1) == 1)


def _packed(bits: Bits, kept: list[int]) -> Bits:
    found = np.zeros_like(bits)
    for place, at in enumerate(kept):
        found |= ((bits >> np.uint64(at)) & np.uint64(1)) << np.uint64(place)
    return found


def _is_yes_or_no(outcome: Floats) -> bool:
    return bool(np.isin(outcome, (0.0, 1.0)).all())


def _moments(values: Floats, counts: Floats) -> tuple[float, float]:
    n = counts.sum()
    mean = float(counts @ values / n)
    spread = float(counts @ (values - mean) ** 2 / max(n - 1, 1))
    return mean, float(np.sqrt(spread))
