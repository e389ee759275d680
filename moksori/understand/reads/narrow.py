"""What a search is narrowed down to: for the database and for the clause vectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from moksori.analysis.flags import FLAGS
from moksori.base.people.scope import Scope
from moksori.understand.models import BAD, Mention, Theme
from moksori.understand.reads.clause_index import (
    SCORE_STEPS,
    SENTIMENT_STEPS,
    Mask,
    Segment,
    codes,
)
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters, Window, unit_ids_below

# From, and up to but without.
SENTIMENTS = {"negative": (-1.1, BAD), "neutral": (BAD, -BAD), "positive": (-BAD, 1.1)}
SCORES = {"low": (0, 4), "middle": (4, 7), "high": (7, 10.01)}
WITHOUT = "none"
FIRST_YEAR, LAST_YEAR = 1900, 9000
ANY_FLAG = sum(FLAGS.values())


@dataclass(frozen=True, slots=True)
class Narrow:
    """Conditions beyond those of every page; left out means any.

    `theme` may be a group, which means all themes in it. `flags` are bits of
    `analysis.flags`, any of which will do. What is said of mentions (theme, kind,
    sentiment, flags) holds for one and the same mention.
    """

    filters: Filters = EVERYTHING
    window: Window | None = None
    source: int | None = None
    score: str = ""
    theme: int | None = None
    kind: str = ""
    sentiment: str = ""
    flags: int = 0

    @property
    def is_any(self) -> bool:
        return self == Narrow()

    def feedback(self) -> Q:
        """For rows of feedback."""
        rule = self._feedback("")
        of_mentions = self._mention()
        if of_mentions:
            said = Mention.objects.filter(of_mentions, feedback=OuterRef("pk"))
            rule &= Q(Exists(said))
        return rule

    def mentions(self) -> Q:
        """For rows of mentions."""
        return self._feedback("feedback__") & self._mention()

    def rows(self, segment: Segment, scope: Scope) -> Mask:
        """Which clauses are asked for, of those in a scope. Codes may be shared by
        accident, so that the database has the last word."""
        wanted = segment.alive & _within(segment, scope)
        for name, values in self._values().items():
            wanted &= np.isin(segment.column(name), codes(list(values)))
        for name, (low, high) in self._ranges().items():
            column = segment.column(name)
            wanted &= (column >= low) & (column < high)
        if self.flags:
            wanted &= (segment.column("flags") & self.flags) > 0
        return wanted

    def _feedback(self, prefix: str) -> Q:
        rule = self.filters.q(prefix)
        if any("\x00" in str(value) for value in self.filters.attributes.values()):
            # PostgreSQL refuses the letter zero, and nobody has it.
            return Q(pk__in=[])
        if self.window is not None:
            rule &= _between(self.window, f"{prefix}occurred_at")
        if self.source is not None:
            rule &= Q(**{f"{prefix}source_id": self.source})
        if self.score == WITHOUT:
            rule &= Q(**{f"{prefix}score__isnull": True})
        elif self.score in SCORES:
            rule &= _in_range(f"{prefix}score", SCORES[self.score])
        return rule

    def _mention(self) -> Q:
        rule = Q()
        if self.theme is not None:
            rule &= Q(theme_id__in=_theme_ids(self.theme))
        if self.kind:
            rule &= Q(kind=self.kind)
        if self.sentiment in SENTIMENTS:
            rule &= _in_range("sentiment", SENTIMENTS[self.sentiment])
        if self.flags:
            rule &= _any_flag(self.flags)
        return rule

    def _values(self) -> dict[str, Iterable[object]]:
        """For the columns of codes."""
        found: dict[str, Iterable[object]] = {
            name: [value] for name, value in self.filters.attributes.items()
        }
        if self.filters.unit is not None:
            found["unit"] = unit_ids_below(self.filters.unit)
        if self.theme is not None:
            found["theme"] = _theme_ids(self.theme)
        for name in ("source", "kind"):
            if value := getattr(self, name):
                found[name] = [value]
        return found

    def _ranges(self) -> dict[str, tuple[float, float]]:
        """For the columns of numbers: from, and up to but without."""
        found: dict[str, tuple[float, float]] = {}
        if self.window is not None:
            since, until = self.window.since, self.window.until
            found["day"] = (since.toordinal(), until.toordinal() + 1)
        if self.score == WITHOUT:
            found["score"] = (-(2**31), 0)
        elif self.score in SCORES:
            low, high = SCORES[self.score]
            found["score"] = (low * SCORE_STEPS, high * SCORE_STEPS)
        if self.sentiment in SENTIMENTS:
            worst, best = SENTIMENTS[self.sentiment]
            # A step more: a bound may have been rounded, the database decides.
            size = SENTIMENT_STEPS
            found["sentiment"] = (worst * size - 1, best * size + 1)
        return found


ANY = Narrow()


def _within(segment: Segment, scope: Scope) -> Mask:
    units, regions = segment.column("unit"), segment.column("region")
    found = np.zeros(len(units), bool)
    for reach in scope.reaches:
        inside = np.isin(units, codes(sorted(reach.units)))
        if reach.regions:
            inside &= np.isin(regions, codes(sorted(reach.regions)))
        found |= inside
    return found


def _theme_ids(theme: int) -> list[int]:
    below = Theme.objects.filter(parent_id=theme).values_list("pk", flat=True)
    return [theme, *below]


def _in_range(column: str, bounds: tuple[float, float]) -> Q:
    low, high = bounds
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def _any_flag(flags: int) -> Q:
    """Sums of bits that hold one of these: a list that every database can look up."""
    return Q(flags__in=[value for value in range(1, 256) if value & flags])


def _between(window: Window, column: str) -> Q:
    rule = Q()
    # Beyond these years moments have no time zone, and feedback does not exist.
    if window.until.year < LAST_YEAR:
        rule &= Q(**{f"{column}__lt": _midnight(window.until + timedelta(days=1))})
    if window.since.year > FIRST_YEAR:
        rule &= Q(**{f"{column}__gte": _midnight(window.since)})
    return rule


def _midnight(day: date) -> datetime:
    # In the zone of the reader, as everywhere on the pages.
    return timezone.make_aware(datetime.combine(day, time.min))
