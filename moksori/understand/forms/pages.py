"""What people say on the pages of pain points, and of views they keep."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member
from moksori.understand.models import PainPoint


class TriageForm(forms.Form):
    """Where a pain point stands, and who cares for it."""

    state = forms.ChoiceField(label=_("State"), choices=PainPoint.State.choices)
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )

    def __init__(self, *args: Any, owners: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class ViewForm(forms.Form):
    """A name for the filters of a page."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=80,
        help_text=_("Only you see it, above the list."),
    )
