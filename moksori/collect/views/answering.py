"""The pages on which customers answer; they work without a script.

Nobody signs in and no cookie is needed: what opens a response is the token in its
address, so a form that somebody else's page sends can do nothing that they could not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moksori.collect.answering import challenge
from moksori.collect.answering.origin import origin_of, place_of
from moksori.collect.answering.tokens import (
    Begin,
    Forged,
    Screen,
    TooOld,
    about_from,
    begin_from,
    invited_tokens,
    new_token,
    receipt_of,
    screen_from,
    seed_of,
    sign_begin,
    sign_screen,
    token_hashes,
)
from moksori.collect.models import Response, Survey, Upload
from moksori.collect.quality import Flag
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import UPLOADS, Questionnaire, Type
from moksori.collect.questionnaires.order import variant_of
from moksori.collect.reads import answering as reads
from moksori.collect.reads.screens import Filling, screen
from moksori.collect.reads.stored_fields import stored_fields
from moksori.collect.views.public import (
    Look,
    customer_page,
    language_of,
    notice,
    show,
)
from moksori.collect.writes import answering as writes

Channel = Response.Channel
TRAP = "website"  # a field that nobody sees; programs fill in everything
VIAS = {"qr": Channel.QR, "email": Channel.EMAIL, "sms": Channel.SMS}
INSTANT = 1.0  # second before which nobody has read a page
Raw = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Again:
    """A form that comes back as it was sent, with what is wrong with it."""

    raw: Raw | None
    step: str = ""
    problems: Mapping[str, Any] = field(default_factory=dict)


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page; with its answers a response begins."""
    survey = reads.survey_at(slug)
    if request.method == "POST":
        return _begin(request, survey)
    via = VIAS.get(request.GET.get("via", ""), Channel.WEB)
    return first_page(request, survey, via)


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Where a response goes on, or its receipt once it is complete."""
    response = reads.response_at(slug, token)
    language = language_of(request, response.version.questionnaire, response.language)
    look = Look(response.survey, response.version.questionnaire, language,
                response.channel)  # fmt: skip
    with look.speaking():
        if not response.is_open:
            return _ended(request, look, response, token)
        if not reads.may_go_on(response, now=timezone.now()):
            return notice(request, look, reads.Standing.CLOSED)
        if request.method == "POST":
            return _save(request, look, response, token)
        return _shown(request, look, response, token)


def first_page(request: HttpRequest, survey: Survey, channel: str) -> HttpResponse:
    """The first step, by whatever way somebody came; nothing is stored yet."""
    q = _published(survey)
    look = Look(survey, q, language_of(request, q), channel)
    with look.speaking():
        about = _about(request)
        token = _token(about)
        if _is_known(token, about):
            return redirect("answer:page", slug=survey.slug, token=token)
        standing = reads.standing(survey, now=timezone.now())
        if standing != reads.Standing.OPEN:
            return notice(request, look, standing)
        begin = Begin(
            token=token,
            version=survey.version_id or 0,
            channel=channel,
            variant=variant_of(q.variants, seed_of(token)),
            about=about,
            told=_told(request, q),
        )
        raw = {name: request.GET.getlist(name) for name in request.GET}
        return _first(request, look, begin, raw)


def _first(
    request: HttpRequest,
    look: Look,
    begin: Begin,
    raw: Raw,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    q = look.questionnaire
    state = flow.State(begin.told, seed_of(begin.token), begin.variant, look.language)
    step = flow.step_after(q, state, "")
    if not isinstance(step, flow.Step):
        return notice(request, look, reads.Standing.CLOSED)
    given = dict(extra or {})
    problems = given.pop("problems", {})
    context = {
        "screen": screen(q, state, step, Filling(raw, problems)),
        "signed": _sign(step),
        "begin": sign_begin(begin),
        "intro": q.said(q.intro, look.language),
        "is_first": True,
        **given,
    }
    return show(request, look, "page", context, status=given.get("status", 200))


def _begin(request: HttpRequest, survey: Survey) -> HttpResponse:
    q = _published(survey)
    look = Look(survey, q, language_of(request, q), Channel.WEB)
    with look.speaking():
        try:
            begin = begin_from(request.POST.get("begin", ""))
            sent = _sent(request, look)
        except (Forged, TooOld):
            return _begin_anew(request, survey, look)
        look = look.by(begin.channel)
        standing = reads.standing(survey, now=timezone.now())
        if standing in {reads.Standing.CLOSED, reads.Standing.FULL}:
            return notice(request, look, standing)
        sender = writes.Sender(
            origin=origin_of(request, survey.pk),
            place=place_of(request),
            proof=challenge.passed(
                request.POST.get("challenge", ""),
                proof=request.POST.get("proof", ""),
                said=request.POST.get("sum", ""),
            ),
        )
        try:
            outcome = writes.begin(begin, sent, survey=survey, sender=sender)
        except Forged:
            return _begin_anew(request, survey, look)
        except writes.Busy as busy:
            extra = {"challenge": challenge.new_challenge(), "note": str(busy),
                     "status": busy.status}  # fmt: skip
            return _first(request, look, begin, _raw(request), extra)
        return _answer(request, look, outcome, begin.token)


def _begin_anew(request: HttpRequest, survey: Survey, look: Look) -> HttpResponse:
    """A form from yesterday, or not ours: what was entered stays in the fields."""
    token = new_token()
    variant = variant_of(look.questionnaire.variants, seed_of(token))
    begin = Begin(token, survey.version_id or 0, look.channel, variant)
    note = _("This page was open for too long. Your answers are still here: please "
             "send them once more.")  # fmt: skip
    return _first(
        request, look, begin, _raw(request), {"note": note, "status": 409}
    )  # fmt: skip


def _save(
    request: HttpRequest, look: Look, response: Response, token: str
) -> HttpResponse:
    try:
        sent = _sent(request, look)
    except (Forged, TooOld):
        return _shown(request, look, response, token, Again(_raw(request)))
    outcome = writes.save_page(response, sent)
    return _answer(request, look, outcome, token)


def _answer(
    request: HttpRequest, look: Look, outcome: writes.Outcome, token: str
) -> HttpResponse:
    """Onward; the same page again where something is wrong with it."""
    if not outcome.problems:
        found = redirect("answer:page", slug=look.survey.slug, token=token)
        if outcome.step and outcome.response.is_open:
            found["Location"] += f"?step={outcome.step}"
            # Where no script shows a question at once, it would be missed below.
            found["Location"] += f"#{quote(outcome.more)}" if outcome.more else ""
        found.status_code = 303
        return found
    again = Again(_raw(request), outcome.step, outcome.problems)
    return _shown(request, look, outcome.response, token, again)


def _shown(
    request: HttpRequest,
    look: Look,
    response: Response,
    token: str,
    again: Again | None = None,
) -> HttpResponse:
    q, state = look.questionnaire, look.state(response)
    again = again or Again(None)
    wanted = flow.step(q, state, again.step or request.GET.get("step", ""))
    found = wanted or reads.next_step(response)
    if found is None:  # all is answered, but the last page was not sent
        found = flow.path(q, state)[-1]
    stored = stored_fields(found, response.answers)
    filling = Filling(
        stored if again.raw is None else {**again.raw, **_files_of(stored, found)},
        again.problems,
        list(Upload.objects.filter(response=response)) if _has_files(q) else [],
    )
    context = {
        "screen": screen(q, state, found, filling),
        "signed": _sign(found),
        "token": token,
        "may_resume": q.may_resume and look.is_plain,
        "resume_link": request.build_absolute_uri(request.path),
    }
    return show(request, look, "page", context, status=422 if again.problems else 200)


def _ended(
    request: HttpRequest, look: Look, response: Response, token: str
) -> HttpResponse:
    q = look.questionnaire
    context = {
        "state": response.state,
        "thanks": q.said(q.thanks, look.language),
        "closed": q.said(q.closed, look.language),
        "code": _code(response, token),
        "receipt_address": request.build_absolute_uri(reverse("answer:receipts")),
    }
    return show(request, look, "thanks", context)


def _code(response: Response, token: str) -> str:
    if response.state != Response.State.COMPLETE:
        return ""
    return receipt_of(token, rests_as=response.token_hash)


def _sent(request: HttpRequest, look: Look) -> writes.Sent:
    shown = screen_from(request.POST.get("screen", ""))
    flags = []
    if request.POST.get(TRAP):
        flags.append(Flag("trap"))
    seconds = shown.seconds(timezone.now())
    if seconds < INSTANT and len(shown.questions) > 1:
        flags.append(Flag("instant", {"seconds": round(seconds, 1)}))
    return writes.Sent(
        screen=shown,
        raw=_raw(request),
        language=look.language,
        files={name: request.FILES.getlist(name) for name in request.FILES},
        seen=frozenset(request.POST.getlist("seen")),
        goes_back="back" in request.POST,
        flags=tuple(flags),
    )


def _sign(step: flow.Step) -> str:
    return sign_screen(
        Screen(step.key, tuple(one.id for one in step.questions), timezone.now())
    )


def _raw(request: HttpRequest) -> Raw:
    return {name: [str(one) for one in request.POST.getlist(name)]
            for name in request.POST}  # fmt: skip


def _files_of(stored: Raw, step: flow.Step) -> Raw:
    """A form that comes back with a problem keeps the files that are stored."""
    ids = {one.id for one in step.questions if one.type in UPLOADS}
    return {name: values for name, values in stored.items() if name in ids}


def _has_files(q: Questionnaire) -> bool:
    return any(one.type in UPLOADS for one in q.questions())


def _published(survey: Survey) -> Questionnaire:
    assert survey.version is not None  # `survey_at` finds no other  # noqa: S101
    return survey.version.questionnaire


def _about(request: HttpRequest) -> dict[str, Any]:
    """What a link of ours says; one that was tampered with says nothing."""
    signed = request.GET.get("a", "")
    try:
        return about_from(signed) if signed else {}
    except (Forged, TooOld):
        return {}


def _token(about: Mapping[str, Any]) -> str:
    invitation = str(about.get("invitation", ""))
    if not invitation:
        return new_token()
    tokens = invited_tokens(invitation)
    return next((one for one in tokens if _is_known(one, about)), tokens[0])


def _is_known(token: str, about: Mapping[str, Any]) -> bool:
    """Whether an invitation was followed before."""
    if not about.get("invitation"):
        return False
    return Response.objects.filter(token_hash__in=token_hashes(token)).exists()


def _told(request: HttpRequest, q: Questionnaire) -> dict[str, str]:
    """What the address says to hidden questions, by their codes."""
    keys = {one.key for one in q.questions() if one.type == Type.HIDDEN}
    return {key: request.GET[key][:500] for key in keys if key in request.GET}
