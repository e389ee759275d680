"""The page of priorities, and what people say of effort and impact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from moksori.act.reads.priorities import PriorityLine, PriorityList, priority_list
from moksori.act.writes.appraisals import Expected, appraise_pain_point
from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.base.web.charts import Bar, Chart, bar_chart
from moksori.understand.forms import asked_filters, asked_period, chips
from moksori.understand.reads.pains import pain_point_row
from moksori.understand.writes.pains import may_triage_in, must_triage

FIRST = 20
DRAWN = 15


class AppraisalForm(forms.Form):
    """Effort in person-days, impact in per cent of the complaints."""

    effort_low = forms.FloatField(label=gettext_lazy("Person-days, at least"))
    effort_high = forms.FloatField(label=gettext_lazy("Person-days, at most"))
    impact_low = forms.FloatField(label=gettext_lazy("Complaints gone, at least (%)"))
    impact_high = forms.FloatField(label=gettext_lazy("Complaints gone, at most (%)"))

    @property
    def expected(self) -> Expected:
        given = self.cleaned_data
        return Expected(
            given["effort_low"],
            given["effort_high"],
            given["impact_low"] / 100,
            given["impact_high"] / 100,
        )


@require_GET
def priorities(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = priority_list(
        by=member,
        filters=asked_filters(request.GET),
        period=asked_period(request.GET),
    )
    context: dict[str, Any] = {"found": found}
    if found is not None:
        context["bar"] = chips(
            request.GET, found.place, by=member, only=("period", "unit")
        )
        context["may_triage"] = may_triage_in(member, found.place.affiliate)
        context["last"] = len(found.lines)
        context["drawn"] = drawn(found)
        shown = found.lines if request.GET.get("show") == "all" else found.lines[:FIRST]
        context["forms"] = [(line, _form(line)) for line in shown]
        context["more"] = len(found.lines) if len(shown) < len(found.lines) else 0
    return render(request, "act/priorities.html", context)


@require_POST
def appraise(request: HttpRequest, pain_point_id: int) -> HttpResponse:
    member = member_of(request)
    row = pain_point_row(pain_point_id, by=member)
    must_triage(member, row)
    form = AppraisalForm(request.POST)
    if not form.is_valid():
        raise UserError(
            _("Write four numbers: person-days and per cent, each from and to.")
        )
    appraise_pain_point(row, form.expected, by=member)
    notes.done(request, _("Saved. The order is computed with it."))
    return redirect(f"{reverse('act:priorities')}?unit={row.unit_id}#pain-{row.pk}")


def drawn(found: PriorityList) -> Chart | None:
    """The first ones with the interval of their rank, best at the top."""
    lines = found.lines[:DRAWN]
    if len(lines) < 2:
        return None
    bars = [
        Bar(
            label=line.name,
            value=line.value.value,
            low=line.value.low,
            high=line.value.high,
            tone="ink",
        )
        for line in lines
    ]
    return bar_chart(
        _("Value per person-day"),
        bars,
        kind="score",
        note=_(
            "Complaints × severity × share gone ÷ person-days; the lines hold 90% of "
            "what the ranges allow."
        ),
        first=_("Pain point"),
    )


def _form(line: PriorityLine) -> AppraisalForm:
    first = {
        "effort_low": f"{line.effort.low:g}",
        "effort_high": f"{line.effort.high:g}",
        "impact_low": f"{line.impact.low * 100:.3g}",
        "impact_high": f"{line.impact.high * 100:.3g}",
    }
    return AppraisalForm(initial=first, auto_id=f"p{line.id}_%s")
