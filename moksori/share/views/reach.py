"""Who was told, and who was not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from moksori.base.people.requests import member_of
from moksori.share import reads, writes
from moksori.share.reads.reach import FEWEST, PERIODS


@require_safe
def reach(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and len(asked) < 5 else PERIODS[0]
    page = reads.reach_page(by=member_of(request), days=days)
    facts = {"page": page, "periods": PERIODS, "fewest": FEWEST}
    return render(request, "share/reach.html", facts)


@require_POST
def start_editions(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Everybody in the unit who has no remit gets a suggested one, and editions."""
    by = member_of(request)
    unit = reads.unit_of_reach(unit_id, by=by)
    count = writes.start_editions(unit, by=by)
    text = ngettext(
        "%(n)s member gets editions from now on.",
        "%(n)s members get editions from now on.",
        count,
    )
    messages.success(request, text % {"n": count} if count else _("Nobody was left."))
    return redirect("share:reach")
