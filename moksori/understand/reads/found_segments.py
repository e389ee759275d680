"""The page of micro-segments: what the last search found, and what is watched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM
from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.understand.models import Segment, SegmentSearch, Theme
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.segment_findings import Stored, unpacked
from moksori.understand.reads.segment_words import (
    Labels,
    attribute_name,
    filters_of,
    sentence,
)
from moksori.understand.reads.verbatims import Verbatim, typical
from moksori.understand.reads.window import Window, sees_all

QUOTED = 12
FEWEST_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A finding in words. `much` is the ratio of shares, or the gap of the scores.

    `expected` is `much` shrunken: what to expect if it is measured again. `gap` is the
    difference of scores beside a finding about complaints. `watched` is the segment
    under which it was adopted. `address` is the query that shows their words.
    """

    key: str
    who: str
    parts: list[str]
    measure: str
    theme: int | None
    theme_name: str
    says: str
    n: int
    share: Estimate | None
    elsewhere: Estimate | None
    much: Estimate
    expected: Estimate
    gap: Estimate | None
    q: float
    stability: float
    watched: int | None
    typical: Verbatim | None
    address: str


@dataclass(frozen=True, slots=True)
class SegmentWeek:
    """One week of a watched segment; None where too few of a side spoke."""

    start: date
    inside: float | None
    outside: float | None
    n: int


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """A watched segment and how it stands lately.

    `is_different` None: too few of them spoke to say. `then` is what was known when it
    was adopted, `now` the same of late.
    """

    row: Segment
    who: str
    theme_name: str
    n: int
    then: Estimate | None
    now: Estimate | None
    share: Estimate | None
    elsewhere: Estimate | None
    is_different: bool | None
    weeks: list[SegmentWeek] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def is_score(self) -> bool:
        return self.row.measure == Segment.Measure.SCORE

    @property
    def kind(self) -> str:
        return "score" if self.is_score else "share"

    @property
    def much_kind(self) -> str:
        return "change" if self.is_score else "times"

    @property
    def has_spark(self) -> bool:
        return sum(point is not None for point in self.spark) > 1

    @property
    def spark(self) -> tuple[float | None, ...]:
        return tuple(week.inside for week in self.weeks[-12:])


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """`is_whole` is false for who reads a part of the unit: then nothing is shown.

    Findings are of everything said in the affiliate, so they are for those who may
    read all of it.
    """

    unit: Unit
    is_whole: bool
    search: SegmentSearch | None
    lines: list[FoundLine]
    watched: list[WatchedLine]
    retired: list[WatchedLine]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a rule may name: its attribute and value, and both in words."""

    attribute: str
    value: Any
    label: str

    @property
    def key(self) -> str:
        return f"{self.attribute}={self.value}"


def segment_page(*, by: Member, unit: int | None = None) -> SegmentPage:
    """Findings and watched segments of an affiliate; NotFound for who reads nothing."""
    home = home_affiliate(by=by, unit=unit)
    if not sees_all(by.scope(), home.pk):
        return SegmentPage(home, False, None, [], [], [])  # noqa: FBT003 - a field
    search = SegmentSearch.objects.filter(unit=home).first()
    rows = list(
        Segment.objects.filter(unit=home).select_related("theme", "owner", "pain_point")
    )
    lines = _lines(search, rows, by=by) if search else []
    kept = _watched(rows)
    return SegmentPage(
        unit=home,
        is_whole=True,
        search=search,
        lines=lines,
        watched=[one for one in kept if one.row.state == Segment.State.WATCHED],
        retired=[one for one in kept if one.row.state == Segment.State.RETIRED],
    )


def segment_row(segment_id: int, *, by: Member) -> Segment:
    """The row behind the gate; NotFound for who does not read all of its affiliate."""
    rows = Segment.objects.visible_to(by).select_related("theme", "owner", "unit")
    row: Segment = one(rows, pk=segment_id)
    if not sees_all(by.scope(), row.unit_id):
        raise NotFound
    return row


def segment_line(segment_id: int, *, by: Member) -> WatchedLine:
    """One watched segment with its weeks."""
    return _watched([segment_row(segment_id, by=by)])[0]


def segment_words(row: Segment, *, by: Member, limit: int = 4) -> list[Verbatim]:
    """What they said about it, where pages can filter by the rule."""
    filters = filters_of(row.rule, row.unit_id)
    if filters is None or row.theme_id is None:
        return []
    return typical(by=by, theme=row.theme_id, filters=filters, limit=limit)


def choices(unit: Unit) -> list[Choice]:
    """The values that a rule by hand may name: those with enough feedback."""
    search = SegmentSearch.objects.filter(unit=unit).first()
    values = search.settings.get("values", {}) if search else {}
    known = Labels(
        {name: {"is": value}} for name, every in values.items() for value in every
    )
    return [
        Choice(name, value, f"{attribute_name(name)}: {known.value(name, value)}")
        for name, every in values.items()
        for value in every
    ]


def _lines(
    search: SegmentSearch, rows: list[Segment], *, by: Member
) -> list[FoundLine]:
    findings = search.findings
    known = Labels(finding["rule"] for finding in findings)
    themes = Theme.objects.defer("center", "anchors").in_bulk(
        {finding["theme"] for finding in findings} - {None}
    )
    adopted = {row.key: row.pk for row in rows if row.state == Segment.State.WATCHED}
    window = (
        Window(search.since, search.until) if search.since and search.until else None
    )
    found = []
    for at, finding in enumerate(findings):
        theme = themes.get(finding["theme"])
        if finding["theme"] and (theme is None or theme.state != Theme.State.ACTIVE):
            continue
        line = _line(finding, theme, known, search.unit_id, adopted)
        if line is None:
            continue
        found.append(
            _quoted(line, finding, search, window, by) if at < QUOTED else line
        )
    return found


def _line(
    finding: Stored,
    theme: Theme | None,
    known: Labels,
    unit: int,
    adopted: dict[str, int],
) -> FoundLine | None:
    is_score = finding["measure"] == Segment.Measure.SCORE
    much = unpacked(finding["difference" if is_score else "times"])
    expected = unpacked(finding["shrunken"])
    if much is None or expected is None or finding["n"] < MINIMUM:
        return None
    rule, name = finding["rule"], theme.name if theme else ""
    filters = filters_of(rule, unit)
    return FoundLine(
        key=finding["key"],
        who=known.who(rule),
        parts=known.parts(rule),
        measure=finding["measure"],
        theme=theme.pk if theme else None,
        theme_name=name,
        says=sentence(finding["measure"], name, much),
        n=finding["n"],
        share=unpacked(finding["share"]),
        elsewhere=unpacked(finding["elsewhere"]),
        much=much,
        expected=expected,
        gap=unpacked(finding["gap"]),
        q=finding["q"],
        stability=finding["stability"],
        watched=adopted.get(finding["key"]),
        typical=None,
        address=f"{filters.as_query()}&kind=complaint" if filters else "",
    )


def _quoted(
    line: FoundLine,
    finding: Stored,
    search: SegmentSearch,
    window: Window | None,
    by: Member,
) -> FoundLine:
    """The same with what one of them said."""
    filters = filters_of(finding["rule"], search.unit_id)
    if filters is None or line.theme is None:
        return line
    words = typical(by=by, theme=line.theme, window=window, filters=filters, limit=1)
    return replace(line, typical=words[0] if words else None)


def _watched(rows: list[Segment]) -> list[WatchedLine]:
    known = Labels(row.rule for row in rows)
    return [_watched_line(row, known) for row in rows]


def _watched_line(row: Segment, known: Labels) -> WatchedLine:
    is_score = row.measure == Segment.Measure.SCORE
    name = "difference" if is_score else "times"
    latest, evidence = row.latest or {}, row.evidence or {}
    return WatchedLine(
        row=row,
        who=known.who(row.rule),
        theme_name=row.theme.name if row.theme else "",
        n=int(latest.get("n", 0)),
        then=unpacked(evidence.get(name)),
        now=unpacked(latest.get(name)),
        share=unpacked(latest.get("share")),
        elsewhere=unpacked(latest.get("elsewhere")),
        is_different=latest.get("is_different"),
        weeks=[_week(week) for week in row.weeks],
    )


def _week(stored: list[Any]) -> SegmentWeek:
    start, inside, n, outside, rest = stored
    return SegmentWeek(
        start=date.fromisoformat(start),
        inside=inside / n if n >= FEWEST_A_WEEK else None,
        outside=outside / rest if rest >= FEWEST_A_WEEK else None,
        n=int(n),
    )
