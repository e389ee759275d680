"""Pages of promises."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.act.models import Promise
from moksori.act.reads import promises as reads
from moksori.act.views.answers import done, written
from moksori.act.views.promise_forms import (
    EndForm,
    HandForm,
    MoveForm,
    PromiseForm,
)
from moksori.act.writes import promises as writes
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.web.filters import Filter, filter_bar
from moksori.collect.models import Visit
from moksori.collect.writes.visiting import home_of


@require_GET
def promise_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    filters = [
        Filter("state", _("State"), [("", _("open")), ("overdue", _("overdue")),
               *Promise.State.choices[1:], ("all", _("all"))]),
        Filter("owner", _("Owner"), [("", _("anybody")), (str(member.pk), _("me"))]),
    ]  # fmt: skip
    asked = {each.name: each.value(request.GET) for each in filters}
    page = reads.promise_lines(
        by=member,
        filters=reads.PromiseFilters(**asked),
        page=request.GET.get("page"),
    )
    context = {
        "page": page,
        "bar": filter_bar(request.GET, filters),
        "kept": reads.kept_lately(by=member),
    }
    return render(request, "act/promises.html", context)


@require_GET
def promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    return _show(request, promise_id)


@require_http_methods(["GET", "POST"])
def promise_new(request: HttpRequest) -> HttpResponse:
    """A promise made elsewhere than on a visit."""
    member = member_of(request)
    unit = home_of(member)
    owners = reads.able(unit.ancestor_ids(), None)
    form = PromiseForm(request.POST or None, owners=owners, by=member)
    made: list[Promise] = []
    if request.method == "POST" and written(
        form,
        lambda: made.append(writes.make_promise(form.said(), unit=unit, by=member)),
    ):
        url = reverse("act:promise", args=[made[0].pk])
        return done(request, url, _("The promise is written down."))
    status = 422 if form.errors else 200
    return render(request, "act/promise_new.html", {"form": form}, status=status)


@require_POST
def promise_hand(request: HttpRequest, promise_id: int) -> HttpResponse:
    row, member = _to_work_on(request, promise_id)
    owners = reads.able(row.unit.ancestor_ids(), row.region_id)
    form = HandForm(request.POST, owners=owners)
    if written(form, lambda: writes.hand_promise(row, form.chosen(), by=member)):
        return _back(request, row, _("The promise is handed on."))
    return _show(request, row.pk, 422, hand_form=form)


@require_POST
def promise_move(request: HttpRequest, promise_id: int) -> HttpResponse:
    row, member = _to_work_on(request, promise_id)
    form = MoveForm(request.POST)
    if written(
        form, lambda: writes.move_promise(row, form.cleaned_data["due"], by=member)
    ):
        return _back(request, row, _("The day is moved."))
    return _show(request, row.pk, 422, move_form=form)


@require_POST
def promise_end(request: HttpRequest, promise_id: int) -> HttpResponse:
    row, member = _to_work_on(request, promise_id)
    form = EndForm(request.POST)
    if written(form, lambda: writes.end_promise(row, **form.cleaned_data, by=member)):
        undo = reverse("act:promise_reopen", args=[row.pk])
        return _back(request, row, _("That is written down."), undo)
    return _show(request, row.pk, 422, end_form=form)


@require_POST
def promise_reopen(request: HttpRequest, promise_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.promise_row(promise_id, by=member)
    writes.reopen_promise(row, by=member)
    return done(request, reverse("act:promise", args=[row.pk]), _("It is open again."))


@require_GET
def visit_promises(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The promises of a visit: a part of its page, or a page without JavaScript."""
    member = member_of(request)
    visit = one(Visit.objects.visible_to(member), pk=visit_id)
    lines = reads.promises_of_visit(visit.pk, by=member)
    name = "_visit_promises" if request.headers.get("HX-Request") else "visit_promises"
    about = {"lines": lines, "visit_id": visit.pk}
    return render(request, f"act/{name}.html", about)


def _to_work_on(request: HttpRequest, promise_id: int) -> tuple[Promise, Member]:
    """Who may not work on it hears so, whatever was written in the form."""
    member = member_of(request)
    row = reads.promise_row(promise_id, by=member)
    writes.must_work(row, member)
    return row, member


def _back(
    request: HttpRequest, row: Promise, said: str, undo: str = ""
) -> HttpResponse:
    return done(request, reverse("act:promise", args=[row.pk]), said, undo=undo)


def _show(
    request: HttpRequest, promise_id: int, status: int = 200, **forms: Any
) -> HttpResponse:
    page = reads.promise_page(promise_id, by=member_of(request))
    mine = {
        "hand_form": HandForm(
            owners=page.owners, initial={"owner": str(page.line.owner_id)}
        ),
        "move_form": MoveForm(initial={"due": page.line.due}),
        "end_form": EndForm(initial={"state": Promise.State.KEPT}),
    }
    context = {"page": page, "promise": page.line, **mine, **forms}
    return render(request, "act/promise.html", context, status=status)
