"""Pages of office hours and absences."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act.models import OfficeHours
from moksori.act.reads import absences as absence_reads
from moksori.act.reads import office as reads
from moksori.act.views.answers import done, written
from moksori.act.views.rule_forms import DAYS, AbsenceForm, HoursForm
from moksori.act.writes import office as writes
from moksori.base.errors import NotAllowed
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability


@require_GET
def hours_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.ASSIGN)
    lines = [
        (line, reads.week_in_words(line.hours, DAYS))
        for line in reads.office_lines(by=member)
    ]
    return render(request, "act/hours.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, unit_id: int) -> HttpResponse:
    member = member_of(request)
    unit = reads.office_unit(unit_id, by=member)
    initial = HoursForm.of(reads.Office.of_all().hours(unit))
    form = HoursForm(request.POST or None, initial=initial)
    if request.method == "POST" and written(
        form,
        lambda: writes.set_hours(unit, form.week(), form.days_off(), by=member),
    ):
        said = _("These hours hold from now on. Deadlines that stand stay.")
        return done(request, reverse("act:hours"), said)
    has_own = OfficeHours.objects.filter(unit=unit).exists()
    context = {"form": form, "unit": unit, "has_own": has_own}
    status = 422 if form.errors else 200
    return render(request, "act/hours_edit.html", context, status=status)


@require_POST
def hours_drop(request: HttpRequest, unit_id: int) -> HttpResponse:
    member = member_of(request)
    writes.drop_hours(reads.office_unit(unit_id, by=member), by=member)
    said = _("The hours of the unit above hold now.")
    return done(request, reverse("act:hours"), said)


@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """One's own for everybody who works on cases; leaders also their team's."""
    member = member_of(request)
    if not (member.may(Ability.ACT) or member.may(Ability.ASSIGN)):
        raise NotAllowed
    form = AbsenceForm(request.POST or None, people=absence_reads.team_of(member))
    if request.method == "POST" and written(
        form,
        lambda: writes.note_absence(
            form.who(),
            form.cleaned_data["starts_on"],
            form.cleaned_data["ends_on"],
            by=member,
        ),
    ):
        return done(request, reverse("act:absences"), _("It is written down."))
    context = {
        "form": form,
        "lines": absence_reads.absence_lines(by=member),
        "may_lead": member.may(Ability.ASSIGN),
    }
    status = 422 if form.errors else 200
    return render(request, "act/absences.html", context, status=status)


@require_POST
def absence_drop(request: HttpRequest, absence_id: int) -> HttpResponse:
    member = member_of(request)
    row = absence_reads.absence_row(absence_id, by=member)
    writes.drop_absence(row, by=member)
    return done(request, reverse("act:absences"), _("The absence is deleted."))
