"""Pages of actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act import forms
from moksori.act.models import Action
from moksori.act.reads import actions as reads
from moksori.act.reads.owners import owners_of, possible_owners
from moksori.act.views.answers import Choice, done, written
from moksori.act.writes import actions as writes
from moksori.act.writes.comments import comment_on
from moksori.act.writes.owners import must_hand
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, filter_bar
from moksori.understand.reads.pains import pain_point_row


@require_GET
def action_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = _filters(member)
    asked = {each.name: each.value(request.GET) for each in filters}
    page = reads.action_lines(
        by=member,
        filters=reads.ActionFilters(**asked),
        page=request.GET.get("page"),
    )
    context = {"page": page, "bar": filter_bar(request.GET, filters)}
    return render(request, "act/actions.html", context)


def _filters(member: Member) -> list[Filter]:
    status: list[Choice] = [
        (reads.RUNNING, _("planned or under way")),
        *Action.Status.choices,
        ("all", _("all")),
    ]
    owner: list[Choice] = [
        ("", _("anybody")),
        (str(member.pk), _("me")),
        ("none", _("nobody yet")),
    ]
    return [
        Filter("status", pgettext("filter", "State"), status, reads.RUNNING),
        Filter("owner", _("Owner"), owner),
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
    line = page.line
    mine_or_free = line.owner_id in {None, member.pk}
    context = {
        "page": page,
        "action": line,
        "start_form": forms.StartForm(initial={"start_on": line.start_on}),
        "drop_form": forms.DropForm(),
        "comment_form": forms.CommentForm(),
        "owner_form": forms.OwnerForm(
            owners=page.owners, initial={"owner": str(line.owner_id or forms.NOBODY)}
        ),
        "may_hand": page.may_assign or (page.may_act and mine_or_free),
        "may_undo_start": page.started_at is not None
        and timezone.now() - page.started_at <= writes.TIME_TO_UNDO,
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
        request.POST or None, owners=owners, initial={"owner": str(member.pk)}
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
    member, row = _to_work_on(request, action_id)
    form = forms.PlanForm(
        request.POST or None,
        owners=[],
        initial=forms.PlanForm.of(row),
    )
    del form.fields["owner"]  # handed on from its own page, with its own rule
    if row.has_started:
        form.fix_expectation()
    if request.method == "POST" and written(
        form, lambda: writes.change_plan(row, form.plan(), by=member)
    ):
        return _back(request, row, _("The plan is changed."))
    status = 422 if form.is_bound else 200
    context = {"form": form, "action": row}
    return render(request, "act/action_edit.html", context, status=status)


@require_POST
def action_start(request: HttpRequest, action_id: int) -> HttpResponse:
    member, row = _to_work_on(request, action_id)
    form = forms.StartForm(request.POST)

    def start() -> None:
        writes.start_action(row, start_on=form.cleaned_data["start_on"], by=member)

    if written(form, start):
        said = _("Started. The expectation is fixed from now on.")
        return _back(request, row, said, undo="act:action_undo_start")
    return _page(request, action_id, 422, start_form=form)


@require_POST
def action_drop(request: HttpRequest, action_id: int) -> HttpResponse:
    member, row = _to_work_on(request, action_id)
    form = forms.DropForm(request.POST)
    if written(
        form, lambda: writes.drop_action(row, form.cleaned_data["reason"], by=member)
    ):
        return _back(request, row, _("Dropped."), undo="act:action_resume")
    return _page(request, action_id, 422, drop_form=form)


@require_POST
def action_assign(request: HttpRequest, action_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.action_row(action_id, by=member)
    must_hand(row, None, by=member)
    form = forms.OwnerForm(request.POST, owners=owners_of(row, by=member))
    if written(form, lambda: writes.assign_action(row, form.chosen_owner(), by=member)):
        return _back(request, row, _("The owner is changed."))
    return _page(request, action_id, 422, owner_form=form)


@require_POST
def action_comment(request: HttpRequest, action_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.action_row(action_id, by=member)
    form = forms.CommentForm(request.POST)
    if written(form, lambda: comment_on(row, form.cleaned_data["text"], by=member)):
        return HttpResponseRedirect(
            reverse("act:action", args=[action_id]) + "#timeline"
        )
    return _page(request, action_id, 422, comment_form=form)


@require_POST
def action_undo_start(request: HttpRequest, action_id: int) -> HttpResponse:
    return _moved(request, action_id, writes.undo_start)


@require_POST
def action_finish(request: HttpRequest, action_id: int) -> HttpResponse:
    return _moved(request, action_id, writes.finish_action, undo="act:action_resume")


@require_POST
def action_resume(request: HttpRequest, action_id: int) -> HttpResponse:
    return _moved(request, action_id, writes.resume_action)


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


def _moved(
    request: HttpRequest, action_id: int, write: Callable[..., Action], undo: str = ""
) -> HttpResponse:
    member = member_of(request)
    row = write(reads.action_row(action_id, by=member), by=member)
    said = _("The action is now: %(status)s.") % {"status": row.get_status_display()}
    return _back(request, row, said, undo)


def _to_work_on(request: HttpRequest, action_id: int) -> tuple[Member, Action]:
    """Who may not work on it hears so, whatever was written in the form."""
    member = member_of(request)
    row = reads.action_row(action_id, by=member)
    member.must(Ability.ACT, row)
    return member, row


def _back(request: HttpRequest, row: Action, said: str, undo: str = "") -> HttpResponse:
    url = reverse("act:action", args=[row.pk])
    return done(request, url, said, undo=reverse(undo, args=[row.pk]) if undo else "")
