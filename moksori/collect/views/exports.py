"""Taking feedback out as a file."""

from __future__ import annotations

from typing import Any

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.models import Export
from moksori.collect.reads import taken as reads
from moksori.collect.reads.feedback import FeedbackFilters, feedback_lines
from moksori.collect.views.feedback import asked_filters
from moksori.collect.views.hook_forms import ExportForm
from moksori.collect.writes.exports import Made, ask, make_export
from moksori.collect.writes.large_exports import KEPT, open_export, order_export

_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    Export.Format.PARQUET: "application/vnd.apache.parquet",
}


@require_http_methods(["GET", "POST"])
def export_new(request: HttpRequest) -> HttpResponseBase:
    """Ask what for, then hand over what the list shows."""
    member = member_of(request)
    member.must(Ability.READ)
    filters = asked_filters(request)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            return _taken(filters, given["form"], given["reason"], member)
        except UserError as error:
            if error.status == 403:
                raise
            field = error.field if error.field in form.fields else None
            form.add_error(field, str(error))
    return _asked(request, form, filters)


def _taken(
    filters: FeedbackFilters, form: str, reason: str, member: Member
) -> HttpResponseBase:
    """The file; of much feedback, the page on which it will be."""
    asked = ask(filters, form=form, reason=reason, by=member)
    if asked.is_large:
        return _to(order_export(asked, by=member))
    return file_of(make_export(filters, form=form, reason=reason, by=member))


def _to(row: Export) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("collect:export", args=[row.pk]))


def _asked(
    request: HttpRequest, form: ExportForm, filters: FeedbackFilters
) -> HttpResponse:
    member = member_of(request)
    page = feedback_lines(by=member, filters=filters)
    context = {
        "form": form,
        "page": page,
        "query": request.META.get("QUERY_STRING", ""),
        "is_narrowed": any(value for _name, value in filters),
    }
    status = 422 if form.errors else 200
    return render(request, "collect/export_new.html", context, status=status)


@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """Who took what, and why: one's own, and for auditors those of the units."""
    member = member_of(request)
    page = reads.exports(by=member, page=request.GET.get("page"))
    return render(request, "collect/exports.html", {"page": page})


@require_GET
def export(request: HttpRequest, export_id: int) -> HttpResponse:
    """One of them: how far it is, and the file for who ordered it."""
    return render(request, "collect/export.html", _facts(request, export_id))


@require_GET
def export_progress(request: HttpRequest, export_id: int) -> HttpResponse:
    """The fragment that a running one asks for; at the end, the whole page anew."""
    facts = _facts(request, export_id)
    response = render(request, "collect/_export_progress.html", facts)
    if not facts["export"].is_moving:
        response["HX-Refresh"] = "true"
    return response


def _facts(request: HttpRequest, export_id: int) -> dict[str, Any]:
    member = member_of(request)
    row = reads.export_row(export_id, by=member)
    until = row.finished_at + KEPT if row.finished_at else None
    return {"export": row, "is_mine": row.member_id == member.pk, "until": until}


@require_GET
def export_file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file that the worker made, for who ordered it."""
    member = member_of(request)
    row = reads.export_row(export_id, by=member)
    return file_of(Made(row, open_export(row, by=member)))


def file_of(made: Made) -> FileResponse:
    """The file to keep, under a name with the day."""
    day = timezone.localdate(made.export.finished_at).isoformat()
    word = _("feedback")
    response = FileResponse(
        made.file,
        as_attachment=True,
        filename=f"{word}-{day}.{made.export.format}",
        content_type=_TYPES[Export.Format(made.export.format)],
    )
    response["Content-Length"] = str(made.export.size)
    response["Cache-Control"] = "no-store"
    return response
