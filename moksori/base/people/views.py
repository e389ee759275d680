"""The pages of members: everybody's own, and the administrator's."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from moksori.base.errors import NotFound
from moksori.base.people import keys, reads, writes
from moksori.base.people.forms import KeyForm, MeForm, MemberForm, RoleForm
from moksori.base.people.gate import one
from moksori.base.people.middleware import public
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Role


@public
@require_POST
def demo_sign_in(request: HttpRequest, member_id: int) -> HttpResponse:
    """Become one of the five people of the demo company."""
    allowed = {person.id for person in reads.demo_people()}
    if not settings.MOKSORI_DEMO or member_id not in allowed:
        raise NotFound
    member = one(Member.objects.all(), pk=member_id)
    login(request, member, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own name, language, sign-in and keys."""
    member = member_of(request)
    form = MeForm(
        request.POST or None,
        initial={"name": member.name, "language": member.language},
    )
    if request.method == "POST" and form.is_valid():
        writes.change_me(
            name=form.cleaned_data["name"],
            language=form.cleaned_data["language"],
            by=member,
        )
        messages.success(request, _("Saved."))
        return redirect("people:me")
    return _me_page(request, form=form, status=422 if form.errors else 200)


@require_POST
def make_key(request: HttpRequest) -> HttpResponse:
    """A new key, shown on this page and never again."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _me_page(request, key_form=form, status=422)
    token = keys.make_key(form.cleaned_data["name"], by=member_of(request))
    return _me_page(request, token=token)


@require_POST
def end_key(request: HttpRequest, key_id: int) -> HttpResponse:
    keys.end_key(key_id, by=member_of(request))
    messages.success(request, _("The key no longer works."))
    return redirect("people:me")


def _me_page(
    request: HttpRequest,
    *,
    form: MeForm | None = None,
    key_form: KeyForm | None = None,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    member = member_of(request)
    initial = {"name": member.name, "language": member.language}
    context = {
        "form": form or MeForm(initial=initial),
        "key_form": key_form or KeyForm(),
        "keys": reads.key_lines(by=member),
        "roles": member.assignments.select_related("unit"),
        "token": token,
    }
    return render(request, "people/me.html", context, status=status)


@require_GET
def members(request: HttpRequest) -> HttpResponse:
    lines = reads.member_lines(by=member_of(request))
    return render(request, "people/members.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
def member_new(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    reads.member_lines(by=by)  # the gate: only administrators come here
    form = MemberForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        password = facts.pop("password")
        with transaction.atomic():
            member = writes.add_member(**facts, by=by)
            if password:
                writes.set_password(member, password, by=by)
        messages.success(request, _("Added. Now give a role."))
        return redirect("people:member", member.pk)
    status = 422 if form.errors else 200
    return render(request, "people/member_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member with roles; a POST gives another role."""
    by = member_of(request)
    row = reads.administered_member(member_id, by=by)
    form = RoleForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        writes.give_role(
            row,
            Role(form.cleaned_data["role"]),
            unit=form.cleaned_data["unit"],
            regions=[region.pk for region in form.cleaned_data["regions"]],
            by=by,
        )
        messages.success(request, _("Given. It counts from the next click on."))
        return redirect("people:member", member_id)
    context = {"line": reads.member_line(member_id, by=by), "form": form}
    status = 422 if form.errors else 200
    return render(request, "people/member.html", context, status=status)


@require_POST
def take_role(request: HttpRequest, assignment_id: int) -> HttpResponse:
    by = member_of(request)
    assignment = reads.administered_assignment(assignment_id, by=by)
    writes.take_role(assignment, by=by)
    messages.success(request, _("Taken back."))
    return redirect("people:member", assignment.member_id)


@require_POST
def close_member(request: HttpRequest, member_id: int) -> HttpResponse:
    by = member_of(request)
    writes.close_member(reads.administered_member(member_id, by=by), by=by)
    messages.success(request, _("Closed. This person can no longer sign in."))
    return redirect("people:members")


@require_POST
def reopen_member(request: HttpRequest, member_id: int) -> HttpResponse:
    by = member_of(request)
    writes.reopen_member(reads.administered_member(member_id, by=by), by=by)
    messages.success(request, _("Open again, with the roles of before."))
    return redirect("people:member", member_id)
