"""Pages of mailboxes: where they are, how they do, and what came."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.models import Mailbox, RawMail
from moksori.collect.reads import mailboxes as reads
from moksori.collect.views.mailbox_forms import MailboxForm
from moksori.collect.writes import mailboxes as writes
from moksori.collect.writes.mail_keeping import original


@require_GET
def mailbox_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    context = {
        "lines": reads.mailbox_lines(by=member),
        "may_add": member.may(Ability.ADMINISTER),
    }
    return render(request, "collect/mailboxes.html", context)


@require_http_methods(["GET", "POST"])
def mailbox_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    form = MailboxForm(request.POST or None, units=reads.administered_units(by=member))
    if request.method == "POST" and form.is_valid():
        try:
            row = writes.add_mailbox(
                form.given(), unit=form.cleaned_data["unit"], by=member
            )
        except UserError as error:
            _tell(form, error)
        else:
            notes.done(request, _("The mailbox was added."))
            return _to(row)
    status = 422 if form.errors else 200
    return render(request, "collect/mailbox_form.html", {"form": form}, status=status)


@require_GET
def mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    state = request.GET.get("state", "")
    context = {
        "mailbox": row,
        "page": reads.mail_lines(
            row, by=member, page=request.GET.get("page", "1"), state=state
        ),
        "state": state,
        "states": RawMail.State.choices,
        "may_change": member.may(Ability.ADMINISTER, row),
    }
    return render(request, "collect/mailbox.html", context)


@require_http_methods(["GET", "POST"])
def mailbox_settings(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    member.must(Ability.ADMINISTER, row)
    form = MailboxForm(request.POST or None, mailbox=row)
    if request.method == "POST" and form.is_valid():
        try:
            writes.change_mailbox(row, form.given(), by=member)
        except UserError as error:
            row.refresh_from_db()
            _tell(form, error)
        else:
            notes.done(request, _("The mailbox was changed."))
            return _to(row)
    context = {"form": form, "mailbox": row}
    status = 422 if form.errors else 200
    return render(request, "collect/mailbox_form.html", context, status=status)


@require_POST
def mailbox_fetch(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    writes.fetch_soon(row, by=member)
    notes.done(request, _("New mails are being fetched."))
    return _to(row)


@require_POST
def mailbox_try(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    try:
        count = writes.tried(row, by=member)
    except UserError as error:
        if error.status in {403, 404}:
            raise
        messages.error(request, str(error.message))
        return _to(row)
    notes.done(
        request,
        ngettext(
            "It works: there is %(n)s mail in the folder.",
            "It works: there are %(n)s mails in the folder.",
            count,
        )
        % {"n": f"{count:,}"},
    )
    return _to(row)


@require_POST
def mailbox_pause(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    writes.pause_mailbox(row, by=member)
    notes.done(request, _("The mailbox rests."))
    return _to(row)


@require_POST
def mailbox_resume(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    writes.resume_mailbox(row, by=member)
    notes.done(request, _("Mails are taken again."))
    return _to(row)


@require_POST
def mailbox_remove(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    writes.remove_mailbox(row, by=member)
    notes.done(request, _("The mailbox was removed."))
    return HttpResponseRedirect(reverse("collect:mailboxes"))


@require_POST
def mail_original(request: HttpRequest, raw_mail_id: int) -> HttpResponse:
    """The bytes as they came; who took them is in the log of changes."""
    member = member_of(request)
    row = reads.mail_row(raw_mail_id, by=member)
    answer = HttpResponse(
        original(row, by=member), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = f'attachment; filename="mail-{row.pk}.eml"'
    return answer


def _to(row: Mailbox) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("collect:mailbox", args=[row.pk]))


def _tell(form: MailboxForm, error: UserError) -> None:
    if error.status in {403, 404}:
        raise error
    form.add_error(
        error.field if error.field in form.fields else None, str(error.message)
    )
