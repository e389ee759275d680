"""Pages of contacts: people who may be asked, and what they said to that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.asking.table import NAMES, Refused, people_in
from moksori.collect.models import Contact
from moksori.collect.reads import contacts as reads
from moksori.collect.tables import read_table
from moksori.collect.views.asking_forms import ContactsForm
from moksori.collect.writes import opt_outs
from moksori.collect.writes.contacts import Taken, forget_contact, take_contacts

SHOWN = 200
ACTIONS: dict[str, tuple[Callable[..., None], Promise]] = {
    "stop": (opt_outs.opt_out_for, _("Nobody in the company asks them any more.")),
    "again": (opt_outs.opt_in_for, _("They may be asked again.")),
    "revive": (opt_outs.revive, _("Their addresses are tried again.")),
}


@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    chosen, search = request.GET.get("list", ""), request.GET.get("q", "")
    list_id = int(chosen) if chosen.isdecimal() and len(chosen) < 9 else None
    page = request.GET.get("page", "")
    context = {
        "page": reads.contact_lines(
            by=member,
            page=int(page) if page.isdecimal() and len(page) < 9 else 1,
            search=search,
            list_id=list_id,
        ),
        "lists": reads.contact_lists(by=member),
        "list_id": list_id,
        "q": search,
    }
    return render(request, "collect/asking/contacts.html", context)


@require_http_methods(["GET", "POST"])
def contacts_new(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    member.must(Ability.IMPORT)
    form = ContactsForm(
        request.POST or None,
        request.FILES or None,
        units=reads.contact_units(by=member),
        initial={"unit": member.unit_id},
    )
    taken: Taken | None = None
    if request.method == "POST" and form.is_valid():
        try:
            taken = _taken(form, member)
        except UserError as error:
            if error.status in {403, 404}:
                raise
            form.add_error("file", str(error.message))
    context: dict[str, Any] = {
        "form": form,
        "taken": taken,
        "refused": taken.refused[:SHOWN] if taken else [],
        "columns": [(role, names[0], _korean(names)) for role, names in NAMES.items()],
    }
    status = 422 if form.errors else 200
    return render(request, "collect/asking/contacts_new.html", context, status=status)


@require_GET
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    found = reads.contact_page(contact_id, by=member_of(request))
    return render(request, "collect/asking/contact.html", {"found": found})


@require_POST
def contact_change(request: HttpRequest, contact_id: int) -> HttpResponse:
    """They said no, or yes again; or the address works; or they are to be forgotten."""
    member = member_of(request)
    row: Contact = reads.contact_row(contact_id, by=member)
    wanted = request.POST.get("do", "")
    if wanted == "forget":
        forget_contact(row, by=member)
        notes.done(request, str(_("The contact was forgotten.")))
        return HttpResponseRedirect(reverse("collect:contacts"))
    if wanted not in ACTIONS:
        raise NotFound
    act, said = ACTIONS[wanted]
    act(row, by=member)
    notes.done(request, str(said))
    return HttpResponseRedirect(reverse("collect:contact", args=[row.pk]))


def _taken(form: ContactsForm, member: Member) -> Taken:
    upload: UploadedFile[Any] = form.cleaned_data["file"]
    refused: list[Refused] = []
    table = read_table(upload, name=upload.name or "")
    people = list(people_in(table, refused))
    return take_contacts(
        people,
        unit=form.cleaned_data["unit"],
        into=form.cleaned_data["into"],
        refused=refused,
        by=member,
    )


def _korean(names: tuple[str, ...]) -> str:
    return next((name for name in names if not name.isascii()), "")
