"""The JSON shapes of the step understand."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

from moksori.analysis.estimate import Estimate
from moksori.understand.reads.pain_page import PainPage, SegmentTable, Week
from moksori.understand.reads.pains import PainLine
from moksori.understand.reads.places import PERIODS, Place
from moksori.understand.reads.themes import ThemeLine, ThemePage
from moksori.understand.reads.window import Filters

BIGGEST_ID = 2**53


class Asked(Schema):
    """Filters; left out means any. `period` is 4, 12, 52 (weeks) or all."""

    unit: int | None = Field(None, ge=1, le=BIGGEST_ID)
    product: int | None = Field(None, ge=1, le=BIGGEST_ID)
    region: int | None = Field(None, ge=1, le=BIGGEST_ID)
    channel: str | None = None
    language: str | None = None
    period: str = Field("", pattern=f"^({'|'.join(PERIODS)})?$")

    @property
    def filters(self) -> Filters:
        return Filters(
            unit=self.unit,
            product=self.product,
            region=self.region,
            channel=self.channel or None,
            language=self.language or None,
        )


class EstimateOut(Schema):
    """A number with its interval at `level`; `n` is what it rests on."""

    value: float
    low: float
    high: float
    n: int
    method: str
    level: float

    @classmethod
    def of(cls, estimate: Estimate) -> EstimateOut:
        # JSON has no infinity: an interval without an end is said as the value's own.
        finite = [estimate.low, estimate.high]
        low, high = (v if abs(v) < 1e300 else estimate.value for v in finite)
        return cls(
            value=estimate.value,
            low=low,
            high=high,
            n=estimate.n,
            method=estimate.method,
            level=estimate.level,
        )


class VerbatimOut(Schema):
    """`text[start:end]` is what is meant; sentiment −1 to 1, score 0 to 10.

    `mention` is that span's id, for its reasons and to put it right.
    """

    feedback: int
    mention: int
    text: str
    start: int
    end: int
    source: str
    channel: str
    occurred_at: datetime
    score: float | None
    sentiment: float | None
    language: str
    product: str
    region: str
    kind: str
    confidence: float | None


class PlaceOut(Schema):
    """What the numbers are about: feedback of a unit, up to its newest day."""

    unit: int
    period: str
    since: date | None
    until: date | None
    total: int

    @classmethod
    def of(cls, place: Place) -> PlaceOut:
        window = place.window
        return cls(
            unit=place.unit.pk,
            period=place.period,
            since=window.since if window and not window.is_open else None,
            until=place.newest,
            total=place.total,
        )


class PainLineOut(Schema):
    id: int
    theme: int
    name: str
    unit: int
    rank: int
    rank_low: int
    rank_high: int
    reach: EstimateOut
    severity: EstimateOut
    trend: str
    change: EstimateOut | None
    score: float
    complaints: int
    weekly_shares: list[float | None]
    segment: str | None
    typical: VerbatimOut | None
    state: str
    owner: int | None

    @classmethod
    def of(cls, line: PainLine) -> PainLineOut:
        return cls(
            id=line.id,
            theme=line.theme,
            name=line.name,
            unit=line.unit,
            rank=line.rank,
            rank_low=line.rank_low,
            rank_high=line.rank_high,
            reach=EstimateOut.of(line.reach),
            severity=EstimateOut.of(line.severity),
            trend=line.trend.direction.value,
            change=_perhaps(line.trend.change),
            score=line.score,
            complaints=line.n,
            weekly_shares=list(line.spark),
            segment=line.segment.label if line.segment else None,
            typical=VerbatimOut.from_orm(line.typical) if line.typical else None,
            state=line.state,
            owner=line.owner,
        )


class PainListOut(Schema):
    place: PlaceOut | None
    unranked: int
    pain_points: list[PainLineOut]


class WeekOut(Schema):
    start: date
    count: int
    total: int
    share: EstimateOut | None


class SegmentOut(Schema):
    dimension: str
    value: str
    label: str
    reach: EstimateOut


class PainPageOut(Schema):
    """`theme_state` is active, or else no new feedback is counted here."""

    id: int
    theme: int
    theme_state: str
    merged_into: int | None
    name: str
    state: str
    owner: int | None
    place: PlaceOut
    complaints: int
    rank: int | None
    reach: EstimateOut | None
    severity: EstimateOut | None
    change: EstimateOut | None
    typical: list[VerbatimOut]
    segments: list[SegmentOut]
    weeks: list[WeekOut]

    @classmethod
    def of(cls, page: PainPage) -> PainPageOut:
        pain = page.pain
        return cls(
            id=page.id,
            theme=page.theme,
            theme_state=page.row.theme.state,
            merged_into=page.row.theme.merged_into_id,
            name=page.name,
            state=page.state,
            owner=page.row.owner_id,
            place=PlaceOut.of(page.place),
            complaints=page.complaints,
            rank=pain.rank if pain else None,
            reach=_perhaps(page.reach),
            severity=_perhaps(pain.severity if pain else None),
            change=_perhaps(pain.trend.change if pain else None),
            typical=[VerbatimOut.from_orm(one) for one in page.typical],
            segments=_segments(page.segments),
            weeks=_weeks(page.weeks),
        )


class ThemeLineOut(Schema):
    """`complaint`, `praise` and `other` count mentions."""

    id: int
    name: str
    words: list[str]
    feedback: int
    mentions: int
    share: EstimateOut
    sentiment: float
    complaint: int
    praise: int
    other: int
    trend: str
    is_new: bool
    pain_point: int | None

    @classmethod
    def of(cls, line: ThemeLine) -> ThemeLineOut:
        return cls(
            id=line.id,
            name=line.name,
            words=line.words,
            feedback=line.feedback,
            mentions=line.mentions,
            share=EstimateOut.of(line.share),
            sentiment=line.sentiment,
            complaint=line.kinds.complaint,
            praise=line.kinds.praise,
            other=line.kinds.other,
            trend=line.trend.direction.value,
            is_new=line.is_new,
            pain_point=line.pain,
        )


class ThemeListOut(Schema):
    place: PlaceOut | None
    themes: list[ThemeLineOut]


class ThemePageOut(Schema):
    id: int
    name_ko: str
    name_en: str
    named_by: str
    state: str
    words: list[str]
    place: PlaceOut
    line: ThemeLineOut | None
    segments: list[SegmentOut]
    weeks: list[WeekOut]

    @classmethod
    def of(cls, page: ThemePage) -> ThemePageOut:
        row = page.row
        return cls(
            id=row.pk,
            name_ko=row.name_ko,
            name_en=row.name_en,
            named_by=row.named_by,
            state=row.state,
            words=list(row.words),
            place=PlaceOut.of(page.place),
            line=ThemeLineOut.of(page.line) if page.line else None,
            segments=_segments(page.segments),
            weeks=_weeks(page.weeks),
        )


class RenameIn(Schema):
    name_ko: str = Field(max_length=120)
    name_en: str = Field("", max_length=120)


class TriageIn(Schema):
    """`owner` null: nobody yet."""

    state: str
    owner: int | None = Field(None, ge=1, le=BIGGEST_ID)


def _perhaps(estimate: Estimate | None) -> EstimateOut | None:
    return None if estimate is None else EstimateOut.of(estimate)


def _segments(tables: list[SegmentTable]) -> list[SegmentOut]:
    return [
        SegmentOut(
            dimension=row.dimension,
            value=row.value,
            label=row.label,
            reach=EstimateOut.of(row.reach),
        )
        for table in tables
        for row in table.rows
    ]


def _weeks(weeks: list[Week]) -> list[WeekOut]:
    return [
        WeekOut(
            start=week.start,
            count=week.count,
            total=week.total,
            share=_perhaps(week.share),
        )
        for week in weeks
    ]
