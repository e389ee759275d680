"""Pages of the words that answers begin with, and of macros."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act.casework.wording import shown_places
from moksori.act.reads import wording as reads
from moksori.act.views.answer_forms import MacroForm, TemplateForm
from moksori.act.views.answers import done, written
from moksori.act.writes import wording as writes
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability


@require_GET
def template_list(request: HttpRequest) -> HttpResponse:
    member = _leading(request)
    context = {
        "templates": reads.template_lines(by=member),
        "macros": reads.macro_lines(by=member),
    }
    return render(request, "act/templates.html", context)


@require_http_methods(["GET", "POST"])
def template_new(request: HttpRequest) -> HttpResponse:
    member = _leading(request)
    form = TemplateForm(request.POST or None, units=reads.units_to_lead(member))
    if request.method == "POST" and written(
        form,
        lambda: writes.write_template(
            form.chosen_unit(), form.cleaned_data["name"], form.texts(), by=member
        ),
    ):
        return _back(request, _("The words are kept."))
    return _edit(request, form, "template")


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.template_row(template_id, by=member)
    form = TemplateForm(request.POST or None, units=[], initial=TemplateForm.of(row))
    if request.method == "POST" and written(
        form,
        lambda: writes.change_template(
            row, form.cleaned_data["name"], form.texts(), by=member
        ),
    ):
        return _back(request, _("The words are kept."))
    return _edit(request, form, "template", row=row)


@require_POST
def template_delete(request: HttpRequest, template_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.template_row(template_id, by=member)
    writes.delete_template(row, by=member)
    return _back(request, _("The words are deleted. Letters stay as they are."))


@require_http_methods(["GET", "POST"])
def macro_new(request: HttpRequest) -> HttpResponse:
    member = _leading(request)
    form = MacroForm(
        request.POST or None,
        units=reads.units_to_lead(member),
        templates=reads.template_lines(by=member),
    )
    if request.method == "POST" and written(
        form, lambda: writes.write_macro(form.chosen_unit(), form.draft(), by=member)
    ):
        return _back(request, _("The macro is ready."))
    return _edit(request, form, "macro")


@require_http_methods(["GET", "POST"])
def macro(request: HttpRequest, macro_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.macro_row(macro_id, by=member)
    form = MacroForm(
        request.POST or None,
        units=[],
        templates=reads.template_lines(by=member),
        initial=MacroForm.of(row),
    )
    if request.method == "POST" and written(
        form, lambda: writes.change_macro(row, form.draft(), by=member)
    ):
        return _back(request, _("The macro is ready."))
    return _edit(request, form, "macro", row=row)


@require_POST
def macro_delete(request: HttpRequest, macro_id: int) -> HttpResponse:
    member = member_of(request)
    writes.delete_macro(reads.macro_row(macro_id, by=member), by=member)
    return _back(request, _("The macro is deleted."))


def _leading(request: HttpRequest) -> Member:
    """Who may hand out work somewhere also says how it is done there."""
    member = member_of(request)
    member.must(Ability.ASSIGN)
    return member


def _back(request: HttpRequest, said: str) -> HttpResponse:
    return done(request, reverse("act:templates"), said)


def _edit(
    request: HttpRequest, form: TemplateForm | MacroForm, kind: str, row: object = None
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "places": shown_places(get_language() or "ko"),
        "places_ko": shown_places("ko"),
        "places_en": shown_places("en"),
    }
    status = 422 if form.errors else 200
    return render(request, f"act/{kind}_edit.html", context, status=status)
