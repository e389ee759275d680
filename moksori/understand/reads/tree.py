"""Themes as a tree: groups with what is heard of them, and the themes inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.analysis.trend import Trend, trend
from moksori.base.people.models import Member
from moksori.understand.models import Theme, ThemeRun
from moksori.understand.reads.facts import Facts, Groups, gaps, weeks_until
from moksori.understand.reads.pain_page import (
    HISTORY,
    SegmentTable,
    Week,
    segment_tables,
)
from moksori.understand.reads.places import Place
from moksori.understand.reads.segments import DIMENSIONS, Counts
from moksori.understand.reads.themes import Kinds, ThemeLine, theme_list, theme_row
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group with its themes; a feedback counts once, however many it names."""

    id: int
    name: str
    description: str
    feedback: int
    mentions: int
    complaining: int
    share: Estimate
    kinds: Kinds
    trend: Trend
    themes: list[ThemeLine]

    @property
    def spark(self) -> tuple[float | None, ...]:
        return gaps(self.trend.points)

    @property
    def is_general(self) -> bool:
        """Whether most that is heard of it could be said of anything."""
        general = sum(line.feedback for line in self.themes if line.is_general)
        return 2 * general > sum(line.feedback for line in self.themes)

    @property
    def largest(self) -> list[ThemeLine]:
        return sorted(self.themes, key=lambda line: -line.feedback)[:3]


@dataclass(frozen=True, slots=True)
class ThemeTree:
    """`loose` are the themes in no group, `lines` all of them."""

    place: Place
    groups: list[GroupLine]
    loose: list[ThemeLine]
    run: ThemeRun | None

    @property
    def lines(self) -> list[ThemeLine]:
        return [*self.loose, *(line for group in self.groups for line in group.themes)]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What the page of a group shows; `line` is None when nobody mentions it now."""

    row: Theme
    place: Place
    line: GroupLine | None
    weeks: list[Week]
    segments: list[SegmentTable]


def theme_tree(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    order: str = "size",
) -> ThemeTree | None:
    """The themes of `theme_list` in their groups; None for who reads nothing."""
    found = theme_list(by=by, filters=filters, period=period, order=order)
    if found is None:
        return None
    homes = homes_of(found.place.affiliate)
    inside: dict[int, list[ThemeLine]] = {}
    loose = []
    for line in found.lines:
        home = homes.get(line.id)
        if home is None:
            loose.append(line)
        else:
            inside.setdefault(home, []).append(line)
    groups = _group_lines(found.place, inside)
    return ThemeTree(found.place, _ordered(groups, order), loose, found.run)


def group_page(group_id: int, *, by: Member, period: str = "") -> GroupPage:
    """Everything about a group of themes; NotFound for an outsider."""
    row = theme_row(group_id, by=by)
    tree = theme_tree(by=by, filters=Filters(unit=row.unit_id), period=period)
    if tree is None or tree.place.facts is None:
        return GroupPage(row, tree.place if tree else Place(row.unit), None, [], [])
    facts = tree.place.facts
    line = next((group for group in tree.groups if group.id == row.pk), None)
    groups = ((row.pk, themes_in(row)),)
    return GroupPage(
        row=row,
        place=tree.place,
        line=line,
        weeks=_weeks(facts, groups, tree.place),
        segments=segment_tables(row.pk, _segment_counts(facts, groups)),
    )


def homes_of(affiliate: int) -> dict[int, int]:
    """The group in use that each theme in use lies in."""
    active = Theme.objects.filter(unit_id=affiliate, state=Theme.State.ACTIVE)
    groups = set(active.filter(is_group=True).values_list("pk", flat=True))
    rows = active.filter(is_group=False).values_list("pk", "parent_id")
    return {theme: parent for theme, parent in rows if parent in groups}


def themes_in(group: Theme) -> tuple[int, ...]:
    rows = Theme.objects.filter(parent=group, state=Theme.State.ACTIVE, is_group=False)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))


def _group_lines(found: Place, inside: dict[int, list[ThemeLine]]) -> list[GroupLine]:
    if found.facts is None or found.newest is None or not inside:
        return []
    groups: Groups = tuple(
        (group, tuple(line.id for line in lines)) for group, lines in inside.items()
    )
    heard = found.facts.by_group(groups)
    weeks = weeks_until(found.newest)
    weekly = found.facts.weekly_by_group(groups, weeks)
    totals = found.facts.weekly_totals(weeks)
    rows = Theme.objects.defer("center", "anchors").in_bulk(list(inside))
    return [
        _group_line(
            rows[group],
            heard[group],
            inside[group],
            found.total,
            trend(weekly.get(group, np.zeros(len(weeks))), totals),
        )
        for group in inside
        if group in heard
    ]


def _group_line(
    row: Theme,
    heard: dict[str, Any],
    themes: list[ThemeLine],
    total: int,
    moved: Trend,
) -> GroupLine:
    return GroupLine(
        id=row.pk,
        name=row.name,
        description=row.description,
        feedback=heard["n_feedback"],
        mentions=heard["n_mentions"],
        complaining=heard["n_negative_feedback"],
        share=wilson(heard["n_feedback"], total),
        kinds=Kinds(
            sum(line.kinds.complaint for line in themes),
            sum(line.kinds.praise for line in themes),
            sum(line.kinds.other for line in themes),
        ),
        trend=moved,
        themes=themes,
    )


def _ordered(groups: list[GroupLine], order: str) -> list[GroupLine]:
    keys = {
        # What is said of anything at all is large, and says little: last.
        "size": lambda group: (group.is_general, -group.feedback, group.id),
        "complaints": lambda group: (-group.kinds.complaint, group.id),
        "rising": lambda group: (-group.trend.ratio, group.id),
        "name": lambda group: (group.name, group.id),
    }
    return sorted(groups, key=keys.get(order, keys["size"]))


def _weeks(facts: Facts, groups: Groups, found: Place) -> list[Week]:
    """Week by week, the share of feedback that speaks of the group."""
    if found.newest is None:
        return []
    starts = weeks_until(found.newest, HISTORY)
    if starts[-1] + timedelta(days=6) > found.newest:
        # A week that is not over yet would look like a sudden end.
        starts = starts[:-1]
    counts = facts.weekly_by_group(groups, starts).get(groups[0][0])
    totals = facts.weekly_totals(starts)
    out = []
    for at, start in enumerate(starts):
        count, total = int(counts[at]) if counts is not None else 0, int(totals[at])
        out.append(Week(start, count, total, wilson(count, total) if total else None))
    return out


def _segment_counts(facts: Facts, groups: Groups) -> list[Counts]:
    found = []
    for dimension in DIMENSIONS:
        totals = facts.totals_by(dimension)
        if len(totals) > 1:
            counted = facts.groups_by(groups, dimension)
            found.append(Counts(dimension, counted, totals))
    return found
