"""Pages of what is planned for visits, of guides, and of one's own phones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.base.web.filters import Filter, filter_bar
from moksori.collect.field.guides import question_from
from moksori.collect.reads import visits as reads
from moksori.collect.reads.devices import my_devices
from moksori.collect.reads.guides import guide_lines, guide_row, units_to_write_for
from moksori.collect.views.visit_forms import GuideForm, PlanForm
from moksori.collect.writes import guides as writes
from moksori.collect.writes.devices import end_device


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    whose = Filter("whose", _("Whose"), [("", _("everybody’s")), ("mine", _("mine"))])
    lines = reads.plan_lines(by=member, whose=whose.value(request.GET))
    context = {
        "lines": lines,
        "bar": filter_bar(request.GET, [whose]),
        "may_share": member.may(Ability.SHARE),
    }
    return render(request, "collect/visits/plans.html", context)


@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.READ)
    form = PlanForm(request.POST or None, by=member)
    if request.method == "POST" and form.is_valid():
        try:
            writes.plan_visit(form.planned(), by=member)
        except UserError as error:
            form.add_error(
                error.field if error.field == "on" else "whom", str(error.message)
            )
        else:
            notes.done(request, _("The visit is planned."))
            return redirect("collect:visit_plans")
    status = 422 if form.errors else 200
    return render(
        request, "collect/visits/plan_new.html", {"form": form}, status=status
    )


@require_POST
def plan_drop(request: HttpRequest, plan_id: int) -> HttpResponse:
    member = member_of(request)
    writes.drop_plan(reads.plan_row(plan_id, by=member), by=member)
    notes.done(request, _("The visit is called off."))
    return redirect("collect:visit_plans")


@require_GET
def guide_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    context = {
        "lines": guide_lines(by=member),
        "may_make": member.may(Ability.IMPORT),
        "may_share": member.may(Ability.SHARE),
    }
    return render(request, "collect/visits/guides.html", context)


@require_http_methods(["GET", "POST"])
def guide_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    form = GuideForm(request.POST or None, units=units_to_write_for(by=member))
    if request.method == "POST" and form.is_valid():
        try:
            writes.make_guide(
                form.cleaned_data["name"],
                form.cleaned_data["questions"],
                unit=form.units[form.cleaned_data["unit"]],
                by=member,
            )
        except UserError as error:
            form.add_error(_field(error), str(error.message))
        else:
            notes.done(request, _("The guide is on the phones when they fetch anew."))
            return redirect("collect:guides")
    status = 422 if form.errors else 200
    context = {"form": form, "guide": None}
    return render(request, "collect/visits/guide.html", context, status=status)


@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, guide_id: int) -> HttpResponse:
    member = member_of(request)
    row = guide_row(guide_id, by=member)
    questions = row.version.questions if row.version else []
    lines = "\n".join(question_from(one).line for one in questions)
    form = GuideForm(
        request.POST or None, initial={"name": row.name, "questions": lines}
    )
    if request.method == "POST":
        member.must(Ability.IMPORT, row)
    if request.method == "POST" and form.is_valid():
        try:
            writes.change_guide(row, **_given(form), by=member)
        except UserError as error:
            form.add_error(_field(error), str(error.message))
        else:
            notes.done(request, _("The guide is changed."))
            return redirect("collect:guides")
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "guide": row,
        "may_change": member.may(Ability.IMPORT, row),
    }
    return render(request, "collect/visits/guide.html", context, status=status)


@require_POST
def guide_use(request: HttpRequest, guide_id: int) -> HttpResponse:
    member = member_of(request)
    row = guide_row(guide_id, by=member)
    writes.use_guide(row, is_in_use=not row.is_in_use, by=member)
    return redirect("collect:guides")


@require_GET
def device_list(request: HttpRequest) -> HttpResponse:
    """One's own phones; as a part of one's own page where that asks for it."""
    context = {"devices": my_devices(by=member_of(request))}
    is_part = request.headers.get("HX-Request")
    name = "_devices" if is_part else "devices"
    return render(request, f"collect/field/{name}.html", context)


@require_POST
def device_end(request: HttpRequest, device_id: int) -> HttpResponse:
    end_device(device_id, by=member_of(request))
    notes.done(request, _("This phone can hand in nothing any more."))
    return redirect("collect:devices")


def _given(form: GuideForm) -> dict[str, str]:
    return {"name": form.cleaned_data["name"], "lines": form.cleaned_data["questions"]}


def _field(error: UserError) -> str:
    return error.field if error.field in {"name", "questions"} else "questions"
