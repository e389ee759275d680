"""Secret links: made and revoked by members, and what they answer to anybody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from moksori.base.errors import NotFound, UserError
from moksori.base.people.middleware import public
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.base.web.failures import Failure
from moksori.base.web.failures import answer as failed
from moksori.share import reads, writes
from moksori.share.channels.outlet import Asked, Page
from moksori.share.forms import OutletForm
from moksori.share.models import Outlet
from moksori.share.views.channels import told


@require_safe
def outlets(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    kinds = reads.opening_kinds(by=by)
    facts = {"lines": reads.outlet_lines(by=by), "kinds": kinds}
    return render(request, "share/links.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def outlet_new(request: HttpRequest, kind: str) -> HttpResponse:
    by = member_of(request)
    found = reads.outlet_of(kind)
    units = reads.opening_units(kind, by=by)
    if not units:
        raise NotFound
    form = OutletForm(
        request.POST if request.method == "POST" else None,
        fields=found.fields,
        units=[unit.pk for unit in units],
        initial={
            "name": found.title,
            "unit": by.unit_id if by.unit in units else units[0].pk,
            "language": by.language,
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            outlet, token = writes.open_outlet(
                kind, given["name"], form.given(), unit=given["unit"], by=by
            )
        except UserError as error:
            told(form, error)
        else:
            return _shown(request, outlet, token=token)
    status = 422 if form.errors else 200
    facts = {"form": form, "kind": found}
    return render(request, "share/link_new.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def outlet(request: HttpRequest, outlet_id: int) -> HttpResponse:
    by = member_of(request)
    row = reads.outlet_row(outlet_id, by=by)
    if request.method != "POST":
        return _shown(request, row)
    if row.member_id != by.pk:
        raise NotFound
    form = _form(row, request)
    if form.is_valid():
        try:
            writes.change_outlet(row, form.cleaned_data["name"], form.given(), by=by)
        except UserError as error:
            told(form, error)
        else:
            notes.done(request, _("Saved."))
            return redirect("share:outlet", row.pk)
    return _shown(request, row, form=form)


@require_POST
def outlet_deed(request: HttpRequest, outlet_id: int, name: str) -> HttpResponse:
    """What one button does: another address, or none any more."""
    by = member_of(request)
    row = reads.outlet_row(outlet_id, by=by)
    if name == "renew":
        return _shown(request, row, token=writes.renew_outlet(row, by=by))
    if name != "revoke":
        raise NotFound
    writes.revoke_outlet(row, by=by)
    notes.done(request, _("The link has ended."))
    return redirect("share:outlets")


@public
@require_safe
def open_outlet(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """What a secret link answers; nobody needs to sign in."""
    try:
        row = reads.behind(token)
    except NotFound as error:
        return failed(request, Failure(404, str(error.message)))
    kind = reads.outlet_of(row.kind)
    if form not in kind.forms:
        return failed(request, Failure(404))
    asked = Asked(
        outlet=row,
        form=form,
        here=f"{settings.MOKSORI_BASE_URL}{request.path}",
        query={name: request.GET[name] for name in list(request.GET)[:10]},
    )
    with translation.override(asked.language):
        page = kind.answer(asked)
        response = _answered(request, page, asked)
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answered(request: HttpRequest, page: Page, asked: Asked) -> HttpResponse:
    if not page.template:
        response = HttpResponse(page.body, page.media_type)
        if page.file_name:
            name = f'attachment; filename="{page.file_name}"'
            response["Content-Disposition"] = name
        return response
    facts = {**page.facts, "language": asked.language, "name": asked.outlet.name}
    response = render(request, page.template, facts)
    response["Content-Language"] = asked.language
    response._csp_replace = {  # type: ignore[attr-defined]
        "script-src": ["'none'"],
        "connect-src": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": list(page.origins) or ["'none'"],
    }
    if page.origins:
        response.xframe_options_exempt = True
    return response


def _shown(
    request: HttpRequest,
    row: Outlet,
    *,
    token: str = "",
    form: OutletForm | None = None,
) -> HttpResponse:
    by = member_of(request)
    kind = reads.outlet_of(row.kind)
    base = settings.MOKSORI_BASE_URL
    facts = {
        "outlet": row,
        "kind": kind,
        "may_change": row.member_id == by.pk and row.revoked_at is None,
        "form": form or _form(row),
        "addresses": [
            (label, base + reverse("share:open_outlet", args=[token, ending]))
            for ending, label in kind.forms.items()
        ]
        if token
        else [],
    }
    status = 422 if form is not None and form.errors else 200
    response = render(request, "share/link.html", facts, status=status)
    if token:
        response["Cache-Control"] = "no-store"
    return response


def _form(row: Outlet, request: HttpRequest | None = None) -> OutletForm:
    kind = reads.outlet_of(row.kind)
    language = row.settings.get("language") or row.member.language
    form = OutletForm(
        request.POST if request is not None else None,
        fields=kind.fields,
        initial={**row.settings, "name": row.name, "language": language},
    )
    del form.fields["unit"]
    return form
