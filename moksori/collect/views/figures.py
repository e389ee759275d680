"""The page that takes customers, their use and demand."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.forms import FiguresForm
from moksori.collect.reads import figures as reads
from moksori.collect.tables import read_table
from moksori.collect.tables.figures import NAMES, REQUIRED, ROLES, read_figures
from moksori.collect.writes.figures import Taken, take_figures

SHOWN = 200


@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    form = FiguresForm(
        request.POST or None,
        request.FILES or None,
        units=reads.figure_units(by=member),
        initial={"unit": member.unit_id, "kind": request.GET.get("kind")},
    )
    taken: Taken | None = None
    if request.method == "POST" and form.is_valid():
        try:
            taken = _taken(form, member)
        except UserError as error:
            if error.status in {403, 404}:
                raise
            form.add_error(error.field if error.field in form.fields else "file",
                           str(error.message))  # fmt: skip
    context: dict[str, Any] = {
        "form": form,
        "taken": taken,
        "refused": taken.refused[:SHOWN] if taken else [],
        "lines": reads.figure_lines(by=member),
        "columns": _columns(),
    }
    status = 422 if form.errors else 200
    return render(request, "collect/figures.html", context, status=status)


def _taken(form: FiguresForm, member: Member) -> Taken:
    given = form.cleaned_data
    file: UploadedFile[Any] = given["file"]
    table = read_table(file, name=file.name or "")
    figures = read_figures(table, given["kind"])
    return take_figures(figures, unit=given["unit"], by=member)


def _columns() -> list[dict[str, Any]]:
    """For each kind its columns, with the names that are understood."""
    return [
        {
            "kind": kind,
            "roles": [
                {
                    "name": NAMES[role][0],
                    "korean": next((n for n in NAMES[role] if not n.isascii()), ""),
                    "is_needed": role in REQUIRED[kind],
                }
                for role in roles
            ],
        }
        for kind, roles in ROLES.items()
    ]
