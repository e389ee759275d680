"""The board of deadlines."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from moksori.act.reads import board as reads
from moksori.act.views.answers import Choice
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, filter_bar


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.READ)
    days: list[Choice] = [
        (str(n), ngettext("last %(n)s day", "last %(n)s days", n) % {"n": n})
        for n in reads.PERIODS
    ]
    period = Filter("days", _("Period"), days, "28")
    context = {
        "board": reads.board(by=member, days=int(period.value(request.GET))),
        "bar": filter_bar(request.GET, [period]),
    }
    return render(request, "act/board.html", context)
