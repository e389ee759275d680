"""The page of what is urgent or dangerous."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as _p
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, Words, filter_bar
from moksori.understand.reads.safety import RECENT_DAYS, alarms, recent_alarms

FLAG_NAMES: Mapping[str, Promise] = {
    "self_harm": gettext_lazy("self-harm"),
    "people": gettext_lazy("danger to people"),
    "fire": gettext_lazy("fire or explosion"),
    "law": gettext_lazy("legal steps"),
    "urgent": _p("flag", "urgent"),
}
DAYS: list[tuple[str, Words]] = [
    ("", gettext_lazy("all the time")),
    ("7", gettext_lazy("last 7 days")),
    ("28", gettext_lazy("last 28 days")),
    ("90", gettext_lazy("last 90 days")),
]


@require_GET
def safety(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = _filters()
    asked = {each.name: each.value(request.GET) for each in filters}
    page = alarms(
        by=member,
        flag=asked["flag"],
        days=int(asked["days"]) if asked["days"] else None,
        page=request.GET.get("page"),
    )
    rows = [
        (alarm, [str(FLAG_NAMES[name]) for name in alarm.flags])
        for alarm in page.object_list
    ]
    context = {
        "page": page,
        "rows": rows,
        "bar": filter_bar(request.GET, filters),
        "is_narrowed": any(asked.values()),
        "may_act": member.may(Ability.ACT),
        "reads": member.may(Ability.READ),
    }
    return render(request, "understand/safety.html", context)


@require_GET
def safety_line(request: HttpRequest) -> HttpResponse:
    """One line for other pages: what the last days brought, or nothing."""
    found = recent_alarms(by=member_of(request))
    named = [(str(FLAG_NAMES[name]), name, n) for name, n in found.by_flag]
    context = {"recent": found, "named": named, "days": RECENT_DAYS}
    return render(request, "understand/_safety_line.html", context)


def _filters() -> list[Filter]:
    every: tuple[str, Words] = ("", _("all"))
    return [
        Filter("flag", _p("filter", "What"), [every, *FLAG_NAMES.items()]),
        Filter("days", _("Period"), DAYS),
    ]
