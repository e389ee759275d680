"""Pages of connections: what is read from elsewhere, and how that does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from datetime import time as clock
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import UserError
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.models import Stream
from moksori.collect.reads import sources as source_reads
from moksori.collect.reads import streams as reads
from moksori.collect.sources.connector import Ask, live
from moksori.collect.writes import streams as writes
from moksori.collect.writes.visits import ask_for_visit


class ConnectForm(forms.Form):
    """What a connector asks for, and the unit to which it all belongs."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        asks: Sequence[Ask],
        units: Sequence[Unit],
        unit_id: int | None,
    ) -> None:
        super().__init__(data)
        for ask in asks:
            self.fields[ask.name] = _field(ask)
        self.fields["unit"] = forms.ModelChoiceField(
            Unit.objects.filter(pk__in=[unit.pk for unit in units]),
            label=gettext_lazy("Unit"),
            empty_label=gettext_lazy("Choose a unit"),
            help_text=gettext_lazy("Who reads this unit sees what comes in."),
            error_messages={"required": gettext_lazy("Say to which unit it belongs.")},
        )
        own = [unit for unit in units if unit.pk == unit_id]
        self.fields["unit"].initial = next(iter([*own, *units]), None)
        self.fields["title"] = forms.CharField(
            label=gettext_lazy("Name"),
            max_length=100,
            required=False,
            help_text=gettext_lazy("If you leave it empty, it gets one."),
        )


def _field(ask: Ask) -> forms.CharField:
    attributes = {"placeholder": ask.example} if ask.example else {}
    widget: forms.Widget = forms.TextInput(attrs=attributes)
    if ask.is_secret:
        widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=str(ask.label),
        help_text=str(ask.help),
        required=ask.is_needed,
        max_length=2_000,
        widget=widget,
    )


class AgainForm(forms.Form):
    since = forms.DateField(
        label=gettext_lazy("From this day on"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


@require_GET
def stream_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    context = {
        "lines": reads.stream_lines(by=member),
        "live": reads.live_kinds(),
        "files": reads.file_kinds(),
    }
    return render(request, "collect/connections.html", context)


@require_http_methods(["GET", "POST"])
def stream_new(request: HttpRequest, connector: str) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    found, reader = live(connector)
    form = ConnectForm(
        request.POST or None,
        asks=reader.asks,
        units=source_reads.own_units(by=member),
        unit_id=member.unit_id,
    )
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = dict(form.cleaned_data)
        unit, name = given.pop("unit"), given.pop("title")
        try:
            stream = writes.connect(
                connector, unit=unit, given=given, name=name, by=member
            )
        except UserError as error:
            _tell(form, error)
        else:
            ask_for_visit(stream)
            notes.done(request, _("Connected. The first visit is under way."))
            return _to(stream)
    context = {"form": form, "connector": found}
    status = 422 if form.errors else 200
    return render(request, "collect/connection_new.html", context, status=status)


@require_GET
def stream(request: HttpRequest, stream_id: int) -> HttpResponse:
    page = reads.stream_page(stream_id, by=member_of(request))
    return _page(request, page, AgainForm())


def _page(
    request: HttpRequest, page: reads.StreamPage, form: AgainForm
) -> HttpResponse:
    context = {"page": page, "line": page.line, "again": form}
    status = 422 if form.errors else 200
    return render(request, "collect/connection.html", context, status=status)


@require_POST
def stream_visit(request: HttpRequest, stream_id: int) -> HttpResponse:
    row = reads.stream_row(stream_id, by=member_of(request))
    if row.state == Stream.State.ON and ask_for_visit(row):
        notes.done(request, _("It is being read now."))
    return _to(row)


@require_POST
def stream_pause(request: HttpRequest, stream_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.stream_row(stream_id, by=member)
    writes.pause_stream(row, by=member)
    notes.done(request, _("The connection is paused."))
    return _to(row)


@require_POST
def stream_resume(request: HttpRequest, stream_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.stream_row(stream_id, by=member)
    writes.resume_stream(row, by=member)
    ask_for_visit(row)
    notes.done(request, _("The connection runs again."))
    return _to(row)


@require_POST
def stream_again(request: HttpRequest, stream_id: int) -> HttpResponse:
    """Read everything since a day once more."""
    member = member_of(request)
    page = reads.stream_page(stream_id, by=member)
    form = AgainForm(request.POST)
    if not form.is_valid():
        return _page(request, page, form)
    start = datetime.combine(form.cleaned_data["since"], clock.min)
    try:
        since = timezone.make_aware(start).astimezone(UTC)
        writes.read_again(page.stream, since=since, by=member)
    except (UserError, OverflowError):
        form.add_error("since", _("Choose a day in the past."))
        return _page(request, page, form)
    ask_for_visit(page.stream)
    notes.done(request, _("It is being read again from that day on."))
    return _to(page.stream)


@require_POST
def stream_secret(request: HttpRequest, stream_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.stream_row(stream_id, by=member)
    writes.change_secret(row, request.POST.dict(), by=member)
    notes.done(request, _("The key was changed."))
    return _to(row)


@require_POST
def stream_end(request: HttpRequest, stream_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.stream_row(stream_id, by=member)
    writes.disconnect(row, by=member)
    notes.done(request, _("The connection is ended. What came through it stays."))
    return HttpResponseRedirect(reverse("collect:connections"))


def _tell(form: forms.Form, error: UserError) -> None:
    if error.status in {403, 404}:
        raise error
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(error.message))


def _to(row: Stream) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("collect:connection", args=[row.pk]))
