"""Pages on which people make themes: by words and examples, or as parts of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.understand import reads
from moksori.understand.forms.teaching import DefineForm, SplitForm
from moksori.understand.models import Correction, Theme
from moksori.understand.placing.taught import MOST_PARTS
from moksori.understand.reads import preview
from moksori.understand.reads.choices import group_choices
from moksori.understand.reads.parts import Proposed, split_preview
from moksori.understand.views.taught import asked_unit, unit_bar
from moksori.understand.views.teaching import (
    done,
    editable,
    get_or_post,
    is_part,
    written,
)
from moksori.understand.writes import define_theme, split_theme

COUNTS = tuple(str(number) for number in range(2, MOST_PARTS + 1))


@get_or_post
def define(request: HttpRequest) -> HttpResponse:
    unit, by = asked_unit(request, Ability.EDIT_THEMES), member_of(request)
    groups = group_choices(unit.pk, by=by)
    form = DefineForm(request.POST or None, groups=groups)
    if "preview" in request.POST:
        return _shown(request, unit, form)
    taught = written(form, lambda: _made(request, unit, form))
    if taught is not None:
        said = _("The theme is there. Its mentions move in within a minute.")
        return done(request, taught, said)
    return _shown(request, unit, form)


def _made(request: HttpRequest, unit: Unit, form: DefineForm) -> Correction:
    asked, by = dict(form.cleaned_data), member_of(request)
    group = asked.pop("group")
    row = reads.theme_row(int(group), by=by) if group else None
    return define_theme(unit.pk, **asked, group=row, by=by)


def _shown(request: HttpRequest, unit: Unit, form: DefineForm) -> HttpResponse:
    context: dict[str, Any] = {
        "unit": unit,
        "form": form,
        "bar": unit_bar(request, unit),
        "preview": _previewed(request, unit, form),
    }
    if is_part(request):
        return render(request, "understand/_teach_preview.html", context)
    is_wrong = form.is_bound and form.errors and "preview" not in request.POST
    status = 422 if is_wrong else 200
    return render(request, "understand/teach_define.html", context, status=status)


def _previewed(request: HttpRequest, unit: Unit, form: DefineForm) -> Any:
    """What it would take, as soon as there is a word or an example."""
    if not form.is_bound:
        return None
    form.full_clean()
    words = form.cleaned_data.get("words", [])
    examples = form.cleaned_data.get("examples", [])
    if not words and not examples:
        return None
    return preview.define_preview(
        unit.pk,
        name_ko=form.cleaned_data.get("name_ko", "") or _("The new theme"),
        words=words,
        examples=examples,
        by=member_of(request),
    )


@get_or_post
def split(request: HttpRequest, theme_id: int) -> HttpResponse:
    row, by = editable(request, theme_id), member_of(request)
    if request.method == "POST":
        form = SplitForm(request.POST, parts=_count(request))
        taught = written(form, lambda: split_theme(row, parts=form.parts(), by=by))
        if taught is not None:
            return done(request, taught, _("The theme is split."))
        return _parts(request, row, form.count, form)
    asked = request.GET.get("parts", "")
    return _parts(request, row, int(asked) if asked in COUNTS else None, None)


def _parts(
    request: HttpRequest, row: Theme, count: int | None, form: SplitForm | None
) -> HttpResponse:
    """The proposed parts, under the names written so far; or why there are none."""
    context: dict[str, Any] = {"row": row, "form": form, "counts": COUNTS}
    context["count"] = str(count or "")
    try:
        found = split_preview(row, count=count, by=member_of(request))
    except UserError as error:
        context["sentence"] = str(error)
        return render(request, "understand/teach_split.html", context)
    if form is None or form.count != len(found.parts):
        form = SplitForm(initial=_initial(found.parts), parts=len(found.parts))
    fields = [form.fields_of(at) for at in range(len(found.parts))]
    context |= {
        "form": form,
        "parts": list(zip(found.parts, fields, strict=True)),
        "total": sum(part.mentions for part in found.parts),
        "preview": found.preview,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "understand/teach_split.html", context, status=status)


def _initial(parts: Sequence[Proposed]) -> dict[str, str]:
    """Names and mentions as proposed."""
    out: dict[str, str] = {}
    for at, part in enumerate(parts):
        out[f"name_ko_{at}"], out[f"name_en_{at}"] = part.name_ko, part.name_en
        out[f"anchors_{at}"] = ",".join(map(str, part.anchors))
    return out


def _count(request: HttpRequest) -> int:
    """How many parts were sent; more than six are no parts but a mistake."""
    given = [name for name in request.POST if name.startswith("anchors_")]
    return min(len(given), MOST_PARTS + 1)
