"""What lies with me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moksori.act.reads.my_work import my_work
from moksori.act.reads.unowned import to_hand_out
from moksori.base.people.requests import member_of


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    context = {"work": my_work(by=member), "unowned": to_hand_out(by=member)}
    return render(request, "act/my_work.html", context)
