"""Pages of the rules that open cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act.casework.conditions import conditions_from
from moksori.act.models import CaseRule
from moksori.act.reads import rules as reads
from moksori.act.reads.absences import team_of
from moksori.act.reads.rule_words import choices, in_words, units_of_rules
from moksori.act.views.answers import done, written
from moksori.act.views.rule_forms import LookBackForm, RuleForm
from moksori.act.writes import rules as writes
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.ASSIGN)
    lines = [
        (line, in_words(conditions_from(line.conditions)))
        for line in reads.rule_lines(by=member)
    ]
    return render(request, "act/rules.html", {"lines": lines})


@require_GET
def rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    return _show(request, rule_id)


def _show(
    request: HttpRequest, rule_id: int, status: int = 200, form: object = None
) -> HttpResponse:
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    context = {
        "rule": reads.rule_line(row),
        "row": row,
        "words": in_words(conditions_from(row.conditions)),
        "look_form": form or LookBackForm(),
    }
    return render(request, "act/rule.html", context, status=status)


@require_GET
def rule_preview(request: HttpRequest, rule_id: int) -> HttpResponse:
    """How many cases it would have opened: a fragment, for counting takes a while."""
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    name = "_rule_preview" if request.headers.get("HX-Request") else "rule_preview"
    context = {"preview": reads.preview_of(row, by=member), "row": row}
    return render(request, f"act/{name}.html", context)


@require_http_methods(["GET", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.ASSIGN)
    units = units_of_rules(member)
    form = _form(request, member, CaseRule(), units)
    if request.method == "POST" and form.is_valid() and "preview" in request.POST:
        return _edit(request, form, form.chosen_unit())
    made: list[CaseRule] = []
    if request.method == "POST" and written(
        form,
        lambda: made.append(
            writes.write_rule(form.chosen_unit(), form.draft(), by=member)
        ),
    ):
        said = _("The rule is written. It is off until you switch it on.")
        return done(request, reverse("act:rule", args=[made[0].pk]), said)
    return _edit(request, form, None)


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, rule_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    form = _form(request, member, row, [])
    if request.method == "POST" and form.is_valid() and "preview" in request.POST:
        return _edit(request, form, row.unit, row)
    if request.method == "POST" and written(
        form, lambda: writes.change_rule(row, form.draft(), by=member)
    ):
        said = _("The rule is changed. It judges what comes from now on.")
        return done(request, reverse("act:rule", args=[row.pk]), said)
    return _edit(request, form, None, row)


def _form(
    request: HttpRequest, member: Member, row: CaseRule, units: list[Unit]
) -> RuleForm:
    return RuleForm(
        request.POST or None,
        units=units,
        there_is=choices(by=member),
        people=team_of(member),
        initial=RuleForm.of(row),
    )


def _edit(
    request: HttpRequest, form: RuleForm, unit: Unit | None, row: CaseRule | None = None
) -> HttpResponse:
    """The form; with `unit`, what these conditions would have caught there."""
    found = None
    if unit is not None:
        found = reads.preview(unit, form.conditions(), by=member_of(request))
    context = {"form": form, "row": row, "preview": found}
    status = 422 if form.errors else 200
    return render(request, "act/rule_edit.html", context, status=status)


@require_POST
def rule_on(request: HttpRequest, rule_id: int) -> HttpResponse:
    member = member_of(request)
    row = writes.switch_on(reads.rule_row(rule_id, by=member), by=member)
    undo = reverse("act:rule_off", args=[row.pk])
    said = _("The rule is on: it judges what comes from now on.")
    return done(request, reverse("act:rule", args=[row.pk]), said, undo=undo)


@require_POST
def rule_off(request: HttpRequest, rule_id: int) -> HttpResponse:
    member = member_of(request)
    row = writes.switch_off(reads.rule_row(rule_id, by=member), by=member)
    return done(request, reverse("act:rule", args=[row.pk]), _("The rule is off."))


@require_POST
def rule_look_back(request: HttpRequest, rule_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.rule_row(rule_id, by=member)
    form = LookBackForm(request.POST)
    if written(
        form, lambda: writes.look_back(row, form.cleaned_data["days"], by=member)
    ):
        said = _("It looks back now; cases appear one after the other.")
        return done(request, reverse("act:rule", args=[row.pk]), said)
    return _show(request, row.pk, 422, form=form)


@require_POST
def rule_delete(request: HttpRequest, rule_id: int) -> HttpResponse:
    member = member_of(request)
    writes.delete_rule(reads.rule_row(rule_id, by=member), by=member)
    return done(request, reverse("act:rules"), _("The rule is deleted."))
