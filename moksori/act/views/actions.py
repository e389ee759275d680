"""Pages of actions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act import forms
from moksori.act.models import Action
from moksori.act.reads import actions as reads
from moksori.act.reads import whole
from moksori.act.reads.owners import possible_owners
from moksori.act.reads.places import place_choices
from moksori.act.views.answers import Choice, done, written
from moksori.act.views.doors import Door, Sent, asked_for, owner_filter, shared_forms
from moksori.act.writes import actions as writes
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, filter_bar
from moksori.understand.reads.pains import pain_point_row


@require_GET
def action_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = _filters(member)
    asked = reads.ActionFilters(**asked_for(request, filters))
    page = reads.action_lines(by=member, filters=asked, page=request.GET.get("page"))
    context = {"page": page, "bar": filter_bar(request.GET, filters)}
    return render(request, "act/actions.html", context)


def _filters(member: Member) -> list[Filter]:
    status: list[Choice] = [
        (reads.RUNNING, _("planned or under way")),
        *Action.Status.choices,
        ("all", _("all")),
    ]
    return [
        Filter("status", pgettext("filter", "State"), status, reads.RUNNING),
        owner_filter(member),
    ]


@require_GET
def action(request: HttpRequest, action_id: int) -> HttpResponse:
    return _page(request, action_id)


def _page(
    request: HttpRequest, action_id: int, status: int = 200, **sent: Any
) -> HttpResponse:
    """The action; forms that were sent and refused stand where they were."""
    member = member_of(request)
    page = reads.action_page(action_id, by=member)
    context = {
        "page": page,
        "action": page.line,
        "start_form": forms.StartForm(initial={"start_on": page.line.start_on}),
        "drop_form": forms.DropForm(),
        "may_undo_start": page.started_at is not None
        and timezone.now() - page.started_at <= writes.TIME_TO_UNDO,
        **shared_forms(page, member),
    }
    return render(request, "act/action.html", context | sent, status=status)


@require_http_methods(["GET", "POST"])
def action_new(request: HttpRequest) -> HttpResponse:
    """`?pain_point=ID`: plan an action for it."""
    member = member_of(request)
    asked = request.GET.get("pain_point") or request.POST.get("pain_point") or ""
    pain_point = pain_point_row(int(asked) if asked.isdecimal() else 0, by=member)
    unit = writes.acting_unit(pain_point, by=member)
    owners = possible_owners(unit, by=member)
    form = forms.PlanForm(
        request.POST or None,
        owners=owners,
        now=whole.present_share(pain_point),
        where=place_choices(pain_point, by=member),
        initial={"owner": str(member.pk)},
    )
    planned: list[Action] = []

    def plan() -> None:
        owner = form.chosen_owner()
        planned.append(
            writes.plan_action(pain_point, form.plan(), owner=owner, by=member)
        )

    if request.method == "POST" and written(form, plan):
        url = reverse("act:action", args=[planned[0].pk])
        return done(request, url, _("The action is planned."))
    context = {"form": form, "pain_point": pain_point}
    status = 422 if form.is_bound else 200
    return render(request, "act/action_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, action_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.action_row(action_id, by=member)
    member.must(Ability.ACT, row)
    form = forms.PlanForm(
        request.POST or None,
        owners=[],
        now=whole.present_share(row.pain_point),
        where=place_choices(row.pain_point, by=member),
        initial=forms.PlanForm.of(row),
    )
    del form.fields["owner"]  # handed on from its own page, with its own rule
    if row.has_started:
        form.fix_expectation()
    if request.method == "POST" and written(
        form, lambda: writes.change_plan(row, form.plan(), by=member)
    ):
        return DOOR.back(request, row, _("The plan is changed."))
    status = 422 if form.is_bound else 200
    context = {"form": form, "action": row}
    return render(request, "act/action_edit.html", context, status=status)


@require_POST
def action_start(request: HttpRequest, action_id: int) -> HttpResponse:
    form = forms.StartForm(request.POST)

    def start(row: Action, by: Member) -> None:
        writes.start_action(row, start_on=form.cleaned_data["start_on"], by=by)

    said = _("Started. The expectation is fixed from now on.")
    sent = Sent("start_form", form, start, said, undo="act:action_undo_start")
    return DOOR.work(request, action_id, sent)


@require_POST
def action_drop(request: HttpRequest, action_id: int) -> HttpResponse:
    form = forms.DropForm(request.POST)

    def drop(row: Action, by: Member) -> None:
        writes.drop_action(row, form.cleaned_data["reason"], by=by)

    said, undo = _("Dropped."), "act:action_resume"
    return DOOR.work(request, action_id, Sent("drop_form", form, drop, said, undo))


@require_POST
def action_assign(request: HttpRequest, action_id: int) -> HttpResponse:
    return DOOR.hand(request, action_id, writes.assign_action)


@require_POST
def action_comment(request: HttpRequest, action_id: int) -> HttpResponse:
    return DOOR.comment(request, action_id)


@require_POST
def action_undo_start(request: HttpRequest, action_id: int) -> HttpResponse:
    return DOOR.move(request, action_id, writes.undo_start)


@require_POST
def action_finish(request: HttpRequest, action_id: int) -> HttpResponse:
    return DOOR.move(request, action_id, writes.finish_action, undo="act:action_resume")


@require_POST
def action_resume(request: HttpRequest, action_id: int) -> HttpResponse:
    return DOOR.move(request, action_id, writes.resume_action)


@require_GET
def pain_actions(request: HttpRequest, pain_point_id: int) -> HttpResponse:
    """The actions of one pain point: a fragment for its page, or a page by itself."""
    member = member_of(request)
    pain_point = pain_point_row(pain_point_id, by=member)
    context = {
        "pain_point": pain_point,
        "lines": reads.actions_of_pain_point(pain_point_id, by=member),
        "may_plan": writes.may_plan(pain_point, by=member),
    }
    name = "_pain_actions" if request.headers.get("HX-Request") else "pain_actions"
    return render(request, f"act/{name}.html", context)


DOOR = Door(
    "act:action",
    reads.action_row,
    _page,
    gettext_lazy("The action is now: %(status)s."),
)
