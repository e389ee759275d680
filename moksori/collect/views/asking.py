"""Pages of the rules of asking, and of how surveys go to their customers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.jobs import send_invitations
from moksori.collect.models import Survey, Way
from moksori.collect.reads import contacts as people
from moksori.collect.reads import invitations as reads
from moksori.collect.reads.names import asker
from moksori.collect.reads.surveys import survey_row
from moksori.collect.senders import senders
from moksori.collect.views.asking_forms import (
    ApproachForm,
    InviteForm,
    RouteForm,
    RulesForm,
)
from moksori.collect.writes import invitations as writes
from moksori.collect.writes.contact_rules import (
    current,
    may_set_rules,
    must_set_rules,
    set_rules,
)
from moksori.collect.writes.routes import route_of, set_route

DAYS = 30


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """What holds for everybody; who administers the whole company changes it."""
    member = member_of(request)
    may_change = may_set_rules(member)
    if request.method == "POST":
        must_set_rules(member)
    elif not may_change:
        member.must(Ability.READ)
    row = current()
    form = RulesForm(request.POST or None, initial=asdict(row.rules))
    if request.method == "POST" and form.is_valid():
        set_rules(form.rules, by=member)
        notes.done(request, _("These rules hold from now on."))
        return HttpResponseRedirect(reverse("collect:asking"))
    context = {
        "form": form,
        "rules": row.rules,
        "may_change": may_change,
        "ways": reads.ways(),
        "whys": reads.whys(by=member, days=DAYS),
        "days": DAYS,
    }
    status = 422 if form.errors else 200
    return render(request, "collect/asking/rules.html", context, status=status)


@require_http_methods(["GET", "POST"])
def route(request: HttpRequest, way: str) -> HttpResponse:
    """What sends text messages, or notices by KakaoTalk."""
    member = member_of(request)
    kinds = {kind: one for kind, one in senders().items() if way in one.ways}
    if not may_set_rules(member) or way == Way.EMAIL or not kinds:
        raise NotFound
    row = route_of(way)
    kind = row.kind if row.kind in kinds else next(iter(kinds))
    sender = kinds[kind]
    usual = {one.name: one.default for one in sender.fields}
    initial = {**usual, **row.settings, "is_active": row.is_active}
    form = RouteForm(request.POST or None, sender=sender, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        is_active = given.pop("is_active")
        try:
            set_route(way, kind, given, is_active=is_active, by=member)
        except UserError as error:
            form.add_error(
                error.field if error.field in form.fields else None, str(error.message)
            )
        else:
            notes.done(request, _("Messages go out this way from now on."))
            return HttpResponseRedirect(reverse("collect:asking"))
    label = Way(way).label
    context = {"form": form, "label": label, "has_secret": bool(row.secrets)}
    status = 422 if form.errors else 200
    return render(request, "collect/asking/route.html", context, status=status)


@require_GET
def invitations(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Whom a survey asked, what came of it, and whom to ask next."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    form = InviteForm(lists=people.contact_lists(by=member))
    page = reads.invitation_rows(
        survey,
        page=_number(request.GET.get("page")),
        state=request.GET.get("state", ""),
    )
    context: dict[str, Any] = {
        "survey": survey,
        "tab": "invitations",
        "form": form,
        "counts": reads.counts(survey),
        "whys": reads.whys(survey, by=member),
        "page": page,
        "approach": reads.approach(survey),
        "ways": reads.ways(),
        "can_invite": survey.status == Survey.Status.OPEN,
        "asker": asker(survey),
    }
    return render(request, "collect/asking/invitations.html", context)


@require_http_methods(["GET", "POST"])
def approach(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Topic, priority, clocks, sample, reminders and the words of the letter."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    languages = (
        survey.version.questionnaire.languages if survey.version else ("ko", "en")
    )
    form = ApproachForm(
        request.POST or None, instance=reads.approach(survey), languages=languages
    )
    if request.method == "POST" and form.is_valid():
        writes.set_approach(survey, form.values, by=member)
        notes.done(request, _("Invitations go out like this from now on."))
        return HttpResponseRedirect(reverse("collect:invitations", args=[survey.pk]))
    context = {"survey": survey, "tab": "invitations", "form": form}
    status = 422 if form.errors else 200
    return render(request, "collect/asking/approach.html", context, status=status)


@require_POST
def invitations_take_back(request: HttpRequest, survey_id: int) -> HttpResponse:
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    count = writes.take_back(survey, by=member)
    said = ngettext(
        "{n} invitation was taken back.", "{n} invitations were taken back.", count
    )
    notes.done(request, said.format(n=count))
    return HttpResponseRedirect(reverse("collect:invitations", args=[survey.pk]))


@require_POST
def invitation_again(request: HttpRequest, invitation_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.invitation_row(invitation_id, by=member)
    writes.send_again(row, by=member)
    send_invitations.enqueue()
    notes.done(request, _("It goes out once more."))
    return HttpResponseRedirect(reverse("collect:invitations", args=[row.survey_id]))


@require_GET
def skips(request: HttpRequest) -> HttpResponse:
    """Everybody who was not asked, and why."""
    member = member_of(request)
    number = request.GET.get("survey", "")
    survey = survey_row(_number(number), by=member) if number.isdecimal() else None
    reason = request.GET.get("reason", "")
    context = {
        "page": reads.skip_lines(
            by=member,
            survey=survey,
            reason=reason,
            page=_number(request.GET.get("page")),
        ),
        "survey": survey,
        "reason": reason,
        "whys": reads.whys(survey, by=member),
    }
    return render(request, "collect/asking/skips.html", context)


def _number(given: str | None) -> int:
    return int(given) if given and given.isdecimal() and len(given) < 9 else 1
