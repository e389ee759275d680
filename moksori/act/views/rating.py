"""Where a customer says whether our answer helped; nobody needs to sign in.

Programs that check mail follow links, so a GET only shows the question. The signature
in the address is what allows the POST, hence no CSRF token.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from moksori.act.reads.addressees import company
from moksori.act.writes import rating as writes
from moksori.base.errors import UserError
from moksori.base.people.middleware import public
from moksori.collect.answering.origin import place_of
from moksori.collect.writes.rates import passes

TRIES_A_MINUTE = 20


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks; POST stores “solved” or not, and what the customer adds."""
    letter = writes.letter_to_rate(token)
    with translation.override(letter.language):
        problem, solved = "", request.POST.get("solved", "")
        words = request.POST.get("words", "")
        is_done = False
        if request.method == "POST":
            place = f"rating:{place_of(request)}"
            if not passes(place, limit=TRIES_A_MINUTE, seconds=60):
                problem = _("That were many tries. Please wait a minute.")
            elif solved not in {"yes", "no"}:
                problem = _("Please choose one of the two.")
            else:
                try:
                    writes.rate(letter, is_solved=solved == "yes", words=words)
                    is_done = True
                except UserError as error:
                    problem = str(error)
        context = {
            "letter": letter,
            "company": company(letter.case.unit, letter.language),
            "is_done": is_done,
            "is_solved": solved == "yes",
            "problem": problem,
            "words": words,
            "longest": writes.LONGEST,
        }
        status = 422 if problem else 200
        return render(request, "act/rate.html", context, status=status)
