"""What a page shows, as a file: CSV, XLSX or SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moksori.base.errors import NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.web.charts import Bar, bar_chart
from moksori.understand import reads
from moksori.understand.forms import asked_filters, asked_owner, asked_period
from moksori.understand.forms.exploring import (
    asked_comparison,
    asked_id,
    asked_measure,
)
from moksori.understand.reads.compare import comparison
from moksori.understand.reads.crossed import crossed
from moksori.understand.reads.exports import (
    compare_sheet,
    crossed_sheet,
    map_sheet,
    pain_sheet,
    side_name,
    theme_sheet,
)
from moksori.understand.reads.map import theme_map
from moksori.understand.reads.sheets import Sheet, as_csv, as_xlsx
from moksori.understand.reads.themes import ThemeLine
from moksori.understand.reads.tree import GroupLine, theme_tree
from moksori.understand.views.drawn_map import map_picture
from moksori.understand.views.drawn_table import heat_picture

MOST_BARS = 30
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Export:
    """One page as a table and as a picture; `picture` draws only when asked."""

    sheet: Sheet
    picture: Callable[[], str]


@require_GET
def export(request: HttpRequest, page: str) -> HttpResponse:
    """`?format=csv`, xlsx or svg, with the filters of the page itself."""
    make = PAGES.get(page)
    if make is None:
        raise NotFound
    kind = request.GET.get("format", "csv")
    if kind not in TYPES:
        raise UserError(_("Choose CSV, XLSX or SVG."))
    made = make(request)
    if made is None:
        raise NotFound
    content = _content(made, kind)
    response = HttpResponse(content, content_type=TYPES[kind])
    day = timezone.localdate().isoformat()
    if kind != "svg" or "download" in request.GET:
        name = f"moksori-{page}-{day}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _content(made: Export, kind: str) -> bytes:
    if kind == "csv":
        return as_csv(made.sheet)
    if kind == "xlsx":
        return as_xlsx(made.sheet)
    drawn = made.picture()
    if not drawn:
        raise NotFound
    return drawn.encode()


def _pains(request: HttpRequest) -> Export | None:
    found = reads.pain_list(
        by=member_of(request),
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        owner=asked_owner(request.GET),
    )
    if found is None:
        return None
    bars = [
        Bar(line.name, line.reach.value, line.reach.low, line.reach.high, line.reach.n,
            tone="hurt")
        for line in found.lines[:MOST_BARS]
    ]  # fmt: skip
    return Export(pain_sheet(found), lambda: _bars(_("Pain points"), bars))


def _themes(request: HttpRequest) -> Export | None:
    found = theme_tree(
        by=member_of(request),
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        order=request.GET.get("order", "size"),
    )
    if found is None:
        return None
    lines: list[GroupLine | ThemeLine] = [*found.groups, *found.loose]
    bars = [
        Bar(each.name, each.share.value, each.share.low, each.share.high, each.share.n)
        for each in lines[:MOST_BARS]
    ]
    return Export(theme_sheet(found), lambda: _bars(_("Themes"), bars))


def _map(request: HttpRequest) -> Export | None:
    found = theme_map(
        by=member_of(request),
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        group=asked_id(request.GET, "group"),
    )
    if found is None:
        return None
    return Export(map_sheet(found), lambda: map_picture(found))


def _crossed(request: HttpRequest) -> Export | None:
    found = crossed(
        by=member_of(request),
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        attribute=request.GET.get("attribute", ""),
        measure=asked_measure(request.GET),
    )
    if found is None:
        return None
    return Export(crossed_sheet(found), lambda: heat_picture(found))


def _compared(request: HttpRequest) -> Export | None:
    found = comparison(
        by=member_of(request),
        asked=asked_comparison(request.GET),
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        measure=asked_measure(request.GET),
    )
    if found is None:
        return None
    bars = [
        Bar(
            line.name,
            line.difference.value,
            line.difference.low,
            line.difference.high,
            line.difference.n,
            tone="ink" if line.is_sure else "quiet",
        )
        for line in found.lines[:MOST_BARS]
    ]
    sides = [side_name(side) for side in (found.one, found.other) if side]
    title = " − ".join(sides)
    return Export(compare_sheet(found), lambda: _bars(title, bars, "points"))


def _bars(title: str, bars: list[Bar], kind: str = "share") -> str:
    return bar_chart(title, bars, kind=kind).wide if bars else ""


PAGES: dict[str, Callable[[HttpRequest], Export | None]] = {
    "pain-points": _pains,
    "themes": _themes,
    "map": _map,
    "crossed": _crossed,
    "compare": _compared,
}
