"""The JSON door to exploring: tree, map, themes by segment, and comparison."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.understand.api.shapes import Asked, EstimateOut, PlaceOut, ThemeLineOut
from moksori.understand.reads.compare import KINDS, PERIOD, SPANS, Comparison, Side
from moksori.understand.reads.compare import Asked as AskedSides
from moksori.understand.reads.compare import comparison as compared
from moksori.understand.reads.crossed import ATTRIBUTES, MEASURES, Crossed
from moksori.understand.reads.crossed import crossed as crossed_table
from moksori.understand.reads.map import ThemeMap, theme_map
from moksori.understand.reads.tree import GroupLine, theme_tree
from moksori.understand.reads.window import Window

router = Router(tags=["understand"])
_MEASURE = f"^({'|'.join(MEASURES)})$"


class GroupOut(Schema):
    """A group; a feedback counts once, however many of its themes it names."""

    id: int
    name: str
    description: str
    feedback: int
    mentions: int
    share: EstimateOut
    complaint: int
    praise: int
    other: int
    trend: str
    themes: list[ThemeLineOut]

    @classmethod
    def of(cls, line: GroupLine) -> GroupOut:
        return cls(
            id=line.id,
            name=line.name,
            description=line.description,
            feedback=line.feedback,
            mentions=line.mentions,
            share=EstimateOut.of(line.share),
            complaint=line.kinds.complaint,
            praise=line.kinds.praise,
            other=line.kinds.other,
            trend=line.trend.direction.value,
            themes=[ThemeLineOut.of(one) for one in line.themes],
        )


class TreeOut(Schema):
    """`loose` are the themes in no group."""

    place: PlaceOut | None
    groups: list[GroupOut]
    loose: list[ThemeLineOut]


class SpotOut(Schema):
    """A theme on the map, `x` and `y` in a picture 760 wide; `complaining` is the
    share of its feedback that complains."""

    id: int
    name: str
    group: int | None
    x: float
    y: float
    radius: float
    feedback: int
    mentions: int
    share: EstimateOut
    complaining: EstimateOut


class DiscOut(Schema):
    id: int
    name: str
    x: float
    y: float
    radius: float


class MapOut(Schema):
    place: PlaceOut | None
    themes: list[SpotOut]
    groups: list[DiscOut]

    @classmethod
    def of(cls, found: ThemeMap) -> MapOut:
        sheet = found.wide
        at = {circle.id: circle for circle in sheet.themes} if sheet else {}
        return cls(
            place=PlaceOut.of(found.place),
            themes=[
                SpotOut(
                    id=spot.id,
                    name=spot.name,
                    group=spot.group,
                    x=at[spot.id].x,
                    y=at[spot.id].y,
                    radius=at[spot.id].r,
                    feedback=spot.feedback,
                    mentions=spot.mentions,
                    share=EstimateOut.of(spot.share),
                    complaining=EstimateOut.of(spot.complaining),
                )
                for spot in found.spots
            ],
            groups=[
                DiscOut(
                    id=one.id, name=found.names[one.id], x=one.x, y=one.y, radius=one.r
                )
                for one in (sheet.groups if sheet else [])
            ],
        )


class AskedCrossed(Asked):
    """`attribute` empty: the first with two values of 30 feedbacks or more."""

    attribute: str = Field("", pattern=f"^({'|'.join(ATTRIBUTES)})?$")
    measure: str = Field("complaints", pattern=_MEASURE)


class ColumnOut(Schema):
    value: str
    label: str
    n: int


class CellOut(Schema):
    """`difference` is against all other values; `differs` 1 (more), −1 (less) or 0
    (within chance); `p` null: too few to say."""

    value: str
    count: int
    share: EstimateOut
    difference: EstimateOut
    p: float | None
    differs: int
    weekly_shares: list[float | None]


class RowOut(Schema):
    id: int
    name: str
    count: int
    share: EstimateOut
    cells: list[CellOut]


class CrossedOut(Schema):
    place: PlaceOut | None
    attribute: str
    measure: str
    columns: list[ColumnOut]
    rows: list[RowOut]

    @classmethod
    def of(cls, found: Crossed) -> CrossedOut:
        return cls(
            place=PlaceOut.of(found.place),
            attribute=found.attribute,
            measure=found.measure,
            columns=[ColumnOut.from_orm(one) for one in found.columns],
            rows=[
                RowOut(
                    id=row.id,
                    name=row.name,
                    count=row.count,
                    share=EstimateOut.of(row.share),
                    cells=[
                        CellOut(
                            value=cell.value,
                            count=cell.count,
                            share=EstimateOut.of(cell.share),
                            difference=EstimateOut.of(cell.difference),
                            p=cell.p,
                            differs=cell.differs,
                            weekly_shares=list(cell.spark),
                        )
                        for cell in row.cells
                    ],
                )
                for row in found.rows
            ],
        )


class AskedCompare(Asked):
    """Values `one` and `other` of an attribute, or two spans of days.

    Without days: the last `weeks` weeks (4, 12, 26, 52) against those before, or with
    `against=year` against the same weeks a year ago.
    """

    kind: str = Field(PERIOD, pattern=f"^({'|'.join(KINDS)})$")
    measure: str = Field("complaints", pattern=_MEASURE)
    one: str = Field("", max_length=60)
    other: str = Field("", max_length=60)
    weeks: int = Field(4, ge=1, le=52)
    against: str = Field("before", pattern="^(before|year)$")
    since: date | None = None
    until: date | None = None
    since2: date | None = None
    until2: date | None = None

    @property
    def sides(self) -> AskedSides:
        if self.one and self.one == self.other:
            raise UserError(_("Choose two different values."), field="other")
        return AskedSides(
            kind=self.kind,
            one=self.one,
            other=self.other,
            weeks=self.weeks if self.weeks in SPANS else SPANS[0],
            year=self.against == "year",
            now=_span(self.since, self.until),
            then=_span(self.since2, self.until2),
        )


class SideOut(Schema):
    """A value with its label, or days; `n` feedbacks with words."""

    value: str
    label: str
    since: date | None
    until: date | None
    n: int

    @classmethod
    def of(cls, side: Side) -> SideOut:
        window = side.window if side.window and not side.window.is_open else None
        return cls(
            value=side.value,
            label=side.label,
            since=window.since if window else None,
            until=window.until if window else None,
            n=side.n,
        )


class DifferenceOut(Schema):
    """One theme; `difference` is the first side minus the second."""

    id: int
    name: str
    one: EstimateOut
    other: EstimateOut
    one_count: int
    other_count: int
    difference: EstimateOut
    p: float | None
    is_sure: bool


class CompareOut(Schema):
    """`themes` with the surest difference first."""

    place: PlaceOut | None
    kind: str
    measure: str
    one: SideOut | None
    other: SideOut | None
    themes: list[DifferenceOut]

    @classmethod
    def of(cls, found: Comparison) -> CompareOut:
        return cls(
            place=PlaceOut.of(found.place),
            kind=found.asked.kind,
            measure=found.measure,
            one=SideOut.of(found.one) if found.one else None,
            other=SideOut.of(found.other) if found.other else None,
            themes=[
                DifferenceOut(
                    id=line.id,
                    name=line.name,
                    one=EstimateOut.of(line.one),
                    other=EstimateOut.of(line.other),
                    one_count=line.one_count,
                    other_count=line.other_count,
                    difference=EstimateOut.of(line.difference),
                    p=line.p,
                    is_sure=line.is_sure,
                )
                for line in found.lines
            ],
        )


@router.get("/tree", response=TreeOut)
def tree(request: HttpRequest, asked: Query[Asked]) -> TreeOut:
    """Groups of themes with the themes in them, largest first."""
    found = theme_tree(
        by=member_of(request), filters=asked.filters, period=asked.period
    )
    if found is None:
        return TreeOut(place=None, groups=[], loose=[])
    return TreeOut(
        place=PlaceOut.of(found.place),
        groups=[GroupOut.of(one) for one in found.groups],
        loose=[ThemeLineOut.of(one) for one in found.loose],
    )


@router.get("/map", response=MapOut)
def the_map(
    request: HttpRequest,
    asked: Query[Asked],
    group: int | None = Query(None, ge=1, le=2**31),  # type: ignore[type-arg]
) -> MapOut:
    """Themes where they lie on the map, or those of one group."""
    found = theme_map(
        by=member_of(request), filters=asked.filters, period=asked.period, group=group
    )
    return (
        MapOut(place=None, themes=[], groups=[]) if found is None else MapOut.of(found)
    )


@router.get("/crossed", response=CrossedOut)
def crossed(request: HttpRequest, asked: Query[AskedCrossed]) -> CrossedOut:
    """Themes by the values of an attribute, marked where they differ beyond chance."""
    found = crossed_table(
        by=member_of(request),
        filters=asked.filters,
        period=asked.period,
        attribute=asked.attribute,
        measure=asked.measure,
    )
    if found is None:
        return CrossedOut(
            place=None, attribute="", measure=asked.measure, columns=[], rows=[]
        )
    return CrossedOut.of(found)


@router.get("/compare", response=CompareOut)
def compare(request: HttpRequest, asked: Query[AskedCompare]) -> CompareOut:
    """Two periods or two values side by side, theme by theme."""
    found = compared(
        by=member_of(request),
        asked=asked.sides,
        filters=asked.filters,
        period=asked.period,
        measure=asked.measure,
    )
    if found is None:
        return CompareOut(
            place=None,
            kind=asked.kind,
            measure=asked.measure,
            one=None,
            other=None,
            themes=[],
        )
    return CompareOut.of(found)


def _span(since: date | None, until: date | None) -> Window | None:
    if since is None and until is None:
        return None
    if since is None or until is None or since > until or since.year < 1990:
        raise UserError(_("Give two days from 1990 on, the earlier one first."))
    return Window(since, until)
