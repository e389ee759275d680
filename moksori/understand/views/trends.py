"""Pages of trends and alarms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.understand.forms import DIMENSIONS, asked_filters, chips
from moksori.understand.forms.filters import id_of
from moksori.understand.models import Alarm
from moksori.understand.reads.alarms import (
    AlarmList,
    alarm_list,
    alarm_page,
    alarm_row,
    open_alarms,
)
from moksori.understand.reads.places import home_affiliate
from moksori.understand.reads.series import DIMENSIONS as CUTS
from moksori.understand.reads.trends import MOST, SHOWN, Trends
from moksori.understand.reads.trends import trends as trends_read
from moksori.understand.views.drawn_trends import alarm_chart, drawn
from moksori.understand.writes.alarms import mark_alarm
from moksori.understand.writes.pains import may_triage_in

FILTERS = ("unit", *DIMENSIONS)


@require_GET
def trends(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    if not by.scope():
        return render(request, "understand/trends.html", {"found": None})
    filters = asked_filters(request.GET)
    cut = request.GET.get("by", "")
    found = trends_read(
        by=by,
        filters=filters,
        dimension=cut if cut in CUTS else "",
        theme=id_of(request.GET, "theme"),
        limit=MOST if request.GET.get("show") == "all" else SHOWN,
    )
    context: dict[str, Any] = {"found": found}
    if found is not None:
        alarms = alarm_list(
            by=by, unit=found.place.affiliate, state=request.GET.get("state", "")
        )
        context |= {
            "alarms": alarms,
            "states": _states(alarms),
            "panels": drawn(found.panels),
            "cuts": _cuts(found),
            "bar": chips(request.GET, found.place, by=by, only=FILTERS),
            "may_triage": may_triage_in(by, found.place.affiliate),
        }
    return render(request, "understand/trends.html", context)


@require_GET
def alarm(request: HttpRequest, alarm_id: int) -> HttpResponse:
    by = member_of(request)
    page = alarm_page(alarm_id, by=by)
    row = page.line.row
    context = {
        "page": page,
        "line": page.line,
        "chart": alarm_chart(row),
        "may_triage": may_triage_in(by, row.unit_id),
    }
    return render(request, "understand/alarm.html", context)


@require_POST
def mark(request: HttpRequest, alarm_id: int) -> HttpResponse:
    by = member_of(request)
    row = mark_alarm(
        alarm_row(alarm_id, by=by),
        state=request.POST.get("state", ""),
        reason=request.POST.get("reason", ""),
        by=by,
    )
    notes.done(request, _("The alarm is now: %s.") % row.get_state_display())
    return redirect("understand:alarm", row.pk)


@require_GET
def alarms_line(request: HttpRequest) -> HttpResponse:
    """How many alarms are new, as a line of another page; nothing where none is."""
    by = member_of(request)
    try:
        unit = home_affiliate(by=by, unit=asked_filters(request.GET).unit)
    except NotFound:
        return HttpResponse()
    lines = open_alarms(unit.pk, by=by)
    return render(
        request, "understand/_alarms_line.html", {"unit": unit, "lines": lines}
    )


def _states(found: AlarmList) -> list[tuple[str, str, int, bool]]:
    return [
        (value, str(label), found.counts.get(value, 0), value == found.state)
        for value, label in Alarm.State.choices
    ]


def _cuts(found: Trends) -> list[tuple[str, str, bool]]:
    labels = {
        "": pgettext("trends", "Everywhere"),
        "product": _("By product"),
        "region": _("By region"),
    }
    return [(value, labels[value], value == found.dimension) for value in CUTS]
