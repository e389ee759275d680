"""Nobody gets in without signing in, unless a view says that it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., Any])

# Views of packages that must answer people who are not signed in.
PUBLIC_MODULES = ("allauth.account.", "allauth.mfa.", "allauth.socialaccount.")

# Pages about the API that django-ninja serves without asking who it is.
NOT_API = {"api-root", "openapi-json"}


def public(view: View) -> View:
    """Mark a view that answers anybody. Every use is listed in the access sweep."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(view: Callable[..., Any]) -> bool:
    if getattr(view, "is_public", False):
        return True
    module = getattr(view, "__module__", "") or ""
    return module.startswith(PUBLIC_MODULES)


class SignedInMiddleware:
    """Sends the signed-out to the sign-in page.

    The API (django-ninja) authenticates by itself, for it takes keys too, and answers
    401 instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if request.user.is_authenticated or is_public(view):
            return None
        match = request.resolver_match
        if request.path.startswith("/api/") and match and match.url_name not in NOT_API:
            return None
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=401)
            response["HX-Redirect"] = "/accounts/login/"
            return response
        return redirect_to_login(request.get_full_path())
