"""The pages of webhooks out."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.models import Hook
from moksori.collect.out import events
from moksori.collect.reads import hooks as reads
from moksori.collect.views.hook_forms import HookForm
from moksori.collect.writes import hooks as writes


@require_GET
def hook_list(request: HttpRequest) -> HttpResponse:
    """Both directions on one page."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    context = {
        "hooks": reads.hook_lines(by=member),
        "inlets": reads.inlet_lines(by=member),
        "may_tell": bool(reads.telling_units(by=member)),
    }
    return render(request, "collect/hooks/list.html", context)


@require_http_methods(["GET", "POST"])
def hook_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    units = reads.telling_units(by=member)
    form = HookForm(request.POST or None, units=units, initial={"unit": member.unit_id})
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = writes.add_hook(
                form.wishes(), unit=form.cleaned_data["unit"], by=member
            )
        except UserError as error:
            told(form, error)
        else:
            return _shown(request, hook, secret=secret)
    status = 422 if form.errors else 200
    return render(request, "collect/hooks/new.html", {"form": form}, status=status)


@require_GET
def hook(request: HttpRequest, hook_id: int) -> HttpResponse:
    member = member_of(request)
    return _shown(request, reads.hook_row(hook_id, by=member))


@require_http_methods(["GET", "POST"])
def hook_edit(request: HttpRequest, hook_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.hook_row(hook_id, by=member)
    form = HookForm(request.POST or None, initial=_initial(row))
    del form.fields["unit"]
    if request.method == "POST" and form.is_valid():
        try:
            writes.change_hook(row, form.wishes(), by=member)
        except UserError as error:
            told(form, error)
        else:
            notes.done(request, _("Saved."))
            return redirect("collect:hook", row.pk)
    context = {"form": form, "hook": row}
    status = 422 if form.errors else 200
    return render(request, "collect/hooks/new.html", context, status=status)


@require_POST
def hook_deed(request: HttpRequest, hook_id: int, name: str) -> HttpResponse:
    """What one button does: test, turn on or off, tell again, renew, remove."""
    member = member_of(request)
    row = reads.hook_row(hook_id, by=member)
    if name == "renew":
        secret = writes.renew_secret(row, by=member)
        return _shown(request, row, secret=secret)
    deed = _DEEDS.get(name)
    if deed is None:
        raise NotFound
    notes.done(request, deed(row, member))
    return redirect("collect:hooks" if name == "remove" else "collect:hook", *_id(row))


@require_http_methods(["GET", "POST"])
def hook_message(request: HttpRequest, hook_message_id: int) -> HttpResponse:
    """One message with every attempt; by POST it is told again."""
    member = member_of(request)
    message = reads.message_row(hook_message_id, by=member)
    if request.method == "POST":
        writes.tell_again(message, by=member)
        notes.done(request, _("It goes out again within seconds."))
        return redirect("collect:hook_message", message.pk)
    body = events.body_of(message) if message.hook.member_id == member.pk else None
    context = {
        "message": message,
        "hook": message.hook,
        "attempts": reads.tries_of(message),
        "body": _pretty(body),
    }
    return render(request, "collect/hooks/message.html", context)


def told(form: HookForm, error: UserError) -> None:
    """The error at its field, unless it is about who asks."""
    if error.status in {403, 404}:
        raise error
    form.add_error(error.field if error.field in form.fields else None, str(error))


def _shown(request: HttpRequest, row: Hook, *, secret: str = "") -> HttpResponse:
    context = {
        "hook": row,
        "secret": secret,
        "topics": [events.TOPICS[topic] for topic in row.topics],
        "page": reads.message_page(row, request.GET.get("page")),
        "has_given_up": reads.has_given_up(row),
    }
    response = render(request, "collect/hooks/hook.html", context)
    if secret:
        response["Cache-Control"] = "no-store"
    return response


def _initial(row: Hook) -> dict[str, object]:
    return {
        "name": row.name,
        "url": row.url,
        "topics": row.topics,
        "has_texts": row.has_texts,
        "score": row.filters.get("score", ""),
        "channel": row.filters.get("channel", ""),
    }


def _pretty(body: bytes | None) -> str:
    if body is None:
        return ""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)[:20_000]


def _id(row: Hook) -> list[int]:
    return [row.pk] if row.pk else []


def _test(row: Hook, by: Member) -> str:
    writes.test_hook(row, by=by)
    return _("A test goes out within seconds.")


def _off(row: Hook, by: Member) -> str:
    writes.turn_off(row, by=by)
    return _("Turned off.")


def _on(row: Hook, by: Member) -> str:
    writes.turn_on(row, by=by)
    return _("Turned on.")


def _again(row: Hook, by: Member) -> str:
    writes.tell_all_again(row, by=by)
    return _("What was given up goes out again.")


def _remove(row: Hook, by: Member) -> str:
    writes.remove_hook(row, by=by)
    return _("Removed.")


_DEEDS: dict[str, Callable[[Hook, Member], str]] = {
    "test": _test,
    "off": _off,
    "on": _on,
    "again": _again,
    "remove": _remove,
}
