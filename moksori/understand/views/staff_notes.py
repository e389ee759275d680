"""Known pain points like what somebody is writing down, for the page that asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from moksori.base.people.requests import member_of
from moksori.understand.reads.near_pains import near_pains

LONGEST = 1_000  # letters that are compared


@require_POST
def near(request: HttpRequest) -> HttpResponse:
    """Up to three; nothing while too little is written.

    The words come in the body: an address is written down by proxies and browsers.
    """
    text = request.POST.get("text", "")[:LONGEST]
    lines = near_pains(text, by=member_of(request))
    return render(request, "understand/_near_pains.html", {"lines": lines})
