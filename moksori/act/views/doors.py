"""What the pages of cases and of actions have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from moksori.act import forms
from moksori.act.models import Action, Case
from moksori.act.reads.actions import ActionPage
from moksori.act.reads.cases import CasePage
from moksori.act.reads.owners import owners_of
from moksori.act.views.answers import Choice, done, written
from moksori.act.writes.comments import comment_on
from moksori.act.writes.owners import must_hand
from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.filters import Filter

T = TypeVar("T", Case, Action)


@dataclass(frozen=True, slots=True)
class Sent(Generic[T]):
    """A form that was sent: what to write with it, and what to say then.

    `name` is the form's name on the page, where it stands again when it is refused.
    """

    name: str
    form: Form
    write: Callable[[T, Member], object]
    said: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Door(Generic[T]):
    """One kind of thing: its page's address, how it is found, how it is shown."""

    address: str
    row: Callable[..., T]
    show: Callable[..., HttpResponse]
    moved: str | Promise

    def work(self, request: HttpRequest, thing_id: int, sent: Sent[T]) -> HttpResponse:
        member = member_of(request)
        row = self.row(thing_id, by=member)
        # Who may not work on it hears so, whatever was written in the form.
        member.must(Ability.ACT, row)
        return self._answer(request, row, sent)

    def move(
        self,
        request: HttpRequest,
        thing_id: int,
        write: Callable[..., T],
        undo: str = "",
    ) -> HttpResponse:
        member = member_of(request)
        row = write(self.row(thing_id, by=member), by=member)
        said = str(self.moved) % {"status": row.get_status_display()}
        return self.back(request, row, said, undo)

    def hand(
        self, request: HttpRequest, thing_id: int, write: Callable[..., T]
    ) -> HttpResponse:
        member = member_of(request)
        row = self.row(thing_id, by=member)
        must_hand(row, None, by=member)
        form = forms.OwnerForm(request.POST, owners=owners_of(row, by=member))
        sent: Sent[T] = Sent(
            "owner_form",
            form,
            lambda row, by: write(row, form.chosen_owner(), by=by),
            _("The owner is changed."),
        )
        return self._answer(request, row, sent)

    def comment(self, request: HttpRequest, thing_id: int) -> HttpResponse:
        member = member_of(request)
        row = self.row(thing_id, by=member)
        form = forms.CommentForm(request.POST)
        if written(form, lambda: comment_on(row, form.cleaned_data["text"], by=member)):
            return HttpResponseRedirect(
                reverse(self.address, args=[row.pk]) + "#timeline"
            )
        return self.show(request, row.pk, 422, comment_form=form)

    def back(
        self, request: HttpRequest, row: T, said: str, undo: str = ""
    ) -> HttpResponse:
        url = reverse(self.address, args=[row.pk])
        undo = reverse(undo, args=[row.pk]) if undo else ""
        return done(request, url, said, undo=undo)

    def _answer(self, request: HttpRequest, row: T, sent: Sent[T]) -> HttpResponse:
        if written(sent.form, lambda: sent.write(row, member_of(request))):
            return self.back(request, row, sent.said, sent.undo)
        return self.show(request, row.pk, 422, **{sent.name: sent.form})


def shared_forms(page: CasePage | ActionPage, member: Member) -> dict[str, Any]:
    """What every page of a thing needs: who could have it, and a place to speak."""
    owner = page.line.owner_id
    return {
        "comment_form": forms.CommentForm(),
        "owner_form": forms.OwnerForm(
            owners=page.owners, initial={"owner": str(owner or forms.NOBODY)}
        ),
        "may_hand": page.may_assign or (page.may_act and owner in {None, member.pk}),
    }


def owner_filter(member: Member) -> Filter:
    choices: list[Choice] = [
        ("", _("anybody")),
        (str(member.pk), _("me")),
        ("none", _("nobody yet")),
    ]
    return Filter("owner", _("Owner"), choices)


def asked_for(request: HttpRequest, filters: list[Filter]) -> dict[str, str]:
    return {each.name: each.value(request.GET) for each in filters}
