"""The pages of webhooks in: an address, an example, and what its values mean."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.forms import MappingForm
from moksori.collect.models import Inlet
from moksori.collect.reads import hooks as reads
from moksori.collect.reads.sources import own_units
from moksori.collect.rows import Outcome
from moksori.collect.sources.webhook import shape
from moksori.collect.tables.dates import three_numbers
from moksori.collect.tables.mapping import Mapping, mapping_from
from moksori.collect.tables.messages import Unreadable
from moksori.collect.views.hook_forms import ExampleForm, InletForm, SignatureForm
from moksori.collect.writes import inlets as writes
from moksori.collect.writes.deliveries import Taken


@require_http_methods(["GET", "POST"])
def inlet_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    units = own_units(by=member)
    form = InletForm(
        request.POST or None, units=units, initial={"unit": member.unit_id}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            inlet, token = writes.add_inlet(
                given["name"], unit=given["unit"], channel=given["channel"], by=member
            )
        except UserError as error:
            _tell(form, error)
        else:
            return _shown(request, inlet, token=token)
    status = 422 if form.errors else 200
    return render(
        request, "collect/hooks/inlet_new.html", {"form": form}, status=status
    )


@require_GET
def inlet(request: HttpRequest, inlet_id: int) -> HttpResponse:
    return _shown(request, reads.inlet_row(inlet_id, by=member_of(request)))


@require_POST
def inlet_example(request: HttpRequest, inlet_id: int) -> HttpResponse:
    """Keep an example, or take the newest delivery that waits."""
    member = member_of(request)
    row = reads.inlet_row(inlet_id, by=member)
    if "newest" in request.POST:
        writes.learn_from_delivery(row, by=member)
        return redirect("collect:inlet", row.pk)
    form = ExampleForm(request.POST)
    if form.is_valid():
        try:
            writes.keep_example(row, form.cleaned_data["example"], by=member)
        except UserError as error:
            _tell(form, error)
        else:
            return redirect("collect:inlet", row.pk)
    return _shown(request, row, example_form=form, status=422)


@require_POST
def inlet_list(request: HttpRequest, inlet_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.inlet_row(inlet_id, by=member)
    writes.set_list_at(row, request.POST.get("list_at", ""), by=member)
    return redirect("collect:inlet", row.pk)


@require_POST
def inlet_mapping(request: HttpRequest, inlet_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.inlet_row(inlet_id, by=member)
    columns = shape.Posted(shape.items(row.example, row.list_at)).columns
    form = MappingForm(request.POST, columns=columns, mapping=_mapping(row))
    if form.is_valid():
        try:
            taken = writes.set_mapping(
                row, form.mapping(), list_at=row.list_at, by=member
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            notes.done(request, _said(taken))
            return redirect("collect:inlet", row.pk)
    return _shown(request, row, mapping_form=form, status=422)


@require_POST
def inlet_signature(request: HttpRequest, inlet_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.inlet_row(inlet_id, by=member)
    form = SignatureForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            writes.set_signature(
                row,
                given["signature"],
                secret=given["secret"],
                header=given["header"],
                by=member,
            )
        except UserError as error:
            _tell(form, error)
        else:
            notes.done(request, _("Saved."))
            return redirect("collect:inlet", row.pk)
    return _shown(request, row, signature_form=form, status=422)


@require_POST
def inlet_deed(request: HttpRequest, inlet_id: int, name: str) -> HttpResponse:
    """What one button does: renew the address, open, close, remove."""
    member = member_of(request)
    row = reads.inlet_row(inlet_id, by=member)
    if name == "renew":
        return _shown(request, row, token=writes.renew_address(row, by=member))
    if name in {"open", "close"}:
        writes.open_or_close(row, is_open=name == "open", by=member)
        return redirect("collect:inlet", row.pk)
    if name != "remove":
        raise NotFound
    writes.remove_inlet(row, by=member)
    notes.done(request, _("Removed."))
    return redirect("collect:hooks")


def _shown(
    request: HttpRequest,
    row: Inlet,
    *,
    token: str = "",
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    context: dict[str, Any] = {
        "inlet": row,
        "address": f"{settings.MOKSORI_BASE_URL}/in/{token}/" if token else "",
        "waiting": row.kept.filter(dropped_at=None).count(),
        "example_form": ExampleForm(),
        "signature_form": SignatureForm(
            initial={"signature": row.signature, "header": row.header}
        ),
        **_by_example(row, forms.get("mapping_form")),
        **forms,
    }
    response = render(request, "collect/hooks/inlet.html", context, status=status)
    if token:
        response["Cache-Control"] = "no-store"
    return response


def _by_example(row: Inlet, form: MappingForm | None) -> dict[str, Any]:
    """The example as a table with the meanings, and what it becomes by them."""
    if not row.example:
        return {}
    found = shape.items(row.example, row.list_at)
    table = shape.Posted(found)
    mapping = _mapping(row)
    form = form or MappingForm(columns=table.columns, mapping=mapping)
    lines = form.lines()
    for line in lines:
        values = [str(one.get(line["name"], "")) for one in found]
        filled = list(dict.fromkeys(value for value in values if value))
        line["examples"] = [value[:80] for value in filled[:3]]
    return {
        "mapping_form": form,
        "lines": lines,
        "has_open_dates": any(
            three_numbers(one.get(mapping.date, "")) for one in found if mapping.date
        ),
        "places": shape.list_places(row.example),
        "outcome": _outcome(row, mapping),
        "pretty": json.dumps(row.example, ensure_ascii=False, indent=2)[:5_000],
    }


def _mapping(row: Inlet) -> Mapping:
    if row.mapping:
        return mapping_from(row.mapping)
    return shape.suggested(row.example, row.list_at)


def _outcome(row: Inlet, mapping: Mapping) -> Outcome | None:
    try:
        return shape.outcomes(row.example, mapping, row.list_at)[0]
    except Unreadable:
        return None


def _said(taken: Taken) -> str:
    count = taken.added + taken.revised
    if taken.later:
        return _("Saved. {count} became feedback; {later} more are being read.").format(
            count=count, later=taken.later
        )
    if not count:
        return _("Saved. What comes now becomes feedback.")
    return _("Saved. {count} that waited became feedback.").format(count=count)


def _tell(form: Any, error: UserError) -> None:
    if error.status in {403, 404}:
        raise error
    form.add_error(error.field if error.field in form.fields else None, str(error))
