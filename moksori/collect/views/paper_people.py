"""Whose names stand on the sheets of a printing; one who asks for it is erased."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.reads import paper as reads
from moksori.collect.writes.scan_keeping import erase_printed

PER_PAGE = 50


@require_GET
def printing_people(request: HttpRequest, printing_id: int) -> HttpResponse:
    """The names on the sheets of a printing, by their numbers; `q` is a part of one."""
    printing = reads.printing_row(printing_id, by=member_of(request))
    wanted = request.GET.get("q", "").strip()
    rows = reads.named_sheets(printing, wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"printing": printing, "q": wanted, "page": page}
    return render(request, "collect/paper/people.html", context)


@require_POST
def printing_person_erase(
    request: HttpRequest, printing_id: int, sheet_id: int
) -> HttpResponse:
    """Name, answers and pictures of one sheet go, whether it came back or not."""
    member = member_of(request)
    printing = reads.printing_row(printing_id, by=member)
    erase_printed(reads.printed_sheet(printing, sheet_id), by=member)
    text = _("The name, the answers and all pictures of this sheet are erased.")
    notes.done(request, text)
    where = reverse("collect:printing_people", args=[printing.pk])
    return HttpResponseRedirect(where)
