"""Pages of themes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.understand import reads
from moksori.understand.forms import asked_filters, asked_period, chips
from moksori.understand.forms.exploring import asked_open
from moksori.understand.reads.encoders import change_of_encoder
from moksori.understand.reads.themes import ThemePage, in_order
from moksori.understand.reads.tree import ThemeTree, theme_tree
from moksori.understand.reads.views import view_lines
from moksori.understand.reads.window import sees_all
from moksori.understand.views.drawn import kinds, orders, over_time, segment_chart
from moksori.understand.views.explore import carried, group

FIRST = 30


@require_GET
def themes(request: HttpRequest) -> HttpResponse:
    """The tree of themes, or all of them in one list."""
    member = member_of(request)
    order = request.GET.get("order", "size")
    found = theme_tree(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        order=order,
    )
    context: dict[str, Any] = {
        "found": found,
        "views": view_lines("themes", by=member),
        "carried": carried(request),
    }
    if found is not None:
        context["change"] = change_of_encoder(found.run)
        context["reads_all"] = sees_all(member.scope(), found.place.affiliate)
        context["bar"] = chips(request.GET, found.place, by=member)
        context["orders"] = orders(order)
        affiliate = InUnit(found.place.affiliate)
        context["may_teach"] = member.may(Ability.EDIT_THEMES, affiliate)
        context |= _shown(request, found, order)
    return render(request, "understand/themes.html", context)


def _shown(request: HttpRequest, found: ThemeTree, order: str) -> dict[str, Any]:
    """What of the tree is shown: all in one list, or groups and those that are open."""
    flat = in_order(found.lines, order)
    most = None if request.GET.get("show") == "all" else FIRST
    is_flat = request.GET.get("shape") == "flat" or not found.groups
    opened = asked_open(request.GET)
    if request.GET.get("open") == "all":
        opened = frozenset(group.id for group in found.groups)
    tops = [each.share.high for each in (flat if is_flat else found.groups)]
    return {
        "is_flat": is_flat,
        "top": max(tops, default=0.0),
        "theme_top": max((line.share.high for line in flat), default=0.0),
        "lines": flat[:most] if is_flat else [],
        "groups": [
            (group, group.id in opened, _toggled(opened, group.id))
            for group in found.groups
        ],
        "all_open": opened >= {group.id for group in found.groups},
    }


def _toggled(opened: frozenset[int], group: int) -> str:
    """The groups that are open once this one is opened or closed."""
    return "-".join(str(one) for one in sorted(opened ^ {group}))


@require_GET
def theme(request: HttpRequest, theme_id: int) -> HttpResponse:
    member = member_of(request)
    if reads.theme_row(theme_id, by=member).is_group:
        return group(request, theme_id)
    page = reads.theme_page(
        theme_id,
        by=member,
        period=asked_period(request.GET),
        kind=request.GET.get("kind", ""),
    )
    return render(request, "understand/theme.html", _context(request, page))


def _every(page: ThemePage) -> str:
    """Where all that is said of a theme is listed; "" where the page shows it all."""
    if page.line is None or page.line.mentions <= len(page.verbatims):
        return ""
    asked = {"theme": str(page.row.pk), "kind": page.kind}
    if page.place.period != "all" and page.place.window:
        days = page.place.window
        asked |= {"since": days.since.isoformat(), "until": days.until.isoformat()}
    return f"{reverse('understand:search')}?{urlencode(asked)}"


def _context(request: HttpRequest, page: ThemePage) -> dict[str, Any]:
    member, row = member_of(request), page.row
    context = {
        "page": page,
        "may_edit": member.may(Ability.EDIT_THEMES, row),
        "bar": chips(request.GET, page.place, by=member, only=("period",)),
        "kinds": kinds(page.kind),
        "every": _every(page),
    }
    if page.is_pending:
        return context
    return context | {
        "over_time": over_time(page.weeks, _("Share that mentions it, by week")),
        "segments": [segment_chart(table) for table in page.segments],
    }
