"""Pages of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act import forms
from moksori.act.models import Case
from moksori.act.reads import cases as reads
from moksori.act.reads.owners import owners_of, possible_owners
from moksori.act.views.answers import Choice, done, written
from moksori.act.writes import cases as writes
from moksori.act.writes.comments import comment_on
from moksori.act.writes.owners import must_hand
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter, filter_bar
from moksori.collect.models import Feedback


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = _filters(member)
    asked = {each.name: each.value(request.GET) for each in filters}
    page = reads.case_lines(
        by=member,
        filters=reads.CaseFilters(**asked),
        page=request.GET.get("page"),
    )
    context = {"page": page, "bar": filter_bar(request.GET, filters)}
    return render(request, "act/cases.html", context)


def _filters(member: Member) -> list[Filter]:
    status: list[Choice] = [
        (reads.UNFINISHED, _("not closed")),
        *Case.Status.choices,
        ("all", _("all")),
    ]
    owner: list[Choice] = [
        ("", _("anybody")),
        (str(member.pk), _("me")),
        ("none", _("nobody yet")),
    ]
    late: list[Choice] = [("", _("any")), ("yes", _("overdue"))]
    return [
        Filter("status", pgettext("filter", "State"), status, reads.UNFINISHED),
        Filter("owner", _("Owner"), owner),
        Filter("late", _("Deadline"), late),
    ]


@require_GET
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    return _page(request, case_id)


def _page(
    request: HttpRequest, case_id: int, status: int = 200, **sent: Any
) -> HttpResponse:
    """The case; forms that were sent and refused stand where they were."""
    page = reads.case_page(case_id, by=member_of(request))
    line = page.line
    context = {
        "page": page,
        "case": line,
        "reply_form": forms.ReplyForm(initial={"reply": page.reply}),
        "close_form": forms.CloseForm(),
        "due_form": forms.DueForm(initial={"due": line.due}),
        "comment_form": forms.CommentForm(),
        "owner_form": forms.OwnerForm(
            owners=page.owners, initial={"owner": str(line.owner_id or forms.NOBODY)}
        ),
        "may_hand": _may_hand(page, member_of(request)),
    }
    return render(request, "act/case.html", context | sent, status=status)


def _may_hand(page: reads.CasePage, member: Member) -> bool:
    mine_or_free = page.line.owner_id in {None, member.pk}
    return page.may_assign or (page.may_act and mine_or_free)


@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    """`?feedback=ID`: open a case, or go to the one that is open."""
    member = member_of(request)
    rows = Feedback.objects.visible_to(member)
    feedback = one(
        rows.select_related("source", "product", "region", "unit"),
        pk=request.GET.get("feedback") or request.POST.get("feedback"),
    )
    member.must(Ability.ACT, feedback)
    there_is = writes.open_case_of(feedback)
    if there_is is not None:
        said = _("There is a case for this feedback already. Here it is.")
        return done(request, reverse("act:case", args=[there_is.pk]), said)
    owners = possible_owners(feedback.unit, region_id=feedback.region_id, by=member)
    initial = {"owner": str(member.pk), "due": forms.CaseForm.proposed_due()}
    form = forms.CaseForm(request.POST or None, owners=owners, initial=initial)
    opened: list[writes.Opened] = []
    if request.method == "POST" and written(
        form, lambda: opened.append(_opened(feedback, form, by=member))
    ):
        said = _("The case is open.")
        if not opened[0].is_new:
            said = _("Somebody was faster: this is their case.")
        return done(request, reverse("act:case", args=[opened[0].case.pk]), said)
    context = {"form": form, "said": reads.said(feedback)}
    status = 422 if form.is_bound else 200
    return render(request, "act/case_new.html", context, status=status)


def _opened(feedback: Feedback, form: forms.CaseForm, *, by: Member) -> writes.Opened:
    given = form.cleaned_data
    return writes.open_case(
        feedback,
        owner=form.chosen_owner(),
        due=given["due"],
        why=given["why"],
        by=by,
    )


@require_POST
def case_reply(request: HttpRequest, case_id: int) -> HttpResponse:
    member, row = _to_work_on(request, case_id)
    form = forms.ReplyForm(request.POST)
    if written(
        form, lambda: writes.reply_to_case(row, form.cleaned_data["reply"], by=member)
    ):
        return _back(request, row, _("The reply is recorded. Nothing was sent."))
    return _page(request, case_id, 422, reply_form=form)


@require_POST
def case_close(request: HttpRequest, case_id: int) -> HttpResponse:
    member, row = _to_work_on(request, case_id)
    form = forms.CloseForm(request.POST)
    if written(
        form, lambda: writes.close_case(row, form.cleaned_data["reason"], by=member)
    ):
        return _back(request, row, _("The case is closed."), undo="act:case_reopen")
    return _page(request, case_id, 422, close_form=form)


@require_POST
def case_due(request: HttpRequest, case_id: int) -> HttpResponse:
    member, row = _to_work_on(request, case_id)
    form = forms.DueForm(request.POST)
    if written(
        form, lambda: writes.set_case_due(row, form.cleaned_data["due"], by=member)
    ):
        return _back(request, row, _("The deadline is moved."))
    return _page(request, case_id, 422, due_form=form)


@require_POST
def case_assign(request: HttpRequest, case_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.case_row(case_id, by=member)
    must_hand(row, None, by=member)
    form = forms.OwnerForm(request.POST, owners=owners_of(row, by=member))
    if written(form, lambda: writes.assign_case(row, form.chosen_owner(), by=member)):
        return _back(request, row, _("The owner is changed."))
    return _page(request, case_id, 422, owner_form=form)


@require_POST
def case_comment(request: HttpRequest, case_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.case_row(case_id, by=member)
    form = forms.CommentForm(request.POST)
    if written(form, lambda: comment_on(row, form.cleaned_data["text"], by=member)):
        return HttpResponseRedirect(reverse("act:case", args=[case_id]) + "#timeline")
    return _page(request, case_id, 422, comment_form=form)


@require_POST
def case_wait(request: HttpRequest, case_id: int) -> HttpResponse:
    return _moved(request, case_id, writes.wait_with_case, undo="act:case_resume")


@require_POST
def case_resume(request: HttpRequest, case_id: int) -> HttpResponse:
    return _moved(request, case_id, writes.resume_case)


@require_POST
def case_reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    return _moved(request, case_id, writes.reopen_case)


@require_GET
def feedback_cases(request: HttpRequest, feedback_id: int) -> HttpResponse:
    """The cases of one feedback: a fragment for its page, or a page by itself."""
    member = member_of(request)
    lines = reads.cases_of_feedback(feedback_id, by=member)
    feedback = one(Feedback.objects.visible_to(member), pk=feedback_id)
    open_ones = [line for line in lines if line.status != Case.Status.CLOSED]
    context = {
        "feedback_id": feedback_id,
        "lines": lines,
        "may_open": member.may(Ability.ACT, feedback) and not open_ones,
    }
    name = "_feedback_cases" if request.headers.get("HX-Request") else "feedback_cases"
    return render(request, f"act/{name}.html", context)


def _moved(
    request: HttpRequest, case_id: int, write: Callable[..., Case], undo: str = ""
) -> HttpResponse:
    member = member_of(request)
    row = write(reads.case_row(case_id, by=member), by=member)
    said = _("The case is now: %(status)s.") % {"status": row.get_status_display()}
    return _back(request, row, said, undo)


def _back(request: HttpRequest, row: Case, said: str, undo: str = "") -> HttpResponse:
    url = reverse("act:case", args=[row.pk])
    return done(request, url, said, undo=reverse(undo, args=[row.pk]) if undo else "")


def _to_work_on(request: HttpRequest, case_id: int) -> tuple[Member, Case]:
    """Who may not work on it hears so, whatever was written in the form."""
    member = member_of(request)
    row = reads.case_row(case_id, by=member)
    member.must(Ability.ACT, row)
    return member, row
