"""Who was told, and who was not."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from moksori.analysis.estimate import Estimate
from moksori.base.people.requests import member_of
from moksori.base.web.text import number
from moksori.share import reads, writes
from moksori.share.reads.reach import FEWEST, PERIODS, ReachLine


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of people, and in words of which people: "9 of 11 members"."""

    label: str
    of: str
    estimate: Estimate | None


@require_safe
def reach(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and len(asked) < 5 else PERIODS[0]
    page = reads.reach_page(by=member_of(request), days=days)
    facts = {
        "page": page,
        "figures": _figures(page.total),
        "rows": [(line, _figures(line)) for line in page.lines],
        "periods": PERIODS,
        "fewest": FEWEST,
    }
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


def _figures(line: ReachLine) -> list[Figure]:
    """Two shares of all members, then three of those who got an edition."""
    told = (
        (pgettext("reach", "Opened"), line.opened),
        (pgettext("reach", "Read"), line.read),
        (pgettext("reach", "Useful"), line.useful),
    )
    return [
        _of_members(_("Remit, today"), line.with_remit),
        _of_members(pgettext("reach", "Delivered"), line.delivered),
        *(_of_told(label, share) for label, share in told),
    ]


def _of_members(label: str, share: Estimate | None) -> Figure:
    if share is None:
        return Figure(label, "", None)
    text = ngettext("%(n)s of %(of)s member", "%(n)s of %(of)s members", share.n)
    return Figure(label, text % _counts(share), share)


def _of_told(label: str, share: Estimate | None) -> Figure:
    if share is None:
        text = _("shown once %(n)s have got an edition") % {"n": FEWEST}
        return Figure(label, text, None)
    text = _("%(n)s of %(of)s who got an edition") % _counts(share)
    return Figure(label, text, share)


def _counts(share: Estimate) -> dict[str, str]:
    return {"n": number(round(share.value * share.n)), "of": number(share.n)}
