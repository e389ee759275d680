"""Pages of themes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.understand import reads
from moksori.understand.forms import asked_filters, asked_period, chips
from moksori.understand.reads.themes import ThemePage
from moksori.understand.reads.views import view_lines
from moksori.understand.views.drawn import kinds, orders, over_time, segment_chart

FIRST = 30


@require_GET
def themes(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    order = request.GET.get("order", "size")
    found = reads.theme_list(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        order=order,
    )
    context: dict[str, Any] = {
        "found": found,
        "views": view_lines("themes", by=member),
    }
    if found is not None:
        context["bar"] = chips(request.GET, found.place, by=member)
        context["top"] = max((line.share.high for line in found.lines), default=0.0)
        context["orders"] = orders(order)
        most = None if request.GET.get("show") == "all" else FIRST
        context["lines"] = found.lines[:most]
    return render(request, "understand/themes.html", context)


@require_GET
def theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    page = reads.theme_page(
        theme_id,
        by=member_of(request),
        period=asked_period(request.GET),
        kind=request.GET.get("kind", ""),
    )
    return render(request, "understand/theme.html", _context(request, page))


def _context(request: HttpRequest, page: ThemePage) -> dict[str, Any]:
    member, row = member_of(request), page.row
    return {
        "page": page,
        "may_edit": member.may(Ability.EDIT_THEMES, row),
        "bar": chips(request.GET, page.place, by=member, only=("period",)),
        "kinds": kinds(page.kind),
        "over_time": over_time(page.weeks, _("Share that mentions it, by week")),
        "segments": [segment_chart(table) for table in page.segments],
    }
