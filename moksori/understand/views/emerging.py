"""The page of what is new, and what people do with it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from moksori.base.errors import NotFound
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.web import notes
from moksori.understand.forms import asked_filters
from moksori.understand.models import Emerging
from moksori.understand.reads.emerging import (
    EmergingList,
    emerging_list,
    emerging_row,
    fresh,
)
from moksori.understand.reads.encoders import last_run
from moksori.understand.reads.places import home_affiliate
from moksori.understand.views.taught import unit_bar
from moksori.understand.writes import (
    adopt_emerging,
    dismiss_emerging,
    restore_emerging,
)


@require_GET
def emerging(request: HttpRequest) -> HttpResponse:
    by = member_of(request)
    if not by.scope():
        return render(request, "understand/emerging.html", {"found": None})
    found = emerging_list(
        by=by,
        unit=asked_filters(request.GET).unit,
        state=request.GET.get("state", ""),
    )
    context = {
        "found": found,
        "states": _states(found),
        "bar": unit_bar(request, found.unit),
        "is_learned": last_run(found.unit.pk) is not None,
        "may_edit": by.may(Ability.EDIT_THEMES, InUnit(found.unit.pk)),
    }
    return render(request, "understand/emerging.html", context)


@require_GET
def emerging_line(request: HttpRequest) -> HttpResponse:
    """How many there are, as a line of another page; nothing where there is none."""
    by = member_of(request)
    try:
        unit = home_affiliate(by=by, unit=asked_filters(request.GET).unit)
    except NotFound:
        return HttpResponse()
    lines = fresh(unit.pk, by=by)
    return render(
        request, "understand/_emerging_line.html", {"unit": unit, "lines": lines}
    )


@require_POST
def adopt(request: HttpRequest, emerging_id: int) -> HttpResponse:
    by = member_of(request)
    row = emerging_row(emerging_id, by=by)
    done = adopt_emerging(
        row,
        name_ko=request.POST.get("name_ko", ""),
        name_en=request.POST.get("name_en", ""),
        by=by,
    )
    notes.done(
        request,
        _("The theme is there. Its mentions move in within a minute."),
        undo=reverse("understand:emerging_restore", args=[row.pk]),
    )
    return redirect("understand:theme", done.theme_id)


@require_POST
def dismiss(request: HttpRequest, emerging_id: int) -> HttpResponse:
    by = member_of(request)
    row = dismiss_emerging(emerging_row(emerging_id, by=by), by=by)
    undo = reverse("understand:emerging_restore", args=[row.pk])
    notes.done(request, _("Set aside. It is not raised again."), undo=undo)
    return redirect(_home(row))


@require_POST
def restore(request: HttpRequest, emerging_id: int) -> HttpResponse:
    by = member_of(request)
    row = restore_emerging(emerging_row(emerging_id, by=by), by=by)
    notes.done(request, _("It is among what is new again."))
    return redirect(f"{_home(row)}#emerging-{row.pk}")


def _home(row: Emerging) -> str:
    return f"{reverse('understand:emerging')}?unit={row.unit_id}"


def _states(found: EmergingList) -> list[tuple[str, str, int, bool]]:
    """The states to choose from: value, label, how many, whether it is chosen."""
    labels = {
        "new": pgettext("emerging", "New"),
        "adopted": pgettext("emerging", "Made a theme"),
        "dismissed": pgettext("emerging", "Set aside"),
        "faded": pgettext("emerging", "Faded"),
    }
    return [
        (state, label, found.counts.get(state, 0), state == found.state)
        for state, label in labels.items()
    ]
