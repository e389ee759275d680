"""Accounts of the house at messengers: for administrators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from moksori.base.errors import NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.share import reads, writes
from moksori.share.forms import CarrierForm
from moksori.share.views.channels import told


@require_safe
def carriers(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    by.must(Ability.ADMINISTER)
    facts = {"lines": reads.carrier_lines(by=by), "kinds": reads.carried_kinds()}
    return render(request, "share/carriers.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def carrier_new(request: HttpRequest, kind: str) -> HttpResponse:
    by = member_of(request)
    by.must(Ability.ADMINISTER)
    channel = reads.channel_of(kind)
    if not channel.carrier_fields:
        raise NotFound
    form = CarrierForm(
        request.POST if request.method == "POST" else None,
        fields=channel.carrier_fields,
        units=by.scope(Ability.ADMINISTER).units,
        initial={"unit": by.unit_id, "name": channel.title},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            writes.add_carrier(
                kind, given["name"], form.given(), unit=given["unit"], by=by
            )
        except UserError as error:
            told(form, error)
        else:
            notes.done(request, _("Saved. Members may choose it now."))
            return redirect("share:carriers")
    status = 422 if form.errors else 200
    facts = {"form": form, "title": channel.title, "carrier": None}
    return render(request, "share/carrier.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def carrier(request: HttpRequest, carrier_id: int) -> HttpResponse:
    by = member_of(request)
    row = reads.carrier_row(carrier_id, by=by)
    channel = reads.channel_of(row.kind)
    form = CarrierForm(
        request.POST if request.method == "POST" else None,
        fields=channel.carrier_fields,
        initial={"name": row.name, **row.settings},
        has_kept=True,
    )
    del form.fields["unit"]
    if request.method == "POST" and form.is_valid():
        try:
            writes.change_carrier(row, form.cleaned_data["name"], form.given(), by=by)
        except UserError as error:
            told(form, error)
        else:
            notes.done(request, _("Saved. What waited goes out within minutes."))
            return redirect("share:carrier", row.pk)
    status = 422 if form.errors else 200
    facts = {"form": form, "title": channel.title, "carrier": row}
    return render(request, "share/carrier.html", facts, status=status)


@require_POST
def carrier_deed(request: HttpRequest, carrier_id: int, name: str) -> HttpResponse:
    """What one button does: turn it off or on, remove it."""
    by = member_of(request)
    row = reads.carrier_row(carrier_id, by=by)
    if name == "remove":
        writes.remove_carrier(row, by=by)
        notes.done(request, _("Removed."))
        return redirect("share:carriers")
    if name not in {"on", "off"}:
        raise NotFound
    writes.turn_carrier(row, is_on=name == "on", by=by)
    notes.done(request, _("Turned on.") if name == "on" else _("Turned off."))
    return redirect("share:carrier", row.pk)
