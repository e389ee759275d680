"""Pages of pain points."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.understand import reads
from moksori.understand.forms import (
    DIMENSIONS,
    TriageForm,
    asked_filters,
    asked_owner,
    asked_period,
    chips,
)
from moksori.understand.reads.pain_page import PainPage
from moksori.understand.reads.views import view_lines
from moksori.understand.views.drawn import over_time, segment_chart
from moksori.understand.writes.pains import (
    may_triage,
    may_triage_in,
    must_triage,
    possible_owners,
    triage_pain_point,
)

FIRST = 20
FILTERS = ("period", "unit", *DIMENSIONS, "owner")


@require_GET
def pain_points(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = reads.pain_list(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
        owner=asked_owner(request.GET),
        limit=None if request.GET.get("show") == "all" else FIRST,
    )
    context: dict[str, Any] = {
        "found": found,
        "views": view_lines("pain_points", by=member),
    }
    if found is not None:
        context["bar"] = chips(request.GET, found.place, by=member, only=FILTERS)
        context["only_unowned"] = bool(asked_owner(request.GET))
        context["may_triage"] = may_triage_in(member, found.place.affiliate)
        context["top"] = max((line.reach.high for line in found.lines), default=0.0)
    return render(request, "understand/pain_points.html", context)


@require_GET
def pain_point(request: HttpRequest, pain_point_id: int) -> HttpResponse:
    member = member_of(request)
    page = reads.pain_point(pain_point_id, by=member, period=asked_period(request.GET))
    return render(request, "understand/pain_point.html", _context(request, page))


@require_POST
def triage(request: HttpRequest, pain_point_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.pain_point_row(pain_point_id, by=member)
    must_triage(member, row)
    form = TriageForm(request.POST, owners=possible_owners(row))
    if not form.is_valid():
        raise UserError(_("Choose a state and an owner from the lists."))
    triage_pain_point(row, by=member, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("understand:pain_point", row.pk)


def _context(request: HttpRequest, page: PainPage) -> dict[str, Any]:
    member, row = member_of(request), page.row
    form = None
    if may_triage(member, row):
        first = {"state": row.state, "owner": row.owner_id}
        form = TriageForm(initial=first, owners=possible_owners(row))
    return {
        "page": page,
        "form": form,
        "bar": chips(request.GET, page.place, by=member, only=("period",)),
        "over_time": over_time(page.weeks, _("Share that complains, by week")),
        "segments": [segment_chart(table) for table in page.segments],
    }
