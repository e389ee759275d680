"""Pages of paper: what a survey looks like printed, its printings, their sheets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.asking.table import Refused
from moksori.collect.models import ContactList, Printing, Survey
from moksori.collect.paper.recipients import Recipient, recipients_in
from moksori.collect.reads import contacts as people
from moksori.collect.reads import paper as reads
from moksori.collect.reads.surveys import survey_row
from moksori.collect.tables import read_table
from moksori.collect.views.paper_forms import LookForm, PrintForm
from moksori.collect.writes import printing as writes

# What stays chosen after printing, for the next printing.
KEPT = ("kind", "paper", "columns", "is_large", "language", "closing")
_SHOWN = 3  # rows of a table in trouble that are told
_TURNS = {"withdraw": writes.withdraw_printing, "restore": writes.restore_printing}


@require_http_methods(["GET", "POST"])
def survey_paper(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Choose, look, print; and what came back of the sheets printed before."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    lists = people.contact_lists(by=member)
    before = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    form = PrintForm(
        request.POST or None,
        request.FILES or None,
        survey=survey,
        lists=lists,
        initial=before,
    )
    if request.method == "POST" and form.is_valid():
        try:
            printing = _printed(request, survey, form, member)
        except UserError as error:
            if error.status in {403, 404}:
                raise
            form.add_error(
                error.field if error.field in form.fields else None, str(error.message)
            )
        else:
            where = reverse("collect:survey_paper", args=[survey.pk])
            kept = {name: form.data.get(name, "") for name in KEPT}
            kept["columns"] = form.cleaned_data["columns"]  # large print has one
            told = urlencode({"printed": printing.pk, **kept})
            return HttpResponseRedirect(f"{where}?{told}")
    return _page(request, survey, form, member)


def _page(
    request: HttpRequest, survey: Survey, form: PrintForm, member: Member
) -> HttpResponse:
    lines = reads.printing_lines(survey, by=member)
    fresh = request.GET.get("printed", "")
    context: dict[str, Any] = {
        "survey": survey,
        "tab": "paper",
        "form": form,
        "lines": lines,
        "fresh": next((one for one in lines if str(one.id) == fresh), None),
    }
    status = 422 if form.errors else 200
    return render(request, "collect/paper/paper.html", context, status=status)


@require_GET
def survey_paper_look(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The fragment with the pages as they will be, and what is not on them."""
    survey = survey_row(survey_id, by=member_of(request))
    form = LookForm.of_query(request.GET, survey=survey)
    context: dict[str, Any] = {"survey": survey, "trouble": ""}
    if not form.is_valid():
        found = [str(text) for texts in form.errors.values() for text in texts]
        context["trouble"] = " ".join(found)
        return render(request, "collect/paper/_look.html", context)
    try:
        look = reads.look(survey, form.options, form.spoken)
    except UserError as error:
        if error.status in {403, 404}:
            raise
        context["trouble"] = str(error.message)
        return render(request, "collect/paper/_look.html", context)
    asked = request.GET.copy()
    asked.pop("csrfmiddlewaretoken", None)
    context |= {
        "look": look,
        "pages": range(1, look.pages + 1),
        "sheets": -(-look.pages // 2),
        "query": asked.urlencode(),
    }
    return render(request, "collect/paper/_look.html", context)


@require_GET
def survey_paper_page(request: HttpRequest, survey_id: int, leaf: int) -> HttpResponse:
    """One page as a picture."""
    survey = survey_row(survey_id, by=member_of(request))
    form = LookForm.of_query(request.GET, survey=survey)
    if not form.is_valid():
        raise NotFound
    content = reads.preview_page(survey, form.options, form.spoken, leaf)
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_GET
def printing_sheets(request: HttpRequest, printing_id: int) -> HttpResponse:
    """All sheets of a printing as one PDF."""
    printing = reads.printing_row(printing_id, by=member_of(request))
    response = HttpResponse(
        reads.printing_pdf(printing), content_type="application/pdf"
    )
    called = f"{printing.form.survey.name} {printing.name or printing.pk}"
    name = slugify(called, allow_unicode=True) or f"printing-{printing.pk}"
    told = content_disposition_header(True, f"{name}.pdf")  # noqa: FBT003 - Django’s
    response["Content-Disposition"] = told or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def printing_turn(request: HttpRequest, printing_id: int) -> HttpResponse:
    """Withdrawn, or valid again."""
    member = member_of(request)
    printing = reads.printing_row(printing_id, by=member)
    turn = _TURNS.get(request.POST.get("do", ""))
    if turn is None:
        raise NotFound
    found = turn(printing, by=member)
    text = (
        _("Withdrawn. Sheets of this printing are set aside when they come in.")
        if found.is_withdrawn
        else _("Sheets of this printing count again.")
    )
    notes.done(request, text)
    where = reverse("collect:survey_paper", args=[printing.form.survey_id])
    return HttpResponseRedirect(f"{where}#printings")


def _printed(
    request: HttpRequest, survey: Survey, form: PrintForm, member: Member
) -> Printing:
    given = form.cleaned_data
    asked: list[Recipient] = []
    told: list[str] = []
    if given["kind"] == Printing.Kind.PERSONAL:
        asked, told = _people(survey, form, member)
    order = writes.Order(
        kind=given["kind"],
        options=form.options,
        language=form.spoken,
        count=given["count"] or 0,
        people=asked,
        name=given["name"],
    )
    printing = writes.print_sheets(survey, order, by=member)
    for text in told:
        notes.done(request, text)
    return printing


def _people(
    survey: Survey, form: PrintForm, member: Member
) -> tuple[list[Recipient], list[str]]:
    """Whom the sheets are for, and what is to be said of those left out."""
    told: list[str] = []
    found: list[Recipient] = []
    chosen: ContactList | None = form.cleaned_data["people"]
    if chosen is not None:
        contacts = people.contacts_to_ask(by=member, list_id=chosen.pk)
        found, silent = reads.recipients_of(contacts, survey)
        if silent:
            told.append(ngettext(
                "{count} person wants to be asked no more: no sheet for them.",
                "{count} people want to be asked no more: no sheets for them.",
                silent,
            ).format(count=silent))  # fmt: skip
    upload: UploadedFile[Any] | None = form.cleaned_data["file"]
    if upload is not None:
        refused: list[Refused] = []
        found += recipients_in(read_table(upload, name=upload.name or ""), refused)
        told += [
            _("Row {row}: {why}").format(row=one.number, why=one.message)
            for one in refused[:_SHOWN]
        ]
        if len(refused) > _SHOWN:
            more = len(refused) - _SHOWN
            told.append(_("and {count} rows more").format(count=more))
    return found, told
