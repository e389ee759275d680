"""Taking feedback out as a file."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.models import Export
from moksori.collect.reads import taken as reads
from moksori.collect.reads.feedback import FeedbackFilters, feedback_lines
from moksori.collect.views.feedback import asked_filters
from moksori.collect.views.hook_forms import ExportForm
from moksori.collect.writes.exports import Made, make_export

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
            made = make_export(
                filters, form=given["form"], reason=given["reason"], by=member
            )
        except UserError as error:
            if error.status == 403:
                raise
            field = error.field if error.field in form.fields else None
            form.add_error(field, str(error))
        else:
            return file_of(made)
    return _asked(request, form, filters)


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


def file_of(made: Made) -> FileResponse:
    """The file to keep, under a name with the day."""
    day = timezone.localdate().isoformat()
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
