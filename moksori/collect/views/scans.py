"""Pages of scans: what came in, one batch, one page, one sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.models import ScanBatch
from moksori.collect.reads import scan_samples as samples
from moksori.collect.reads import scans as reads
from moksori.collect.reads.scan_folder import watched_folder
from moksori.collect.reads.scan_sheets import sheet_page, survey_sheets
from moksori.collect.reads.surveys import survey_row
from moksori.collect.writes import scan_again, scan_deciding, scan_keeping
from moksori.collect.writes.scans import begin_batch, must_fit, note_empty, take_file


@require_http_methods(["GET", "POST"])
def scan_list(request: HttpRequest) -> HttpResponse:
    """What came in, and the place to bring more."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    problem, status = "", 200
    if request.method == "POST":
        try:
            batch = _taken(request, member)
        except UserError as error:
            if error.status == 404:
                raise
            problem, status = str(error), error.status
        else:
            if "application/json" in request.headers.get("Accept", ""):
                return JsonResponse({"batch": batch.pk, "url": _address(batch)})
            return HttpResponseRedirect(_address(batch))
    if problem and "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": problem}, status=status)
    context = {
        "page": reads.batch_lines(by=member, page=request.GET.get("page")),
        "units": reads.scan_units(by=member),
        "chosen": member.unit_id,
        "folder": watched_folder(by=member),
        "problem": problem,
    }
    return render(request, "collect/scans/list.html", context, status=status)


def _taken(request: HttpRequest, member: Member) -> ScanBatch:
    """The files of one request, into a new batch or the one that is being sent."""
    files = request.FILES.getlist("files")
    if not files:
        raise UserError(_("Choose one file or several."), field="files")
    must_fit(file.size for file in files)
    is_alone = not request.POST.get("batch") and not any(file.size for file in files)
    if is_alone:
        text = _("“{name}” is empty. Send it again.")
        raise UserError(text.format(name=files[0].name or ""), field="files")
    batch = batch_for(request, member, way=ScanBatch.Way.UPLOAD,
                      name=files[0].name or "")  # fmt: skip
    for file in sorted(files, key=lambda one: one.name or ""):
        if file.size:
            take_file(file, name=file.name or "", batch=batch)
        else:
            note_empty(file.name or "", batch)
    return batch


def batch_for(
    request: HttpRequest, member: Member, *, way: str, name: str = ""
) -> ScanBatch:
    """The batch that is named, or a new one of the unit that is chosen."""
    if number := request.POST.get("batch", ""):
        batch = reads.batch_row(_number(number), by=member)
        member.must(Ability.IMPORT, batch)
        return batch
    units = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
    unit = one(units, pk=_number(request.POST.get("unit", "")))
    return begin_batch(unit, way=way, by=member, name=name)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


@require_GET
def scan_batch(request: HttpRequest, scan_batch_id: int) -> HttpResponse:
    """One batch: its files, what became of each page, and how sure that is."""
    member = member_of(request)
    page = reads.batch_page(scan_batch_id, by=member)
    state = request.GET.get("state", "")
    rows = reads.scans(by=member).filter(file__batch=page.batch)
    context = {
        "batch": page.batch,
        "page": page,
        "progress": page.progress,
        "state": state,
        "lines": reads.page_lines(rows, page=request.GET.get("page"), state=state),
        "sample": samples.sample_result(page.batch, by=member),
    }
    return render(request, "collect/scans/batch.html", context)


@require_GET
def scan_progress(request: HttpRequest, scan_batch_id: int) -> HttpResponse:
    """The fragment that a batch being read asks for; at the end, the whole page."""
    batch = reads.batch_row(scan_batch_id, by=member_of(request))
    progress = reads.progress(batch)
    context = {"batch": batch, "progress": progress}
    response = render(request, "collect/scans/_progress.html", context)
    if not progress.is_moving:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def scan_again_batch(request: HttpRequest, scan_batch_id: int) -> HttpResponse:
    """Have every page of a batch read by the reader of today."""
    member = member_of(request)
    batch = reads.batch_row(scan_batch_id, by=member)
    count = scan_again.read_batch_again(batch, by=member)
    text = _("{count} pages are being read again. What people decided stays.")
    notes.done(request, text.format(count=f"{count:,}"))
    return HttpResponseRedirect(_address(batch))


@require_GET
def scan(request: HttpRequest, scan_id: int) -> HttpResponse:
    """One page with its picture and what was read on it."""
    member = member_of(request)
    row = reads.scan_row(scan_id, by=member)
    mine = reads.batches(by=member).filter(pk=row.file.batch_id).exists()
    context = {"scan": row, "line": reads.page_line(row), "sees_batch": mine}
    return render(request, "collect/scans/scan.html", context)


@require_GET
def filled_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """A sheet that came back: its pages, its answers, who decided what."""
    page = sheet_page(sheet_id, by=member_of(request))
    return render(request, "collect/scans/sheet.html", {"page": page})


@require_POST
def sheet_as_it_is(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """Take it although pages are missing."""
    member = member_of(request)
    filled = reads.filled_row(sheet_id, by=member)
    scan_deciding.finish_as_it_is(filled, by=member)
    notes.done(request, _("Taken as it is. Pages that still come are added."))
    return HttpResponseRedirect(reverse("collect:filled_sheet", args=[sheet_id]))


@require_POST
def sheet_erase(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The person behind it asked for it."""
    member = member_of(request)
    filled = reads.filled_row(sheet_id, by=member)
    scan_keeping.erase_sheet(filled, by=member)
    notes.done(request, _("The answers and all pictures of this sheet are erased."))
    return HttpResponseRedirect(reverse("collect:filled_sheet", args=[sheet_id]))


@require_GET
def survey_scans(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The sheets of one survey that came back."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    state = request.GET.get("state", "")
    context = {
        "survey": survey,
        "tab": "paper",
        "numbers": reads.paper_numbers(survey, by=member),
        "state": state,
        "page": survey_sheets(
            survey, by=member, state=state, page=request.GET.get("page")
        ),
    }
    return render(request, "collect/scans/survey.html", context)


def _address(batch: ScanBatch) -> str:
    return reverse("collect:scan_batch", args=[batch.pk])
