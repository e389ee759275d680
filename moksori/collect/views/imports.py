"""Pages of imports: choose a file, look at it, try it, run it, undo it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect import forms, writes
from moksori.collect.models import Batch, Source
from moksori.collect.reader import FileOptions, Preview
from moksori.collect.reads import imports as reads
from moksori.collect.reads import sources as source_reads
from moksori.collect.sources.connector import connectors
from moksori.collect.tables import Unreadable
from moksori.collect.tables.dates import three_numbers
from moksori.collect.tables.mapping import Mapping
from moksori.collect.writes.staging import options_kept


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    page = reads.import_lines(by=member, page=request.GET.get("page"))
    return render(request, "collect/imports.html", {"page": page})


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    form = forms.UploadForm(
        request.POST or None,
        request.FILES or None,
        sources=source_reads.own_sources(by=member),
        units=source_reads.own_units(by=member),
        unit_id=member.unit_id,
        initial={"source": request.GET.get("source")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            batch = _staged(form, member)
        except UserError as error:
            form.add_error(_field(form, error), str(error.message))
        else:
            return _to(batch)
    status = 422 if form.errors else 200
    return render(request, "collect/import_new.html", {"form": form}, status=status)


def _field(form: forms.UploadForm, error: UserError) -> str | None:
    if error.status in {403, 404}:
        raise error
    return error.field if error.field in form.fields else "file"


def _staged(form: forms.UploadForm, member: Member) -> Batch:
    given = form.cleaned_data
    source: Source = given.get("source") or writes.known_or_new(
        given["name"], unit=given["unit"], channel=given["channel"] or "other"
    )
    file: UploadedFile[Any] = given["file"]
    return writes.stage_file(file, name=file.name or "", source=source, by=member)


@require_GET
def import_(request: HttpRequest, batch_id: int) -> HttpResponse:
    page = reads.import_page(batch_id, by=member_of(request))
    if page.is_waiting:
        return _look(request, page)
    meanings = forms.meanings(page.mapping)
    context = {"page": page, "batch": page.batch, "meanings": meanings}
    return render(request, "collect/import.html", context)


def _look(
    request: HttpRequest,
    page: reads.ImportPage,
    *,
    mapping_form: forms.MappingForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The waiting file: its first rows, and what its columns are taken for."""
    preview: Preview | None = None
    try:
        preview = reads.preview_of(page.batch)
    except Unreadable as error:
        more.setdefault("problem", error.message)
        status = max(status, 422)
    columns = preview.columns if preview else ()
    context = {
        "page": page,
        "batch": page.batch,
        "preview": preview,
        "reading_form": forms.ReadingForm(preview=preview),
        "form": mapping_form
        or forms.MappingForm(columns=columns, mapping=page.mapping),
        **more,
    }
    found = connectors().get(preview.form) if preview else None
    context["kind_name"] = found.name if found else ""
    context["has_open_dates"] = _has_open_dates(page.mapping, preview)
    context["lines"] = _with_examples(context["form"].lines(), preview)
    return render(request, "collect/import_look.html", context, status=status)


def _has_open_dates(mapping: Mapping, preview: Preview | None) -> bool:
    """Whether somebody might have to say what 03/04/2026 means."""
    if preview is None or mapping.date not in preview.columns:
        return False
    place = preview.columns.index(mapping.date)
    return any(three_numbers(row[place]) for row in preview.rows if place < len(row))


def _with_examples(
    lines: list[dict[str, Any]], preview: Preview | None
) -> list[dict[str, Any]]:
    for place, line in enumerate(lines):
        cells = (
            [row[place] for row in preview.rows if place < len(row)] if preview else []
        )
        filled = list(dict.fromkeys(cell for cell in cells if cell))
        line["examples"] = [cell[:80] for cell in filled[:3]]
        line["label"] = preview.labels.get(line["name"], "") if preview else ""
    return lines


@require_POST
def import_reading(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Read the waiting file with another encoding, separator or sheet."""
    member = member_of(request)
    page = reads.import_page(batch_id, by=member)
    form = forms.ReadingForm(request.POST, preview=None)
    form.fields.pop("sheet")
    form.is_valid()
    options = form.options()
    sheet = request.POST.get("sheet", "")
    try:
        writes.read_differently(
            page.batch, options=_with_sheet(options, sheet), by=member
        )
    except Unreadable as error:
        return _look(request, page, problem=error.message, status=422)
    return _to(page.batch)


def _with_sheet(options: FileOptions, sheet: str) -> FileOptions:
    return replace(options, sheet=sheet)


@require_POST
def import_try(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Keep the meaning of the columns, and count what an import would do."""
    member = member_of(request)
    page = reads.import_page(batch_id, by=member)
    form, refused = _mapped(request, page, member)
    if refused is not None:
        return refused
    try:
        found = writes.dry_run(page.batch, by=member)
    except Unreadable as error:
        return _look(request, page, problem=error.message, status=422)
    return _look(request, page, mapping_form=form, dry_run=found)


@require_POST
def import_start(request: HttpRequest, batch_id: int) -> HttpResponse:
    member = member_of(request)
    page = reads.import_page(batch_id, by=member)
    _form, refused = _mapped(request, page, member)
    if refused is not None:
        return refused
    writes.start_import(page.batch, by=member)
    return _to(page.batch)


def _mapped(
    request: HttpRequest, page: reads.ImportPage, member: Member
) -> tuple[forms.MappingForm, HttpResponse | None]:
    """The mapping form, kept; or the page that says what is wrong with it."""
    preview = reads.preview_of(page.batch)
    form = forms.MappingForm(
        request.POST, columns=preview.columns, mapping=page.mapping
    )
    if not form.is_valid():
        return form, _look(request, page, mapping_form=form, status=422)
    try:
        mapping: Mapping = form.mapping()
        writes.read_differently(
            page.batch,
            options=options_kept(page.batch),
            mapping=mapping,
            by=member,
        )
    except Unreadable as error:
        form.add_error(None, str(error.message))
        return form, _look(request, page, mapping_form=form, status=422)
    return form, None


@require_POST
def import_drop(request: HttpRequest, batch_id: int) -> HttpResponse:
    member = member_of(request)
    writes.drop_upload(reads.import_row(batch_id, by=member), by=member)
    notes.done(request, _("The file was deleted. Nothing was imported."))
    return HttpResponseRedirect(reverse("collect:imports"))


@require_POST
def import_resume(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Go on with an import that stopped halfway."""
    member = member_of(request)
    batch = reads.import_row(batch_id, by=member)
    writes.resume_import(batch, by=member)
    return _to(batch)


@require_POST
def import_undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    member = member_of(request)
    batch = reads.import_row(batch_id, by=member)
    writes.undo_import(batch, by=member)
    return _to(batch)


@require_GET
def import_progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The fragment that a running import asks for; at the end, the whole page anew."""
    page = reads.import_page(batch_id, by=member_of(request))
    response = render(
        request, "collect/_progress.html", {"page": page, "batch": page.batch}
    )
    if not page.batch.is_moving:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def import_troubles(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    """Rows in trouble, as a file to put right and import again."""
    rows = reads.trouble_csv(batch_id, by=member_of(request))
    # Asked for the first line now, so that what is refused is refused as a page.
    first = next(rows)
    return StreamingHttpResponse(
        (line for part in ([first], rows) for line in part),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="rows-{batch_id}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _to(batch: Batch) -> HttpResponse:
    return HttpResponseRedirect(reverse("collect:import", args=[batch.pk]))
