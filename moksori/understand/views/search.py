"""The search page, whole or its results alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from moksori.base.people.requests import member_of
from moksori.collect.reads.feedback import newest_day
from moksori.understand import reads
from moksori.understand.forms import asked_how, asked_narrow, search_chips, shows_more
from moksori.understand.reads.near import near_themes
from moksori.understand.reads.tokens import tidy_query
from moksori.understand.reads.views import view_lines


@require_GET
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    query = tidy_query(request.GET.get("q", ""))
    newest = newest_day(by=member) if request.GET.get("period") else None
    found = reads.search(
        query,
        by=member,
        narrow=asked_narrow(request.GET, newest),
        how=asked_how(request.GET),
        offset=_number(request.GET.get("offset", "")),
    )
    context: dict[str, Any] = {
        "found": found,
        "q": query,
        "near": near_themes(query, by=member),
    }
    if request.headers.get("HX-Request"):
        return render(request, "understand/_hits.html", context)
    place = reads.place(by=member, period="all")
    if place is not None:
        context["bar"] = search_chips(request.GET, place, by=member)
        context["is_more"] = shows_more(request.GET)
    context["views"] = view_lines("search", by=member)
    return render(request, "understand/search.html", context)


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
