"""The page on which is said who asks, as customers know them."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.models import Survey
from moksori.collect.reads import names as reads
from moksori.collect.reads.surveys import survey_row
from moksori.collect.writes import names as writes

HERE = "survey"


class NameForm(forms.Form):
    """One name in two languages."""

    ko = forms.CharField(
        label=gettext_lazy("In Korean"),
        required=False,
        max_length=writes.LONGEST,
        widget=forms.TextInput(attrs={"lang": "ko"}),
    )
    en = forms.CharField(
        label=gettext_lazy("In English"),
        required=False,
        max_length=writes.LONGEST,
        widget=forms.TextInput(attrs={"lang": "en"}),
    )


@require_http_methods(["GET", "POST"])
def survey_asker(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Names of the survey, its unit and the units above; the nearest one holds."""
    survey = survey_row(survey_id, by=member_of(request))
    levels = reads.levels(survey, by=member_of(request))
    where = request.POST.get("where", "")
    shown = [(one, _key(one), _form(request, one)) for one in levels]
    if request.method == "POST":
        found = next((one for one in shown if one[1] == where), None)
        if found is None:
            raise NotFound
        level, _where, form = found
        if form.is_valid():
            _name(request, survey, level, form)
            notes.done(request, _("Customers read this name from now on."))
            return HttpResponseRedirect(
                reverse("collect:survey_asker", args=[survey.pk])
            )
    context = {
        "survey": survey,
        "tab": "invitations",
        "levels": shown,
        "asker": reads.asker(survey),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "collect/asking/asker.html", context, status=status)


def _key(level: reads.Level) -> str:
    return str(level.unit.pk) if level.unit else HERE


def _form(request: HttpRequest, level: reads.Level) -> NameForm:
    key = _key(level)
    is_sent = request.method == "POST" and request.POST.get("where") == key
    return NameForm(
        request.POST if is_sent else None,
        initial={"ko": level.ko, "en": level.en},
        auto_id=f"{key}_%s",
    )


def _name(
    request: HttpRequest, survey: Survey, level: reads.Level, form: NameForm
) -> None:
    member = member_of(request)
    if level.unit is None:
        writes.name_survey(survey, **form.cleaned_data, by=member)
    else:
        writes.name_unit(level.unit, **form.cleaned_data, by=member)
