"""Language, colours, health, the styleguide, and pages for what went wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import UserError
from moksori.base.people.middleware import public
from moksori.base.people.models import Member
from moksori.base.web import examples, writes
from moksori.base.web.context import THEME_COOKIE, THEMES
from moksori.base.web.failures import Failure, answer
from moksori.base.web.middleware import LANGUAGE_COOKIE, use_language

YEAR = 365 * 24 * 3600


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise UserError(_("Choose 한국어 or English."), field="language")
    if isinstance(request.user, Member):
        writes.choose_language(chosen, by=request.user)
    response = _back(request)
    _keep(response, LANGUAGE_COOKIE, chosen)
    return response


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """ "light" or "dark"; anything else follows the device again."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        _keep(response, THEME_COOKIE, chosen)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Where they came from, if that is here."""
    target = request.POST.get("next") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    return HttpResponseRedirect(target)


@public
@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """For the machine in front: can this process answer questions?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide.html", examples.context(request))


def _in_their_language(request: HttpRequest) -> None:
    """Without a view, nobody has looked yet whose page it is."""
    member = getattr(request, "user", None)
    if isinstance(member, Member):
        use_language(request, member.language)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Failure(400))


@public
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Failure(403))


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    _in_their_language(request)
    return answer(request, Failure(404))


@public
def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, Failure(500))


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _(
        "The page had been open for too long, or your browser refuses cookies. "
        "Go back, load the page again, and send it once more."
    )
    return answer(request, Failure(403, message, "csrf"))
