"""The HTML door of the step account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.account import writes
from moksori.account.models import Effect
from moksori.account.reads import effects as reads
from moksori.account.reads import watches as watch_reads
from moksori.act.reads.actions import action_row
from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.base.web.filters import Filter, filter_bar
from moksori.understand.reads.pains import pain_point_row
from moksori.understand.writes.pains import may_triage


@require_GET
def effect_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    choices: list[tuple[str, str | Promise]] = [
        ("", _("all")),
        *Effect.Verdict.choices,
    ]
    verdict = Filter("verdict", _("Verdict"), choices)
    page = reads.effect_lines(
        by=member, verdict=verdict.value(request.GET), page=request.GET.get("page")
    )
    context = {
        "page": page,
        "bar": filter_bar(request.GET, [verdict]),
        "counts": reads.verdict_counts(by=member),
        "unmeasured": reads.unmeasured(by=member),
        "scale": reads.whisker_scale(line.estimate for line in page.object_list),
    }
    return render(request, "account/effects.html", context)


@require_GET
def effect(request: HttpRequest, effect_id: int) -> HttpResponse:
    page = reads.effect_page(effect_id, by=member_of(request))
    known = [page.estimate, page.placebo_time, *(one.estimate for one in page.earlier)]
    context = {"page": page, "line": page.line, "scale": reads.whisker_scale(known)}
    return render(request, "account/effect.html", context)


@require_POST
def effect_follow(request: HttpRequest, effect_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.effect_row(effect_id, by=member)
    pain = writes.follow_suggestion(row, by=member)
    said = _("The pain point is now: %(state)s.") % {"state": pain.get_state_display()}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("account:effect", args=[effect_id]))


@require_POST
def action_measure(request: HttpRequest, action_id: int) -> HttpResponse:
    member = member_of(request)
    found = writes.measure(action_row(action_id, by=member), by=member)
    messages.success(request, _("Measured with everything heard so far."))
    return HttpResponseRedirect(reverse("account:effect", args=[found.pk]))


@require_GET
def action_effect(request: HttpRequest, action_id: int) -> HttpResponse:
    """The newest effect of an action: a fragment for its page, or a page by itself."""
    found = reads.action_effect(action_id, by=member_of(request))
    name = "_action_effect" if request.headers.get("HX-Request") else "action_effect"
    return render(request, f"account/{name}.html", {"found": found})


@require_GET
def pain_effects(request: HttpRequest, pain_point_id: int) -> HttpResponse:
    """What was measured for one pain point: a fragment, or a page by itself."""
    member = member_of(request)
    lines = reads.effects_of_pain_point(pain_point_id, by=member)
    context = {
        "pain_point": pain_point_row(pain_point_id, by=member),
        "lines": lines,
        "scale": reads.whisker_scale(line.estimate for line in lines),
    }
    name = "_pain_effects" if request.headers.get("HX-Request") else "pain_effects"
    return render(request, f"account/{name}.html", context)


@require_GET
def recurrences(request: HttpRequest) -> HttpResponse:
    """What is watched, how near each is to its limit, and what came back."""
    member = member_of(request)
    found = watch_reads.watches(by=member)
    may = {line.id for line in found.running if may_triage(member, line.row.pain_point)}
    context = {"found": found, "may_change": may}
    return render(request, "account/recurrences.html", context)


@require_POST
def watch_days(request: HttpRequest, watch_id: int) -> HttpResponse:
    member = member_of(request)
    row = watch_reads.watch_row(watch_id, by=member)
    given = request.POST.get("days", "")
    if not (given.isascii() and given.isdigit() and len(given) < 5):
        raise UserError(_("Give the days as a number."), field="days")
    writes.set_watch_days(row, int(given), by=member)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("account:recurrences"))


@require_GET
def pain_watch(request: HttpRequest, pain_point_id: int) -> HttpResponse:
    """The watch over one pain point: a fragment, or a page by itself."""
    member = member_of(request)
    context = {
        "pain_point": pain_point_row(pain_point_id, by=member),
        "lines": watch_reads.watches_of_pain_point(pain_point_id, by=member),
    }
    name = "_watch" if request.headers.get("HX-Request") else "watch"
    return render(request, f"account/{name}.html", context)
