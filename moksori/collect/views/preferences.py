"""Where the links of a letter lead: to the questions, or to "please stop".

Programs that check mail open every link, so a GET stores nothing: it shows a page, or
leads to one. The signature in the address is what allows the POST (RFC 8058 sends one
without cookies), hence no CSRF token.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moksori.base.errors import NotFound
from moksori.collect.answering.tokens import sign_about
from moksori.collect.asking.tokens import INVITATION, PREFERENCES, TRIAL, opened
from moksori.collect.models import Response, Way
from moksori.collect.reads import choices as reads
from moksori.collect.reads.answering import published_row
from moksori.collect.views.previews import trial as tried
from moksori.collect.views.public import Look, customer_page, language_of, show
from moksori.collect.writes import opt_outs as writes

MOST_GIVEN = 20  # answers in a link


@customer_page
@require_http_methods(["GET", "HEAD"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """On to the questions, with the answer that was tapped in the letter chosen."""
    number = opened(INVITATION, token)
    if number is None:
        raise NotFound
    found = reads.invited(number)
    if found.is_over:
        with translation.override(_spoken(found.language)):
            facts = _page(_("This invitation is over.")) | {"company": found.company}
            return render(request, "collect/asking/over.html", facts, status=410)
    given = [
        (name[:90], value[:500])
        for name, value in request.GET.items()
        if name not in {"a", "via", "lang"}
    ][:MOST_GIVEN]
    via = "email" if found.way == Way.EMAIL else "sms"
    signed = sign_about(found.about)
    language = [("lang", found.language)] if found.language else []
    asked = urlencode([("a", signed), ("via", via), *language, *given])
    response = redirect("answer:start", slug=found.slug)
    response["Location"] += f"?{asked}"
    return response


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, token: str) -> HttpResponse:
    """Where the links of a test letter lead: the survey, and nothing is stored."""
    number = opened(TRIAL, token)
    survey = published_row(number) if number is not None else None
    if survey is None or survey.version is None:
        raise NotFound
    q = survey.version.questionnaire
    before = request.GET.get("language", "")
    look = Look(survey, q, language_of(request, q, before), Response.Channel.WEB)
    with look.speaking():
        if "stop" in request.GET:
            said = _("In a customer’s letter this leads to where they say what they "
                     "want to be asked. Here nothing is stored.")  # fmt: skip
            facts = {"said": said, "again": request.path}
            return show(request, look, "tried", facts)
        return tried(request, look)


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody wants to be asked about; one click in a mail program stops all."""
    number = opened(PREFERENCES, token)
    if number is None:
        raise NotFound
    choices = reads.choices(number)
    with translation.override(_spoken(request.GET.get("lang", choices.language))):
        is_done = request.method == "POST"
        if is_done:
            _store(request, choices)
        choices = reads.choices(number)  # again: in their language
        title = _("What you are asked")
        facts = {**_page(title), "choices": choices, "is_done": is_done}
        return render(request, "collect/asking/stop.html", facts)


def _spoken(language: str) -> str:
    return language if language in {"ko", "en"} else settings.LANGUAGE_CODE


def _page(title: str) -> dict[str, str]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {"title": title, "language": language, "direction": "ltr"}


def _store(request: HttpRequest, choices: reads.Choices) -> None:
    """The mail program's one click says nothing more; the page says what is wanted."""
    wanted = request.POST.get("wanted")
    if wanted == "some":
        ways, topics = request.POST.getlist("way"), request.POST.getlist("topic")
        refused = {(one.value, "") for one in choices.ways if one.value not in ways}
        refused |= {
            ("", one.value) for one in choices.topics if one.value not in topics
        }
        writes.choose(choices.address, refused=refused)
    elif wanted == "all":
        writes.choose(choices.address, refused=())
    else:
        writes.choose(choices.address, refused={("", "")})
