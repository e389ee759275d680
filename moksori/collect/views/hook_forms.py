"""Forms of webhooks, exports and saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Unit
from moksori.collect.models import Channel, Export, Inlet
from moksori.collect.out.events import TOPICS
from moksori.collect.writes.hooks import HookWishes


class UnitForm(forms.Form):
    """A form that asks for a unit out of some."""

    def __init__(self, *args: Any, units: Sequence[Unit] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("unit")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])


class HookForm(UnitForm):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Who is told, for example “CRM”.")
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Unit"),
        empty_label=_("Choose a unit"),
        help_text=_("It tells of this unit and those below, as far as you may read."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=2_000,
        help_text=_("Starts with https://. Messages are sent there by POST."),
    )
    topics = forms.MultipleChoiceField(
        label=_("What it tells"),
        choices=list(TOPICS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(TOPICS),
    )
    score = forms.ChoiceField(
        label=_("Score"),
        required=False,
        choices=[
            ("", _("all")),
            ("low", _("0 to 3")),
            ("middle", _("4 to 6")),
            ("high", _("7 to 10")),
            ("none", _("without a score")),
        ],
    )
    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("all")), *Channel.choices]
    )
    has_texts = forms.BooleanField(
        label=_("Send the words, too"),
        required=False,
        help_text=_(
            "Without this, numbers and names of products leave, and no words of "
            "customers; the receiver asks for them with an API key."
        ),
    )

    def wishes(self) -> HookWishes:
        given = self.cleaned_data
        return HookWishes(
            name=given["name"],
            url=given["url"],
            topics=tuple(given["topics"]),
            filters={"score": given["score"], "channel": given["channel"]},
            has_texts=given["has_texts"],
        )


class InletForm(UnitForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("What sends here, for example “Shop reviews”."),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Unit"), empty_label=_("Choose a unit")
    )
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Channel.choices, initial=Channel.OTHER
    )


class ExampleForm(forms.Form):
    example = forms.CharField(
        label=_("An example of what it sends"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("JSON, as the documentation of the sender shows it."),
    )


class SignatureForm(forms.Form):
    signature = forms.ChoiceField(
        label=_("Signature"), choices=Inlet.Signature.choices, required=False
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept sealed. Empty: the one there is stays."),
    )
    header = forms.CharField(
        label=_("Header"),
        max_length=80,
        required=False,
        help_text=_("For HMAC alone, for example X-Hub-Signature-256."),
    )


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label=_p("export", "Format"),
        choices=Export.Format.choices,
        widget=forms.RadioSelect,
        initial=Export.Format.CSV,
    )
    reason = forms.CharField(
        label=_("What do you need the file for?"),
        max_length=300,
        help_text=_("It is kept with your name, and seen by who checks the log."),
    )


class SearchForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
