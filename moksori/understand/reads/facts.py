"""The questions that pages ask the warehouse, always within a member's scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.base.people.models import Member
from moksori.base.people.scope import Scope
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.conditions import Between, Condition, Equals, In
from moksori.base.warehouse.cube import Cube
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters, Window, unit_ids_of

Array = NDArray[Any]
Groups = tuple[tuple[int, tuple[int, ...]], ...]
WEEKS = 12
NEGATIVE = Equals("is_negative", value=True)
PRAISE = Equals("kind", "praise")


@dataclass(frozen=True)
class Facts:
    """Counts over mentions: what `scope` covers of one affiliate, filtered.

    A feedback counts once however often it mentions something. Answers are kept, for
    the parts of a page ask the same things.
    """

    scope: Scope
    affiliate: int
    window: Window | None = None
    filters: Filters = EVERYTHING
    _asked: dict[Cube, list[dict[str, Any]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def place(self) -> tuple[Condition, ...]:
        inside = In("unit", tuple(sorted(unit_ids_of(self.affiliate))))
        return (inside, *self.filters.conditions)

    def total(self) -> int:
        """Feedback with at least one mention."""
        rows = self._rows((), ("n_feedback",))
        return int(rows[0]["n_feedback"]) if rows else 0

    def by_theme(self, *, only: Condition | None = None) -> dict[int, dict[str, Any]]:
        """Per theme: feedback, mean tone and score."""
        measures = (
            "n_mentions",
            "n_feedback",
            "n_negative_feedback",
            "mean_sentiment",
        )
        rows = self._rows(("theme",), measures, only)
        return {row["theme"]: row for row in rows if row["theme"] is not None}

    def complaints(self) -> dict[int, dict[str, Any]]:
        """Per theme, over its complaints alone: feedback, tone and score."""
        measures = (
            "n_feedback",
            "mean_sentiment",
            "sd_sentiment",
            "n_scored",
            "mean_score",
            "sd_score",
        )
        rows = self._rows(("theme",), measures, NEGATIVE)
        return {row["theme"]: row for row in rows if row["theme"] is not None}

    def praises(self) -> dict[int, int]:
        """Per theme, feedback that praises it."""
        rows = self._rows(("theme",), ("n_feedback",), PRAISE)
        return {row["theme"]: row["n_feedback"] for row in rows if row["theme"]}

    def kinds(self, theme: int | None = None) -> dict[tuple[int, str], int]:
        """Mentions per theme and kind."""
        only = None if theme is None else Equals("theme", theme)
        rows = self._rows(("theme", "kind"), ("n_mentions",), only)
        return {(row["theme"], row["kind"]): row["n_mentions"] for row in rows}

    def totals_by(self, dimension: str) -> dict[Any, int]:
        """Feedback per value of an attribute; feedback without it is left out."""
        rows = self._rows((dimension,), ("n_feedback",))
        return {
            row[dimension]: row["n_feedback"]
            for row in rows
            if row[dimension] not in (None, "")
        }

    def complaints_by(self, dimension: str) -> dict[tuple[int, Any], int]:
        """Feedback that complains, per theme and value of an attribute."""
        rows = self._rows(("theme", dimension), ("n_negative_feedback",))
        return {
            (row["theme"], row[dimension]): row["n_negative_feedback"] for row in rows
        }

    def by_group(self, groups: Groups) -> dict[int, dict[str, Any]]:
        """Per group of themes: feedback counted once, whatever themes it names."""
        measures = ("n_mentions", "n_feedback", "n_negative_feedback", "mean_sentiment")
        rows = self._rows(("theme_group",), measures, groups=groups)
        return {row["theme_group"]: row for row in rows if row["theme_group"]}

    def weekly_by_group(self, groups: Groups, weeks: list[date]) -> dict[int, Array]:
        """Per group of themes, feedback in each week."""
        if not weeks or not groups:
            return {}
        rows = self._rows(
            ("week", "theme_group"),
            ("n_feedback",),
            _between(weeks),
            groups=groups,
            whenever=True,
        )
        named = [row | {"of": row["theme_group"]} for row in rows]
        return _by_week(named, weeks, "n_feedback")

    def groups_by(self, groups: Groups, dimension: str) -> dict[tuple[int, Any], int]:
        """Feedback that complains, per group of themes and value of an attribute."""
        measure = ("n_negative_feedback",)
        rows = self._rows(("theme_group", dimension), measure, groups=groups)
        return {(row["theme_group"], row[dimension]): row[measure[0]] for row in rows}

    def counts_by(self, dimension: str, measure: str) -> dict[tuple[int, Any], int]:
        """The measure per theme and value of an attribute."""
        rows = self._rows(("theme", dimension), (measure,))
        return {(row["theme"], row[dimension]): row[measure] for row in rows}

    def weekly_counts_by(
        self, dimension: str, measure: str, weeks: list[date]
    ) -> dict[tuple[int, Any], Array]:
        """Per theme and value of an attribute, the measure in each week."""
        rows = self._rows(
            ("week", "theme", dimension), (measure,), _between(weeks), whenever=True
        )
        named = [row | {"of": (row["theme"], row[dimension])} for row in rows]
        return _by_week(named, weeks, measure)

    def weekly_totals_by(self, dimension: str, weeks: list[date]) -> dict[Any, Array]:
        """Per value of an attribute, feedback in each week."""
        rows = self._rows(
            ("week", dimension), ("n_feedback",), _between(weeks), whenever=True
        )
        named = [row | {"of": row[dimension]} for row in rows]
        return _by_week(named, weeks, "n_feedback")

    def weekly(self, weeks: list[date], measure: str) -> dict[int, Array]:
        """Per theme, the measure in each week; zero where nothing was said."""
        if not weeks:
            return {}
        rows = self._rows(("week", "theme"), (measure,), _between(weeks), whenever=True)
        named = [row | {"of": row["theme"]} for row in rows if row["theme"] is not None]
        return _by_week(named, weeks, measure)

    def weekly_totals(self, weeks: list[date]) -> Array:
        """Feedback in each week."""
        rows = self._rows(("week",), ("n_feedback",), _between(weeks), whenever=True)
        at = {week: i for i, week in enumerate(weeks)}
        counts = np.zeros(len(weeks))
        for row in rows:
            counts[at[row["week"]]] = row["n_feedback"]
        return counts

    def _rows(
        self,
        dimensions: tuple[str, ...],
        measures: tuple[str, ...],
        only: Condition | None = None,
        *,
        groups: Groups = (),
        whenever: bool = False,
    ) -> list[dict[str, Any]]:
        if not self.scope:
            return []
        window = None if whenever else self.window
        where = [*self.place, *(window.conditions if window else ())]
        if only is not None:
            where.append(only)
        cube = Cube("mentions", dimensions, measures, tuple(where), groups=groups)
        cube = cube.within(self.scope)
        if cube not in self._asked:
            self._asked[cube] = warehouse().rows(cube)
        return self._asked[cube]


def facts_for(
    member: Member,
    affiliate: int,
    window: Window | None = None,
    filters: Filters = EVERYTHING,
) -> Facts:
    return Facts(member.scope(), affiliate, window, filters)


def gaps(points: tuple[float, ...]) -> tuple[float | None, ...]:
    """Weekly shares for drawing: None where a week has no feedback."""
    return tuple(None if isnan(point) else point for point in points)


def weeks_until(last: date, count: int = WEEKS) -> list[date]:
    """Mondays of `count` weeks, oldest first, the last one holding `last`."""
    monday = last - timedelta(days=last.weekday())
    return [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def _by_week(
    rows: list[dict[str, Any]], weeks: list[date], measure: str
) -> dict[Any, Array]:
    """By what the rows are `of`, the measure week by week; zero where it is missing."""
    at = {week: i for i, week in enumerate(weeks)}
    found: dict[Any, Array] = {}
    for row in rows:
        counts = found.setdefault(row["of"], np.zeros(len(weeks)))
        counts[at[row["week"]]] = row[measure]
    return found


def _between(weeks: list[date]) -> Condition:
    return Between("week", weeks[0], weeks[-1])
