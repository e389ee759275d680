""" "A customer just told me…": one field, one button, with a name or without."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from moksori.base.customers.models import Product
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.collect.field.told import LONGEST_TEXT, NoteTold, hash_of
from moksori.collect.models import Channel
from moksori.collect.writes.notes import take_note

WAYS = [
    (Channel.VISIT.value, gettext_lazy("in person")),
    (Channel.PHONE.value, gettext_lazy("by phone")),
    (Channel.CHAT.value, gettext_lazy("in a chat")),
    (Channel.EMAIL.value, gettext_lazy("by e-mail")),
    (Channel.OTHER.value, gettext_lazy("otherwise")),
]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What did they say?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
    )
    channel = forms.ChoiceField(label=gettext_lazy("How you heard it"), choices=WAYS)
    product = forms.ChoiceField(label=pgettext_lazy("note", "About"), required=False)
    anonymous = forms.BooleanField(
        label=gettext_lazy("Without my name"),
        required=False,
        help_text=gettext_lazy(
            "Then nobody can find out who wrote it, and nobody can change it: neither "
            "your name nor the time is kept, and it goes in at night among others."
        ),
    )
    theme = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *given: object, by: Member, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        rows = Product.objects.filter(unit__in=by.scope(Ability.READ).units)
        names = [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:500]]
        none = ("", _("no product in particular"))
        self.fields["product"].choices = [none, *names]  # type: ignore[attr-defined]

    def told(self) -> NoteTold:
        given = self.cleaned_data
        theme = given["theme"]
        return NoteTold(
            text=given["text"],
            channel=given["channel"],
            product=int(given["product"]) if given["product"] else None,
            theme=theme if theme and 0 < theme < 2**63 else None,
            is_anonymous=given["anonymous"],
        )


@require_http_methods(["GET", "POST"])
def note_new(request: HttpRequest) -> HttpResponse:
    """The form; sent twice it is one note, by the name that the page drew."""
    member = member_of(request)
    member.must(Ability.READ)
    form = NoteForm(request.POST or None, by=member, initial={"name": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        told = form.told()
        take_note(
            told,
            name=str(form.cleaned_data["name"]),
            proof=hash_of(told.text),
            by=member,
        )
        notes.done(request, _said(told))
        return redirect("collect:note_new")
    status = 422 if form.errors else 200
    return render(request, "collect/visits/note.html", {"form": form}, status=status)


def _said(told: NoteTold) -> str:
    if told.is_anonymous:
        return _("Thank you. It goes in at night, without your name.")
    return _("Thank you. It is among the feedback now.")
