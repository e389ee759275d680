"""My edition, the ones before, and my answers to them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.share import reads, writes
from moksori.share.models import Edition, Reach

PAGE = 30


@require_safe
def my_edition(request: HttpRequest) -> HttpResponse:
    """The newest edition; showing it to its reader counts as opened, and says so."""
    by = member_of(request)
    found = reads.latest_edition(by=by)
    if found is None:
        card = reads.remit_card(by, by=by)
        facts = {"remit": card, "may_hear": reads.may_hear(by)}
        return render(request, "share/no_edition.html", facts)
    return _page(request, found)


@require_safe
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    return _page(request, reads.edition_row(edition_id, by=member_of(request)))


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    lines = reads.edition_lines(
        by=member_of(request),
        before=_before(request),
        size=PAGE,
    )
    older = lines[-1].id if len(lines) == PAGE else None
    return render(request, "share/editions.html", {"lines": lines, "older": older})


@require_POST
def compose(request: HttpRequest) -> HttpResponse:
    """A new edition now, without waiting for its day. No letter is sent."""
    by = member_of(request)
    made = writes.compose_edition(by, by=by)
    messages.success(request, _("Here is your edition as of now."))
    return redirect("share:edition", made.pk)


@require_POST
def mark(request: HttpRequest, edition_id: int) -> HttpResponse:
    """An answer of the reader, or (`undo`) taking it back."""
    by = member_of(request)
    row = reads.edition_row(edition_id, by=by)
    kind = _kind(request)
    if request.POST.get("undo"):
        writes.take_back(row, kind, by=by)
    else:
        writes.record_mark(row, kind, by=by)
    if request.headers.get("HX-Request"):
        page = reads.edition_page(row, by=by)
        return render(request, "share/_answers.html", {"page": page})
    return redirect("share:edition", row.pk)


def _kind(request: HttpRequest) -> Reach.Kind:
    try:
        return Reach.Kind(request.POST.get("kind", ""))
    except ValueError:
        raise NotFound from None


def _page(request: HttpRequest, row: Edition) -> HttpResponse:
    by = member_of(request)
    if request.method == "GET":
        writes.note_opened(row, by=by)
    page = reads.edition_page(row, by=by)
    return render(request, "share/edition.html", {"page": page})


def _before(request: HttpRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
