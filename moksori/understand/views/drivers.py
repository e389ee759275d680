"""Pages: what drives the score, and which question to mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from moksori.analysis.drivers.quadrants import Quadrant
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.web import estimates
from moksori.base.web.charts import Chart
from moksori.base.web.charts.scatter import Axes, Spot, scatter
from moksori.base.web.filters import Bar, Filter, filter_bar
from moksori.collect.models import Source
from moksori.understand.forms import asked_filters, asked_period, chips
from moksori.understand.forms.filters import id_of
from moksori.understand.reads.driver_rows import OUTCOMES
from moksori.understand.reads.driver_words import (
    item_outcome_name,
    outcome_name,
    quadrant_name,
    why_left_out,
    why_none,
)
from moksori.understand.reads.drivers import DriverMap, theme_drivers
from moksori.understand.reads.item_drivers import ItemDrivers, item_drivers
from moksori.understand.reads.places import PERIODS

THEMES, ITEMS = "themes", "items"
IN_PICTURE = 20
TONES = {
    Quadrant.MEND: "hurt",
    Quadrant.KEEP: "good",
    Quadrant.WATCH: "quiet",
    Quadrant.LEAVE: "quiet",
}
SHEET_PERIODS = [("", gettext_lazy("all the time"))] + [
    (name, words) for name, words in PERIODS.items() if name != "all"
]


@require_GET
def drivers(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if request.GET.get("by") == ITEMS:
        return _of_items(request, member)
    asked = request.GET.get("outcome", "")
    found = theme_drivers(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        outcome=asked if asked in OUTCOMES else "",
    )
    context: dict[str, Any] = {"found": found, "by": THEMES}
    if found is not None and found.place is not None:
        outcomes = [(name, outcome_name(name)) for name in found.outcomes]
        context["bar"] = chips(request.GET, found.place, by=member)
        context["outcomes"] = _chosen(outcomes, found.outcome)
        context["outcome"] = outcome_name(found.outcome)
        context |= _shown(found)
    return render(request, "understand/drivers.html", context)


def _of_items(request: HttpRequest, member: Member) -> HttpResponse:
    whole = item_drivers(
        by=member,
        source=id_of(request.GET, "source"),
        outcome=request.GET.get("outcome", "")[:200],
        weeks=asked_weeks(request),
    )
    context: dict[str, Any] = {
        "whole": whole,
        "found": whole.found,
        "by": ITEMS,
        "sheets": whole.sheets,
        "bar": sheet_bar(request, whole.sources, whole.sheets),
    }
    if whole.found is not None and whole.outcome is not None:
        names = _outcome_names(whole)
        context["outcomes"] = _chosen(names, whole.outcome.key)
        context["outcome"] = dict(names)[whole.outcome.key]
        context |= _shown(whole.found)
    return render(request, "understand/drivers.html", context)


def _outcome_names(whole: ItemDrivers) -> list[tuple[str, str]]:
    return [(one.key, item_outcome_name(one.form, one.label)) for one in whole.outcomes]


def _chosen(
    choices: Sequence[tuple[str, str]], chosen: str
) -> list[tuple[str, str, bool]]:
    return [(value, label, value == chosen) for value, label in choices]


def _shown(found: DriverMap) -> dict[str, Any]:
    return {
        "picture": _picture(found) if found.lines else None,
        "rows": [(line, quadrant_name(line.quadrant)) for line in found.lines],
        "left_out": [(one.name, why_left_out(one)) for one in found.left_out],
        "why_none": why_none(found.reason) if not found.lines else "",
        "top": max((line.importance.high for line in found.lines), default=0.0),
        "mend": [line for line in found.lines if line.quadrant == Quadrant.MEND][:3],
        "kind": "points" if found.is_yes_or_no else "change",
        "method": estimates.method(found.method),
    }


def _picture(found: DriverMap) -> Chart:
    is_of_themes = found.place is not None
    axes = Axes(
        x=_("share that praises")
        if is_of_themes
        else _("mean, as a part of the scale"),
        y=_("importance, as a part of all differences"),
        x_kind="share",
        y_kind="share",
        divided=found.divided,
        parts=(
            quadrant_name(Quadrant.MEND),
            quadrant_name(Quadrant.KEEP),
            quadrant_name(Quadrant.WATCH),
            quadrant_name(Quadrant.LEAVE),
        ),
    )
    spots = [
        Spot(
            label=line.name,
            x=line.performance.value,
            y=line.importance.value,
            low=line.importance.low,
            high=line.importance.high,
            n=line.importance.n,
            tone=TONES[line.quadrant],
            is_hollow=not line.driver.is_clear,
        )
        for line in found.lines[:IN_PICTURE]
    ]
    note = _(
        "Sticks are 95% intervals. Hollow: within chance. "
        "The dotted lines are the even part of importance and the mean of all."
    )
    first = pgettext("driver", "Theme") if is_of_themes else _("Question")
    return scatter(_("Importance and how it goes"), spots, axes, first=first, note=note)


def asked_weeks(request: HttpRequest) -> int | None:
    period = asked_period(request.GET)
    return int(period) if period.isdecimal() else None


def sheet_bar(request: HttpRequest, sources: list[Source], sheets: Any) -> Bar:
    """Which questionnaire, and of which weeks."""
    choices = [(str(source.pk), source.name) for source in sources]
    default = str(sheets.source.pk) if sheets is not None else ""
    shown = [Filter("period", _("Period"), SHEET_PERIODS)]
    if choices:
        shown.append(Filter("source", _("Questionnaire"), choices, default=default))
    return filter_bar(request.GET, shown)
