"""Counts of all customers, as people enter them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PopulationForm(forms.Form):
    """How many customers there are in each group, and how many were asked."""

    margins = forms.CharField(
        label=_("Customers in each group"),
        help_text=_(
            "One line a group: attribute, group, count. Or two attributes together: "
            "age_band × region, 20-29 × Seoul, 1200. Paste it from a spreadsheet."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        required=False,
        max_length=200_000,
    )
    invited = forms.CharField(
        label=_("Asked to take part"),
        help_text=_("One line a wave or month: wave, count."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        required=False,
        max_length=20_000,
    )
    origin = forms.CharField(
        label=_("Where these counts come from"), max_length=200, required=False
    )
