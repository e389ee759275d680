"""The tree of themes as a file: taken out, and brought in after a look at it."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from moksori.base.errors import NotFound, TooLarge, UserError
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.understand.forms.teaching import TaxonomyForm
from moksori.understand.reads.taxonomy import (
    LARGEST,
    Entry,
    as_csv,
    as_json,
    changes,
    entries_of,
    taxonomy,
)
from moksori.understand.views.taught import asked_unit, unit_bar
from moksori.understand.views.teaching import get_or_post
from moksori.understand.writes.taxonomy import import_taxonomy

WRITERS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    unit, by = asked_unit(request, Ability.EDIT_THEMES), member_of(request)
    if form not in WRITERS:
        raise NotFound
    write, kind = WRITERS[form]
    name = f"themes-{timezone.localdate():%Y-%m-%d}.{form}"
    return HttpResponse(
        write(taxonomy(unit.pk, by=by)),
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get_or_post
def files(request: HttpRequest) -> HttpResponse:
    """A file is looked at first; what it would change is done with a second click."""
    unit = asked_unit(request, Ability.EDIT_THEMES)
    if request.method == "POST" and "content" in request.POST:
        return _imported(request, unit)
    form = TaxonomyForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "unit": unit,
        "form": form,
        "bar": unit_bar(request, unit),
    }
    if request.method == "POST" and form.is_valid():
        context |= _planned(request, unit, form)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "understand/teach_taxonomy.html", context, status=status)


def _planned(request: HttpRequest, unit: Unit, form: TaxonomyForm) -> dict[str, Any]:
    """What the file would change; what is wrong with it is said at its field."""
    given = form.cleaned_data["file"]
    try:
        data = _read(given)
        planned = changes(
            unit.pk, entries_of(data, name=given.name), by=member_of(request)
        )
    except UserError as error:
        form.add_error("file", str(error.message))
        return {}
    return {
        "is_planned": True,
        "made": [change for change in planned if change.is_new],
        "changed": [change for change in planned if not change.is_new],
        "file_name": given.name,
        "content": base64.b64encode(data).decode(),
    }


def _read(given: Any) -> bytes:
    if given.size > LARGEST:
        raise TooLarge(_("The file is too large: at most 2 MB."), field="file")
    return bytes(given.read())


def _imported(request: HttpRequest, unit: Unit) -> HttpResponse:
    done = import_taxonomy(unit.pk, _sent(request), by=member_of(request))
    said = ngettext(
        "%(n)d theme is as the file says.",
        "%(n)d themes are as the file says.",
        len(done),
    )
    notes.done(request, said % {"n": len(done)})
    return redirect(f"{reverse('understand:corrections')}?unit={unit.pk}")


def _sent(request: HttpRequest) -> list[Entry]:
    """The file of the look before, as it came."""
    try:
        data = base64.b64decode(request.POST["content"], validate=True)
    except (binascii.Error, ValueError):
        raise UserError(_("The file did not arrive whole. Choose it again.")) from None
    return entries_of(data, name=request.POST.get("file_name", ""))
