"""Whose customers a visit was about, for its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.share.reads.visit_remits import carers_of_visit


@require_GET
def visit_remits(request: HttpRequest, visit_id: int) -> HttpResponse:
    carers = carers_of_visit(visit_id, by=member_of(request))
    name = "_visit_remits" if request.headers.get("HX-Request") else "visit_remits"
    about = {"carers": carers, "visit_id": visit_id}
    return render(request, f"share/{name}.html", about)
