"""What customers talk about: themes with their size, tone and change."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.utils import timezone

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.analysis.trend import Trend, trend
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.understand.models import Mention, PainPoint, Theme, ThemeRun
from moksori.understand.reads.copies import (
    Copies,
    copies_of,
    folded,
    mentions_about,
)
from moksori.understand.reads.facts import Facts, gaps, weeks_until
from moksori.understand.reads.pain_page import (
    SegmentTable,
    Week,
    history,
    segment_tables,
)
from moksori.understand.reads.places import Place, place
from moksori.understand.reads.segments import counts
from moksori.understand.reads.verbatims import EVERYTHING, Verbatim, verbatims
from moksori.understand.reads.window import Filters

QUOTED = 20
# So long the mentions of a theme that somebody made may take to move in.
SETTLING = timedelta(minutes=2)
# Mentions among which copies are folded, so that enough are left.
LOOKED_AT = 120
ORDERS = ("size", "complaints", "rising", "name")


@dataclass(frozen=True, slots=True)
class Kinds:
    """Mentions of a theme by what they do."""

    complaint: int = 0
    praise: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.complaint + self.praise + self.other

    @property
    def complaint_share(self) -> float:
        return self.complaint / self.total if self.total else 0.0

    @property
    def praise_share(self) -> float:
        return self.praise / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One theme of the list; `share` is that of all feedback that mentions it."""

    id: int
    name: str
    words: list[str]
    feedback: int
    mentions: int
    share: Estimate
    sentiment: float
    kinds: Kinds
    trend: Trend
    is_new: bool
    is_general: bool
    pain: int | None
    is_by_model: bool = False

    @property
    def spark(self) -> tuple[float | None, ...]:
        return gaps(self.trend.points)


@dataclass(frozen=True, slots=True)
class ThemeList:
    """`run` is the learning from which these themes come."""

    place: Place
    lines: list[ThemeLine]
    run: ThemeRun | None


@dataclass(frozen=True, slots=True)
class ThemePage:
    """What the page of a theme shows; `line` is None when nobody mentions it now."""

    row: Theme
    place: Place
    line: ThemeLine | None
    verbatims: list[Verbatim]
    segments: list[SegmentTable]
    weeks: list[Week]
    kind: str
    copies: Copies | None = None

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def is_pending(self) -> bool:
        """Nothing is counted yet: the facts follow a moment after the mentions."""
        if self.line is not None or self.row.state != Theme.State.ACTIVE:
            return False
        return bool(self.verbatims) or timezone.now() - self.row.born_at < SETTLING


def theme_lines(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    order: str = "size",
) -> list[ThemeLine]:
    """Themes of the member's affiliate (or of `filters.unit`'s), largest first."""
    found = theme_list(by=by, filters=filters, period=period, order=order)
    return found.lines if found else []


def theme_list(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    order: str = "size",
) -> ThemeList | None:
    """The same for the page, with its place; None for who reads nothing."""
    found = place(by=by, filters=filters, period=period)
    if found is None:
        return None
    run = _last_run(found.affiliate)
    if found.facts is None:
        return ThemeList(found, [], run)
    return ThemeList(found, in_order(_lines(found.facts, found, run), order), run)


def theme_row(theme_id: int, *, by: Member) -> Theme:
    """The row behind the gate; NotFound for an outsider."""
    rows = Theme.objects.visible_to(by)
    row: Theme = one(rows.select_related("unit", "merged_into"), pk=theme_id)
    return row


def theme_page(
    theme_id: int, *, by: Member, period: str = "", kind: str = ""
) -> ThemePage:
    """Everything about a theme; NotFound for an outsider."""
    row = theme_row(theme_id, by=by)
    kind = kind if kind in Mention.Kind.values else ""
    found = place(by=by, filters=Filters(unit=row.unit_id), period=period)
    if found is None or found.newest is None or found.facts is None:
        return ThemePage(row, found or Place(row.unit), None, [], [], [], kind)
    facts = found.facts
    run = _last_run(row.unit_id)
    lines = {line.id: line for line in _lines(facts, found, run)}
    words = verbatims(by=by, theme=row, window=found.window, kind=kind, limit=LOOKED_AT)
    about = mentions_about(row.pk, by=by, window=found.window, kind=kind)
    return ThemePage(
        row=row,
        place=found,
        line=lines.get(row.pk),
        verbatims=folded(words, about, limit=QUOTED),
        segments=segment_tables(row.pk, counts(facts)),
        weeks=history(facts, row.pk, found.newest, "n_feedback"),
        kind=kind,
        copies=copies_of(about),
    )


def _lines(facts: Facts, found: Place, run: ThemeRun | None) -> list[ThemeLine]:
    if found.newest is None or not found.total:
        return []
    themes = Theme.objects.filter(
        unit_id=facts.affiliate, state=Theme.State.ACTIVE, is_group=False
    ).defer("center", "anchors")
    heard, kinds = facts.by_theme(), _kinds(facts.kinds())
    weeks = weeks_until(found.newest)
    weekly, totals = facts.weekly(weeks, "n_feedback"), facts.weekly_totals(weeks)
    pains = _pains(facts.affiliate)
    lines = []
    for theme in themes:
        row = heard.get(theme.pk)
        if row is None:
            continue
        counts = weekly.get(theme.pk, np.zeros(len(weeks)))
        lines.append(
            ThemeLine(
                id=theme.pk,
                name=theme.name,
                words=list(theme.words)[:6],
                feedback=row["n_feedback"],
                mentions=row["n_mentions"],
                share=wilson(row["n_feedback"], found.total),
                sentiment=row["mean_sentiment"] or 0.0,
                kinds=kinds[theme.pk],
                trend=trend(counts, totals),
                is_new=_is_new(theme, run),
                is_general=theme.is_general,
                pain=pains.get(theme.pk),
                is_by_model=theme.named_by == Theme.NamedBy.MODEL,
            )
        )
    return lines


def _pains(affiliate: int) -> dict[int, int]:
    rows = PainPoint.objects.filter(unit_id=affiliate, segment={})
    return dict(rows.values_list("theme_id", "pk"))


def _kinds(counted: dict[tuple[int, str], int]) -> dict[int, Kinds]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for (theme, kind), count in counted.items():
        asked = kind in {Mention.Kind.COMPLAINT, Mention.Kind.PRAISE}
        found[theme][kind if asked else Mention.Kind.OTHER] += count
    return {
        theme: Kinds(
            counts[Mention.Kind.COMPLAINT],
            counts[Mention.Kind.PRAISE],
            counts[Mention.Kind.OTHER],
        )
        for theme, counts in found.items()
    }


def _last_run(affiliate: int) -> ThemeRun | None:
    """Without what it learned, which is large."""
    runs = ThemeRun.objects.filter(unit_id=affiliate).order_by("-number")
    return runs.defer("state", "labels", "changes").first()


def _is_new(theme: Theme, run: ThemeRun | None) -> bool:
    """First found by the last learning, unless that was the first one of all."""
    return run is not None and run.number > 1 and theme.born_at >= run.at


def in_order(lines: list[ThemeLine], order: str) -> list[ThemeLine]:
    keys = {
        "size": lambda line: (-line.feedback, line.id),
        "complaints": lambda line: (-line.kinds.complaint, line.id),
        "rising": lambda line: (-line.trend.ratio, line.id),
        "name": lambda line: (line.name, line.id),
    }
    return sorted(lines, key=keys.get(order, keys["size"]))
