"""What all pages for customers share: their look, their language, their headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from moksori.base.errors import NotFound, TooLarge, UserError
from moksori.base.people.middleware import public
from moksori.base.web.failures import advice, heading
from moksori.collect.models import Response, Survey
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.words import SPOKEN
from moksori.collect.reads.answering import Standing
from moksori.collect.reads.names import company

View = Callable[..., HttpResponse]
Channel = Response.Channel
LARGEST = 60_000_000  # bytes of one page with its files
_STATUS = {Standing.CLOSED: 410, Standing.FULL: 410}


@dataclass(frozen=True, slots=True)
class Look:
    """Which survey a page belongs to, in which language, and in which frame."""

    survey: Survey
    questionnaire: Questionnaire
    language: str
    channel: str

    @property
    def layout(self) -> str:
        return {Channel.KIOSK: "kiosk", Channel.WIDGET: "widget"}.get(
            Channel(self.channel), "web"
        )

    @property
    def is_plain(self) -> bool:
        return self.layout == "web"

    @property
    def origins(self) -> list[str]:
        """The sites that may show it in a frame."""
        return list(self.survey.settings.get("widget", {}).get("origins", []))

    @property
    def idle(self) -> int:
        """Seconds after which a kiosk begins anew."""
        return int(self.survey.settings.get("kiosk", {}).get("idle_seconds", 30))

    def by(self, channel: str) -> Look:
        return replace(self, channel=channel)

    def state(self, response: Response) -> flow.State:
        return flow.State(
            response.answers, response.seed, response.variant, self.language
        )

    @contextmanager
    def speaking(self) -> Iterator[None]:
        with translation.override(self.language):
            yield


def customer_page(view: View) -> View:
    """A page for anybody; what goes wrong is told on a page of the same kind."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if _size(request) > LARGEST:
                raise TooLarge(_("This is too much at once. Choose smaller files."))
            response = view(request, *args, **kwargs)
        except UserError as error:
            response = _failed(request, error)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return public(csrf_exempt(answer))


def language_of(request: HttpRequest, q: Questionnaire, before: str = "") -> str:
    """The language chosen, used before, or asked for by the browser; else the first."""
    chosen = request.POST.get("lang") or request.GET.get("lang") or before
    if chosen in q.languages:
        return str(chosen)
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip().lower()
        for one in q.languages:
            if code == one.lower() or code.split("-")[0] == one.lower():
                return one
    return q.languages[0]


def show(
    request: HttpRequest,
    look: Look,
    name: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A template of `collect/answer/` in the frame of this survey."""
    q = look.questionnaire
    facts = {
        "look": look,
        "title": q.said(q.title, look.language),
        "company": company(look.survey, look.language),
        "language": look.language,
        "direction": "rtl" if look.language[:2] in {"ar", "he", "fa"} else "ltr",
        "languages": [(one, SPOKEN.get(one, one)) for one in q.languages],
        **context,
    }
    facts.pop("status", None)
    response = render(request, f"collect/answer/{name}.html", facts, status=status)
    if look.layout == "widget":
        response.xframe_options_exempt = True
        ancestors = ["'self'", *look.origins]
        response._csp_replace = {"frame-ancestors": ancestors}  # type: ignore[attr-defined]
    return response


def notice(request: HttpRequest, look: Look, standing: Standing) -> HttpResponse:
    """Why nobody can answer now."""
    q = look.questionnaire
    context = {
        "standing": standing.value,
        "said": q.said(q.closed, look.language) if standing in _STATUS else "",
        "opens_at": q.opens_at,
    }
    return show(request, look, "notice", context, status=_STATUS.get(standing, 200))


def _failed(request: HttpRequest, error: UserError) -> HttpResponse:
    message = str(error) or advice(error.status)
    title = heading(error.status)
    if isinstance(error, NotFound):
        title = _("There is no survey here")
        message = _("The link may be incomplete, or the survey has ended. Check the "
                    "address, or ask whoever gave it to you.")  # fmt: skip
    context = {
        "title": title,
        "message": message,
        "language": translation.get_language(),
        "direction": "ltr",
    }
    return render(
        request, "collect/answer/failed.html", context, status=error.status
    )  # fmt: skip


def _size(request: HttpRequest) -> int:
    told = request.headers.get("Content-Length", "")
    return int(told[:12]) if told.isdecimal() else 0
