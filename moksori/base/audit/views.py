"""The page of the log of changes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moksori.base.audit import reads
from moksori.base.people.requests import member_of


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The newest changes; `?before=ID` for older ones."""
    before = request.GET.get("before", "")
    is_number = before.isdecimal() and len(before) < 19
    lines = reads.log_lines(
        by=member_of(request), before=int(before) if is_number else None
    )
    older = lines[-1].id if len(lines) == reads.PAGE else None
    template = (
        "audit/_lines.html" if request.headers.get("HX-Request") else "audit/log.html"
    )
    return render(request, template, {"lines": lines, "older": older})


@require_GET
def verification(request: HttpRequest) -> HttpResponse:
    """Walk the chain now and say whether it is whole."""
    found = reads.verification(by=member_of(request))
    return render(request, "audit/_verification.html", {"found": found})
