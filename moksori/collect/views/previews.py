"""What customers will see of a draft: one page of it, or all of it tried out.

Nothing is stored: a trial carries its answers along in its own form.
"""

from __future__ import annotations

import json
from typing import Any

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from moksori.base.people.requests import member_of
from moksori.base.storable import storable_json
from moksori.collect.models import Response
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.building.screen import screen
from moksori.collect.questionnaires.checks import check, saved
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.reads import screens
from moksori.collect.reads import surveys as reads
from moksori.collect.views.public import Look, show

SEED = 1  # the same order each time: a preview that jumps helps nobody


@require_GET
def survey_preview(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The page that is being worked on, with all its questions, whatever its rules."""
    survey = reads.survey_row(survey_id, by=member_of(request))
    at, language = request.GET.get("at", ""), request.GET.get("language", "")
    now = screen(survey.draft, at=at, language=language)
    look = Look(survey, now.whole, now.language, Response.Channel.WEB)
    page = now.whole.page(now.page_id)
    with look.speaking():
        if page is None:
            return _framed(_end(request, look, _("There is no page yet.")))
        state = flow.State({}, SEED, _variant(request, now.whole), now.language)
        step = flow.Step(page=page, item=None, questions=page.questions)
        context = {
            "screen": screens.screen(now.whole, state, step, screens.Filling({}, {})),
            "begin": "preview",
            "is_first": page.id == now.whole.pages[0].id,
            "intro": now.whole.said(now.whole.intro, now.language),
            "action": request.get_full_path(),
            "still": True,  # its frame runs no script
        }
        return _framed(show(request, look, "page", context))


@csrf_exempt  # nothing is stored
@require_http_methods(["GET", "POST"])
def survey_try(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The draft as it will run, from the first page to the end."""
    survey = reads.survey_row(survey_id, by=member_of(request))
    language = request.GET.get("lang") or request.GET.get("language", "")
    now = screen(survey.draft, language=language)
    return trial(request, Look(survey, now.whole, now.language, Response.Channel.WEB))


def trial(request: HttpRequest, look: Look) -> HttpResponse:
    """A way through a questionnaire that stores nothing."""
    whole, language = look.questionnaire, look.language
    key, answers = _carried(request)
    state = flow.State(answers, SEED, _variant(request, whole), language)
    with look.speaking():
        if "back" in request.POST:
            return _shown(request, look, state, flow.step_before(whole, state, key))
        here = flow.step(whole, state, key) if key else None
        if request.method == "POST" and here is not None:
            answers, problems = _taken(request, here, dict(answers), language)
            state = flow.State(answers, SEED, state.variant, language)
            if problems:
                return _shown(request, look, state, here, problems)
        return _shown(request, look, state, flow.step_after(whole, state, key))


def _taken(
    request: HttpRequest, step: flow.Step, answers: dict[str, Any], language: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answers with those of this page, and what is wrong with them."""
    raw = {name: request.POST.getlist(name) for name in request.POST}
    problems: dict[str, Any] = {}
    for question in step.questions:
        checked = check(question, raw, language=language)
        if checked.problem:
            problems[question.id] = checked.problem
        else:
            answers = saved(answers, question, checked)
    return answers, problems


def _shown(
    request: HttpRequest,
    look: Look,
    state: flow.State,
    step: flow.Step | flow.End | None,
    problems: dict[str, Any] | None = None,
) -> HttpResponse:
    whole = look.questionnaire
    if not isinstance(step, flow.Step):
        is_out = step == flow.End.OUT
        words = _("Screened out: this would be kept apart.") if is_out else ""
        return _end(request, look, words or _("The end: this would be stored."))
    raw = {name: request.POST.getlist(name) for name in request.POST}
    if request.method != "POST":  # an answer that was tapped in a letter
        raw = {name: request.GET.getlist(name) for name in request.GET}
        filling = screens.Filling(raw, {})
    else:
        filling = screens.Filling(raw if problems else {}, problems or {})
    first = flow.step_after(whole, state, "")
    context = {
        "screen": screens.screen(whole, state, step, filling),
        "begin": json.dumps([step.key, dict(state.answers)], ensure_ascii=False),
        "is_first": isinstance(first, flow.Step) and first.key == step.key,
        "intro": whole.said(whole.intro, look.language),
        "note": _("This is a trial. Nothing is stored."),
        "action": request.get_full_path(),
    }
    return show(request, look, "page", context, status=422 if problems else 200)


def _end(request: HttpRequest, look: Look, words: str) -> HttpResponse:
    context = {
        "said": words,
        "again": request.path,
        "thanks": look.questionnaire.said(look.questionnaire.thanks, look.language),
    }
    return show(request, look, "tried", context)


def _carried(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """The step and the answers that a trial brought along; the start for nonsense."""
    try:
        found = storable_json(json.loads(request.POST.get("begin", "")), deepest=9)
        key, answers = found
    except (ValueError, TypeError, RecursionError):
        return "", {}
    is_sound = isinstance(key, str) and isinstance(answers, dict)
    return (key, answers) if is_sound else ("", {})


def _variant(request: HttpRequest, whole: Questionnaire) -> str:
    ids = [one.id for one in whole.variants]
    wanted = request.GET.get("variant", "")
    return wanted if wanted in ids else (ids[0] if ids else "")


def _framed(response: HttpResponse) -> HttpResponse:
    """May stand in a frame of our own pages."""
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response
