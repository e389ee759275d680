"""Pages of themes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.understand import reads
from moksori.understand.forms import RenameForm, asked_filters, asked_period, chips
from moksori.understand.reads.themes import ThemePage
from moksori.understand.reads.views import view_lines
from moksori.understand.views.drawn import kinds, orders, over_time, segment_chart
from moksori.understand.writes.themes import rename_theme

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


@require_POST
def rename(request: HttpRequest, theme_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.theme_row(theme_id, by=member)
    rename_theme(
        row,
        name_ko=request.POST.get("name_ko", ""),
        name_en=request.POST.get("name_en", ""),
        by=member,
    )
    messages.success(request, _("Saved."))
    return redirect("understand:theme", row.pk)


def _context(request: HttpRequest, page: ThemePage) -> dict[str, Any]:
    member, row = member_of(request), page.row
    form = None
    if member.may(Ability.EDIT_THEMES, row):
        form = RenameForm(initial={"name_ko": row.name_ko, "name_en": row.name_en})
    return {
        "page": page,
        "form": form,
        "bar": chips(request.GET, page.place, by=member, only=("period",)),
        "kinds": kinds(page.kind),
        "over_time": over_time(page.weeks, _("Share that mentions it, by week")),
        "segments": [segment_chart(table) for table in page.segments],
    }
