"""How my editions come: when, how much, by which channels; and how they would look."""

from __future__ import annotations

from csp.decorators import csp_update
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from moksori.base.errors import NotFound, UserError
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.share import reads, writes
from moksori.share.channels.podcast.script import script
from moksori.share.forms import FieldsForm, ManyChoicesForm
from moksori.share.reads.ways import Choice, fields_of_way
from moksori.share.views.outbox import LETTER_POLICY, before_of

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """My choices on top, each channel below with its state."""
    by = member_of(request)
    form = ManyChoicesForm.of(by)
    if request.method == "POST":
        form = ManyChoicesForm(request.POST)
        if form.is_valid():
            try:
                writes.save_subscription(by, form.wishes(), by=by)
            except UserError as error:
                told(form, error)
            else:
                notes.done(request, _("Saved."))
                return redirect("share:channels")
    facts = {
        "form": form,
        "choices": reads.choices_of(by, by=by),
        "bounces": reads.mail_bounces(by),
    }
    status = 422 if form.errors else 200
    return render(request, "share/channels.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, kind: str) -> HttpResponse:
    """One channel: through an account of the house, or by an address of my own."""
    by = member_of(request)
    choice = _choice(request, kind)
    carrier = _carrier(request, choice)
    way = choice.way
    has_kept = way is not None and (way.carrier_id or None) == carrier
    fields = fields_of_way(_kind(kind), has_carrier=carrier is not None)
    posted = request.POST if request.method == "POST" else None
    form = FieldsForm(posted, fields=fields, has_kept=has_kept)
    if posted is not None and form.is_valid():
        try:
            writes.choose_way(by, kind, form.given(), carrier_id=carrier, by=by)
        except UserError as error:
            told(form, error)
        else:
            notes.done(request, _("Saved. Your next edition comes here, too."))
            return redirect("share:channels")
    facts = {"choice": choice, "form": form, "carrier": carrier}
    status = 422 if form.errors else 200
    return render(request, "share/channel.html", facts, status=status)


@require_POST
def channel_leave(request: HttpRequest, kind: str) -> HttpResponse:
    by = member_of(request)
    writes.leave_way(reads.way_row(kind, by=by), by=by)
    notes.done(request, _("Nothing comes here any more."))
    return redirect("share:channels")


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[untyped-decorator]
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """How my next edition would look here."""
    by = member_of(request)
    if kind == "email":
        letter = {"kind": kind, "title": _("E-mail")}
        return render(request, "share/preview.html", letter)
    title = _choice(request, kind).title
    found = writes.preview(by, kind, by=by)
    facts = {"kind": kind, "title": title, "preview": found}
    return render(request, "share/preview.html", facts)


@require_safe
@xframe_options_sameorigin
@LETTER_POLICY  # type: ignore[untyped-decorator]
def preview_letter(request: HttpRequest) -> HttpResponse:
    """The letter of the preview, and nothing else."""
    by = member_of(request)
    return HttpResponse(writes.preview(by, "email", by=by).html)


@require_safe
def edition_script(request: HttpRequest, edition_id: int) -> HttpResponse:
    """My edition as sentences to be read aloud, in the edition's language."""
    by = member_of(request)
    page = reads.edition_page(reads.edition_row(edition_id, by=by), by=by)
    with translation.override(page.language):
        content = page.content
        text = script(content.title, content.why, content.parts)
    response = HttpResponse(text, "text/plain; charset=utf-8")
    response["Content-Language"] = page.language
    return response


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What went to messengers, and how far it got."""
    lines = reads.delivery_lines(
        by=member_of(request), before=before_of(request), size=PAGE
    )
    older = lines[-1].id if len(lines) == PAGE else None
    return render(request, "share/deliveries.html", {"lines": lines, "older": older})


@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One delivery with its attempts; by POST it goes out again."""
    by = member_of(request)
    if request.method == "POST":
        writes.deliver_again(reads.delivery_row(delivery_id, by=by), by=by)
        notes.done(request, _("It goes out again within a few minutes."))
        return redirect("share:delivery", delivery_id)
    page = reads.delivery_page(delivery_id, by=by)
    return render(request, "share/delivery.html", {"page": page, "line": page.line})


def told(form: forms.BaseForm, error: UserError) -> None:
    """The error at its field, unless it is about who asks."""
    if error.status in {403, 404}:
        raise error
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _kind(kind: str) -> reads.Channel:
    return reads.channel_of(kind)


def _choice(request: HttpRequest, kind: str) -> Choice:
    by = member_of(request)
    found = {one.kind: one for one in reads.choices_of(by, by=by)}.get(kind)
    if found is None:
        raise NotFound
    return found


def _carrier(request: HttpRequest, choice: Choice) -> int | None:
    """The account asked for by the address, else the one in use, else the first."""
    given = request.GET.get("through", "")
    ids = [one.pk for one in choice.carriers]
    if given == "own" and choice.works_alone:
        return None
    if given.isdecimal() and len(given) < 19 and int(given) in ids:
        return int(given)
    if choice.way is not None and choice.way.carrier_id in {None, *ids}:
        return choice.way.carrier_id
    return ids[0] if ids else None
