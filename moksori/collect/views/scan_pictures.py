"""Pictures of scanned pages: handwriting, so only for those who may decide on it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.collect.models import Scan
from moksori.collect.paper import guessing
from moksori.collect.paper.layout import Field, Kind, Rect
from moksori.collect.reads import scan_pictures as pictures
from moksori.collect.reads import scan_words
from moksori.collect.reads import scans as reads

MARGIN = 3.0  # mm around what is shown
EDGE = 0.6  # mm of the line around a place to write in
HEADS = 9.0  # above the first row of a table
WRITING = 6.0  # around handwriting, which keeps to no line


@require_safe
def scan_picture(request: HttpRequest, scan_id: int) -> HttpResponse:
    """The whole page, straightened where possible; `?size=small` for lists."""
    scan = reads.scan_row(scan_id, by=member_of(request))
    if request.GET.get("size") == "small":
        return _picture(pictures.small_picture(scan))
    return _picture(pictures.page_picture(scan))


@require_safe
def scan_crop(request: HttpRequest, scan_id: int) -> HttpResponse:
    """The part of the page that belongs to `field`."""
    scan = reads.scan_row(scan_id, by=member_of(request))
    field = _field(scan, request.GET.get("field", ""))
    is_text = field.kind == Kind.TEXT
    margin = WRITING if is_text else MARGIN
    shown = _shown(field)
    head = _head(scan, field, shown)
    return _picture(pictures.crop_picture(scan, shown, margin, head))


@require_safe
def scan_guess(request: HttpRequest, scan_id: int) -> HttpResponse:
    """What a machine guesses to be written in `field`: `{"text": …}`, never kept."""
    scan = reads.scan_row(scan_id, by=member_of(request))
    field = _field(scan, request.GET.get("field", ""))
    sheet = scan.sheet
    if sheet is None or field.area is None:
        raise NotFound
    text = ""
    language = sheet.form.language
    may_guess = settings.MOKSORI_GUESS_HANDWRITING and guessing.can_guess(language)
    if may_guess and _is_written(scan, field):
        is_line = not scan_words.words_of(sheet, field).is_long
        crop = pictures.crop_picture(scan, _within(field.area), 0)
        text = guessing.guess(crop, language, is_line=is_line)
    response = JsonResponse({"text": text})
    response["Cache-Control"] = "private, no-store"
    return response


def _is_written(scan: Scan, field: Field) -> bool:
    """On empty paper a machine sees letters, too."""
    reading = pictures.reading_of(scan)
    seen = reading.field(field.id) if reading is not None else None
    return seen is not None and seen.has_ink


def _within(area: Rect) -> Rect:
    """Without the line around it, which would be read as letters."""
    edge = min(EDGE, area.width / 4, area.height / 4)
    return Rect(
        area.x + edge, area.y + edge, area.width - 2 * edge, area.height - 2 * edge
    )


def _shown(field: Field) -> Rect:
    """What a person needs to see: the words of the question, all boxes, the writing."""
    parts = [field.zone, *(box.rect for box in field.boxes)]
    parts += [box.label for box in field.boxes if box.label is not None]
    if field.area is not None:
        parts.append(field.area)
    x, y = min(one.x for one in parts), min(one.y for one in parts)
    right, bottom = max(one.right for one in parts), max(one.bottom for one in parts)
    return Rect(x, y, right - x, bottom - y)


def _head(scan: Scan, field: Field, shown: Rect) -> Rect | None:
    """Where the heads of the columns stand, for a row of a table below its first."""
    if not field.row or not field.boxes or scan.sheet is None:
        return None
    on_page = list(scan.sheet.form.placed.on(field.page))
    rows = [one for one in on_page if one.question == field.question and one.row]
    top = min(one.zone.y for one in rows)
    above = [one.zone.bottom for one in on_page if one.zone.bottom <= top]
    height = min(HEADS, top - max(above, default=0.0))
    if shown.y - top < 1 or height < 1:  # what stands above the first row is in view
        return None
    return Rect(shown.x, top - height, shown.width, height)


def _field(scan: Scan, field_id: str) -> Field:
    if scan.sheet is None:
        raise NotFound
    for field in scan.sheet.form.placed.fields:
        if field.id == field_id and field.page == scan.page:
            return field
    raise NotFound


def _picture(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="image/jpeg")
    # In this browser for as long as somebody works through the queue, nowhere else.
    response["Cache-Control"] = "private, max-age=300"
    return response
