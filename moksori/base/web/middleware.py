"""Language, errors and headers of every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.web.failures import Failure, answer

Next = Callable[[HttpRequest], HttpResponse]

LANGUAGE_COOKIE = "moksori_language"
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)


class LanguageMiddleware:
    """A member's own language; before sign-in the one chosen here, or the browser's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        use_language(request, _language_before_sign_in(request))
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """By now it is known who asks."""
        if isinstance(request.user, Member) and not request.path.startswith("/api/"):
            use_language(request, request.user.language)


def use_language(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = language


def _language_before_sign_in(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in known:
        return chosen
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip()[:2].lower()
        if code in known:
            return code
    return str(settings.LANGUAGE_CODE)


class ErrorMiddleware:
    """Errors that a person can act on become pages; signed-in pages are not kept."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            # A shared computer must not show yesterday's pages after sign-out.
            response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        failure = _failure(error)
        return answer(request, failure) if failure else None


def _failure(error: Exception) -> Failure | None:
    if isinstance(error, UserError):
        return Failure(error.status, str(error), error.code, error.field)
    if isinstance(error, Http404):
        return Failure(404)
    if isinstance(error, PermissionDenied):
        return Failure(403, str(error))
    if isinstance(error, SuspiciousOperation):
        return Failure(400)
    return None
