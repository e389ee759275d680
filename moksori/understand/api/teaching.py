"""Teaching the tree of themes, as JSON: look first, then do, and undo."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.understand import writes
from moksori.understand.api.taught import (
    ChangeOut,
    CorrectionOut,
    DefineIn,
    HistoryOut,
    MergeIn,
    MoveIn,
    PinIn,
    RedefineIn,
    SplitIn,
    SplitOut,
    TaughtPreviewOut,
    TaughtQuestionOut,
    TaxonomyIn,
    WhyOut,
)
from moksori.understand.models import Correction, Theme
from moksori.understand.placing.taught import Part
from moksori.understand.reads import preview
from moksori.understand.reads import taxonomy as files
from moksori.understand.reads.corrections import (
    correction_line,
    correction_row,
    history,
)
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.queue import questions
from moksori.understand.reads.themes import theme_row
from moksori.understand.reads.why import mention_row
from moksori.understand.reads.why import why as reasons
from moksori.understand.writes.taxonomy import import_taxonomy

router = Router(tags=["understand"])
BIGGEST = 2**53
Unit = Query(None, ge=1, le=BIGGEST)  # type: ignore[type-arg]


@router.post("/themes/defined", response=CorrectionOut)
def define(request: HttpRequest, asked: DefineIn) -> CorrectionOut:
    """Make a theme of words and examples."""
    by = member_of(request)
    group = theme_row(asked.group, by=by) if asked.group is not None else None
    done = writes.define_theme(
        _affiliate(by, asked.unit),
        name_ko=asked.name_ko,
        name_en=asked.name_en,
        words=asked.words,
        examples=asked.examples,
        group=group,
        by=by,
    )
    return _done(done, by)


@router.post("/themes/defined/preview", response=TaughtPreviewOut)
def define_shown(request: HttpRequest, asked: DefineIn) -> TaughtPreviewOut:
    """What a theme of these words and examples would take from others."""
    by = member_of(request)
    found = preview.define_preview(
        _affiliate(by, asked.unit),
        name_ko=asked.name_ko,
        words=asked.words,
        examples=asked.examples,
        by=by,
    )
    return TaughtPreviewOut.from_orm(found)


@router.put("/themes/{int:theme_id}/definition", response=CorrectionOut)
def redefine(request: HttpRequest, theme_id: int, asked: RedefineIn) -> CorrectionOut:
    """Change the words and examples by which a theme is known."""
    by = member_of(request)
    row = theme_row(theme_id, by=by)
    done = writes.redefine_theme(row, words=asked.words, examples=asked.examples, by=by)
    return _done(done, by)


@router.post("/themes/{int:theme_id}/merge", response=CorrectionOut)
def merge(request: HttpRequest, theme_id: int, asked: MergeIn) -> CorrectionOut:
    """Let a theme take over others, with their mentions and pain points."""
    by = member_of(request)
    into, others = _several(theme_id, asked, by)
    return _done(writes.merge_themes(into, others, by=by), by)


@router.post("/themes/{int:theme_id}/merge/preview", response=TaughtPreviewOut)
def merge_shown(
    request: HttpRequest, theme_id: int, asked: MergeIn
) -> TaughtPreviewOut:
    """What would move if a theme took over others."""
    by = member_of(request)
    into, others = _several(theme_id, asked, by)
    return TaughtPreviewOut.from_orm(preview.merge_preview(into, others, by=by))


@router.get("/themes/{int:theme_id}/split", response=SplitOut)
def split_shown(
    request: HttpRequest,
    theme_id: int,
    count: int | None = Query(None, ge=2, le=6),  # type: ignore[type-arg]
) -> SplitOut:
    """Parts that a theme could be split into; the first one keeps its identity."""
    by = member_of(request)
    found = preview.split_preview(theme_row(theme_id, by=by), count=count, by=by)
    return SplitOut.from_orm(found)


@router.post("/themes/{int:theme_id}/split", response=CorrectionOut)
def split(request: HttpRequest, theme_id: int, asked: SplitIn) -> CorrectionOut:
    """Split a theme into parts, each known by some of its mentions."""
    by = member_of(request)
    parts = [Part(one.name_ko, tuple(one.anchors), one.name_en) for one in asked.parts]
    row = theme_row(theme_id, by=by)
    return _done(writes.split_theme(row, parts=parts, by=by), by)


@router.post("/themes/{int:theme_id}/move", response=CorrectionOut)
def move(request: HttpRequest, theme_id: int, asked: MoveIn) -> CorrectionOut:
    """Put a theme into a group, into a new one by its name, or into none."""
    by = member_of(request)
    row = theme_row(theme_id, by=by)
    group = theme_row(asked.group, by=by) if asked.group is not None else None
    names = {"name_ko": asked.name_ko, "name_en": asked.name_en}
    return _done(writes.move_theme(row, group=group, **names, by=by), by)


@router.post("/themes/{int:theme_id}/archive", response=CorrectionOut)
def archive(request: HttpRequest, theme_id: int) -> CorrectionOut:
    """Put a theme away; its mentions go where they fit next."""
    by = member_of(request)
    return _done(writes.archive_theme(theme_row(theme_id, by=by), by=by), by)


@router.get("/themes/{int:theme_id}/archive", response=TaughtPreviewOut)
def archive_shown(request: HttpRequest, theme_id: int) -> TaughtPreviewOut:
    """Where the mentions of a theme would go without it."""
    by = member_of(request)
    row = theme_row(theme_id, by=by)
    return TaughtPreviewOut.from_orm(preview.archive_preview(row, by=by))


@router.get("/mentions/{int:mention_id}/why", response=WhyOut)
def why(request: HttpRequest, mention_id: int) -> WhyOut:
    """Why a mention is in its theme, and which would be next."""
    return WhyOut.from_orm(reasons(mention_id, by=member_of(request)))


@router.post("/mentions/{int:mention_id}/pin", response=CorrectionOut)
def pin(request: HttpRequest, mention_id: int, asked: PinIn) -> CorrectionOut:
    """Say where these words belong; the same words go there too."""
    by = member_of(request)
    row = mention_row(mention_id, by=by)
    theme = theme_row(asked.theme, by=by) if asked.theme is not None else None
    return _done(writes.pin_mention(row, theme, near=asked.near, by=by), by)


@router.post("/mentions/{int:mention_id}/pin/preview", response=TaughtPreviewOut)
def pin_shown(request: HttpRequest, mention_id: int, asked: PinIn) -> TaughtPreviewOut:
    """What would move with these words."""
    by = member_of(request)
    row = mention_row(mention_id, by=by)
    theme = theme_row(asked.theme, by=by) if asked.theme is not None else None
    near = asked.near
    return TaughtPreviewOut.from_orm(preview.pin_preview(row, theme, near=near, by=by))


@router.get("/questions", response=list[TaughtQuestionOut])
def queue(
    request: HttpRequest,
    unit: int | None = Unit,
    limit: int = Query(20, ge=1, le=100),  # type: ignore[type-arg]
) -> list[TaughtQuestionOut]:
    """Mentions whose correction would teach most, with the two likeliest themes."""
    by = member_of(request)
    found = questions(_affiliate(by, unit), by=by, limit=limit)
    return [TaughtQuestionOut.from_orm(each) for each in found]


@router.get("/corrections", response=HistoryOut)
def corrections(
    request: HttpRequest,
    unit: int | None = Unit,
    theme: int | None = Unit,
    before: int | None = Unit,
) -> HistoryOut:
    """What people taught: of a unit, about a theme, or all that the caller sees."""
    found = history(by=member_of(request), affiliate=unit, theme=theme, before=before)
    return HistoryOut.from_orm(found)


@router.post("/corrections/{int:correction_id}/undo", response=CorrectionOut)
def undo(request: HttpRequest, correction_id: int) -> CorrectionOut:
    """Take a correction back, unless a later one builds on it."""
    by = member_of(request)
    row = correction_row(correction_id, by=by)
    return _done(writes.undo_correction(row, by=by), by)


@router.get("/taxonomy", response=list[dict[str, object]])
def taxonomy(
    request: HttpRequest,
    unit: int | None = Unit,
    form: Literal["json", "csv"] = "json",
) -> HttpResponse:
    """The tree of themes as a file."""
    by = member_of(request)
    found = files.taxonomy(_affiliate(by, unit), by=by)
    body = files.as_csv(found) if form == "csv" else files.as_json(found)
    kind = "text/csv" if form == "csv" else "application/json"
    answer = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="themes.{form}"'
    return answer


@router.post("/taxonomy/preview", response=list[ChangeOut])
def taxonomy_shown(request: HttpRequest, asked: TaxonomyIn) -> list[ChangeOut]:
    """What a file of themes would change."""
    by = member_of(request)
    entries = files.entries_of(asked.content.encode(), name=asked.name)
    found = files.changes(_affiliate(by, asked.unit), entries, by=by)
    return [ChangeOut.from_orm(each) for each in found]


@router.post("/taxonomy", response=list[CorrectionOut])
def taxonomy_in(request: HttpRequest, asked: TaxonomyIn) -> list[CorrectionOut]:
    """Bring in a file of themes: one correction for each theme it changes."""
    by = member_of(request)
    entries = files.entries_of(asked.content.encode(), name=asked.name)
    done = import_taxonomy(_affiliate(by, asked.unit), entries, by=by)
    return [CorrectionOut.from_orm(correction_line(row.pk, by=by)) for row in done]


def _affiliate(by: Member, unit: int | None) -> int:
    """The affiliate asked for, or the caller's own; NotFound for an outsider."""
    return home_affiliate(by=by, unit=unit).pk


def _several(theme_id: int, asked: MergeIn, by: Member) -> tuple[Theme, list[Theme]]:
    return theme_row(theme_id, by=by), [theme_row(pk, by=by) for pk in asked.others]


def _done(correction: Correction, by: Member) -> CorrectionOut:
    return CorrectionOut.from_orm(correction_line(correction.pk, by=by))
