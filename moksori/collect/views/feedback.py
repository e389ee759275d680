"""Pages of feedback."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, filter_bar
from moksori.collect.models import Channel
from moksori.collect.reads import feedback as reads
from moksori.collect.reads.scan_sheets import illegible_keys

LANGUAGES = {"ko": "한국어", "en": "English"}


@require_GET
def feedback_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = _filters(member)
    asked = _asked(request, filters)
    page = reads.feedback_lines(
        by=member,
        filters=reads.FeedbackFilters(**asked),
        page=request.GET.get("page"),
    )
    context = {
        "page": page,
        "bar": filter_bar(request.GET, filters),
        "is_narrowed": any(asked.values()),
        "may_import": member.may(Ability.IMPORT),
        "query": request.GET.urlencode(),
    }
    return render(request, "collect/feedback_list.html", context)


def asked_filters(request: HttpRequest) -> reads.FeedbackFilters:
    """What the address of a list, or of a page about one, asks for."""
    return reads.FeedbackFilters(**_asked(request, _filters(member_of(request))))


def _asked(request: HttpRequest, filters: list[Filter]) -> dict[str, str]:
    asked = {each.name: each.value(request.GET) for each in filters}
    # These have no chip of their own: pages of imports and customers link here.
    return asked | {name: request.GET.get(name, "") for name in ("batch", "customer")}


def _filters(member: Member) -> list[Filter]:
    found = reads.choices(by=member)
    every = ("", _("all"))
    days = [("", _("all the time")), ("7", _("last 7 days")), ("28", _("last 28 days"))]
    days += [("90", _("last 90 days")), ("365", _("last 365 days"))]
    score = [every, ("low", _("0 to 3")), ("middle", _("4 to 6"))]
    score += [("high", _("7 to 10")), ("none", _("without a score"))]
    words = [every, ("with", pgettext("filter", "with words"))]
    words += [("without", pgettext("filter", "without words"))]
    languages = [(code, LANGUAGES.get(code, code)) for code in found.languages]
    return [
        Filter("days", _("Period"), days),
        Filter("product", _("Product"), [every, *found.products]),
        Filter("region", _("Region"), [every, *found.regions]),
        Filter("channel", _("Channel"), [every, *Channel.choices]),
        Filter("score", _("Score"), score),
        Filter("words", pgettext("filter", "Words"), words),
        Filter("copies", _("Copies"), [every, ("without", _("counted once"))]),
        Filter("language", _("Language"), [every, *languages]),
        Filter("source", pgettext("filter", "Source"), [every, *found.sources]),
    ]


@require_GET
def feedback(request: HttpRequest, feedback_id: int) -> HttpResponse:
    page = reads.feedback_page(feedback_id, by=member_of(request))
    context = {
        "page": page,
        "line": page.line,
        "illegible": illegible_keys(feedback_id),
    }
    return render(request, "collect/feedback.html", context)
