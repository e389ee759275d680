"""Pages of what was taught and learned: corrections, learnings, themes as a file."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.web import notes
from moksori.base.web.filters import Bar, Filter, filter_bar
from moksori.understand import reads
from moksori.understand.forms import asked_filters
from moksori.understand.models import Correction, Theme
from moksori.understand.reads.corrections import correction_row, history
from moksori.understand.reads.learned import Change, Learned, learned
from moksori.understand.reads.places import affiliates, home_affiliate
from moksori.understand.writes import undo_correction


@require_GET
def last_learning(request: HttpRequest) -> HttpResponse:
    unit, by = asked_unit(request), member_of(request)
    page = learned(unit, by=by, number=_number(request.GET.get("run", "")))
    context = {
        "unit": unit,
        "page": page,
        "bar": unit_bar(request, unit),
        "counts": _counts(page) if page else [],
        "grouped": _grouped(page) if page else [],
    }
    return render(request, "understand/teach_learned.html", context)


@require_GET
def corrections(request: HttpRequest) -> HttpResponse:
    """Who taught what and when: all of it, or about one theme."""
    by = member_of(request)
    asked = _number(request.GET.get("theme", ""))
    theme = reads.theme_row(asked, by=by) if asked else None
    unit = theme.unit if theme else asked_unit(request)
    found = history(
        by=by,
        affiliate=unit.pk,
        theme=theme,
        before=_number(request.GET.get("before", "")),
    )
    bar = None if theme else unit_bar(request, unit)
    context = {"unit": unit, "theme": theme, "history": found, "bar": bar}
    return render(request, "understand/teach_corrections.html", context)


def asked_unit(request: HttpRequest, ability: Ability = Ability.READ) -> Unit:
    """The affiliate that a page is about, where this member may do this."""
    member = member_of(request)
    unit = home_affiliate(by=member, unit=asked_filters(request.GET).unit)
    if ability != Ability.READ:
        member.must(ability, InUnit(unit.pk))
    return unit


def unit_bar(request: HttpRequest, unit: Unit) -> Bar:
    """The affiliate as a filter, where there is more than one to choose from."""
    choices = [(str(one.pk), one.name) for one in affiliates(by=member_of(request))]
    shown = [Filter("unit", _("Unit"), choices, default=str(unit.pk))]
    return filter_bar(request.GET, shown if len(choices) > 1 else [])


def _words() -> dict[str, str]:
    return {
        "born": _("New themes"),
        "archived": _("Put away, because nothing speaks of them any more"),
        "renamed": _("Named anew"),
        "kept": _("Found again"),
    }


def _counts(page: Learned) -> list[tuple[str, int]]:
    return [
        (_("New"), page.count("born")),
        (_("Found again"), page.count("kept") + page.count("renamed")),
        (_("Named anew"), page.count("renamed")),
        (_("Put away"), page.count("archived")),
    ]


def _grouped(page: Learned) -> list[tuple[str, str, list[Change]]]:
    words = _words()
    grouped = groupby(page.changes, key=lambda change: change.what)
    return [(what, words[what], list(changes)) for what, changes in grouped]


def _number(given: str) -> int | None:
    return (
        int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None
    )


@require_POST
def undo(request: HttpRequest, correction_id: int) -> HttpResponse:
    by = member_of(request)
    row = correction_row(correction_id, by=by)
    undo_correction(row, by=by)
    notes.done(request, _("Undone. Mentions move back within a minute."))
    return redirect(came_from(request) or _home_of(request, row))


def _home_of(request: HttpRequest, row: Correction) -> str:
    """Where the note with its "Undo" stood; the list where that theme is gone now."""
    theme = Theme.objects.get(pk=row.theme_id)
    if theme.state != Theme.State.ACTIVE:
        return f"{reverse('understand:themes')}?unit={row.unit_id}"
    stood = request.headers.get("Referer", "")
    return _ours(request, stood) or reverse("understand:theme", args=[theme.pk])


def came_from(request: HttpRequest) -> str:
    """The page to go back to, as the form says, if it is one of ours."""
    return _ours(request, request.POST.get("next", ""))


def _ours(request: HttpRequest, address: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
