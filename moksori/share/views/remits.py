"""Whose life I change, what value I give, and when my edition comes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from moksori.base.people.requests import member_of
from moksori.share import reads, writes
from moksori.share.forms import RemitForm, ScheduleForm


@require_http_methods(["GET", "HEAD", "POST"])
def remit(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    if request.method != "POST":
        return _page(request)
    form = RemitForm(request.POST, member=by)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    writes.save_remit(by, form.answers(), by=by)
    messages.success(request, _("Saved. Your next edition follows it."))
    return redirect("share:remit")


@require_POST
def schedule(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _page(request, schedule_form=form, status=422)
    writes.save_subscription(by, form.wishes(), by=by)
    messages.success(request, _("Saved."))
    return redirect("share:remit")


def _page(
    request: HttpRequest,
    *,
    form: RemitForm | None = None,
    schedule_form: ScheduleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by = member_of(request)
    card = reads.remit_card(by, by=by)
    facts = {
        "card": card,
        "form": form or RemitForm(member=by, card=card),
        "schedule_form": schedule_form or ScheduleForm.of(by),
    }
    return render(request, "share/remit.html", facts, status=status)
