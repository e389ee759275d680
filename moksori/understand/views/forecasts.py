"""The page of forecasts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.base.web import text
from moksori.base.web.charts import Chart, Point, Series, line_chart
from moksori.base.web.filters import Filter, filter_bar
from moksori.understand.reads.outlooks import (
    OutlookLine,
    OutlookPage,
    Subject,
    outlook_page,
)

SHOWN = 52
# The analysis speaks English; its sentences are gathered here to be translated.
SAID_BY_ANALYSIS = (
    gettext_noop("Seasonal naive, interval by backtest"),
    gettext_noop("Theta, chosen by backtest"),
    gettext_noop("Exponential smoothing, chosen by backtest"),
    gettext_noop("Mean of Theta and exponential smoothing, chosen by backtest"),
    gettext_noop("What drove the numbers so far goes on."),
    gettext_noop("Parts and wholes reconciled so that they add up."),
)


@require_GET
def forecasts(request: HttpRequest) -> HttpResponse:
    found = outlook_page(
        by=member_of(request),
        unit=_number(request.GET.get("unit", "")),
        subject=request.GET.get("of", ""),
        node=_number(request.GET.get("series", "")),
    )
    context: dict[str, Any] = {
        "found": found,
        "bar": filter_bar(request.GET, _filters(found)),
        "lines": [(line, name_of(line)) for line in found.lines],
        "chart": drawn(found.line, found.subject) if found.line else None,
        "name": name_of(found.line) if found.line else "",
        "method": method_words(found.line) if found.line else "",
        "error": error_words(found.line) if found.line else "",
        "tried": tried_words(found.line) if found.line else [],
        "is_weekly": found.subject is not None and found.subject.every == "week",
    }
    return render(request, "understand/forecasts.html", context)


def _number(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _filters(found: OutlookPage) -> list[Filter]:
    filters = []
    if len(found.units) > 1:
        units = [(str(unit.pk), unit.name) for unit in found.units]
        filters.append(Filter("unit", _("Unit"), units, str(found.unit.pk)))
    if len(found.subjects) > 1:
        subjects = [(one.key, subject_words(one)) for one in found.subjects]
        default = found.subjects[0].key
        filters.append(Filter("of", pgettext("forecast", "Of"), subjects, default))
    return filters


def subject_words(subject: Subject) -> str:
    return subject.name or (
        _("Feedback") if subject.source == "feedback" else _("Demand")
    )


def name_of(line: OutlookLine) -> str:
    """Seoul · Loans; "Everything"; "other regions"."""
    if line.level == "all":
        return _("Everything")
    region = line.region or _("other regions")
    product = line.product or _("other products")
    return {"region": region, "product": product}.get(
        line.level, f"{region} · {product}"
    )


def method_words(line: OutlookLine) -> str:
    """How the forecast is made, for a person."""
    known = {
        "seasonal naive": _("as one season ago, or as the last value"),
        "theta": _("by its level and half of its trend (Theta)"),
        "ets": _("by its recent level, trend and season (exponential smoothing)"),
        "theta + ets": _("as the mean of Theta and exponential smoothing"),
    }
    return known.get(line.method, line.method)


def tried_words(line: OutlookLine) -> list[tuple[str, float | None]]:
    """Each method by its name, with its error."""
    known = {
        "seasonal naive": _("seasonal naive"),
        "theta": _("Theta"),
        "ets": _("exponential smoothing"),
    }
    return [(known.get(name, name), mase) for name, mase in line.tried]


def error_words(line: OutlookLine) -> str:
    """How wrong it was, in words."""
    if line.mase is None:
        return _("The history is too short, or never changed, so how wrong the "
                 "forecast was cannot be said.")  # fmt: skip
    given = {
        "n": text.number(line.errors),
        "mase": text.number(line.mase, 2),
        "share": text.share(abs(1 - line.mase), 0),
    }
    if line.mase < 0.95:
        words = _(
            "Asked of the past %(n)s times, it erred %(share)s less than taking the "
            "value of a season ago usually does (MASE %(mase)s)."
        )
    elif line.mase <= 1.05:
        words = _(
            "Asked of the past %(n)s times, it erred as much as taking the value of a "
            "season ago usually does (MASE %(mase)s)."
        )
    else:
        words = _(
            "Asked of the past %(n)s times, it erred %(share)s more than taking the "
            "value of a season ago usually did: lately the numbers have been hard to "
            "foresee (MASE %(mase)s)."
        )
    return words % given


def drawn(line: OutlookLine, subject: Subject | None) -> Chart | None:
    """History and what is expected, with its band."""
    if not line.points:
        return None
    past = list(zip(line.days, line.values, strict=True))[-SHOWN:]
    before = [Point(text.short_day(day), value) for day, value in past]
    after = [
        Point(text.short_day(day), one.value, one.low, one.high)
        for day, one in zip(line.ahead, line.points, strict=True)
    ]
    nothing = [Point(point.label, None) for point in before[:-1]]
    joined = [Point(before[-1].label, before[-1].value)]
    first, last = text.day(past[0][0]), text.day(line.ahead[-1])
    return line_chart(
        subject_words(subject) if subject else "",
        [
            Series(_("so far"), [*before, *(Point(p.label, None) for p in after)]),
            Series(_("expected"), [*nothing, *joined, *after], "hurt", is_dashed=True),
        ],
        kind="count",
        note=_("From %(first)s to %(last)s; the band is the 95%% interval.")
        % {"first": first, "last": last},
    )
