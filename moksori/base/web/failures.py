"""One way to say that something went wrong: page, JSON or a passing note."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

CODES = {400: "invalid", 403: "not_allowed", 404: "not_found", 409: "conflict"}


@dataclass(frozen=True, slots=True)
class Failure:
    """What to tell a person: the status, and what is wrong with what to do about it.

    `field` names the input that is meant, `code` the kind for machines.
    """

    status: int
    message: str = ""
    code: str = ""
    field: str = ""


def answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    """The failure in the form in which the question was asked."""
    if wants_json(request):
        return as_json(failure)
    if request.headers.get("HX-Request"):
        return as_note(request, failure)
    return as_page(request, failure)


def wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def as_json(failure: Failure) -> HttpResponse:
    code = failure.code or CODES.get(failure.status, "error")
    error = {"code": code, "message": failure.message or heading(failure.status)}
    if failure.field:
        error["field"] = failure.field
    return JsonResponse(
        {"error": error},
        status=failure.status,
        json_dumps_params={"ensure_ascii": False},
    )


def as_note(request: HttpRequest, failure: Failure) -> HttpResponse:
    """A toast; the page that asked stays as it is."""
    text = failure.message or heading(failure.status)
    html = render_to_string("web/_toast.html", {"text": text, "stays": True}, request)
    response = HttpResponse(html, status=failure.status)
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    return response


def as_page(request: HttpRequest, failure: Failure) -> HttpResponse:
    # The shell reads the database, which may be what failed.
    is_in = failure.status < 500 and _is_member(request)
    context = {
        "layout": "web/page.html" if is_in else "web/plain.html",
        "status": failure.status,
        "heading": heading(failure.status),
        "message": failure.message or advice(failure.status),
    }
    html = render_to_string("web/error.html", context, request)
    return HttpResponse(html, status=failure.status)


def _is_member(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)  # missing when a middleware refused
    return bool(user and user.is_authenticated)


def heading(status: int) -> str:
    if status >= 500:
        return _("Something on our side did not work")
    return {
        400: _("This could not be used as it is"),
        403: _("This is not part of your role"),
        404: _("There is nothing here"),
        409: _("Somebody was faster"),
        413: _("This is too large"),
    }.get(status, _("This did not work"))


def advice(status: int) -> str:
    if status >= 500:
        return _(
            "Nothing you did is lost. Try again in a moment; if it stays, tell the "
            "people who run Moksori when it happened."
        )
    return {
        400: _("Go back, check what was entered, and try once more."),
        403: _("Ask an administrator for the role that includes it."),
        404: _(
            "The page was moved or removed, or it lies outside what you may see. "
            "Check the address, or begin at the start page."
        ),
    }.get(status, _("Go back and try once more."))
