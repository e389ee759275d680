"""What lies with me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moksori.act.reads.my_work import my_work
from moksori.base.people.requests import member_of


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "act/my_work.html", {"work": my_work(by=member_of(request))})
