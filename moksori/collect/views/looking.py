"""The step before people are invited: how many, who not and why, and the letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp, csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.asking import letters
from moksori.collect.jobs import send_invitations
from moksori.collect.models import Contact, Survey, Way
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.reads import contacts as people
from moksori.collect.reads import invitations as reads
from moksori.collect.reads.deciding import Ahead
from moksori.collect.reads.letters import gaps, published, sample_facts, spoken_language
from moksori.collect.reads.names import asker
from moksori.collect.reads.surveys import survey_row
from moksori.collect.views.asking_forms import InviteForm
from moksori.collect.writes import invitations as writes
from moksori.collect.writes.trial_letters import send_trial


@csp_update({"frame-src": ["'self'"]})  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "POST"])
def invitations_look(request: HttpRequest, survey_id: int) -> HttpResponse:
    """What would happen; POST, with the stamp of what was looked at, does it."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    lists = people.contact_lists(by=member)
    form = InviteForm(request.POST or request.GET or None, lists=lists)
    try:
        return _looked_at(request, survey, form)
    except UserError as error:
        if error.status in {403, 404}:
            raise
        form.add_error(
            error.field if error.field in form.fields else None, str(error.message)
        )
    context = {"survey": survey, "tab": "invitations", "form": form}
    return render(request, "collect/asking/look.html", context, status=422)


@require_safe
@xframe_options_sameorigin
@csp(  # type: ignore[untyped-decorator]
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        # A letter is a document of its own: no script, no origin, links in new tabs.
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def invitations_letter(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The letter as customers get it, and nothing else; its links only try."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    number = request.GET.get("contact", "")
    to: Contact | None = None
    if number.isdecimal() and len(number) < 19:
        to = people.contact_row(int(number), by=member)
    language = request.GET.get("language", "")
    facts = sample_facts(survey, reads.approach(survey), language=language, contact=to)
    return HttpResponse(letters.letter(facts).html)


@require_POST
def invitations_test(request: HttpRequest, survey_id: int) -> HttpResponse:
    """A test of the letter, to nobody but who asks for it."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    language = request.POST.get("language", "")
    to = send_trial(survey, language=language, by=member)
    notes.done(request, _("A test is on its way to {to}.").format(to=to))
    known = {name: request.POST.get(name, "") for name in ("list", "way", "not_before")}
    if not known["list"]:
        return HttpResponseRedirect(reverse("collect:invitations", args=[survey.pk]))
    address = reverse("collect:invitations_look", args=[survey.pk])
    return HttpResponseRedirect(
        f"{address}?{urlencode({**known, 'language': language})}"
    )


def _looked_at(request: HttpRequest, survey: Survey, form: InviteForm) -> HttpResponse:
    if not form.is_valid():
        context = {"survey": survey, "tab": "invitations", "form": form}
        status = 422 if form.errors else 200
        return render(request, "collect/asking/look.html", context, status=status)
    member, given = member_of(request), form.cleaned_data
    who = people.contacts_to_ask(by=member, list_id=form.list_id)
    asking = writes.Asking(way=given["way"], not_before=given["not_before"])
    is_seen = request.POST.get("seen", "") == _stamp(who)
    if request.method == "POST" and is_seen:
        return _invite(request, survey, who, asking)
    found = writes.look_ahead(survey, who, asking, by=member)
    # Sent off without a look, or somebody came or went since: look again.
    status = 409 if request.method == "POST" else 200
    context = {
        "survey": survey,
        "tab": "invitations",
        "form": form,
        "given": {**(request.POST or request.GET).dict()},
        "seen": _stamp(who),
        "is_changed": status == 409,
        "found": found,
        **_letters(request, survey, found, given["way"]),
    }
    return render(request, "collect/asking/look.html", context, status=status)


def _letters(
    request: HttpRequest, survey: Survey, found: Ahead, way: str
) -> dict[str, Any]:
    q, approach = published(survey).questionnaire, reads.approach(survey)
    wanted = (request.POST or request.GET).get("language", "")
    counts = _by_language(q, found)
    usual = max(counts, key=lambda one: counts[one])
    language = wanted if wanted in q.languages else usual
    contact = next(
        (
            one
            for code, one in found.sample.items()
            if spoken_language(q, code) == language
        ),
        None,
    )
    facts = sample_facts(survey, approach, language=language, contact=contact)
    line = next(one for one in reads.ways() if one.way == way)
    return {
        "languages": list(counts.items()),
        "language": language,
        "contact": contact,
        "letter": letters.letter(facts) if way == Way.EMAIL else None,
        "short": letters.short(facts) if way != Way.EMAIL else "",
        "gaps": gaps(survey, approach),
        "asker": asker(survey),
        "unspoken": [
            (code, n)
            for code, n in found.by_language.items()
            if code and code not in q.languages
        ],
        "first_language": q.languages[0],
        "is_ready": line.is_ready,
    }


def _by_language(q: Questionnaire, found: Ahead) -> dict[str, int]:
    counts = dict.fromkeys(q.languages, 0)
    for code, count in found.by_language.items():
        counts[spoken_language(q, code)] += count
    return counts


def _stamp(who: Sequence[Contact]) -> str:
    """Tells whether somebody came or went between the look and the deed."""
    return f"{len(who)}-{sum(one.pk for one in who)}"


def _invite(
    request: HttpRequest, survey: Survey, who: Sequence[Contact], asking: writes.Asking
) -> HttpResponse:
    found = writes.invite(survey, who, asking, by=member_of(request))
    if found.queued:
        send_invitations.enqueue()
    notes.done(
        request,
        _("{queued} are invited; {skipped} are not asked.").format(
            queued=len(found.queued), skipped=found.skipped.total()
        ),
    )
    return HttpResponseRedirect(reverse("collect:invitations", args=[survey.pk]))
