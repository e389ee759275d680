"""The receipt: what came of an answer, and the way to take it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moksori.base.errors import NotFound
from moksori.collect.answering.origin import place_of
from moksori.collect.answering.tokens import as_printed
from moksori.collect.models import Response
from moksori.collect.reads.answering import response_of_receipt
from moksori.collect.reads.receipts import news_of
from moksori.collect.views.public import Look, customer_page, language_of, show
from moksori.collect.writes.rates import passes
from moksori.collect.writes.withdrawing import withdraw

TRIES_A_MINUTE = 20


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    code = request.POST.get("code", "").strip()
    note = ""
    if request.method == "POST":
        place = f"receipt:{place_of(request)}"
        if not passes(place, limit=TRIES_A_MINUTE, seconds=60):
            note = _("That were many tries. Please wait a minute.")
        elif response_of_receipt(code[:40]):
            return redirect("answer:receipt", code=as_printed(code[:40]))
        else:
            note = _("There is no receipt with this code. Please check each letter.")
    context = {
        "title": _("Your receipt"),
        "code": code[:40],
        "note": note,
        "language": translation.get_language(),
        "direction": "ltr",
    }
    status = 404 if note else 200
    return render(request, "collect/answer/receipts.html", context, status=status)


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """What came of one answer; POST takes it back."""
    response = response_of_receipt(code[:40])
    if response is None or response.state == Response.State.STARTED:
        raise NotFound(
            _("There is no receipt with this code. Please check each letter.")
        )
    clean = as_printed(code[:40])
    if request.method != "POST" and clean != code:
        return redirect("answer:receipt", code=clean)
    q = response.version.questionnaire
    look = Look(response.survey, q, language_of(request, q, response.language), "web")
    with look.speaking():
        if request.method == "POST":
            withdraw(response)
            return redirect("answer:receipt", code=clean)
        is_asking = "withdraw" in request.GET
        context = {
            "response": response,
            "news": news_of(response, language=look.language),
            "is_withdrawn": response.state == Response.State.WITHDRAWN,
            "is_asking": is_asking,
            "code": clean,
        }
        return show(request, look, "receipt", context)
