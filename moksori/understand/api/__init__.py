"""The JSON door of the step understand."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.understand import reads
from moksori.understand.api import drivers, emerging, search, segments, trends
from moksori.understand.api.explore import router as explore_router
from moksori.understand.api.forecasts import router as forecasts_router
from moksori.understand.api.safety import router as safety_router
from moksori.understand.api.scores import router as scores_router
from moksori.understand.api.shapes import (
    Asked,
    PainLineOut,
    PainListOut,
    PainPageOut,
    PlaceOut,
    RenameIn,
    ThemeLineOut,
    ThemeListOut,
    ThemePageOut,
    TriageIn,
    VerbatimOut,
)
from moksori.understand.api.teaching import router as teaching_router
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import possible_owners, triage_pain_point
from moksori.understand.writes.themes import rename_theme

router = Router(tags=["understand"])
router.add_router("", safety_router)
router.add_router("", teaching_router)
router.add_router("", explore_router)
router.add_router("", forecasts_router)
router.add_router("", scores_router)
router.add_router("", search.router)
router.add_router("", emerging.router)
router.add_router("", trends.router)
router.add_router("", drivers.router)
router.add_router("", segments.router)


@router.get("/pain-points", response=PainListOut)
def pain_points(request: HttpRequest, asked: Query[Asked]) -> PainListOut:
    """Pain points of the caller's affiliate (or of `unit`), worst first."""
    found = reads.pain_list(
        by=member_of(request), filters=asked.filters, period=asked.period
    )
    if found is None:
        return PainListOut(place=None, unranked=0, pain_points=[])
    return PainListOut(
        place=PlaceOut.of(found.place),
        unranked=found.unranked,
        pain_points=[PainLineOut.of(line) for line in found.lines],
    )


@router.get("/pain-points/{int:pain_point_id}", response=PainPageOut)
def pain_point(request: HttpRequest, pain_point_id: int) -> PainPageOut:
    """One pain point with its numbers, words, segments and weeks."""
    return PainPageOut.of(reads.pain_point(pain_point_id, by=member_of(request)))


@router.post("/pain-points/{int:pain_point_id}/triage", response=PainPageOut)
def triage(request: HttpRequest, pain_point_id: int, asked: TriageIn) -> PainPageOut:
    """Set the state and the owner."""
    member = member_of(request)
    row = reads.pain_point_row(pain_point_id, by=member)
    owner = _owner(row, asked.owner)
    triage_pain_point(row, state=asked.state, owner=owner, by=member)
    return PainPageOut.of(reads.pain_point(pain_point_id, by=member))


@router.get("/themes", response=ThemeListOut)
def themes(request: HttpRequest, asked: Query[Asked]) -> ThemeListOut:
    """Themes of the caller's affiliate (or of `unit`), largest first."""
    found = reads.theme_list(
        by=member_of(request), filters=asked.filters, period=asked.period
    )
    if found is None:
        return ThemeListOut(place=None, themes=[])
    return ThemeListOut(
        place=PlaceOut.of(found.place),
        themes=[ThemeLineOut.of(line) for line in found.lines],
    )


@router.get("/themes/{int:theme_id}", response=ThemePageOut)
def theme(request: HttpRequest, theme_id: int) -> ThemePageOut:
    """One theme."""
    return ThemePageOut.of(reads.theme_page(theme_id, by=member_of(request)))


@router.patch("/themes/{int:theme_id}", response=ThemePageOut)
def rename(request: HttpRequest, theme_id: int, asked: RenameIn) -> ThemePageOut:
    """Give a theme a name that stays."""
    member = member_of(request)
    row = reads.theme_row(theme_id, by=member)
    rename_theme(row, name_ko=asked.name_ko, name_en=asked.name_en, by=member)
    return ThemePageOut.of(reads.theme_page(theme_id, by=member))


@router.get("/themes/{int:theme_id}/verbatims", response=list[VerbatimOut])
def verbatims(
    request: HttpRequest,
    theme_id: int,
    kind: str = "",
    limit: int = Query(20, ge=1, le=200),  # type: ignore[type-arg]
    offset: int = Query(0, ge=0, le=1_000_000),  # type: ignore[type-arg]
) -> list[VerbatimOut]:
    """What customers said about a theme, newest first."""
    member = member_of(request)
    row = reads.theme_row(theme_id, by=member)
    found = reads.verbatims(by=member, theme=row, kind=kind, limit=limit, offset=offset)
    return [VerbatimOut.from_orm(one) for one in found]


def _owner(row: PainPoint, owner_id: int | None) -> Member | None:
    if owner_id is None:
        return None
    return one(possible_owners(row), pk=owner_id)
