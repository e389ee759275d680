"""What people fill in about promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moksori.act.models import Promise
from moksori.act.reads.owners import Person
from moksori.act.writes.cases import LONGEST
from moksori.act.writes.promises import Said
from moksori.base.customers.models import Account
from moksori.base.people.models import Member

MOST_ACCOUNTS = 2_000


def _day(label: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=picker)


class HandForm(forms.Form):
    owner = forms.ChoiceField(label=_("Looked after by"))

    def __init__(self, *given: Any, owners: Sequence[Person], **more: Any) -> None:
        super().__init__(*given, **more)
        names = [
            (str(one.id), f"{one.name} · {one.title}" if one.title else one.name)
            for one in owners
        ]
        self.fields["owner"].choices = names  # type: ignore[attr-defined]

    def chosen(self) -> Member:
        return Member.objects.get(pk=self.cleaned_data["owner"])


class MoveForm(forms.Form):
    due = _day(_("Promised for"))


class EndForm(forms.Form):
    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=Promise.State.choices[1:],
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(
        label=_("How, or why not"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST,
        required=False,
    )


class PromiseForm(HandForm):
    text = forms.CharField(
        label=_("What was promised"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST,
    )
    whom = forms.CharField(
        label=_("To which customer"),
        max_length=200,
        help_text=_("A known client company is found by its name."),
    )
    due = _day(_("Promised for"))
    field_order = ["text", "whom", "due", "owner"]

    def __init__(self, *given: Any, by: Member, **more: Any) -> None:
        more.setdefault("initial", {"owner": str(by.pk)})
        super().__init__(*given, **more)
        self.by = by

    def said(self) -> Said:
        told = self.cleaned_data
        whom = " ".join(told["whom"].split())
        account = Account.objects.visible_to(self.by).filter(name=whom).first()
        return Said(told["text"], told["due"], account, whom, self.chosen())
