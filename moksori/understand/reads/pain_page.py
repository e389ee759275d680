"""One pain point: its numbers, its words, where and since when it hurts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM, Pain
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member
from moksori.understand.models import PainPoint
from moksori.understand.reads.copies import (
    Copies,
    copies_of,
    folded,
    mentions_about,
)
from moksori.understand.reads.facts import Facts, weeks_until
from moksori.understand.reads.pains import pain_point_row, rank
from moksori.understand.reads.places import Place, place
from moksori.understand.reads.segments import Counts, Segment, counts, segments
from moksori.understand.reads.verbatims import Verbatim, typical, verbatims
from moksori.understand.reads.window import Filters

HISTORY = 26


@dataclass(frozen=True, slots=True)
class Week:
    """The share of a week's feedback; None where the week has no feedback."""

    start: date
    count: int
    total: int
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """The values of one attribute, worst first, beside the share everywhere."""

    dimension: str
    rows: list[Segment]


@dataclass(frozen=True, slots=True)
class PainPage:
    """What the page of a pain point shows.

    `pain` is None when too few complain within the window to rank it, or most praise
    it; `reach` is there as soon as there is any feedback.
    """

    row: PainPoint
    place: Place
    pain: Pain | None
    reach: Estimate | None
    complaints: int
    typical: list[Verbatim]
    newest: list[Verbatim]
    segments: list[SegmentTable]
    weeks: list[Week]
    copies: Copies | None = None

    @property
    def is_rare(self) -> bool:
        """Too few complaints for a rank."""
        return self.complaints < MINIMUM

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def theme(self) -> int:
        return self.row.theme_id

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def state_name(self) -> str:
        return str(self.row.get_state_display())


def pain_point(pain_point_id: int, *, by: Member, period: str = "") -> PainPage:
    """Everything about a pain point; NotFound for an outsider."""
    row = pain_point_row(pain_point_id, by=by)
    within = within_of(row)
    found = place(by=by, filters=within, period=period)
    if found is None or found.newest is None or found.facts is None:
        return _empty(row, found)
    facts = found.facts
    pains = {pain.theme: pain for pain in rank(facts, found.newest).pains}
    heard = facts.complaints().get(row.theme_id)
    complaints = int(heard["n_feedback"]) if heard else 0
    best = typical(
        by=by, theme=row.theme_id, window=found.window, filters=within, limit=3
    )
    shown = {verbatim.feedback for verbatim in best}
    about = mentions_about(row.theme_id, by=by, kind="complaint")
    newest = verbatims(
        by=by, theme=row.theme_id, filters=within, kind="complaint", limit=60
    )
    return PainPage(
        row=row,
        place=found,
        pain=pains.get(row.theme_id),
        reach=wilson(complaints, found.total) if found.total else None,
        complaints=complaints,
        typical=best,
        newest=folded(
            [one for one in newest if one.feedback not in shown], about, limit=7
        ),
        segments=segment_tables(row.theme_id, counts(facts)),
        weeks=history(facts, row.theme_id, found.newest, "n_negative_feedback"),
        copies=copies_of(
            mentions_about(row.theme_id, by=by, window=found.window, kind="complaint")
        ),
    )


def within_of(row: PainPoint) -> Filters:
    """The feedback that a pain point is about: everybody's, or that of a segment."""
    known = set(Filters.__slots__) - {"unit"}
    where = {name: value for name, value in row.segment.items() if name in known}
    return Filters(unit=row.unit_id, **where)


def segment_tables(theme: int, counted: list[Counts]) -> list[SegmentTable]:
    tables = [SegmentTable(one.dimension, segments(theme, one)) for one in counted]
    return [table for table in tables if table.rows]


def history(
    facts: Facts, theme: int, last: date, measure: str, weeks: int = HISTORY
) -> list[Week]:
    """Week by week, the share of feedback that has the theme (by `measure`)."""
    starts = weeks_until(last, weeks)
    if starts[-1] + timedelta(days=6) > last:
        # A week that is not over yet would look like a sudden end.
        starts = starts[:-1]
    found = facts.weekly(starts, measure).get(theme)
    totals = facts.weekly_totals(starts)
    out = []
    for at, start in enumerate(starts):
        count = int(found[at]) if found is not None else 0
        total = int(totals[at])
        out.append(Week(start, count, total, wilson(count, total) if total else None))
    return out


def _empty(row: PainPoint, found: Place | None) -> PainPage:
    nowhere = found or Place(row.unit)
    return PainPage(row, nowhere, None, None, 0, [], [], [], [])
