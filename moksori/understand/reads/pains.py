"""What hurts most: pain points ranked by reach × severity × trend."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import (
    MINIMUM,
    Pain,
    Tally,
    mostly_praised,
    rank_pains,
    usual_share,
)
from moksori.analysis.trend import Trend
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.understand.models import PainPoint, Theme
from moksori.understand.reads.facts import WEEKS, Facts, facts_for, gaps, weeks_until
from moksori.understand.reads.places import Place, place
from moksori.understand.reads.segments import Segment, counts, tags
from moksori.understand.reads.verbatims import EVERYTHING, Verbatim, typical_each
from moksori.understand.reads.window import Filters, Window

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class PainLine:
    """One pain point in the ranked list.

    `reach` is the share of all feedback in the window that complains about it (0–1),
    `severity` runs from 1 to 5, `spark` holds the shares of twelve weeks (None: a week
    without feedback), `n` the feedbacks that complain.
    """

    id: int
    theme: int
    name: str
    unit: int
    rank: int
    rank_low: int
    rank_high: int
    reach: Estimate
    severity: Estimate
    trend: Trend
    score: float
    n: int
    spark: tuple[float | None, ...]
    typical: Verbatim | None
    segment: Segment | None
    state: str
    state_name: str
    owner: int | None
    owner_name: str

    @property
    def is_worse(self) -> bool:
        """Rising beyond chance, or back after it was resolved."""
        return self.trend.direction == "rising" or self.state == "reopened"


@dataclass(frozen=True, slots=True)
class UnrankedLine:
    """A theme that `n` feedbacks complain about, and that has no rank."""

    theme: int
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class PainList:
    """The ranked list, on what it stands, and how much was too little to rank.

    `ranked` counts every pain point with a rank that was asked for, also those beyond
    the limit; `unowned` those that nobody cares for. `rare` are themes with too few
    complaints for a rank, `praised` those mostly praised, `local` those that hurt on
    these facts and are no pain point of the whole unit, most complaints first.
    """

    place: Place
    lines: list[PainLine]
    ranked: int
    unowned: int
    rare: list[UnrankedLine]
    praised: list[UnrankedLine]
    local: list[UnrankedLine] = field(default_factory=list)

    @property
    def unranked(self) -> int:
        return len(self.rare) + len(self.praised) + len(self.local)

    @property
    def total(self) -> int:
        return self.place.total


def pain_lines(
    *,
    by: Member,
    window: Window | None = None,
    filters: Filters = EVERYTHING,
    limit: int | None = None,
) -> list[PainLine]:
    """Ranked pain points of one affiliate, worst first; [] for who reads nothing.

    The affiliate is the one of `filters.unit`, or else the member's own. Without a
    window: the period that `places.place` chooses, up to the newest feedback.
    """
    found = place(by=by, filters=filters)
    if found is None or found.newest is None or found.facts is None:
        return []
    facts = found.facts
    if window is not None:
        facts = facts_for(by, found.affiliate, window, filters)
    return _lines(rank(facts, found.newest).pains, facts, by=by, limit=limit)


def pain_list(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    owner: str = "",
    limit: int | None = None,
) -> PainList | None:
    """The same for the page, with its place; None for who reads nothing.

    `owner` "none" leaves only those that nobody cares for.
    """
    found = place(by=by, filters=filters, period=period)
    if found is None:
        return None
    if found.newest is None or found.facts is None:
        return PainList(found, [], 0, 0, [], [])
    ranking = rank(found.facts, found.newest)
    themes = [pain.theme for pain in ranking.pains]
    rows = PainPoint.objects.filter(theme_id__in=themes, segment={})
    free = set(rows.filter(owner=None).values_list("theme_id", flat=True))
    asked = ranking.pains
    if owner == NOBODY:
        asked = [pain for pain in asked if pain.theme in free]
    return PainList(
        place=found,
        lines=_lines(asked, found.facts, by=by, limit=limit),
        ranked=len(asked),
        unowned=len(free),
        rare=_unranked(ranking.rare),
        praised=_unranked(ranking.praised),
        local=_unranked(ranking.local),
    )


def pain_point_row(pain_point_id: int, *, by: Member) -> PainPoint:
    """The row behind the gate; NotFound for an outsider."""
    rows = PainPoint.objects.visible_to(by)
    row: PainPoint = one(
        rows.select_related("theme__merged_into", "unit", "owner"), pk=pain_point_id
    )
    return row


@dataclass(frozen=True, slots=True)
class Ranking:
    """Themes ranked, and why the others are not: see `PainList`."""

    pains: list[Pain]
    rare: list[Tally]
    praised: list[Tally]
    local: list[Tally]
    weeks: list[date]


def rank(facts: Facts, last: date) -> Ranking:
    """The active themes of the affiliate, worst first, on these facts alone."""
    weeks = weeks_until(last, WEEKS)
    tallies = tallies_of(facts, weeks)
    usual = usual_share(tallies)
    rare = [tally for tally in tallies if tally.negatives < MINIMUM]
    frequent = [tally for tally in tallies if tally.negatives >= MINIMUM]
    known = set(
        PainPoint.objects.filter(unit_id=facts.affiliate, segment={}).values_list(
            "theme_id", flat=True
        )
    )
    # Ranks go to pain points alone, or a number would be missing from the list.
    tallies = [replace(tally, is_ranked=tally.theme in known) for tally in tallies]
    praised = [tally for tally in frequent if mostly_praised(tally, usual)]
    local = [
        tally
        for tally in frequent
        if tally.theme not in known and not mostly_praised(tally, usual)
    ]
    if not frequent:
        return Ranking([], rare, praised, local, weeks)
    totals = facts.weekly_totals(weeks)
    pains = rank_pains(tallies, total=facts.total(), weekly_totals=totals)
    return Ranking(pains, rare, praised, local, weeks)


def tallies_of(facts: Facts, weeks: list[date]) -> list[Tally]:
    """Every active theme that is complained about and is a subject to act upon."""
    active = Theme.objects.filter(
        unit_id=facts.affiliate, state=Theme.State.ACTIVE, is_group=False
    )
    known = set(active.filter(is_general=False).values_list("pk", flat=True))
    weekly = facts.weekly(weeks, "n_negative_feedback")
    zeros = np.zeros(len(weeks))
    heard, praises = facts.by_theme(), facts.praises()
    return [
        replace(
            tally_of(theme, row, weekly.get(theme, zeros)),
            heard=heard[theme]["n_feedback"],
            praises=praises.get(theme, 0),
        )
        for theme, row in sorted(facts.complaints().items())
        if theme in known
    ]


def tally_of(theme: int, row: dict[str, Any], weekly: Any) -> Tally:
    """Severity from sums: tone of the complaints and, where given, the score.

    Each counts half, as in `analysis.pains.severity_of`. The deviation assumes that
    harsh words and low scores go together, which never makes the interval too narrow.
    """
    n = int(row["n_feedback"])
    harsh = min(max(-(row["mean_sentiment"] or 0.0), 0.0), 1.0)
    harsh_sd = row["sd_sentiment"] or 0.0
    weight = 0.5 * (row["n_scored"] or 0) / n if n else 0.0
    bad = 1 - (row["mean_score"] or 0.0) / 10
    bad_sd = (row["sd_score"] or 0.0) / 10
    return Tally(
        theme=theme,
        negatives=n,
        severity_mean=1 + 4 * (harsh * (1 - weight) + bad * weight),
        severity_sd=4 * (harsh_sd * (1 - weight) + bad_sd * weight),
        weekly=weekly,
    )


def _lines(
    pains: list[Pain], facts: Facts, *, by: Member, limit: int | None = None
) -> list[PainLine]:
    rows = {
        row.theme_id: row
        for row in PainPoint.objects.filter(
            theme_id__in=[pain.theme for pain in pains], segment={}
        ).select_related("theme", "owner")
    }
    shown = pains[:limit]
    themes = [pain.theme for pain in shown]
    found = tags(themes, counts(facts)) if shown else {}
    words = typical_each(themes, by=by, window=facts.window, filters=facts.filters)
    return [
        _line(pain, rows[pain.theme], found.get(pain.theme), words.get(pain.theme))
        for pain in shown
    ]


def _unranked(tallies: list[Tally]) -> list[UnrankedLine]:
    themes = Theme.objects.in_bulk([tally.theme for tally in tallies])
    lines = [
        UnrankedLine(tally.theme, themes[tally.theme].name, tally.negatives)
        for tally in tallies
    ]
    return sorted(lines, key=lambda line: (-line.n, line.theme))


def _line(
    pain: Pain, row: PainPoint, segment: Segment | None, words: Verbatim | None
) -> PainLine:
    return PainLine(
        id=row.pk,
        theme=pain.theme,
        name=row.name,
        unit=row.unit_id,
        rank=pain.rank,
        rank_low=pain.rank_low,
        rank_high=pain.rank_high,
        reach=pain.reach,
        severity=pain.severity,
        trend=pain.trend,
        score=pain.score,
        n=round(pain.reach.value * pain.reach.n),
        spark=gaps(pain.trend.points),
        typical=words,
        segment=segment,
        state=row.state,
        state_name=str(row.get_state_display()),
        owner=row.owner_id,
        owner_name=str(row.owner) if row.owner else "",
    )
