"""Pages for exploring: the map, themes by segment, and two things side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.understand.forms import asked_filters, asked_period, chips
from moksori.understand.forms.exploring import (
    asked_cell,
    asked_comparison,
    asked_id,
    asked_measure,
    comparison_faults,
)
from moksori.understand.reads.compare import PERIOD, SPANS, Comparison, comparison
from moksori.understand.reads.crossed import Crossed, crossed
from moksori.understand.reads.map import theme_map
from moksori.understand.reads.tree import group_page
from moksori.understand.views.drawn import over_time, segment_chart
from moksori.understand.views.drawn_map import drawn_map, legend

FIRST = 25
HEATS = 4


@require_GET
def the_map(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = theme_map(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        group=asked_id(request.GET, "group"),
    )
    context: dict[str, Any] = {"found": found, "legend": legend()}
    context["carried"] = carried(request)
    if found is not None:
        query = request.GET.copy()
        query.pop("group", None)
        most = None if query.get("show") == "all" else FIRST
        context["bar"] = chips(request.GET, found.place, by=member)
        context["drawn"] = drawn_map(found, query.urlencode())
        context["back"] = f"?{query.urlencode()}"
        context["rows"] = [
            (spot, found.names.get(spot.group or 0, "")) for spot in found.spots[:most]
        ]
    return render(request, "understand/map.html", context)


@require_GET
def by_segment(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = crossed(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        attribute=request.GET.get("attribute", ""),
        measure=asked_measure(request.GET),
        cell=asked_cell(request.GET),
    )
    context: dict[str, Any] = {"found": found, "carried": carried(request)}
    if found is not None:
        most = None if request.GET.get("show") == "all" else FIRST
        context |= {
            "bar": chips(request.GET, found.place, by=member),
            "attributes": attributes(found.choices, found.attribute),
            "measures": measures(found.measure),
            "rows": _heated(found)[:most],
        }
    return render(request, "understand/crossed.html", context)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = comparison(
        by=member,
        asked=asked_comparison(request.GET),
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        measure=asked_measure(request.GET),
    )
    context: dict[str, Any] = {"found": found, "carried": carried(request)}
    if found is not None:
        most = None if request.GET.get("show") == "all" else FIRST
        lines = found.lines
        context |= {
            "bar": chips(request.GET, found.place, by=member, only=_filters(found)),
            "kinds": attributes(found.choices, found.asked.kind),
            "measures": measures(found.measure),
            "spans": [(weeks, weeks == found.asked.weeks) for weeks in SPANS],
            "is_period": found.asked.kind == PERIOD,
            "lines": lines[:most],
            "kept": _kept(request),
            "faults": comparison_faults(request.GET),
            "ends": _ends(found),
            "low": -_ends(found),
        }
    return render(request, "understand/compare.html", context)


def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """The page of a group of themes, at the address of a theme."""
    member = member_of(request)
    page = group_page(group_id, by=member, period=asked_period(request.GET))
    title = _("Share that mentions it, by week")
    context = {
        "page": page,
        "bar": chips(request.GET, page.place, by=member, only=("period",)),
        "over_time": over_time(page.weeks, title),
        "segments": [segment_chart(table) for table in page.segments],
        "top": max((line.share.high for line in page.line.themes), default=0.0)
        if page.line
        else 0.0,
    }
    return render(request, "understand/group.html", context)


def carried(request: HttpRequest) -> str:
    """The filters of this address, for the other ways to look at the same."""
    names = ("unit", "period", "product", "region", "channel", "language")
    given = QueryDict(mutable=True)
    for name in names:
        if request.GET.get(name):
            given[name] = request.GET[name]
    return f"?{given.urlencode()}" if given else ""


def attributes(names: list[str], chosen: str) -> list[tuple[str, str, bool]]:
    """What can be compared: value, label, whether it is chosen."""
    words = {
        PERIOD: _("Two periods"),
        "product": _("Product"),
        "region": _("Region"),
        "channel": pgettext("feedback", "Channel"),
        "language": _("Language"),
        "age_band": _("Age"),
        "tier": _("Membership tier"),
    }
    return [(name, words[name], name == chosen) for name in names]


def measures(chosen: str) -> list[tuple[str, str, bool]]:
    words = [
        ("complaints", _("Complains about it")),
        ("mentions", _("Mentions it")),
    ]
    return [(value, label, value == chosen) for value, label in words]


def _heated(found: Crossed) -> list[tuple[Any, list[tuple[Any, int, str]]]]:
    """Rows with their cells, each with a step of heat (0–4) and its value's name."""
    top = found.top or 1.0
    return [
        (
            row,
            [
                (cell, min(int(cell.share.value / top * (HEATS + 1)), HEATS), one.label)
                for cell, one in zip(row.cells, found.columns, strict=True)
            ],
        )
        for row in found.rows
    ]


def _filters(found: Comparison) -> tuple[str, ...]:
    """Filters that do not contradict what is compared."""
    every = ("period", "unit", "product", "region", "channel")
    return tuple(name for name in every if name != found.asked.kind)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form hands on besides what it asks itself."""
    asked = {
        "one", "other", "since", "until", "since2", "until2", "weeks", "against",
        "show",
    }  # fmt: skip
    return [(name, request.GET[name]) for name in request.GET if name not in asked]


def _ends(found: Comparison) -> float:
    """The end of the scale that all differences share."""
    shown = found.lines[:FIRST]
    ends = [abs(n) for one in shown for n in (one.difference.low, one.difference.high)]
    return max(ends, default=0.1)
